import itertools
import json

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from credit_migration import api
from credit_migration.data import Evidence, WarehouseQuery, When
from credit_migration.host import find_host
from credit_migration.inference.grading import judge
from credit_migration.warehouse.grading import grade_sql
from credit_migration.warehouse.names import table_names

FLAGS = (
    "shared_at_once",
    "other_shared_at_once",
    "program_newer",
    "other_program_recorded",
    "same_site",
    "credit_pathway",
)


@pytest.mark.parametrize("options", [(), ("--state=legacy", "--all", "--quote", "--site=1", "--status=it's")])
@pytest.mark.parametrize("dialect", api.DIALECTS)
def test_parses_back_in_each_dialect_and_names_each_table(run_command, dialect, options):
    status, out, err = run_command("print_audit_sql", f"--dialect={dialect}", "--schema=lake.raw", *options)

    assert (status, err) == (0, "")
    trees = sqlglot.parse(out, dialect=dialect, error_level=sqlglot.ErrorLevel.RAISE)
    assert len(trees) == len(WarehouseQuery)
    assert all(isinstance(tree, exp.Select) for tree in trees)
    read = set()
    for tree in trees:
        steps = {step.alias for step in tree.find_all(exp.CTE)}
        read |= {(t.catalog, t.db, t.name) for t in tree.find_all(exp.Table) if t.name not in steps}
    assert read == {("lake", "raw", name) for name in table_names(find_host())}


def test_asks_no_database(run_command):
    # pytest-django keeps every test of this module from a database.
    assert run_command("print_audit_sql", "--dialect=trino")[0] == 0


def test_one_query_with_tables_of_other_names(run_command):
    _, out, _ = run_command(
        "print_audit_sql",
        "--dialect=snowflake",
        "--query=orphans",
        "--schema=lake.raw",
        "--table=core_user=people.public.learners",
    )
    assert out == (
        "-- The audit and the candidates in the SQL of snowflake\n"
        "-- dialect: snowflake\n"
        "-- schema_state: target\n"
        "-- The rows are those of the copy, as old as it is.\n"
        "-- Nothing here was run. What was tested, and on which engines, is in docs/warehouse.md.\n"
        "-- A grade is for reading. Never fill a program into a row from it.\n"
        "-- Months are those of the session's time zone. Before the queries run: ALTER SESSION SET TIMEZONE = 'UTC';\n"
        "\n"
        "-- orphans: Legacy rows whose learner is missing.\n"
        "SELECT\n"
        "  COUNT(*) AS n\n"
        "FROM lake.raw.records_usercreditpathway AS r\n"
        "WHERE\n"
        "  r.program_id IS NULL\n"
        "  AND NOT EXISTS(\n"
        "    SELECT\n"
        "      1\n"
        "    FROM people.public.learners AS u\n"
        "    WHERE\n"
        "      u.id = r.user_id\n"
        "  );\n"
    )


def test_json_holds_each_query(run_command):
    _, out, _ = run_command("print_audit_sql", "--dialect=bigquery", "--format=json", "--since=2022-01-01")
    report = json.loads(out)
    assert [row["query"] for row in report["sections"]["queries"]] == [query.value for query in WarehouseQuery]
    assert report["facts"]["cutover"] == "2022-01-01T00:00:00.000000Z"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("--table=core_usr=x",),
            "The queries read no table 'core_usr'.\nThey read these: catalog_pathway, catalog_pathway_programs, "
            "catalog_program, core_user, credentials_programcertificate, credentials_usercredential, "
            "django_content_type, records_programcertrecord, records_usercreditpathway.",
        ),
        (
            ("--schema=a b;",),
            "'a b;.records_usercreditpathway' is no name of a table in spark.\n"
            "Give --schema as catalogue.schema and --table as NAME=catalogue.schema.name.",
        ),
        (("--table=core_user",), "'core_user' is not NAME=WAREHOUSE_NAME, for example core_user=lake.people.learners."),
        (
            ("--created-from=2022-01-02", "--created-to=2022-01-01"),
            "--created-from 2022-01-02T00:00:00+00:00 is not before --created-to 2022-01-01T00:00:00+00:00.\n"
            "Swap the two dates; --created-to is exclusive.",
        ),
    ],
)
def test_what_can_not_be_written(run_command, options, told):
    status, out, err = run_command("print_audit_sql", "--dialect=spark", *options)
    assert (status if status != 1 else 2, out) == (2, "")
    assert told in err


def test_the_rules_in_sql_grade_as_the_function_does():
    facts = {"shared": "shared", **dict.fromkeys(FLAGS)} | {name: name for name in FLAGS}
    every = list(itertools.product(When, *[(False, True)] * len(FLAGS)))
    rows = ", ".join(f"({n}, '{shared}', {', '.join(map(str, flags))})" for n, (shared, *flags) in enumerate(every))
    sql = f"SELECT n, {grade_sql(facts)} FROM (VALUES {rows}) v(n, shared, {', '.join(FLAGS)}) ORDER BY n"

    graded = [grade for _, grade in duckdb.sql(sql).fetchall()]

    beside = {
        "other_shared": True,
        "certificate": When.NEVER,
        "program_status": "active",
        "pathway_status": "published",
        "other_requests": True,
    }
    expected = [
        judge(Evidence(shared=shared, **dict(zip(FLAGS, flags, strict=True)), **beside)).grade.value
        for shared, *flags in every
    ]
    assert graded == expected
    assert set(graded) == {"corroborated", "plausible", "contradicted"}
