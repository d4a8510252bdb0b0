"""CSV of the row-level table alone, or of the first section where a report has no rows; RFC 4180, LF line ends."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TextIO

from credit_migration.data import Report
from credit_migration.exceptions import UsageError
from credit_migration.reports.values import csv_line

WRITTEN_ROWS = 1_000
"""Rows that are written at once."""


def write(report: Report, out: TextIO) -> None:
    head, lines = header_and_lines(report)
    out.write(head)
    rest = iter(lines)
    while page := "".join(islice(rest, WRITTEN_ROWS)):
        out.write(page)


def header_and_lines(report: Report) -> tuple[str, Iterable[str]]:
    """Return the first line, and the others, which are read once. Raises: UsageError if the report has no table."""
    table = report.records or next(iter(report.sections), None)
    if table is None:
        raise UsageError(
            f"The report of {report.command} has no table, so it has no CSV form.",
            hint="Use --format json or --format text.",
        )
    return csv_line(column.name for column in table.columns), table.csv_lines or map(csv_line, table.rows)
