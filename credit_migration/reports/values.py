"""A cell's value → the same text on every database."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from credit_migration.data import Scalar


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
