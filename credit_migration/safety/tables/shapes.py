"""A table as statements have left it: its columns, indexes, foreign keys and checks; and how tables hang together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``type`` in words that are alike for alike types, ``charset`` what it says of characters itself."""

    name: str
    type: tuple[str, ...]
    null: bool
    charset: tuple[str, ...] = ()
    automatic: bool = False
    """Its values come from a counter or an expression."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index, be it a constraint's or not."""

    columns: tuple[str, ...]
    unique: bool = False
    fulltext: bool = False


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A foreign key; not ``valid`` where its old rows were not looked at yet."""

    columns: tuple[str, ...]
    to: str
    to_columns: tuple[str, ...]
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """A check; ``not_null`` is the column that it keeps from being null, if that is all that it does."""

    columns: frozenset[str]
    valid: bool = True
    not_null: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its indexes, keys and checks by name."""

    name: str
    columns: Mapping[str, Column] = field(default_factory=dict)
    indexes: Mapping[str, Index] = field(default_factory=dict)
    keys: Mapping[str, ForeignKey] = field(default_factory=dict)
    checks: Mapping[str, Check] = field(default_factory=dict)

    @property
    def parents(self) -> tuple[str, ...]:
        """The other tables that its foreign keys point to."""
        return tuple(dict.fromkeys(key.to for key in self.keys.values() if key.to != self.name))

    @property
    def has_fulltext(self) -> bool:
        return any(index.fulltext for index in self.indexes.values())

    def indexes_of(self, column: str) -> list[Index]:
        return [index for index in self.indexes.values() if column in index.columns]

    def keys_of(self, column: str) -> list[ForeignKey]:
        return [key for key in self.keys.values() if column in key.columns]


Tables: TypeAlias = Mapping[str, Table]


def children(tables: Tables, parent: str, columns: tuple[str, ...] | None = None) -> Iterator[str]:
    """Yield the other tables with a foreign key to ``parent``; to one of its ``columns`` where they are given."""
    for table in tables.values():
        for key in table.keys.values():
            if key.to == parent != table.name and (columns is None or set(columns) & set(key.to_columns)):
                yield table.name


def owner_of_index(tables: Tables, name: str) -> Table | None:
    """Return the table that has the index; PostgreSQL names an index without it."""
    return next((table for table in tables.values() if name in table.indexes), None)
