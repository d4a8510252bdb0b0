"""What is wrong with a live table, from facts alone."""

from __future__ import annotations

import pytest

from credit_migration.data import ColumnState, ForeignKeyState, IndexState, TableState
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


def test_a_contract_step_that_waits_is_no_drift():
    waiting = StepFacts(app="records", name="0003", applied=False)
    assert ids(live(indexes=(INDEX, PAIR)), contract=waiting) == []
