"""A lock that is not granted: tried again, told of, and given up with the name of who holds it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection

from credit_migration.data import Holder, Holders, LockConfig, Step
from credit_migration.exceptions import (
    AccessDenied,
    ChangeRefused,
    DatabaseGone,
    GuardedStep,
    LockNotGranted,
    SchemaConflict,
)
from credit_migration.operations import DropUniqueTogether
from credit_migration.schema.backends.changes import get_dialect
from credit_migration.schema.backends.changes.mysql import Dialect as MySQL
from credit_migration.schema.change import running
from credit_migration.schema.change.retries import pause_s
from tests.operations import schema

T = schema.TABLE
on_a_server = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no server to ask.")
postgresql_only = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's own way.")
mysql_only = pytest.mark.skipif(connection.vendor != "mysql", reason="MySQL's and MariaDB's own way.")


@contextmanager
def open_transaction(sql: str) -> Iterator[int]:
    """Hold a transaction open in another connection, having run ``sql`` in it; yield the connection's id."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()" if connection.vendor == "postgresql" else "SELECT connection_id()")
            (backend,) = cursor.fetchone()
            cursor.execute(sql)
        yield backend
    finally:
        other.rollback()
        other.close()


@pytest.fixture
def short_budget(settings) -> None:
    settings.CREDIT_MIGRATION_RETRY_BUDGET_S = 1
    settings.CREDIT_MIGRATION_OTHER_RUN_WAIT_S = 1


@on_a_server
def test_gives_up_and_names_who_holds_the_table(people, short_budget, run_command):
    before = schema.definition()
    with open_transaction(f"SELECT COUNT(*) FROM {T}") as holder:
        status, _, err = run_command("migrate", "records", schema.CONTRACT)
    step = "add the column program_id" + (
        " with its foreign key to catalog_program" if connection.vendor == "postgresql" else ""
    )
    state = "idle in transaction" if connection.vendor == "postgresql" else "sleep"
    user = connection.settings_dict["USER"]
    assert re.fullmatch(
        f"The lock on '{T}' and 'catalog_program' to {step} was not granted in [0-9]+ tries over 1 s\\. "
        f"Held by connection {holder} of user '{user}', {state}, transaction open for [0-9] s\\.\n"
        "End that transaction or wait for it, then run again: python manage\\.py migrate\\. It goes on from here\\. "
        "See runbooks/lock-not-granted\\.md\\.",
        err,
    ), err
    assert status == 1
    assert schema.definition() == before
    schema.migrate(schema.CONTRACT)


@on_a_server
def test_waits_for_a_transaction_to_end_and_tells_how_often_it_tried(people):
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {T}")
    over = threading.Timer(0.6, lambda: other.connection.rollback())
    over.start()
    try:
        out = schema.migrate(schema.EXPAND, verbosity=2)
    finally:
        over.join()
        other.close()
    assert re.search(r"    add the column program_id.*: [0-9]+ ms, after [0-9]+ retr(y|ies) for its lock\n", out), out


@postgresql_only
def test_a_build_names_the_transaction_that_it_waits_for_and_the_next_run_clears_up(people, short_budget):
    schema.run(f"ALTER TABLE {T} ADD COLUMN program_id integer NULL REFERENCES catalog_program (id)")
    with (
        open_transaction(f"LOCK TABLE {T} IN ROW EXCLUSIVE MODE") as writer,
        pytest.raises(LockNotGranted, match=f"Held by connection {writer} of user") as raised,
    ):
        schema.migrate(schema.EXPAND)
    assert "to build the index of program_id was not granted in" in raised.value.msg
    # The index can't be dropped either while that transaction lasts; it is of no use and in nobody's way.
    assert [index.valid for index in schema.table().indexes if index.columns == ("program_id",)] == [False]
    assert schema.rows_of("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')") == [
        ("0", "0")
    ]
    schema.migrate(schema.CONTRACT)
    assert [index.valid for index in schema.table().indexes if index.columns == ("program_id",)] == [True]


