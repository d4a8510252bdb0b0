"""CSV of the row-level table alone, or of the first section where a report has no rows; RFC 4180, LF line ends."""

from __future__ import annotations

from typing import TextIO

from credit_migration.data import Report
from credit_migration.exceptions import UsageError
from credit_migration.reports.values import csv_line


def write(report: Report, out: TextIO) -> None:
    table = report.records or next(iter(report.sections), None)
    if table is None:
        raise UsageError(
            f"The report of {report.command} has no table, so it has no CSV form.",
            hint="Use --format json or --format text.",
        )
    out.write(csv_line(column.name for column in table.columns))
    for line in table.csv_lines or map(csv_line, table.rows):
        out.write(line)
