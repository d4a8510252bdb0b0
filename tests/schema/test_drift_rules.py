"""What is wrong with a live table, from facts alone."""

from __future__ import annotations

import pytest

from credit_migration.data import ColumnState, ForeignKeyState, IndexState, Level, TableState
from credit_migration.data.live import LiveSchema
from credit_migration.data.rollout import StepFacts
from credit_migration.schema.drift import judge_schema

COLUMNS = ("id", "user_id", "pathway_id", "program_id")
KEY = ForeignKeyState(name="k", column="program_id", to_table="catalog_program", to_column="id")
INDEX = IndexState(name="i", columns=("program_id",), unique=False)
PAIR = IndexState(name="u", columns=("user_id", "pathway_id"), unique=True)


def live(*, indexes=(INDEX,), keys=(KEY,), columns=COLUMNS, meta=()) -> LiveSchema:
    table = TableState(
        table="records_usercreditpathway",
        columns=tuple(ColumnState(name=name, null=True) for name in columns),
        indexes=indexes,
        foreign_keys=keys,
    )
    return LiveSchema(
        app="records",
        model="records.UserCreditPathway",
        vendor="postgresql",
        table=table,
        user="user_id",
        pathway="pathway_id",
        program="program_id",
        program_table="catalog_program",
        program_pk="id",
        program_type="IntegerField",
        program_pk_type="IntegerField",
        field_in_code=True,
        meta_uniques=meta,
    )


def ids(schema: LiveSchema, **steps: StepFacts) -> list[str]:
    return [finding.id.rpartition(".")[2] for finding in judge_schema(schema, **steps)]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (live(), []),
        (live(columns=COLUMNS[:3], indexes=(PAIR,), keys=()), []),
        (live(keys=(ForeignKeyState(name="k", column="program_id", to_table="x", to_column="id"),)), ["E506"]),
        (
            live(
                keys=(
                    ForeignKeyState(
                        name="k", column="program_id", to_table="catalog_program", to_column="id", validated=False
                    ),
                )
            ),
            ["W507"],
        ),
        (live(indexes=()), ["W508"]),
        (live(indexes=(IndexState(name="i", columns=("program_id",), unique=False, valid=False),)), ["E509"]),
        (live(indexes=(INDEX, PAIR)), ["W511"]),
        (live(indexes=(INDEX, PAIR), meta=(("user_id", "pathway_id"),)), []),
        (live(meta=(("user_id", "pathway_id"),)), ["W512"]),
        (live(meta=(("user_id", "elsewhere_id"),)), []),
    ],
)
def test_drift_of_a_table(schema, expected):
    assert ids(schema) == expected


def test_a_unique_beside_the_service_is_no_drift_of_a_model_that_is_elsewhere():
    (finding,) = judge_schema(live(indexes=(INDEX, PAIR)), is_beside=True)
    assert (finding.id, finding.level, finding.msg, finding.hint) == (
        "credit_migration.I513",
        Level.INFO,
        "records_usercreditpathway has the unique u over user_id, pathway_id: while it is there, a second request "
        "fails.",
        "Ask in the service itself which migration drops it: python manage.py show_credit_rollout. If none does, write "
        "it there, as docs/host-guide.md shows.",
    )


@pytest.mark.parametrize(
    "schema",
    [
        live(),
        # The legacy table as it should be, and what this project's own model declares.
        live(columns=COLUMNS[:3], indexes=(PAIR,), keys=()),
        live(meta=(("user_id", "pathway_id"),)),
    ],
)
def test_beside_the_service_nothing_is_told_of_this_projects_model(schema):
    assert judge_schema(schema, is_beside=True) == ()


def test_next_steps_beside_the_service_are_taken_in_it():
    (here,), (beside,) = judge_schema(live(keys=())), judge_schema(live(keys=()), is_beside=True)
    assert (here.id, here.msg) == (beside.id, beside.msg)
    assert here.hint == (
        "Run the expand migration to its end, AddNullableForeignKey adds what lacks: python manage.py migrate records"
    )
    assert beside.hint == (
        "In the service itself: run the expand migration to its end, AddNullableForeignKey adds what lacks: "
        "python manage.py migrate records"
    )


def test_a_contract_step_that_waits_is_no_drift():
    waiting = StepFacts(app="records", name="0003", applied=False)
    assert ids(live(indexes=(INDEX, PAIR)), contract=waiting) == []
