"""The written queries answer on a real Spark what the commands tell; run by ``make warehouse``."""

import pytest

from credit_migration.data import Filters, SchemaState
from tests.warehouse.answers import ours, theirs
from tests.warehouse.conftest import EVERY_FILTER
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
        # The data is small: to compile a query takes longer than to run it.
        .config("spark.sql.codegen.wholeStage", value=False)
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.sql.adaptive.enabled", value=False)
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")
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


@pytest.mark.parametrize("filters", [Filters(), EVERY_FILTER], ids=["everything", "every filter"])
@pytest.mark.usefixtures("whole_history")
def test_answers_are_equal_with_filters(spark, tmp_path, filters):
    answers = theirs(engine(spark, tmp_path), "spark", SchemaState.TARGET, filters)
    assert answers == ours(filters)
    assert answers["candidates"]


@pytest.mark.usefixtures("long_history")
def test_answers_are_equal_over_a_long_history(spark, tmp_path):
    answers = theirs(engine(spark, tmp_path), "databricks", SchemaState.LEGACY, Filters())
    assert answers == ours(Filters())
    assert {grade for _, grade in answers["grades"]} == {"corroborated", "plausible", "contradicted"}
