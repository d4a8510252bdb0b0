"""
A clause of PostgreSQL's ``ALTER TABLE`` and the tables before it → what the clause alone does not tell.

Source: "Notes" of https://www.postgresql.org/docs/current/sql-altertable.html, and a server's own answers.
"""

from __future__ import annotations

from collections.abc import Iterator

from credit_migration.data.safety import Growth
from credit_migration.safety.statements import Clause
from credit_migration.safety.tables.changes import dropped_column, dropped_constraint
from credit_migration.safety.tables.elements import type_of
from credit_migration.safety.tables.shapes import Table, Tables, children

_EXCLUSIVE = "ACCESS EXCLUSIVE"


def tied_by(clause: Clause, table: str, tables: Tables) -> Iterator[tuple[str, str]]:
    """Yield each other table that a clause locks, with the mode: foreign keys have triggers on both of their tables."""
    at = next((at for at, word in enumerate(clause.words) if word.key == "REFERENCES"), None)
    if at is not None and clause.words[at + 1].text != table:
        yield clause.words[at + 1].text, "SHARE ROW EXCLUSIVE"
    old = tables.get(table)
    if old is None:
        return
    pointed, used = list[str](), tuple[str, ...]()
    if clause.starts("VALIDATE"):
        key = old.keys.get(clause.words[-1].text)
        if key and not key.valid and key.to != table:
            yield key.to, "ROW SHARE"
    elif clause.starts("DROP") and (name := dropped_constraint(clause)):
        pointed = [key.to for named, key in old.keys.items() if named == name]
        used = old.indexes[name].columns if name in old.indexes and clause.has("CASCADE") else ()
    elif clause.starts("DROP") and (column := dropped_column(clause)):
        pointed = [key.to for key in old.keys_of(column)]
        used = (column,) if clause.has("CASCADE") else ()
    elif clause.starts("ALTER", "COLUMN") and clause.has("TYPE"):
        pointed = [key.to for key in old.keys_of(clause.words[2].text)]
        used = (clause.words[2].text,)
    for other in (*pointed, *(children(tables, table, used) if used else ())):
        if other != table:
            yield other, _EXCLUSIVE


def is_valid(old: Table, constraint: str) -> bool:
    """Return whether the constraint was validated before."""
    found = old.keys.get(constraint) or old.checks.get(constraint)
    return found is not None and found.valid


def never_null(old: Table, column: str) -> bool:
    """Return whether no row can have a null there, so that ``SET NOT NULL`` need not look."""
    known = old.columns.get(column)
    return (known is not None and not known.null) or any(
        check.valid and check.not_null == column for check in old.checks.values()
    )


def retyped(clause: Clause, old: Table | None) -> Growth:
    """Return what a new type costs: nothing, where each value of the old one is a value of the new one as it stands."""
    name, keys = clause.words[2].text, [word.key for word in clause.words]
    column = old.columns.get(name) if old else None
    new = type_of(clause.words[keys.index("TYPE") + 1 :])
    if old is None or column is None or not _widened(column.type, new) or "COLLATE" in keys:
        return Growth.REBUILD
    if not _casts_alone(clause, name):
        return Growth.REBUILD
    # A check of the column is made anew, and looks at every row.
    return Growth.SCAN if any(check.valid and name in check.columns for check in old.checks.values()) else Growth.NONE


def _casts_alone(clause: Clause, column: str) -> bool:
    """Return whether the statement computes nothing: it has no ``USING``, or one that names the column and its type."""
    keys = [word.key for word in clause.words]
    if "USING" not in keys:
        return True
    used = clause.words[keys.index("USING") + 1 :]
    wanted = type_of(clause.words[keys.index("TYPE") + 1 :])
    return len(used) > 2 and (used[0].text, used[1].key) == (column, "::") and type_of(used[2:]) == wanted


def _widened(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    if old == new:
        return True
    texts = {"VARCHAR", "TEXT"}
    if old[:1] and new[:1] and {old[0], new[0]} <= texts:
        return len(new) == 1 or (len(old) > 1 and int(new[2]) >= int(old[2]))
    if old[:1] == new[:1] == ("NUMERIC",) and len(old) > 1:
        return len(new) == 1 or (_scale(old) == _scale(new) and int(new[2]) >= int(old[2]))
    return False


def _scale(numeric: tuple[str, ...]) -> str:
    return numeric[4] if len(numeric) > 4 else "0"
