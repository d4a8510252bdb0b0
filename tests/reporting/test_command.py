import json
import re
from pathlib import Path

import pytest

from tests import history

EXPECTED = Path(__file__).parent / "expected"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("whole_history")
def test_tells_the_same_on_every_database(run_command):
    status, out, err = run_command("report_credit_requests")

    assert re.sub(r"^Database .*\n", "", out, flags=re.MULTILINE) == (EXPECTED / "requests.txt").read_text()
    assert (status, err) == (0, "")


@pytest.mark.usefixtures("whole_history")
def test_csv_holds_requests_by_month_or_the_repeats(run_command):
    assert run_command("report_credit_requests", "--format=csv") == (0, (EXPECTED / "requests.csv").read_text(), "")
    assert run_command("report_credit_requests", "--format=csv", "--repeats", "--more-than=2") == (
        0,
        "user_id,program_id,program_uuid,pathway_id,organisation,requests,most_in_window\n"
        f'31,11,{history.uid("program 11")},21,"Alpha, ""U""",4,4\n',
        "",
    )


@pytest.mark.usefixtures("whole_history")
def test_repeats_depend_on_number_and_window(run_command):
    def repeats(*options):
        return json.loads(run_command("report_credit_requests", "--format=json", *options)[1])["facts"]["repeats"]

    assert repeats() == 1
    assert repeats("--window-days=29") == 0
    assert repeats("--more-than=4") == 0
    assert repeats("--more-than=1", "--window-days=1") == 0
    assert repeats("--more-than=1", "--window-days=2") == 1
    assert repeats("--pathway=22") == 0


@pytest.mark.usefixtures("whole_history")
def test_repeats_fail_at_their_level(run_command):
    status, _, err = run_command("report_credit_requests", "--fail-level=WARNING")
    assert (status, err) == (1, "")


def test_before_the_column_is_there_only_legacy_candidates_are_shown(run_command):
    with history.schema_at(history.LEGACY):
        history.make_catalogue()
        history.make_legacy_rows()
        status, out, err = run_command("report_credit_requests", "--format=json", "--more-than=1")

    report = json.loads(out)
    assert (status, err) == (0, "")
    assert (report["facts"]["requests_with_program"], report["facts"]["legacy_candidates"]) == (0, 8)
    assert [(f["id"], f["msg"], f["hint"]) for f in report["findings"]] == [
        (
            "credit_migration.I202",
            "The request table has no program column yet, so there are no recorded requests to report on.",
            "Run the expand step first: python manage.py show_credit_rollout. Legacy candidates are shown apart.",
        )
    ]


@pytest.mark.parametrize("options", [(), ("--pathway=21",), ("--created-to=2022-10-06",), ("--organisation=Beta",)])
@pytest.mark.usefixtures("whole_history")
def test_every_total_adds_up_and_candidates_never_mix_in(run_command, options):
    report = json.loads(run_command("report_credit_requests", "--format=json", *options)[1])
    for column, fact in (("requests", "requests_with_program"), ("legacy_candidates", "legacy_candidates")):
        for name in ("requests", "programs", "months"):
            assert sum(line[column] for line in report["sections"][name]) == report["facts"][fact], (name, column)


@pytest.mark.usefixtures("whole_history")
def test_the_page_holds_the_repeats_and_the_institutions_that_they_reach(run_command):
    status, out, err = run_command("report_credit_requests", "--format=html", "--more-than=2")
    assert (status, err) == (0, "")
    assert "Legacy candidates (not recorded)" in out
    report = json.loads(run_command("report_credit_requests", "--format=json", "--more-than=2")[1])
    assert [line["requests"] for line in report["sections"]["repeats"]] == [4]
    assert report["sections"]["institutions"] == [
        {"organisation": 'Alpha, "U"', "learners": 1, "repeats": 1, "requests": 4, "most_in_window": 4}
    ]
    assert "Alpha, &quot;U&quot;" in out
