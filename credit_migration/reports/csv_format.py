"""
CSV of the row-level table alone, or of the first section where a report has no rows; RFC 4180, LF line ends.

A cell that a spreadsheet would run as a formula gets a leading apostrophe.
Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
from typing import TextIO

from credit_migration.data import Report, Scalar
from credit_migration.exceptions import UsageError
from credit_migration.reports.values import as_text

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(report: Report, out: TextIO) -> None:
    table = report.records or next(iter(report.sections), None)
    if table is None:
        raise UsageError(
            f"The report of {report.command} has no table, so it has no CSV form.",
            hint="Use --format json or --format text.",
        )
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows([_cell(value) for value in row] for row in table.rows)


def _cell(value: Scalar) -> str:
    text = as_text(value)
    # A number of ours is never a formula; only text that somebody typed can be one.
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text
