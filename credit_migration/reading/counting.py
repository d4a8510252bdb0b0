"""Snapshot and a selection → how many rows each pathway has in it."""

from __future__ import annotations

from credit_migration.data import Catalogue, PathwayClass
from credit_migration.reading.selection import Selection
from credit_migration.reading.tables import Tables
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
