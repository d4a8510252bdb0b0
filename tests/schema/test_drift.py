"""Drifts planted in a real table, each found by its id; none on a clean one, in each of the three states."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection

from credit_migration import api, checks
from credit_migration.checks import check_live_schema
from credit_migration.reference_host.records.models import UserCreditPathway

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "records_usercreditpathway"


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.fixture
def at():
    """Migrate the records app to a migration; it is at its newest again afterwards."""

    def migrate(name: str) -> None:
        call_command("migrate", "records", name, verbosity=0, skip_checks=True)

    yield migrate
    run("DELETE FROM django_migrations WHERE app = 'records'")
    with connection.schema_editor() as editor:
        for table in (TABLE, "records_programcertrecord"):
            editor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)}")
    migrate("0003")


def ids() -> list[str]:
    return [finding.id.removeprefix("credit_migration.") for finding in api.check_live_schema("default")]


def constraint(columns: list[str], **facts: bool) -> str:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, TABLE)
    return next(
        name
        for name, info in found.items()
        if info["columns"] == columns and all(bool(info[fact]) is value for fact, value in facts.items())
    )


@pytest.mark.parametrize("state", ["0001", "0002", "0003"])
def test_clean_schema_raises_no_alarm(at, state):
    at(state)
    assert ids() == []


def recorded(name: str) -> None:
    run(f"INSERT INTO django_migrations (app, name, applied) VALUES ('records', '{name}', CURRENT_TIMESTAMP)")


def forgotten(name: str) -> None:
    run(f"DELETE FROM django_migrations WHERE app = 'records' AND name = '{name}'")


def rebuilt(definition: str, *extra: str) -> None:
    """Make the program's column anew as ``definition`` says, with nothing of its key and index."""
    with connection.schema_editor() as editor:
        editor.remove_field(UserCreditPathway, UserCreditPathway._meta.get_field("program"))
    run(f"ALTER TABLE {TABLE} ADD COLUMN program_id {definition}", *extra)


INDEX = f"CREATE INDEX planted ON {TABLE} (program_id)"


def references(table: str) -> str:
    """Return what makes the column of a key to ``table``, on the database under test."""
    return f"integer NULL REFERENCES {table} (id)"


def foreign_key(table: str) -> tuple[str, ...]:
    if connection.vendor != "mysql":
        return ()
    return (f"ALTER TABLE {TABLE} ADD CONSTRAINT planted_fk FOREIGN KEY (program_id) REFERENCES {table} (id)",)


def test_finds_a_missing_column(at):
    at("0001")
    recorded("0002_expand")
    assert ids() == ["E501"]


def test_finds_an_expand_step_that_is_not_recorded(at):
    at("0002")
    forgotten("0002_expand")
    assert ids() == ["E502"]


def test_finds_a_column_that_is_not_null(at):
    at("0003")
    definition = "integer NOT NULL DEFAULT 1"
    key = "" if connection.vendor == "mysql" else " REFERENCES catalog_program (id)"
    if connection.vendor == "sqlite":
        run("PRAGMA foreign_keys = OFF")
    rebuilt(definition + key, *foreign_key("catalog_program"), INDEX)
    assert ids() == ["E503"]


def test_finds_a_column_of_another_type(at):
    at("0003")
    rebuilt("varchar(32) NULL", INDEX)
    assert "E504" in ids()


def test_finds_a_missing_foreign_key(at):
    at("0003")
    rebuilt("integer NULL", INDEX)
    assert ids() == ["E505"]


def test_finds_a_foreign_key_to_another_table(at):
    at("0003")
    rebuilt(references("catalog_pathway"), *foreign_key("catalog_pathway"), INDEX)
    assert ids() == ["E506"]


@pytest.mark.skipif(connection.vendor == "mysql", reason="InnoDB keeps an index for each foreign key by itself")
def test_finds_a_missing_index(at):
    at("0003")
    rebuilt(references("catalog_program"))
    assert ids() == ["W508"]


def test_finds_a_unique_left_over(at):
    at("0003")
    run(f"CREATE UNIQUE INDEX of_another_name ON {TABLE} (user_id, pathway_id)")
    assert ids() == ["E510"]


def test_finds_a_unique_of_three_left_over(at):
    at("0003")
    run(f"CREATE UNIQUE INDEX of_three ON {TABLE} (user_id, pathway_id, program_id)")
    assert ids() == ["E510"]


def test_finds_a_contract_step_that_is_recorded_but_not_done(at):
    at("0002")
    recorded("0003_contract")
    assert ids() == ["E510"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL keeps an index that it does not use")
def test_finds_an_invalid_index(at):
    at("0003")
    run(INDEX, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'planted'::regclass")
    assert ids() == ["E509"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL adds a key without looking at rows")
def test_finds_a_foreign_key_that_is_not_validated(at):
    at("0003")
    key = constraint(["program_id"], foreign_key=True)
    run(
        f"ALTER TABLE {TABLE} DROP CONSTRAINT {key}",
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {key} FOREIGN KEY (program_id) REFERENCES catalog_program (id) NOT VALID",
    )
    assert ids() == ["W507"]


def test_is_a_system_check_that_lets_migrate_mend_it(at):
    at("0001")
    recorded("0002_expand")

    (message,) = check_live_schema(databases=["default"])

    assert (message.level, message.id, message.obj) == (30, "credit_migration.E501", TABLE)
    assert message.msg == (
        "django_migrations says that records.0002_expand has run, "
        "but records_usercreditpathway has no column program_id."
    )
    assert message.hint == (
        "Take the record back and run it: python manage.py migrate records 0001_legacy --fake; "
        "python manage.py migrate records 0002_expand"
    )


def test_has_nothing_to_say_before_the_table_is_made(at):
    at("0001")
    with connection.schema_editor() as editor:
        editor.execute(f"DROP TABLE {TABLE}")
    assert check_live_schema(databases=["default"]) == []
    assert check_live_schema(databases=None) == []


def test_says_that_a_database_could_not_be_checked():
    (message,) = checks.check_live_schema(databases=["nowhere"])
    assert message.id == "credit_migration.W003"
    assert message.msg == (
        "The request table of database 'nowhere' could not be checked: The settings have no database 'nowhere'."
    )
