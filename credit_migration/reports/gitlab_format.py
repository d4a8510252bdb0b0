"""
GitLab's code quality report, which merge requests show.

Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import TextIO

from credit_migration.data import Finding, Level, Report
from credit_migration.reports.findings import fingerprint, full_text

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "minor", Level.INFO: "info"}


def write(report: Report, out: TextIO) -> None:
    # GitLab shows nothing of a problem without a file, so what is about a table stands at the project's root.
    problems = [
        {
            "description": full_text(finding),
            "check_name": finding.id,
            "fingerprint": fingerprint(finding),
            "severity": _severity(finding),
            "location": {
                "path": finding.location.path if finding.location else ".",
                "lines": {"begin": finding.location.line if finding.location else 1},
            },
        }
        for finding in report.findings
    ]
    json.dump(problems, out, ensure_ascii=False, indent=2)
    out.write("\n")


def _severity(finding: Finding) -> str:
    return "major" if finding.undecided else _SEVERITIES[finding.level]