@on_a_server
def test_waits_for_another_run_then_gives_up_and_names_it(people, short_budget):
    other = connection.copy()
    with connection.schema_editor(atomic=False) as editor:
        model = schema.state_at(schema.LEGACY).apps.get_model("records", "usercreditpathway")
        mine = get_dialect(editor, model, LockConfig(other_run_wait_s=2))
        theirs = type(mine)(type(editor)(other), model, LockConfig())
        told: list[Holders] = []
        with theirs.alone(T, told.append), pytest.raises(LockNotGranted) as raised:
            mine.alone(T, told.append).__enter__()
        assert len(told) == 1
        assert raised.value.msg == f"Another run still changes '{T}' after 2 s: {raised.value.msg.partition(': ')[2]}"
        assert re.search(r": connection [0-9]+ of user '", raised.value.msg), raised.value.msg
        with mine.alone(T, told.append):
            pass
    other.close()


@on_a_server
def test_tells_that_it_waits_for_another_run(people):
    other = connection.copy()
    with connection.schema_editor(atomic=False) as editor:
        model = schema.state_at(schema.LEGACY).apps.get_model("records", "usercreditpathway")
        theirs = get_dialect(editor, model, LockConfig()).__class__(type(editor)(other), model, LockConfig())
    held = theirs.alone(T, lambda _: None)
    held.__enter__()
    over = threading.Timer(1.5, lambda: other.connection.close())
    over.start()
    try:
        out = schema.migrate(schema.EXPAND, verbosity=2)
    finally:
        over.join()
    assert re.search(r"\n    waiting for another run of this change: connection [0-9]+ of user '", out), out
    assert "build the index of program_id" in out


@mysql_only
def test_names_open_transactions_where_metadata_locks_cannot_be_seen(people):
    from credit_migration.schema.backends.changes import mysql

    with connection.schema_editor(atomic=False) as editor:
        model = schema.state_at(schema.LEGACY).apps.get_model("records", "usercreditpathway")
        dialect = get_dialect(editor, model, LockConfig())
        with mock.patch.object(mysql, "_METADATA_LOCKS", "SELECT * FROM nowhere WHERE a IN %s"):
            with open_transaction(f"UPDATE {T} SET status = ''"):
                pass
            assert "Table 'test_tests.nowhere' doesn't exist" in dialect.holders([T]).unseen_because
        assert dialect.holders([T]).unseen_because == (
            "performance_schema.metadata_locks shows no holder; no other transaction is open now"
        )


@mysql_only
def test_mysql_itself_has_its_statements_bounded_by_the_session(people):
    """No MySQL server runs here; what can be seen on MariaDB is that each statement names its algorithm and lock."""
    with connection.schema_editor(atomic=False) as editor:
        model = schema.state_at(schema.CONTRACT).apps.get_model("records", "usercreditpathway")
        dialect = MySQL(editor, model, LockConfig())
        from credit_migration.schema.change.models import EXPAND, new_foreign_key, stand_ins

        key = new_foreign_key(dialect, model, model._meta.get_field("program"))
        also = stand_ins(editor, model, [model._meta.get_field("user")], EXPAND)
        steps = dialect.add_foreign_key(schema.table(), key, also)
    before = schema.rows_of("SELECT @@SESSION.lock_wait_timeout")[0][0]
    assert [running.statements(step) for step in steps] == [
        (
            "SET SESSION lock_wait_timeout = 1",
            f"ALTER TABLE `{T}` ADD COLUMN `program_id` int(11) NULL, ALGORITHM=INSTANT, LOCK=DEFAULT",
            f"SET SESSION lock_wait_timeout = {before}",
        ),
        (
            "SET SESSION lock_wait_timeout = 1",
            f"ALTER TABLE `{T}` ADD INDEX `{key.index_name}` (`program_id`), "
            f"ADD INDEX `{also[0].name}` (`user_id`), ALGORITHM=INPLACE, LOCK=NONE",
            f"SET SESSION lock_wait_timeout = {before}",
        ),
        (
            "SET SESSION lock_wait_timeout = 1",
            "SET SESSION foreign_key_checks = 0",
            f"ALTER TABLE `{T}` ADD CONSTRAINT `{key.name}` FOREIGN KEY (`program_id`) "
            "REFERENCES `catalog_program` (`id`), ALGORITHM=INPLACE, LOCK=NONE",
            "SET SESSION foreign_key_checks = 1",
            f"SET SESSION lock_wait_timeout = {before}",
        ),
    ]
    assert all(step.waits for step in steps)


