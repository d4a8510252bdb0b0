"""A cell's value → the same text on every database; a row → its line of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from credit_migration.data.report import Scalar

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_json(value: Scalar) -> str | int | float | bool | None:
    """Return a value as JSON has it: moments as ISO 8601 in UTC with microseconds, UUIDs with dashes."""
    if isinstance(value, datetime):
        return as_utc(value).isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, UUID):
        return str(value)
    return value


def as_text(value: Scalar) -> str:
    """Return a value as a person reads it, and as a CSV cell has it; nothing is the empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(as_json(value))


def as_utc(value: datetime) -> datetime:
    """Return the moment in UTC; one without a zone is UTC already, as Django stores it."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def csv_line(values: Iterable[Scalar]) -> str:
    """
    Return one line of CSV, RFC 4180 with LF as its end.

    Text that a spreadsheet would run as a formula gets a leading apostrophe; numbers of ours never are one.
    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    written = _Written()
    # Before Python 3.13 the writer quotes only the line ends that are its own, so a lone CR would end the row.
    csv.writer(written, lineterminator="\r\n").writerow([_cell(value) for value in values])
    return written.text.removesuffix("\r\n") + "\n"


class _Written:
    text = ""

    def write(self, text: str) -> None:
        self.text = text


def _cell(value: Scalar) -> str:
    text = as_text(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA_STARTS) else text
