import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests import history

EXPECTED = Path(__file__).parent / "expected"
pytestmark = pytest.mark.django_db(transaction=True)


def without_run(text):
    return re.sub(r"^Database .*\n", "", text, flags=re.MULTILINE)


def facts(out):
    return json.loads(out)["facts"]


@pytest.mark.usefixtures("whole_history")
def test_tells_the_same_on_every_database(run_command):
    status, out, err = run_command("audit_credit_pathways")

    assert without_run(out) == (EXPECTED / "audit.txt").read_text()
    assert (status, err) == (1, "")


@pytest.mark.usefixtures("whole_history")
def test_json_holds_the_same_on_every_database_but_the_run(run_command):
    status, out, err = run_command("audit_credit_pathways", "--format=json", "--rows")
    report = json.loads(out)
    del report["run"]

    assert report == json.loads((EXPECTED / "audit.json").read_text())
    assert (status, err) == (1, "")


@pytest.mark.usefixtures("whole_history")
def test_csv_holds_every_legacy_row(run_command):
    status, out, err = run_command("audit_credit_pathways", "--format=csv")

    assert out == (EXPECTED / "audit.csv").read_text()
    assert (status, err) == (1, "")


@pytest.mark.usefixtures("whole_history")
def test_every_total_adds_up_to_the_legacy_rows(run_command):
    _, out, _ = run_command("audit_credit_pathways", "--format=json", "--rows")
    report = json.loads(out)
    sections = report["sections"]

    rows = report["facts"]["selected_legacy_rows"]
    assert rows == len(report["records"]) == 12
    for name in ("classes", "pathways", "organisations", "statuses", "months"):
        assert sum(line["rows"] for line in sections[name]) == rows, name
    by_class = {line["class"]: line["rows"] for line in sections["classes"]}
    for name in ("organisations", "statuses", "months"):
        for pathway_class, total in by_class.items():
            assert sum(line[pathway_class] for line in sections[name]) == total, (name, pathway_class)
    for pathway_class, total in by_class.items():
        assert sum(record["class"] == pathway_class for record in report["records"]) == total


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["--site=101", "--pathway=22"], [9, 10]),
        (["--organisation", 'Alpha, "U"'], [1, 2, 3, 4, 5, 6, 17]),
        (["--status="], [2]),
        (["--status=sent", "--created-to=2020-02-01"], [1]),
        (["--created-from=2020-01-31T23:59:59.999999+00:00", "--created-to=2020-02-01"], [2]),
        (["--created-from=2020-03-08T02:00:00+02:00"], [10, 11, 17]),
        (["--after-pk=9"], [10, 11, 17]),
        (["--after-pk=2", "--limit=3"], [3, 4, 5]),
        (["--pathway=21", "--limit=2", "--status=sent"], [1, 3]),
    ],
)
@pytest.mark.usefixtures("whole_history")
def test_filters_select_rows(run_command, options, ids):
    _, out, _ = run_command("audit_credit_pathways", "--format=csv", *options)
    assert [int(row["request_id"]) for row in csv.DictReader(io.StringIO(out))] == ids

    _, out, _ = run_command("audit_credit_pathways", "--format=json", *options)
    assert facts(out)["selected_legacy_rows"] == len(ids)
    assert facts(out).get("last_request_id") == (ids[-1] if "--limit" in " ".join(options) else None)


@pytest.mark.usefixtures("whole_history")
def test_filters_are_told(run_command):
    _, out, _ = run_command("audit_credit_pathways", "--format=json", "--status=", "--after-pk=1", "--site=101")
    told = {name: value for name, value in facts(out).items() if name.startswith("filter_")}
    assert told == {"filter_site": 101, "filter_status": "", "filter_after_pk": 1}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (
            ["--pathway=99"],
            "There is no pathway 99.\nUse one of these: 21, 22, 23, 24, 25, 26.",
        ),
        (
            ["--site=7"],
            "There is no pathway of site 7.\nUse one of these: 101.",
        ),
        (
            ["--organisation=alpha"],
            "There is no pathway of organisation 'alpha'.\n"
            "Use one of these: '=HYPERLINK(1)', 'Alpha, \"U\"', 'Beta', 'Gamma'.",
        ),
        (
            ["--pathway=21", "--organisation=Beta"],
            "There is no pathway of organisation 'Beta' among those named before it.\n"
            "Use one of these: '=HYPERLINK(1)', 'Alpha, \"U\"', 'Beta', 'Gamma'.",
        ),
        (
            ["--created-from=2021-01-01", "--created-to=2020-01-01"],
            "--created-from 2021-01-01T00:00:00+00:00 is not before --created-to 2020-01-01T00:00:00+00:00.\n"
            "Swap the two dates; --created-to is exclusive.",
        ),
    ],
)
@pytest.mark.usefixtures("whole_history")
def test_a_filter_that_can_name_nothing_is_an_error(run_command, options, error):
    assert run_command("audit_credit_pathways", *options) == (2, "", error)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (
            ["--since=yesterday"],
            "Error: argument --since: 'yesterday' is no date; write it as 2022-09-12 or 2022-09-12T08:00:00Z.",
        ),
        (
            ["--max-legacy-rows=-1"],
            "Error: argument --max-legacy-rows: '-1' is not a whole number of 0 or more.",
        ),
        (
            ["--max-new-null-rows=few"],
            "Error: argument --max-new-null-rows: 'few' is not a whole number of 0 or more.",
        ),
    ],
)
def test_a_value_of_the_wrong_form_is_named(run_command, options, error):
    # Called from Python, Django's parser raises with its own status; from a shell it exits with 2.
    assert run_command("audit_credit_pathways", *options) == (1, "", error)


@pytest.mark.usefixtures("whole_history")
def test_thresholds(run_command):
    status, out, _ = run_command("audit_credit_pathways", "--max-legacy-rows=11", "--max-new-null-rows=1")
    assert status == 1
    assert (
        "ERROR records_usercreditpathway: (credit_migration.E102) 12 legacy rows are selected, and --max-legacy-rows "
        "allows 11.\n" in out
    )
    assert "E101" not in out

    status, out, _ = run_command("audit_credit_pathways", "--max-legacy-rows=12", "--max-new-null-rows=1")
    assert status == 0


@pytest.mark.usefixtures("whole_history")
def test_since_says_where_the_cutover_was(run_command):
    _, out, _ = run_command("audit_credit_pathways", "--format=json", "--since=2020-03-01")
    shown = facts(out)
    assert shown["cutover"] == "2020-03-01T00:00:00.000000Z"
    assert shown["new_rows_without_program"] == 7
    assert shown["older_rows_with_program"] == 1


@pytest.mark.parametrize(("migration", "state"), [(history.LEGACY, "legacy"), (history.EXPANDED, "partial")])
def test_works_before_the_rollout_is_done(run_command, migration, state):
    with history.schema_at(migration):
        history.make_catalogue()
        history.make_legacy_rows()
        status, out, err = run_command("audit_credit_pathways", "--format=json")

    assert (status, err) == (0, "")
    shown = facts(out)
    assert (shown["schema_state"], shown["requests"], shown["selected_legacy_rows"]) == (state, 11, 11)
    assert "cutover" not in shown


def test_an_empty_table_is_clean(run_command):
    status, out, err = run_command("audit_credit_pathways")
    assert (status, err) == (0, "")
    assert without_run(out) == (EXPECTED / "empty.txt").read_text()
