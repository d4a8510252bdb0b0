"""Rows that a database let in around the models: they are counted in their class, and told of."""

import json

import pytest
from django.db import connection

from credit_migration import api
from tests import history

pytestmark = pytest.mark.django_db(transaction=True)
needs_unheld_keys = pytest.mark.skipif(
    connection.vendor == "postgresql", reason="PostgreSQL's foreign keys hold for every row."
)


def told(out):
    return [(f["id"].removeprefix("credit_migration."), f["msg"], f["hint"]) for f in json.loads(out)["findings"]]


@needs_unheld_keys
def test_rows_whose_learner_or_pathway_is_missing(run_command):
    history.make_catalogue()
    with connection.constraint_checks_disabled():
        history.request(1, 99, 21, "2020-01-01")
        for pk in range(2, 14):
            history.request(pk, 31, 100 + pk, "2020-01-01")

    status, out, err = run_command("audit_credit_pathways", "--format=json", "--rows")
    report = json.loads(out)

    assert (status, err) == (1, "")
    assert told(out) == [
        (
            "E106",
            "1 legacy rows name a learner who is not in the user table.",
            "The database did not enforce the foreign key. Find how they came there before you add a constraint on "
            "this table: ALTER TABLE would fail on them.",
        ),
        (
            "E107",
            "12 legacy rows name a pathway that is not there: 102, 103, 104, 105, 106, 107, 108, 109, 110, 111 and 2 "
            "more.",
            "The database did not enforce the foreign key. They are counted as mapping to no program.",
        ),
    ]
    assert [line["rows"] for line in report["sections"]["classes"]] == [1, 0, 12]
    assert report["sections"]["organisations"][0] == {
        "organisation": None,
        "one_program": 0,
        "several_programs": 0,
        "no_program": 12,
        "rows": 12,
    }
    assert report["records"][1]["class"] == "no_program"
    assert report["records"][1]["pathway_uuid"] is None
    line = run_command("audit_credit_pathways", "--format=csv", "--after-pk=12")[1].splitlines()[1]
    assert line == "13,31,113,,,sent,2020-01-01T00:00:00.000000Z,no_program"


@needs_unheld_keys
def test_a_program_list_that_names_what_is_missing_changes_no_class(run_command):
    history.make_catalogue()
    history.request(1, 31, 21, "2020-01-01")
    history.shared(31, 11, "2020-01-01")
    with connection.constraint_checks_disabled():
        history.insert("catalog_pathway_programs", pathway_id=21, program_id=77, sort_value=9)

    _, out, _ = run_command("audit_credit_pathways", "--format=json")
    assert told(out) == [
        (
            "W109",
            "1 entries of the pathways' program lists name a pathway or program that is not there, the first: "
            "pathway 21, program 77.",
            "Such entries are left out when a pathway's programs are counted. Remove them in the catalogue.",
        )
    ]
    _, out, _ = run_command("infer_program_candidates", "--format=json")
    assert [record["grade"] for record in json.loads(out)["records"]] == ["corroborated"]


def test_since_counts_before_the_column_is_there_too(run_command):
    with history.schema_at(history.LEGACY):
        history.make_catalogue()
        history.make_legacy_rows()
        _, out, _ = run_command("audit_credit_pathways", "--format=json", "--since=2020-03-08")
    facts = json.loads(out)["facts"]
    assert (facts["new_rows_without_program"], facts["older_rows_with_program"]) == (2, 0)


def test_code_can_ask_without_options():
    with api.read_only("default") as snapshot:
        assert api.audit(snapshot).facts["selected_legacy_rows"] == 0
        report = api.infer_candidates(snapshot)
        assert list(report.records.rows) == []
        assert api.report_requests(snapshot).facts["repeats"] == 0
