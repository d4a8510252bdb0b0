"""
JUnit XML, as CI servers read it: a test case a finding, or one that passed where there is none.

Source: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

from typing import TextIO
from xml.etree import ElementTree as ET

from credit_migration.data import Finding, Report
from credit_migration.reports.findings import full_text, is_failure, title_of


def write(report: Report, out: TextIO) -> None:
    failures = sum(map(is_failure, report.findings))
    cases = [_case(finding) for finding in report.findings] or [_passed(report)]
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": "0"}
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": report.command, **counts, "skipped": "0"})
    suite.extend(cases)
    ET.indent(suites)
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write(ET.tostring(suites, encoding="unicode"))
    out.write("\n")


def _passed(report: Report) -> ET.Element:
    return ET.Element("testcase", {"classname": report.command, "name": "no finding"})


def _case(finding: Finding) -> ET.Element:
    place = {"file": finding.location.path, "line": str(finding.location.line)} if finding.location else {}
    where = str(finding.location or finding.obj or "")
    names = {"classname": _clean(finding.obj or finding.id), "name": f"{finding.id} {where}".strip()}
    case = ET.Element("testcase", {**names, **place})
    text = _clean(full_text(finding))
    if is_failure(finding):
        kind = "undecided" if finding.undecided else finding.level.name.lower()
        ET.SubElement(case, "failure", {"message": title_of(finding), "type": kind}).text = text
    else:
        ET.SubElement(case, "system-out").text = text
    return case


def _clean(text: str) -> str:
    """Return the text without the control characters that XML 1.0 can't hold."""
    return "".join(letter for letter in text if letter >= " " or letter in "\n\t")
