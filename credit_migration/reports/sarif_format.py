"""
SARIF 2.1.0, as code scanning reads it: one run, a rule for each id that was found.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any, TextIO

from credit_migration.data import Finding, Level, Report
from credit_migration.reports.findings import anchor, fingerprint, full_text, is_ours, message_of, title_of

_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "note"}


def write(report: Report, out: TextIO) -> None:
    rules = {finding.id: _rule(finding) for finding in report.findings}
    order = list(rules)
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "credit_migration", "rules": list(rules.values())}},
                "automationDetails": {"id": f"credit_migration/{report.command}/"},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, order.index(finding.id)) for finding in report.findings],
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


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.id,
        "ruleIndex": rule,
        "level": _LEVELS[finding.level],
        "message": {"text": full_text(finding)},
        "partialFingerprints": {"credit_migration/v1": fingerprint(finding)},
    }
    if finding.undecided:
        # SARIF's own word for a question that nobody could answer; it asks for level "none" with it.
        result |= {"kind": "open", "level": "none"}
    if finding.location is not None:
        result["locations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(finding.location.path)},
                    "region": {"startLine": finding.location.line},
                }
            }
        ]
    return result


def _uri(path: str) -> str:
    return PurePath(path).as_uri() if PurePath(path).is_absolute() else PurePath(path).as_posix().replace(" ", "%20")
