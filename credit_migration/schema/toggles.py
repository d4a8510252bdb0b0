"""The names of waffle's switches and flags → what the database says of them now."""

from __future__ import annotations

from collections.abc import Sequence

from credit_migration.schema.reading import Snapshot

_TABLES = {"waffle_switch": "active", "waffle_flag": "everyone"}


def read_toggles(names: Sequence[str], snapshot: Snapshot) -> dict[str, bool | None]:
    """Return whether each switch or flag that has a row is on; ``None`` for a flag that is on for some only."""
    there = snapshot.connection.introspection.table_names() if names else []
    found: dict[str, bool | None] = {}
    for table, column in _TABLES.items():
        if table in there:
            marks = ", ".join(["%s"] * len(names))
            rows = snapshot.all(f"SELECT name, {column} FROM {table} WHERE name IN ({marks})", names)
            found |= {name: None if value is None else bool(value) for name, value in rows}
    return found
