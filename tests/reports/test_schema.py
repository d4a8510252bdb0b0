import io
import json
from datetime import UTC, datetime
from importlib.resources import files
from uuid import UUID

import jsonschema
import pytest

from credit_migration import reports
from credit_migration.data import Column, Location, Report, Run, Section
from credit_migration.messages import finding
from credit_migration.reports.json_format import SCHEMA_VERSION
from tests import history

SCHEMA = json.loads(files("credit_migration.reports").joinpath("report.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def as_json(report):
    out = io.StringIO()
    reports.render(report, "json", out)
    return json.loads(out.getvalue())


def test_the_schema_is_one_and_names_the_version_that_is_written():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["properties"]["schema_version"]["const"] == SCHEMA_VERSION


def test_a_report_with_everything_is_valid():
    columns = (Column(name="a", title="A"), Column(name="b", title="B", detail=True))
    moment = datetime(2022, 9, 12, 8, tzinfo=UTC)
    report = Report(
        command="some_command",
        title="A title",
        facts={"text": "a", "number": 1, "part": 0.5, "truth": True, "moment": moment, "nothing": None},
        sections=(Section(name="one", title="One", columns=columns, rows=[(UUID(int=1), moment)]),),
        records=Section(name="rows", title="Rows", columns=columns, rows=iter([(1, 2), (3, 4)])),
        findings=(
            finding("W201", repeats=1, more_than=1, days=1, institution="x", requests=1),
            finding("I202", obj="x", location=Location(path="a.py", line=3), path=("a.py:1 f", "b.py:2 g")),
        ),
        run=Run(
            database="default",
            vendor="sqlite3",
            server_version="3.40",
            taken_at=moment,
            isolation="SERIALIZABLE",
            read_only="query_only = 1",
        ),
        next_step="python manage.py check",
    )
    VALIDATOR.validate(as_json(report))


def test_a_report_with_nothing_is_valid():
    VALIDATOR.validate(as_json(Report(command="some_command", title="A title", facts={})))


def test_the_schema_refuses_what_is_not_a_report():
    assert not VALIDATOR.is_valid({**as_json(Report(command="some_command", title="A", facts={})), "more": 1})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "command",
    [
        ("audit_credit_pathways", "--rows"),
        ("infer_program_candidates", "--all"),
        ("report_credit_requests",),
    ],
)
def test_reports_of_the_reading_commands_are_valid(run_command, command):
    history.make_catalogue()
    history.make_legacy_rows()
    history.make_recorded_rows()
    VALIDATOR.validate(json.loads(run_command(*command, "--format=json")[1]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["text", "json", "csv"])
@pytest.mark.parametrize(
    "command",
    [
        ("audit_credit_pathways",),
        ("infer_program_candidates", "--all"),
        ("report_credit_requests",),
        ("report_credit_requests", "--repeats"),
    ],
)
def test_reports_name_no_person(run_command, command, form):
    history.make_catalogue()
    history.make_legacy_rows()
    history.make_recorded_rows()
    out = run_command(*command, f"--format={form}")[1]
    assert out
    assert "learner3" not in out
    assert "@" not in out
