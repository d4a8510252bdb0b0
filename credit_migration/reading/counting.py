"""Snapshot and a selection → how many of its rows have this pathway, status, program and month."""

from __future__ import annotations

from typing import Any

from credit_migration.data import Catalogue, PathwayClass
from credit_migration.reading.selection import Selection
from credit_migration.reading.tables import Tables
from credit_migration.schema.backends.base import Dialect
from credit_migration.schema.reading import Snapshot


def count_by_class(
    tables: Tables, snapshot: Snapshot, selection: Selection, catalogue: Catalogue
) -> dict[PathwayClass, int]:
    """Return how many of the selected rows each class has; a pathway that is missing maps to no program."""
    counts = dict.fromkeys(PathwayClass, 0)
    sql = (
        f"SELECT r.{tables.pathway}, COUNT(*) FROM {selection.source} WHERE {selection.condition} "
        f"GROUP BY r.{tables.pathway}"
    )
    for pathway, rows in snapshot.all(sql, selection.params):
        counts[catalogue.class_of(pathway)] += rows
    return counts


def count_by_month(
    tables: Tables, snapshot: Snapshot, selection: Selection, *by: str, counts: tuple[str, ...] = ("COUNT(*)",)
) -> list[tuple[Any, ...]]:
    """
    Return the columns ``by`` of the selection, the month of creation (``YYYY-MM``, UTC) and the ``counts`` of its rows.

    The server reads the table once. The lines are at most pathways by months by what else is asked, not rows.
    """
    return sorted(snapshot.all(month_sql(snapshot.backend, selection, *by, counts=counts), selection.params))


def month_sql(dialect: Dialect, selection: Selection, *by: str, counts: tuple[str, ...] = ("COUNT(*)",)) -> str:
    """Return SQL for ``count_by_month``, its columns by_0, by_1, …, month_name, n_0, n_1, …."""
    month = dialect.month_key("r.created")
    columns = [f"r.{column}" for column in by]
    named = ", ".join(f"{column} AS by_{position}" for position, column in enumerate(columns))
    counted = ", ".join(f"{count} AS n_{position}" for position, count in enumerate(counts))
    grouped = (
        f"SELECT {named}, {month} AS month_key, {counted} FROM {selection.source} "
        f"WHERE {selection.condition} GROUP BY {', '.join([*columns, month])}"
    )
    names = ", ".join(f"by_{position}" for position in range(len(by)))
    totals = ", ".join(f"n_{position}" for position in range(len(counts)))
    # Not "month": some servers keep that word for themselves.
    return f"SELECT {names}, {dialect.month_name('month_key')} AS month_name, {totals} FROM ({grouped}) g"
