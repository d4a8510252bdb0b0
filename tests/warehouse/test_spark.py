"""The written queries answer on a real Spark what the commands tell; ``make warehouse`` runs this, and skips nothing."""

import pytest

from credit_migration.data import Filters, SchemaState
from tests import history
from tests.warehouse.answers import ours, theirs
from tests.warehouse.conftest import FILTERS, STATES
from tests.warehouse.copying import copy_tables

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.warehouse]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", 1)
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("spark")))
        .config("spark.ui.enabled", value=False)
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    yield session
    session.stop()


def engine(spark, folder):
    for table, file in copy_tables(folder).items():
        spark.read.parquet(str(file)).createOrReplaceTempView(table)
    return lambda sql: [line.asDict() for line in spark.sql(sql).toLocalIterator()]


@pytest.mark.parametrize("filters", FILTERS.values(), ids=FILTERS)
@pytest.mark.usefixtures("whole_history")
def test_answers_are_equal_with_each_filter(spark, tmp_path, filters):
    answers = theirs(engine(spark, tmp_path), "spark", SchemaState.TARGET, filters)
    assert answers == ours(filters)
    assert answers["candidates"]


@pytest.mark.parametrize("migration", [history.LEGACY, history.EXPANDED])
def test_answers_are_equal_before_the_rollout_is_done(spark, tmp_path, migration):
    with history.schema_at(migration):
        history.make_catalogue()
        history.make_legacy_rows()
        assert theirs(engine(spark, tmp_path), "spark", STATES[migration], Filters()) == ours(Filters())


@pytest.mark.usefixtures("long_history")
def test_answers_are_equal_over_a_long_history(spark, tmp_path):
    answers = theirs(engine(spark, tmp_path), "databricks", SchemaState.LEGACY, Filters())
    assert answers == ours(Filters())
    assert {grade for _, grade in answers["grades"]} == {"corroborated", "plausible", "contradicted"}
