"""What going back would lose is looked for before anything is changed, and found again if it comes in between."""

from __future__ import annotations

import re
from unittest import mock

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from credit_migration.exceptions import OrphansFound, PointOfNoReturn, SchemaConflict
from credit_migration.operations import AddNullableForeignKey, DropUniqueTogether
from credit_migration.schema.change import proofs
from tests.operations import schema
from tests.operations.test_repeated_set import add_key, drop_together

T = schema.TABLE
mysql_only = pytest.mark.skipif(connection.vendor != "mysql", reason="Only InnoDB's foreign keys can be switched off.")


@pytest.fixture
def second_requests(people) -> list[int]:
    """The target schema, in which two learners have asked twice; ids of the four rows."""
    users, pathways, _ = people
    schema.migrate(schema.CONTRACT)
    return schema.add_requests(*((user, pathways[0]) for user in users[:2] for _ in range(2)))


def test_second_requests_forbid_the_way_back_before_anything_is_changed(second_requests, run_command):
    before = schema.definition()
    a, b, c, d = second_requests
    status, _, err = run_command("migrate", "records", schema.LEGACY)
    assert err == (
        f"'{T}' can't have its unique (user_id, pathway_id) back: 2 groups of rows violate it, the first with ids "
        f"{a}, {b}; {c}, {d}. Nothing was changed.\n"
        "This is the point of no return: each of these rows is the record of a request. List them all: "
        "python manage.py audit_credit_pathways --database default. See runbooks/point-of-no-return.md."
    )
    assert status == 1
    assert schema.definition() == before
    assert schema.rows_of("SELECT name FROM django_migrations WHERE app = 'records' ORDER BY id") == [
        (schema.LEGACY,),
        (schema.EXPAND,),
        (schema.CONTRACT,),
    ]


def test_one_group_is_told_in_the_singular(people):
    users, pathways, _ = people
    schema.migrate(schema.CONTRACT)
    ids = schema.add_requests(*[(users[0], pathways[0])] * 4)
    with pytest.raises(PointOfNoReturn) as raised:
        schema.migrate(schema.LEGACY)
    assert raised.value.msg == (
        f"'{T}' can't have its unique (user_id, pathway_id) back: 1 group of rows violates it, its ids "
        f"{ids[0]}, {ids[1]}, {ids[2]}. Nothing was changed."
    )


def test_a_second_request_that_comes_during_the_build_is_found_too(second_requests):
    before = schema.definition()
    seen = []

    def blind_once(*arguments):
        seen.append(arguments)
        if len(seen) > 1:
            refuse(*arguments)

    refuse = proofs.refuse_duplicates
    with (
        mock.patch.object(proofs, "refuse_duplicates", side_effect=blind_once),
        pytest.raises(PointOfNoReturn, match="2 groups of rows violate it"),
    ):
        schema.migrate(schema.EXPAND)
    assert schema.definition() == before


@pytest.mark.parametrize("count", [1, 4])
def test_recorded_programs_forbid_the_way_back(people, run_command, count):
    users, pathways, programs = people
    schema.migrate(schema.EXPAND)
    pairs = [(user, pathway) for user in users for pathway in pathways][:count]
    ids = schema.add_requests(*pairs, program=programs[0])
    before = schema.definition()
    status, _, err = run_command("migrate", "records", schema.LEGACY)
    told = {
        1: f"1 row has a value in it, its id {ids[0]}",
        4: f"4 rows have a value in it, the first ids {', '.join(map(str, ids[:3]))}",
    }
    assert err == (
        f"'{T}' can't lose its column 'program_id': {told[count]}. Nothing was changed.\n"
        "This is the point of no return: the values are recorded nowhere else. Stay on this schema; code of before "
        "runs on it too. See runbooks/point-of-no-return.md."
    )
    assert status == 1
    assert schema.definition() == before


def test_a_program_recorded_after_the_look_is_not_lost(people):
    users, pathways, programs = people
    schema.migrate(schema.EXPAND)
    schema.add_requests((users[0], pathways[0]), program=programs[0])
    seen = []

    def blind_once(*arguments):
        seen.append(arguments)
        if len(seen) > 1:
            refuse(*arguments)

    refuse = proofs.refuse_recorded
    with (
        mock.patch.object(proofs, "refuse_recorded", side_effect=blind_once),
        pytest.raises(PointOfNoReturn, match="1 row has a value in it"),
    ):
        schema.migrate(schema.LEGACY)
    assert schema.rows_of(f"SELECT program_id FROM {T}") == [(programs[0],)]


def test_the_order_of_makemigrations_loses_nothing_either(people):
    """Uniques first and the field second, in one migration: backwards, the column would go before the look."""
    users, pathways, programs = people

    class Wrong(Migration):
        atomic = False
        operations = [drop_together(), add_key()]

    start = schema.state_at(schema.LEGACY)
    with connection.schema_editor(atomic=False) as editor:
        Wrong("0002_wrong", "records").apply(start.clone(), editor)
    ids = schema.add_requests(*[(users[0], pathways[0])] * 2, program=programs[0])
    before = schema.definition()
    with (
        pytest.raises(PointOfNoReturn, match="2 rows have a value in it"),
        connection.schema_editor(atomic=False) as editor,
    ):
        Wrong("0002_wrong", "records").unapply(start.clone(), editor)
    assert schema.definition() == before
    assert schema.rows_of(f"SELECT id, program_id FROM {T} ORDER BY id") == [(id_, programs[0]) for id_ in ids]


@mysql_only
def test_a_learner_can_be_deleted_afterwards(people):
    users, _, _ = people
    schema.migrate(schema.CONTRACT)
    get_user_model().objects.get(pk=users[2]).delete()
    assert schema.rows_of("SELECT @@SESSION.foreign_key_checks, @@SESSION.max_statement_time") == [(1, 0.0)]


