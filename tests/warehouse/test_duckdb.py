"""The written queries answer on DuckDB what the commands tell of the database that was copied."""

from datetime import UTC, datetime

import duckdb
import pytest
import sqlglot

from credit_migration.data import Filters, SchemaState
from tests import history
from tests.warehouse.answers import ours, theirs
from tests.warehouse.conftest import FILTERS, STATES
from tests.warehouse.copying import copy_tables

pytestmark = pytest.mark.django_db(transaction=True)


def engine(folder, dialect="duckdb"):
    """DuckDB over the copies; a query of another dialect is translated back for it."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table, file in copy_tables(folder).items():
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM '{file}'")

    def ask(sql):
        told = sql
        if dialect != "duckdb":
            # Redshift's longest text is a type that sqlglot leaves as it is.
            told = sqlglot.transpile(sql.replace("VARCHAR(MAX)", "VARCHAR"), read=dialect, write="duckdb")[0]
        answer = connection.execute(told)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    return ask


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.usefixtures("whole_history")
def test_answers_are_equal_with_each_filter(tmp_path, filters):
    answers = theirs(engine(tmp_path), "duckdb", SchemaState.TARGET, filters)
    assert answers == ours(filters)
    assert answers["candidates"]


@pytest.mark.parametrize("migration", [history.LEGACY, history.EXPANDED])
def test_answers_are_equal_before_the_rollout_is_done(tmp_path, migration):
    with history.schema_at(migration):
        history.make_catalogue()
        history.make_legacy_rows()
        assert theirs(engine(tmp_path), "duckdb", STATES[migration], Filters()) == ours(Filters())


@pytest.mark.usefixtures("whole_history")
def test_answers_are_equal_for_a_cutover_that_is_named(tmp_path):
    since = datetime(2020, 2, 2, tzinfo=UTC)
    answers = theirs(engine(tmp_path), "duckdb", SchemaState.TARGET, Filters(), since=since)
    assert answers == ours(Filters(), since)
    assert answers["cutover"] == [9, 1]


@pytest.mark.usefixtures("long_history")
def test_answers_are_equal_over_a_long_history(tmp_path):
    answers = theirs(engine(tmp_path), "duckdb", SchemaState.LEGACY, Filters())
    assert answers == ours(Filters())
    assert {grade for _, grade in answers["grades"]} == {"corroborated", "plausible", "contradicted"}


def test_no_rows_at_all(tmp_path):
    assert theirs(engine(tmp_path), "duckdb", SchemaState.TARGET, Filters()) == ours(Filters())


@pytest.mark.parametrize("dialect", ["bigquery", "databricks", "postgres", "redshift", "snowflake", "spark", "trino"])
@pytest.mark.usefixtures("whole_history")
def test_what_is_written_for_others_means_the_same_when_it_is_translated_back(tmp_path, dialect):
    # A weak check: the engines themselves, but Spark, are not asked.
    answers = theirs(engine(tmp_path, dialect), dialect, SchemaState.TARGET, FILTERS["moments"])
    assert answers == ours(FILTERS["moments"])
