"""SQL of a report on queries: each query whole and ended by a semicolon, and around them comments alone."""

from __future__ import annotations

from typing import TextIO

from credit_migration.data import Report
from credit_migration.reports.values import as_text


def write(report: Report, out: TextIO) -> None:
    queries, limits = report.sections
    session = report.facts["session"]
    out.write(f"-- {report.title}\n")
    for name, value in report.facts.items():
        if name != "session":
            out.write(_comment(f"{name}: {as_text(value)}"))
    for (limit,) in limits.rows:
        out.write(_comment(str(limit)))
    if session:
        out.write(_comment(f"Months are those of the session's time zone. Before the queries run: {session};"))
    for name, tells, sql in (map(str, row) for row in queries.rows):
        out.write(f"\n{_comment(f'{name}: {tells}')}{sql};\n")


def _comment(text: str) -> str:
    return f"-- {' '.join(text.split())}\n"
