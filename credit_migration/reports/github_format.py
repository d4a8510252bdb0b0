"""
GitHub workflow commands, which Actions shows at the line of a pull request.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

from typing import TextIO

from credit_migration.data import Finding, Level, Report
from credit_migration.reports.findings import full_text, title_of

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "notice"}


def write(report: Report, out: TextIO) -> None:
    for finding in report.findings:
        out.write(f"::{_COMMANDS[finding.level]} {_properties(finding)}::{_data(full_text(finding))}\n")


def _properties(finding: Finding) -> str:
    undecided = "Undecided: " if finding.undecided else ""
    properties = {"title": f"{undecided}{title_of(finding)} ({finding.id})"}
    if finding.location is not None:
        properties = {"file": finding.location.path, "line": str(finding.location.line), **properties}
    return ",".join(f"{name}={_property(value)}" for name, value in properties.items())


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
