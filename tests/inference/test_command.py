import csv
import io
import json
import re
from pathlib import Path

import pytest

from tests import history

EXPECTED = Path(__file__).parent / "expected"
pytestmark = pytest.mark.django_db(transaction=True)


def rows(out):
    return list(csv.DictReader(io.StringIO(out)))


@pytest.mark.usefixtures("whole_history")
def test_tells_the_same_on_every_database(run_command):
    status, out, err = run_command("infer_program_candidates", "--all")

    assert re.sub(r"^Database .*\n", "", out, flags=re.MULTILINE) == (EXPECTED / "candidates.txt").read_text()
    assert (status, err) == (0, "")


@pytest.mark.usefixtures("whole_history")
def test_json_holds_the_same_on_every_database_but_the_run(run_command):
    status, out, err = run_command("infer_program_candidates", "--all", "--format=json")
    report = json.loads(out)
    del report["run"]

    assert report == json.loads((EXPECTED / "candidates.json").read_text())
    assert (status, err) == (0, "")


@pytest.mark.usefixtures("whole_history")
def test_csv_holds_candidates_alone_unless_all_are_asked_for(run_command):
    _, whole, _ = run_command("infer_program_candidates", "--all", "--format=csv")
    _, out, _ = run_command("infer_program_candidates", "--format=csv")

    assert whole == (EXPECTED / "candidates.csv").read_text()
    assert [row for row in rows(whole) if row["kind"] == "candidate"] == rows(out)
    assert [row["request_id"] for row in rows(whole) if row["kind"] == "ambiguous"] == ["9", "10"]


@pytest.mark.usefixtures("whole_history")
def test_the_server_counts_as_the_rows_are_graded(run_command):
    _, out, _ = run_command("infer_program_candidates", "--format=json")
    report = json.loads(out)

    grades = [record["grade"] for record in report["records"]]
    for grade in ("corroborated", "plausible", "contradicted"):
        assert report["facts"][grade] == grades.count(grade)
        assert sum(line[grade] for line in report["sections"]["pathways"]) == grades.count(grade)
    assert sum(line["rows"] for line in report["sections"]["grades"]) == len(grades)
    assert report["facts"]["legacy_rows_one_program"] == len(grades)


@pytest.mark.parametrize("migration", [history.LEGACY, history.EXPANDED])
def test_grades_alike_before_the_rollout_is_done(run_command, migration):
    with history.schema_at(migration):
        history.make_catalogue()
        history.make_legacy_rows()
        status, out, err = run_command("infer_program_candidates", "--format=csv")

    assert (status, err) == (0, "")
    assert {int(row["request_id"]): row["grade"] for row in rows(out)} == {
        1: "plausible",
        2: "corroborated",
        3: "plausible",
        4: "contradicted",
        5: "contradicted",
        6: "contradicted",
        7: "plausible",
        8: "plausible",
    }


@pytest.mark.usefixtures("whole_history")
def test_limit_is_over_legacy_rows_and_not_over_candidates(run_command):
    _, out, _ = run_command("infer_program_candidates", "--format=csv", "--after-pk=7", "--limit=2")
    assert [row["request_id"] for row in rows(out)] == ["8"]


def test_no_rows_at_all(run_command):
    assert run_command("infer_program_candidates", "--format=csv")[0] == 0
    status, out, err = run_command("infer_program_candidates", "--format=json", "--all")
    assert (status, err) == (0, "")
    assert json.loads(out)["records"] == []