@mysql_only
def test_a_statement_that_would_copy_the_table_is_refused_at_once(people):
    from credit_migration.schema.backends.changes.mariadb import Dialect

    before = schema.definition()
    with (
        mock.patch.object(Dialect, "add_column", "CHANGE status status int, ALGORITHM=INSTANT, LOCK=NONE"),
        pytest.raises(ChangeRefused) as raised,
    ):
        schema.migrate(schema.EXPAND)
    assert re.fullmatch(
        "The database 'default' can't add the column program_id without holding writers back: .*1846.*\n"
        "Nothing was changed by this step\\. See the table of server versions in docs/host-guide\\.md\\.",
        str(raised.value),
    )
    assert schema.definition() == before


@on_a_server
def test_a_connection_that_dies_in_the_middle_is_told_and_run_again(people):
    def die(execute, sql, params, many, context):
        if sql.startswith("CREATE INDEX") or "ADD INDEX" in sql:
            other = connection.copy()
            with other.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
                else:
                    cursor.execute("KILL CONNECTION %s", [connection.connection.thread_id()])
            other.close()
            time.sleep(0.1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die), pytest.raises(DatabaseGone) as raised:
        schema.migrate(schema.EXPAND)
    connection.close()
    built = "program_id and of user_id" if connection.vendor == "mysql" else "program_id"
    assert str(raised.value) == (
        f"The database 'default' went away in the middle of: build the index of {built}.\n"
        "Run the same command again: python manage.py migrate. It looks at what is there and goes on."
    )
    schema.migrate(schema.CONTRACT)
    assert schema.table().foreign_key_of("program_id")


def test_a_step_that_somebody_undoes_is_not_repeated_for_ever(legacy):
    with connection.schema_editor(atomic=False) as editor:
        model = schema.state_at(schema.LEGACY).apps.get_model("records", "usercreditpathway")
        dialect = get_dialect(editor, model, LockConfig())
        step = Step(does="change nothing", sql=f"UPDATE {T} SET status = status")
        with pytest.raises(SchemaConflict) as raised:
            running.converge(dialect, T, lambda _: [step], [])
    assert str(raised.value) == (
        f"The step did not stay: change nothing.\nLook who else changes '{T}', then run: python manage.py migrate."
    )


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own words.")
def test_sqlite_cannot_tell_who_has_it_locked(legacy, short_budget, run_command):
    def locked(execute, sql, params, many, context):
        if sql.startswith("ALTER"):
            cause = type("Locked", (Exception,), {"sqlite_errorname": "SQLITE_BUSY"})("database is locked")
            raise OperationalError("database is locked") from cause
        return execute(sql, params, many, context)

    with connection.execute_wrapper(locked):
        status, _, err = run_command("migrate", "records", schema.EXPAND)
    assert re.fullmatch(
        f"The lock on '{T}' and 'catalog_program' to add the column program_id was not granted in [0-9]+ tries over "
        "1 s\\. Who held it can't be seen: SQLite does not tell which process has the database locked\\.\n"
        "End that transaction or wait for it, then run again: python manage\\.py migrate\\. It goes on from here\\. "
        "See runbooks/lock-not-granted\\.md\\.",
        err,
    ), err
    assert status == 1


@pytest.mark.parametrize(
    ("tries", "waits", "expected"),
    [(1, True, 0.02), (2, True, 0.04), (4, True, 0.16), (9, True, 0.25), (1000, True, 0.25), (9, False, 0.02)],
)
def test_pauses_double_only_where_a_try_holds_writers_up(tries, waits, expected):
    assert pause_s(LockConfig(), tries, waits=waits, between=lambda low, high: high) == expected
    assert pause_s(LockConfig(), tries, waits=waits, between=lambda low, high: low) == expected / 2


