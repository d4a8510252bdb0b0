"""The usual repeated set for each operation: in a transaction, normal, reversed, again, router says no, collect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from unittest import mock

import pytest
from django.db import connection, models, transaction
from django.db.migrations.operations import AddConstraint
from django.db.migrations.operations.base import Operation
from django.db.migrations.writer import OperationWriter
from django.test.utils import CaptureQueriesContext

from credit_migration.exceptions import TransactionOpen
from credit_migration.operations import AddNullableForeignKey, DropUniqueConstraint, DropUniqueTogether
from tests.operations import schema


def add_key(*, db_constraint: bool = True, **options) -> AddNullableForeignKey:
    field = models.ForeignKey(
        "catalog.Program", null=True, blank=True, on_delete=models.PROTECT, db_constraint=db_constraint
    )
    return AddNullableForeignKey(model_name="usercreditpathway", name="program", field=field, **options)


def drop_together() -> DropUniqueTogether:
    return DropUniqueTogether(name="usercreditpathway", unique_together=set())


@dataclass(frozen=True, kw_only=True)
class Case:
    make: Callable[[], Operation]
    at: str
    describe: str


CASES = {
    "key": Case(
        make=add_key,
        at=schema.LEGACY,
        describe="Add nullable foreign key program to usercreditpathway, step by step, without holding writers back",
    ),
    "key and index": Case(
        make=lambda: add_key(also_index=["user"]),
        at=schema.LEGACY,
        describe="Add nullable foreign key program to usercreditpathway, step by step, without holding writers back",
    ),
    "key of which the database does not know": Case(
        make=lambda: add_key(db_constraint=False),
        at=schema.LEGACY,
        describe="Add nullable foreign key program to usercreditpathway, step by step, without holding writers back",
    ),
    "unique": Case(
        make=drop_together,
        at=schema.LEGACY,
        describe="Drop unique_together of usercreditpathway, without holding writers back",
    ),
}


@pytest.fixture(params=CASES.values(), ids=CASES)
def case(request, legacy) -> Case:
    return request.param


def test_normal_reversed_reversed_again_and_repeated(case):
    before = schema.definition()
    schema.apply(case.make(), case.at)
    after = schema.definition()
    assert after != before

    schema.apply(case.make(), case.at)
    assert schema.definition() == after

    schema.apply(case.make(), case.at, backwards=True)
    assert schema.definition() == before

    schema.apply(case.make(), case.at, backwards=True)
    assert schema.definition() == before

    schema.apply(case.make(), case.at)
    assert schema.definition() == after


@pytest.mark.parametrize("backwards", [False, True])
def test_router_says_no(case, backwards, settings):
    if backwards:
        schema.apply(case.make(), case.at)
    before = schema.definition()
    with mock.patch("django.db.router.allow_migrate_model", return_value=False):
        schema.apply(case.make(), case.at, backwards=backwards)
    assert schema.definition() == before


@pytest.mark.parametrize("backwards", [False, True])
def test_collect_only_changes_nothing_and_collects_what_then_runs(case, backwards):
    if backwards:
        schema.apply(case.make(), case.at)
    before = schema.definition()
    collected = schema.apply(case.make(), case.at, backwards=backwards, collect=True)
    assert schema.definition() == before

    with CaptureQueriesContext(connection) as queries:
        schema.apply(case.make(), case.at, backwards=backwards)
    ran = [query["sql"] for query in queries]
    # Django wraps the migration itself around a transaction in its own words on SQLite.
    sent = [sql.rstrip(";") for sql in collected if sql not in ("BEGIN;", "COMMIT;") and "LEFT JOIN" not in sql]
    assert [sql for sql in ran if sql in set(sent)] == sent


@pytest.mark.parametrize("backwards", [False, True])
def test_in_a_transaction(case, backwards):
    if backwards:
        schema.apply(case.make(), case.at)
    before = schema.definition()
    if connection.vendor == "sqlite":
        schema.apply(case.make(), case.at, backwards=backwards, atomic=True)
        assert schema.definition() != before
        return
    with pytest.raises(TransactionOpen) as raised, transaction.atomic():
        schema.apply(case.make(), case.at, backwards=backwards, atomic=True)
    assert str(raised.value) == (
        "This migration runs in a transaction, in which 'default' would hold every lock to the end.\n"
        "Write 'atomic = False' in its class Migration, above 'operations'. A killed run can be repeated."
    )
    assert schema.definition() == before


def test_describes_itself_and_is_written_to_a_file(case):
    operation = case.make()
    text, imports = OperationWriter(operation, indentation=0).serialize()
    assert operation.describe() == case.describe
    assert f"credit_migration.operations.{type(operation).__name__}(" in text
    assert "import credit_migration.operations" in imports
    assert operation.deconstruct() == case.make().deconstruct() or "field" in operation.deconstruct()[2]


CONSTRAINT = models.UniqueConstraint(fields=["user", "status"], name="one_status")


@pytest.fixture
def constrained(legacy) -> Callable[..., list[str]]:
    """Run ``DropUniqueConstraint`` on a table that has had one added by plain Django."""
    add = AddConstraint(model_name="usercreditpathway", constraint=CONSTRAINT)
    schema.apply(add, schema.LEGACY)
    start = schema.state_at(schema.LEGACY)
    add.state_forwards("records", start)

    def run(**options) -> list[str]:
        with mock.patch.object(schema, "state_at", return_value=start):
            return schema.apply(
                DropUniqueConstraint(model_name="usercreditpathway", name="one_status"), schema.LEGACY, **options
            )

    return run


def test_drop_unique_constraint_forwards_and_backwards(constrained):
    before = schema.definition()
    constrained()
    after = schema.definition()
    assert after != before
    assert not schema.table().uniques_over("user_id", "status")
    assert schema.table().uniques_over("user_id", "pathway_id")

    constrained()
    assert schema.definition() == after
    constrained(backwards=True)
    assert schema.definition() == before
    constrained(backwards=True)
    assert schema.definition() == before
    assert constrained(collect=True) != []
    assert schema.definition() == before


def test_drop_unique_constraint_asks_the_router(constrained):
    before = schema.definition()
    with mock.patch("django.db.router.allow_migrate_model", return_value=False):
        constrained()
        constrained(backwards=True)
    assert schema.definition() == before


def test_drop_unique_constraint_describes_itself():
    operation = DropUniqueConstraint(model_name="usercreditpathway", name="one_status")
    assert operation.describe() == (
        "Drop unique constraint one_status from usercreditpathway, without holding writers back"
    )


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (models.IntegerField(null=True), "AddNullableForeignKey adds a ForeignKey with null=True, and 'x' is none."),
        (
            models.ForeignKey("catalog.Program", on_delete=models.PROTECT),
            "AddNullableForeignKey adds a ForeignKey with null=True, and 'x' is none.",
        ),
        (
            models.OneToOneField("catalog.Program", null=True, on_delete=models.PROTECT),
            "AddNullableForeignKey adds a ForeignKey with null=True, and 'x' is none.",
        ),
        (
            models.ForeignKey("catalog.Program", null=True, default=1, on_delete=models.PROTECT),
            "AddNullableForeignKey leaves existing rows null, so 'x' can't have a default.",
        ),
    ],
)
def test_other_fields_are_refused_where_they_are_written(field, message):
    with pytest.raises(ValueError, match="AddNullableForeignKey") as raised:
        AddNullableForeignKey(model_name="usercreditpathway", name="x", field=field)
    assert str(raised.value) == message


def test_drop_unique_together_adds_none(legacy):
    operation = DropUniqueTogether(name="usercreditpathway", unique_together={("user", "status")})
    with pytest.raises(ValueError, match="only drops") as raised:
        schema.apply(operation, schema.LEGACY)
    assert str(raised.value) == (
        "DropUniqueTogether only drops, and would add [('user', 'status')] to 'usercreditpathway'."
    )
