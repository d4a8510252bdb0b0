"""A table as the database has it, and where it stands on its way."""

from __future__ import annotations

import enum
from collections.abc import Collection
from dataclasses import dataclass, replace


class SchemaState(enum.StrEnum):
    """Where the request table stands on its way through ADR 0005."""

    LEGACY = "legacy"
    """No program column yet: every row is a legacy row."""
    PARTIAL = "partial"
    """The program column is there, and a unique over user and pathway still keeps learners from asking again."""
    TARGET = "target"
    """The program column is there and nothing keeps a learner from asking again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnState:
    """A column as the database has it."""

    name: str
    null: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexState:
    """An index or a unique as the database has it. ``valid`` is false for a leftover that PostgreSQL does not use."""

    name: str
    columns: tuple[str, ...]
    unique: bool
    valid: bool = True
    constraint: bool = False
    """A declared constraint rather than a bare index, as far as the vendor tells the two apart."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ForeignKeyState:
    """A foreign key as the database has it. ``validated`` is false while PostgreSQL has not looked at old rows."""

    name: str
    column: str
    to_table: str
    to_column: str
    validated: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class TableState:
    """A table as the database has it, by introspection."""

    table: str
    columns: tuple[ColumnState, ...] = ()
    indexes: tuple[IndexState, ...] = ()
    foreign_keys: tuple[ForeignKeyState, ...] = ()

    def has_column(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    def uniques_over(self, *columns: str) -> tuple[IndexState, ...]:
        """Return the uniques whose columns include all of ``columns``, by name."""
        return tuple(
            index
            for index in sorted(self.indexes, key=lambda index: index.name)
            if index.unique and set(columns) <= set(index.columns)
        )

    def has_index_led_by(self, column: str) -> bool:
        """Whether a usable index that is no unique starts with ``column``."""
        return any(index.valid and not index.unique and index.columns[:1] == (column,) for index in self.indexes)

    def without_index(self, name: str) -> TableState:
        return replace(self, indexes=tuple(index for index in self.indexes if index.name != name))

    def indexes_named(self, names: Collection[str]) -> tuple[IndexState, ...]:
        return tuple(index for index in self.indexes if index.name in names)

    def foreign_key_of(self, column: str) -> ForeignKeyState | None:
        return next((key for key in self.foreign_keys if key.column == column), None)
