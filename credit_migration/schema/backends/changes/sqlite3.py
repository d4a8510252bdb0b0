"""
SQLite: one transaction a step.

It locks the whole database for a write anyway, so nothing can be gained by going in smaller steps; a rebuild of the
table, which only a declared constraint needs, is Django's own, and is whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from credit_migration.data import Holders, IndexState, NewForeignKey, NewIndex, Step, TableState, Unique
from credit_migration.schema.backends.changes import base


class Dialect(base.Dialect):
    together_is_constraint = False
    lock_timeouts = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_BUSY_SNAPSHOT"})

    def add_foreign_key(self, table: TableState, key: NewForeignKey, also: Sequence[NewIndex]) -> list[Step]:
        steps = []
        name, column = self.quote(key.table), self.quote(key.column)
        if not table.has_column(key.column):
            to = f"{self.quote(key.to_table)} ({self.quote(key.to_column)})"
            clause = f" REFERENCES {to} DEFERRABLE INITIALLY DEFERRED" if key.name else ""
            steps.append(
                self._step(
                    f"add the column {key.column}", f"ALTER TABLE {name} ADD COLUMN {column} {key.definition}{clause}"
                )
            )
        elif key.name and table.foreign_key_of(key.column) is None:
            return [self._rebuild(f"rebuild the table with the foreign key of {key.column}")]
        for index_column, index_name in [(key.column, key.index_name), *((i.column, i.name) for i in also)]:
            if index_name and not table.has_index_led_by(index_column):
                sql = f"CREATE INDEX {self.quote(index_name)} ON {name} ({self.quote(index_column)})"
                steps.append(self._step(f"build the index of {index_column}", sql))
        return steps

    def remove_foreign_key(self, table: TableState, key: NewForeignKey, also: Sequence[NewIndex]) -> list[Step]:
        if not table.has_column(key.column):
            return []
        name, column = self.quote(key.table), self.quote(key.column)
        return [
            self._rebuild(
                f"rebuild the table without the column {key.column}",
                guard=f"SELECT 1 FROM {name} WHERE {column} IS NOT NULL ORDER BY {column} LIMIT 1",
            )
        ]

    def drop_uniques(self, table: TableState, doomed: Sequence[IndexState], instead: Sequence[NewIndex]) -> list[Step]:
        if any(index.constraint for index in doomed):
            return [self._rebuild(f"rebuild the table without the unique {' and '.join(i.name for i in doomed)}")]
        return [self._step(f"drop the unique {index.name}", f"DROP INDEX {self.quote(index.name)}") for index in doomed]

    def add_uniques(self, table: TableState, uniques: Sequence[Unique], instead: Sequence[NewIndex]) -> list[Step]:
        there = {index.columns for index in table.indexes if index.unique}
        missing = [unique for unique in uniques if unique.columns not in there]
        declared = {constraint.name for constraint in self.model._meta.constraints}
        if any(unique.name in declared for unique in missing):
            return [self._rebuild(f"rebuild the table with the unique {' and '.join(u.name for u in missing)}")]
        return [
            self._step(
                f"build the unique index of ({', '.join(unique.columns)})",
                f"CREATE UNIQUE INDEX {self.quote(unique.name)} ON {self.quote(unique.table)}"
                f" ({self.columns(unique.columns)})",
            )
            for unique in missing
        ]

    def holders(self, tables: Sequence[str]) -> Holders:
        return Holders(unseen_because="SQLite does not tell which process has the database locked")

    def _step(self, does: str, sql: str) -> Step:
        return Step(does=does, sql=sql, in_transaction=not self.editor.atomic_migration)

    def _rebuild(self, does: str, guard: str = "") -> Step:
        """Return Django's own rebuild of the table, as the statements that its schema editor collects."""
        collecting: Any = type(self.editor)(self.connection, collect_sql=True)
        collecting.deferred_sql = []
        collecting._remake_table(self.model)
        first, *more = (sql.rstrip(";") for sql in [*collecting.collected_sql, *map(str, collecting.deferred_sql)])
        return Step(
            does=does, sql=first, more=tuple(more), guard=guard, in_transaction=not self.editor.atomic_migration
        )
