"""
SARIF 2.1.0, as code scanning reads it: one run, a rule for each id that was found.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any, TextIO

from credit_migration.data import Finding, Level, Location, Report
from credit_migration.data.report import Waiver
from credit_migration.reports.findings import anchor, fingerprint, full_text, is_ours, message_of, title_of

_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


def write(report: Report, out: TextIO) -> None:
    waivers = [None] * len(report.findings) + [one.waiver for one in report.waived]
    findings = [*report.findings, *(one.finding for one in report.waived)]
    rules = {finding.id: _rule(finding) for finding in findings}
    order = list(rules)
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "credit_migration", "rules": list(rules.values())}},
                "automationDetails": {"id": f"credit_migration/{report.command}/"},
                "columnKind": "unicodeCodePoints",
                "results": [
                    _result(finding, order.index(finding.id), waiver)
                    for finding, waiver in zip(findings, waivers, strict=True)
                ],
            }
        ],
    }
    json.dump(log, out, ensure_ascii=False, indent=2)
    out.write("\n")


def _rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": finding.id,
        "shortDescription": {"text": title_of(finding)},
        "defaultConfiguration": {"level": _LEVELS[finding.level]},
    }
    if is_ours(finding):
        why = message_of(finding).why
        rule["help"] = {"text": why, "markdown": f"{why}\n\nMore: {anchor(finding)}"}
    return rule


def _result(finding: Finding, rule: int, waiver: Waiver | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": rule,
        "level": _LEVELS[finding.level],
        "message": {"text": full_text(finding)},
        "partialFingerprints": {"credit_migration/v1": fingerprint(finding)},
        # Of a run every result has this, or none: an empty list says that the finding stands.
        "suppressions": [] if waiver is None else [_suppression(waiver)],
    }
    if finding.undecided:
        # SARIF's own word for a question that nobody could answer; it asks for level "none" with it.
        result |= {"kind": "open", "level": "none"}
    if finding.location is not None:
        result["locations"] = [_location(finding.location)]
    return result


def _suppression(waiver: Waiver) -> dict[str, Any]:
    return {
        "kind": "inSource" if waiver.in_source else "external",
        "status": "accepted",
        "justification": f"{waiver.reason} (until {waiver.until.isoformat()})",
        "location": _location(waiver.source),
    }


def _location(place: Location) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(place.path)}, "region": {"startLine": place.line}}}


def _uri(path: str) -> str:
    return PurePath(path).as_uri() if PurePath(path).is_absolute() else PurePath(path).as_posix().replace(" ", "%20")
