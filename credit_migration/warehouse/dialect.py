"""The SQL in which the queries are put together before they are translated: DuckDB's, and no more of it than needed."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlglot import exp

from credit_migration.schema.backends.base import Dialect

SOURCE = "duckdb"


class Written(Dialect):
    """Only what sqlglot carries to every engine: no formats of moments, no functions of one vendor."""

    def month_key(self, moment: str) -> str:
        return f"EXTRACT(YEAR FROM {moment}) * 100 + EXTRACT(MONTH FROM {moment})"

    def month_name(self, key: str) -> str:
        text = f"CAST({key} AS VARCHAR)"
        return f"SUBSTRING({text}, 1, 4) || '-' || SUBSTRING({text}, 5, 2)"

    def iso_text(self, moment: str) -> str:
        # A warehouse has a type for moments, and so have its readers.
        return moment

    def within(self, seconds: int, earlier: str, later: str) -> str:
        return f"{earlier} >= {later} - INTERVAL '{seconds}' SECOND"


def quote(name: str) -> str:
    """Return a name as SQL has it."""
    return exp.to_identifier(name, quoted=True).sql(SOURCE)


def literal(value: str | int | datetime, *, naive: bool = False) -> str:
    """Return a value as SQL; ``naive`` writes a moment without its zone, UTC."""
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return exp.Literal.string(value).sql(SOURCE)
    moment = value.astimezone(UTC)
    if naive:
        return f"TIMESTAMP '{moment.replace(tzinfo=None).isoformat(' ')}'"
    return f"TIMESTAMPTZ '{moment.isoformat(' ')}'"
