"""What a clause of MySQL's ``ALTER TABLE`` is about, and how long the values of a column may be; pure."""

from __future__ import annotations

from credit_migration.safety.statements import Clause
from credit_migration.safety.tables.shapes import Column

_NO_COLUMN = {"INDEX", "KEY", "CONSTRAINT", "FOREIGN", "UNIQUE", "PRIMARY", "CHECK", "FULLTEXT", "SPATIAL"}
_SIZES = {"ASCII": 1, "LATIN1": 1, "UTF8": 3, "UTF8MB3": 3, "UTF8MB4": 4}
"""Bytes that a character takes at most. A column that names no character set has its table's, which is not known."""


def changes_columns(clause: Clause) -> bool:
    """Return whether the clause adds or drops a column."""
    return (clause.starts("ADD") or clause.starts("DROP")) and clause.words[1].key not in _NO_COLUMN


def lengths(before: Column, new: Column) -> list[tuple[int, int]]:
    """
    Return how many bytes two VARCHARs take at most, before and after, for each size that a character may have.

    None if one of the columns is no VARCHAR, or if the new one is shorter.
    """
    if not before.type[:1] == new.type[:1] == ("VARCHAR",) or int(before.type[2]) > int(new.type[2]):
        return []
    charset = "".join(before.charset[:1]).partition("_")[0]
    sizes = (_SIZES[charset],) if charset in _SIZES else (1, 2, 3, 4)
    return [(int(before.type[2]) * size, int(new.type[2]) * size) for size in sizes]


def only_asks(clause: Clause) -> bool:
    """Return whether the clause asks for an algorithm or a lock; the server refuses what it can't do that way."""
    return clause.starts("ALGORITHM") or clause.starts("LOCK")