def test_a_holder_is_told_with_its_application():
    holder = Holder(id=7, user="app", application="credentials", state="active", open_for_s=2.4)
    assert str(holder) == "connection 7 of user 'app' (credentials), active, transaction open for 2 s"


@pytest.mark.parametrize("value", [0, "50", True, 1.5])
def test_settings_are_whole_numbers_with_their_unit_in_the_name(legacy, settings, run_command, value):
    settings.CREDIT_MIGRATION_LOCK_TIMEOUT_MS = value
    status, _, err = run_command("migrate", "records", schema.EXPAND)
    assert err == (
        f"The setting CREDIT_MIGRATION_LOCK_TIMEOUT_MS is {value!r}, which is no whole number above zero.\n"
        "Its unit is the end of its name. Write for example CREDIT_MIGRATION_LOCK_TIMEOUT_MS = 50."
    )
    assert status == 1


def test_sqlmigrate_prints_statements_for_a_database_without_the_table(legacy):
    schema.migrate("zero")
    forwards = schema.sql_of(schema.EXPAND)
    schema.migrate(schema.LEGACY)
    assert [line for line in schema.sql_of(schema.EXPAND) if "COLUMN" not in line] == [
        line for line in forwards if "COLUMN" not in line
    ]
    assert schema.sql_of(schema.CONTRACT, backwards=True) != []
    schema.migrate(schema.CONTRACT)
    assert call_command("migrate", "records", plan=True, verbosity=0) is None


@contextmanager
def failing(start: str, code: str | int, times: int = 1) -> Iterator[list[str]]:
    """Let statements that start with ``start`` fail with the vendor's ``code``; yield those that were sent."""
    sent: list[str] = []

    def fail(execute, sql, params, many, context):
        if sql.startswith(start):
            sent.append(sql)
            if len(sent) <= times:
                cause = Exception(code, "in the server's words")
                cause.sqlstate = cause.sqlite_errorname = code
                raise OperationalError(code, "in the server's words") from cause
        return execute(sql, params, many, context)

    with connection.execute_wrapper(fail):
        yield sent


@on_a_server
def test_a_missing_privilege_is_told(people):
    code = "42501" if connection.vendor == "postgresql" else 1142
    with failing("ALTER TABLE", code), pytest.raises(AccessDenied) as raised:
        schema.migrate(schema.EXPAND)
    step = "add the column program_id" + (
        " with its foreign key to catalog_program" if connection.vendor == "postgresql" else ""
    )
    assert str(raised.value) == (
        f"The account of database 'default' may not {step}: ({code!r}, \"in the server's words\")\n"
        "Use an account that may alter the table. The grants are in docs/host-guide.md."
    )


def test_an_error_that_nobody_expects_keeps_the_database_s_own_words(people):
    with failing("ALTER TABLE", "other"), pytest.raises(OperationalError, match="in the server's words"):
        schema.migrate(schema.EXPAND)


@pytest.mark.parametrize("module", ["foreign_key", "unique"])
def test_an_integrity_error_that_the_rows_do_not_explain_is_not_hidden(people, module):
    users, pathways, _ = people
    schema.add_requests((users[0], pathways[0]))
    if module == "unique":
        schema.migrate(schema.CONTRACT)
    else:
        schema.run(f"ALTER TABLE {T} ADD COLUMN program_id integer NULL")
    raising = mock.patch(f"credit_migration.schema.change.{module}.converge", side_effect=IntegrityError("by whom?"))
    with raising, pytest.raises(IntegrityError, match=r"by whom\?"):
        schema.migrate(schema.EXPAND)


def test_a_guard_that_the_rows_do_not_explain_is_told_as_it_is(people):
    schema.migrate(schema.EXPAND)
    guarded = GuardedStep("Rows have come that this would lose: drop.", hint="Nothing was changed by it.")
    raising = mock.patch("credit_migration.schema.change.foreign_key.converge", side_effect=guarded)
    with raising, pytest.raises(CommandError, match="Rows have come that this would lose: drop"):
        schema.migrate(schema.LEGACY)


