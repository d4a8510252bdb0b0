"""The years of the history, as microseconds since 1970, which is what the simulation counts in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE


def moment(year: int, month: int, day: int) -> int:
    """Return midnight UTC of a day."""
    return int((datetime(year, month, day, tzinfo=UTC) - EPOCH) / timedelta(microseconds=1))


START = moment(2018, 1, 1)
END = moment(2026, 1, 1)
"""Nothing of the history is later, so a rehearsal's own requests always come after it."""


def text(moment_us: int) -> str:
    """Return a moment as every database takes it, in UTC."""
    return (EPOCH + timedelta(microseconds=moment_us)).strftime("%Y-%m-%d %H:%M:%S.%f")