@mysql_only
def test_an_orphan_written_before_the_key_is_found_also_by_the_next_run(people):
    users, pathways, programs = people
    schema.run(f"ALTER TABLE {T} ADD COLUMN program_id int NULL")
    orphan, *_ = schema.add_requests((users[0], pathways[0]), program=999_999)
    schema.add_requests((users[1], pathways[0]), program=programs[0])
    for _ in range(2):
        with pytest.raises(OrphansFound) as raised:
            schema.migrate(schema.EXPAND)
        assert str(raised.value) == (
            f"1 row of '{T}' names by 'program_id' what 'catalog_program' does not have, its id {orphan}.\n"
            "Correct the 'program_id' of these rows by hand, then run: python manage.py migrate."
        )
    assert schema.rows_of("SELECT @@SESSION.foreign_key_checks") == [(1,)]
    schema.run(f"UPDATE {T} SET program_id = NULL WHERE id = {orphan}")
    schema.migrate(schema.CONTRACT)
    assert schema.table().foreign_key_of("program_id").to_table == "catalog_program"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Elsewhere a key can't be there and not validated.")
def test_orphans_of_a_key_added_by_hand_are_named(people):
    users, pathways, _ = people
    schema.run(f"ALTER TABLE {T} ADD COLUMN program_id int NULL")
    orphans = schema.add_requests((users[0], pathways[0]), (users[1], pathways[0]), program=999_999)
    with pytest.raises(OrphansFound) as raised:
        schema.migrate(schema.EXPAND)
    assert raised.value.msg == (
        f"2 rows of '{T}' name by 'program_id' what 'catalog_program' does not have, the first ids "
        f"{orphans[0]}, {orphans[1]}."
    )


@mysql_only
def test_a_column_of_another_type_is_a_conflict(legacy):
    schema.run(f"ALTER TABLE {T} ADD COLUMN program_id bigint NULL")
    with pytest.raises(SchemaConflict) as raised:
        schema.migrate(schema.EXPAND)
    assert re.fullmatch(
        "The database 'default' can't add the foreign key of program_id to catalog_program: .*18(22|25).*",
        raised.value.msg,
    )
    assert raised.value.hint.startswith("The two columns must have the same type.")
    assert schema.rows_of("SELECT @@SESSION.foreign_key_checks") == [(1,)]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite adds no NOT NULL column without a default.")
@pytest.mark.parametrize(
    ("column", "what"),
    [
        ("integer NOT NULL", "is NOT NULL"),
        (
            "integer NULL, ADD CONSTRAINT other FOREIGN KEY (program_id) REFERENCES catalog_pathway (id)",
            "refers to 'catalog_pathway.id'",
        ),
    ],
)
def test_another_column_of_that_name_is_a_conflict(legacy, column, what):
    schema.run(f"ALTER TABLE {T} ADD COLUMN program_id {column}")
    before = schema.definition()
    with pytest.raises(SchemaConflict) as raised:
        schema.migrate(schema.EXPAND)
    assert str(raised.value) == (
        f"'{T}' has a column 'program_id' already, and it {what}; this migration "
        "adds a nullable one that refers to 'catalog_program.id'.\n"
        "Find out which migration made it: python manage.py showmigrations. Nothing was changed."
    )
    assert schema.definition() == before


@mysql_only
def test_the_new_column_takes_the_type_that_the_referenced_one_has(legacy):
    """A UUID is char(32) in a database made before Django 5, whatever the code of today would make of it."""
    from django.db.migrations.operations import CreateModel

    create = CreateModel(name="Parent", fields=[("uuid", models.UUIDField(primary_key=True))])
    start = schema.state_at(schema.LEGACY)
    with_parent = start.clone()
    create.state_forwards("records", with_parent)
    schema.run("CREATE TABLE records_parent (uuid char(32) CHARACTER SET latin1 PRIMARY KEY)")
    field = models.ForeignKey("records.Parent", null=True, on_delete=models.PROTECT)
    operation = AddNullableForeignKey(model_name="usercreditpathway", name="parent", field=field)
    with mock.patch.object(schema, "state_at", return_value=with_parent):
        schema.apply(operation, schema.LEGACY)
        assert schema.table().foreign_key_of("parent_id").to_table == "records_parent"
        schema.apply(operation, schema.LEGACY, backwards=True)
    schema.run("DROP TABLE records_parent")


def test_a_constraint_that_is_no_plain_unique_is_left_to_django(legacy):
    from credit_migration.schema.change.models import declared

    model = schema.state_at(schema.LEGACY).apps.get_model("records", "usercreditpathway")
    constraint = models.UniqueConstraint(fields=["user"], condition=models.Q(status="sent"), name="one_sent")
    with pytest.raises(SchemaConflict) as raised:
        declared(model, constraint)
    assert str(raised.value) == (
        "The constraint 'one_sent' of records.UserCreditPathway is no unique over plain columns.\n"
        "Write Django's own operation in the migration: migrations.RemoveConstraint(model_name='usercreditpathway', "
        "name='one_sent')."
    )


def test_a_table_that_is_gone_is_told(legacy):
    with connection.constraint_checks_disabled():
        schema.run(f"DROP TABLE {T}")
    from credit_migration.exceptions import TableNotFound

    with pytest.raises(TableNotFound) as raised:
        schema.apply(DropUniqueTogether(name="usercreditpathway", unique_together=set()), schema.LEGACY)
    assert raised.value.msg == f"The database 'default' has no table '{T}'."


def test_nothing_is_pending_after_both(legacy):
    schema.migrate(schema.CONTRACT)
    executor = MigrationExecutor(connection)
    assert executor.migration_plan([("records", schema.CONTRACT)]) == []
