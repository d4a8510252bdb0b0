"""Snapshot → nothing, where each moment in the host's tables is one; servers that type their columns are not asked."""

from __future__ import annotations

from typing import Any

from credit_migration.exceptions import MomentUnreadable
from credit_migration.host import ModelClass
from credit_migration.schema.reading import Snapshot

_SHOWN = 40
"""Characters of a value that is no moment; there may be any text in its place."""


def require_moments(snapshot: Snapshot, model: ModelClass | None, *names: str, checked: str = "1 = 0") -> None:
    """
    Check the moments that reports count by, compare and show.

    Args:
        snapshot: the database that is read.
        model: a model of the host, or ``None`` where the host has none such.
        names: its fields.
        checked: SQL that is true for the rows whose moments are read as such, not as their text alone.

    Raises: MomentUnreadable with the first row whose text is no moment. Text that Django did not write sorts and
        compares wrongly beside text that it did, so nothing is reported over it.

    """
    if model is None or not snapshot.backend.moments_are_text:
        return
    meta: Any = model._meta
    quote = snapshot.connection.ops.quote_name
    table, pk = meta.db_table, meta.pk.column
    columns = [meta.get_field(name).column for name in names]
    conditions = {column: snapshot.backend.is_no_moment(quote(column), checked) for column in columns}
    if not snapshot.all(f"SELECT 1 FROM {quote(table)} WHERE {' OR '.join(conditions.values())} LIMIT 1"):
        return
    for column, is_none in conditions.items():
        found = snapshot.all(
            f"SELECT {quote(pk)}, CAST({quote(column)} AS TEXT), COUNT(*) OVER () FROM {quote(table)} WHERE {is_none} "
            f"ORDER BY {quote(pk)} LIMIT 1"
        )
        for row, value, rows in found:
            more = f", and so it is in {rows - 1} more" if rows > 1 else ""
            raise MomentUnreadable(
                f"In {table}, the row with {pk} = {row} has {column} {_short(value)!r}, which is no moment as Django "
                f"writes it{more}.",
                hint="Find what wrote it, and write each in UTC and in this form, then run the command again: "
                f"UPDATE {table} SET {column} = '2026-09-12 08:00:00.000000' WHERE {pk} = {row};",
            )


def _short(value: str) -> str:
    return f"{value[:_SHOWN]}…" if len(value) > _SHOWN else value