@postgresql_only
def test_a_build_that_is_tried_again_drops_what_the_first_try_left(people):
    with failing("CREATE INDEX", "55P03") as sent:
        schema.migrate(schema.EXPAND)
    assert len(sent) == 2
    assert [index.valid for index in schema.table().indexes if index.columns == ("program_id",)] == [True]


@postgresql_only
def test_an_unusable_unique_index_is_built_anew(people):
    schema.migrate(schema.CONTRACT)
    before_back = f"CREATE UNIQUE INDEX half ON {T} (user_id, pathway_id)"
    schema.run(before_back, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half'::regclass")
    schema.migrate(schema.EXPAND)
    assert [(i.valid, i.constraint) for i in schema.table().uniques_over("user_id", "pathway_id")] == [(True, True)]


@postgresql_only
def test_who_holds_a_lock_is_read_from_the_locks_where_no_second_connection_can_be_had(people, short_budget):
    from credit_migration.schema.backends.changes.postgresql import Dialect

    with (
        open_transaction(f"SELECT COUNT(*) FROM {T}") as holder,
        mock.patch("credit_migration.schema.backends.changes.postgresql._BLOCKING", "SELECT nothing WHERE %s"),
        pytest.raises(LockNotGranted, match=f"Held by connection {holder} of user"),
    ):
        schema.migrate(schema.CONTRACT)
    with connection.schema_editor(atomic=False) as editor:
        model = schema.state_at(schema.LEGACY).apps.get_model("records", "usercreditpathway")
        free = Dialect(editor, model, LockConfig()).holders([T])
    assert str(free) == "the lock was free again when pg_stat_activity was read"


@mysql_only
def test_a_referenced_column_that_is_not_there_yet_is_taken_from_its_model(legacy):
    with connection.schema_editor(atomic=False) as editor:
        model = schema.state_at(schema.CONTRACT).apps.get_model("records", "usercreditpathway")
        field = model._meta.get_field("program")
        dialect = get_dialect(editor, model, LockConfig())
        with mock.patch.object(field.target_field.model._meta, "db_table", "nowhere"):
            assert dialect.column_definition(field) == "integer NULL"


def test_nothing_is_collected_where_nothing_would_ever_run(legacy):
    schema.migrate(schema.CONTRACT)
    operation = DropUniqueTogether(name="usercreditpathway", unique_together=set())
    assert schema.apply(operation, schema.CONTRACT, collect=True) == []


@mysql_only
def test_mysql_does_not_try_while_an_old_transaction_holds_the_table(people):
    from credit_migration.schema.backends.changes import mysql
    from credit_migration.schema.backends.changes.mariadb import Dialect as MariaDB

    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {T}")
    time.sleep(1.2)
    sent: list[float] = []

    def note(execute, sql, params, many, context):
        if sql.startswith("ALTER"):
            sent.append(time.monotonic())
        return execute(sql, params, many, context)

    began = time.monotonic()
    over = threading.Timer(0.5, lambda: other.connection.rollback())
    over.start()
    try:
        with mock.patch.object(MariaDB, "in_the_way", MySQL.in_the_way), connection.execute_wrapper(note):
            out = schema.migrate(schema.EXPAND, verbosity=2)
    finally:
        over.join()
        other.close()
    assert sent[0] - began >= 0.5
    assert re.search(r"    add the column program_id: [0-9]+ ms, after [0-9]+ retr(y|ies) for its lock\n", out), out
    with connection.schema_editor(atomic=False) as editor:
        model = schema.state_at(schema.LEGACY).apps.get_model("records", "usercreditpathway")
        with mock.patch.object(mysql, "_METADATA_LOCKS", "SELECT * FROM nowhere WHERE a IN %s"):
            assert MySQL(editor, model, LockConfig()).in_the_way([T]) == Holders()
