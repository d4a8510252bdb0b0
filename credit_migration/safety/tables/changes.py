"""Tables and a statement → the tables after it; what a statement does besides is passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from credit_migration.safety.statements import Clause, Statement, Word, parts, read
from credit_migration.safety.tables.elements import CONSTRAINTS, column_of, element_of, type_of
from credit_migration.safety.tables.shapes import Column, Index, Table, Tables, owner_of_index

_T = TypeVar("_T")
_MYSQL = ("mysql", "mariadb")
_OPTIONAL = {"COLUMN", "IF", "NOT", "EXISTS", "CONCURRENTLY"}


def tables_after(statements: Iterable[str], vendor: str, tables: Tables | None = None) -> Tables:
    """Return ``tables`` as ``statements`` leave them; what can't be read changes nothing."""
    known: Tables = tables or {}
    for sql in statements:
        try:
            known = after(known, read(sql, vendor), vendor)
        except (ValueError, IndexError):
            continue
    return known


def after(tables: Tables, statement: Statement, vendor: str) -> Tables:
    """Return ``tables`` as one statement leaves them."""
    verb, name, rest = statement.verb, statement.table or "", statement.clauses
    if verb == "CREATE TABLE" and name:
        return {**tables, name: _created(name, rest[0].words, vendor)}
    if verb in ("DROP TABLE", "RENAME TABLE"):
        return _dropped_or_renamed(tables, statement)
    if verb in ("CREATE INDEX", "CREATE UNIQUE INDEX", "CREATE FULLTEXT") and name in tables:
        return {**tables, name: _indexed(tables[name], statement)}
    if verb == "DROP INDEX":
        index = index_name(statement)
        table = tables.get(name) or owner_of_index(tables, index)
        return tables if table is None else {**tables, table.name: replace(table, indexes=_less(table.indexes, index))}
    if verb == "ALTER TABLE" and name in tables:
        for clause in rest:
            tables = altered(tables, name, clause, vendor)
    return tables


def altered(tables: Tables, name: str, clause: Clause, vendor: str) -> Tables:
    """Return ``tables`` as one clause of ``ALTER TABLE`` leaves them."""
    return _renamed(tables, name, _altered(tables[name], clause, vendor)) if name in tables else tables


def index_name(statement: Statement) -> str:
    """Return the name of the index that ``DROP INDEX`` drops."""
    return next((word.text for word in statement.whole.words[2:] if word.key not in _OPTIONAL), "")


def added(clause: Clause) -> Sequence[Word]:
    """Return the words of what an ``ADD`` adds."""
    return [*_without_optional(clause.words[1:])]


def dropped_column(clause: Clause) -> str | None:
    """Return the column that a ``DROP`` drops; ``None`` if it drops something else."""
    words = [*_without_optional(clause.words[1:])]
    return words[0].text if words and words[0].key not in CONSTRAINTS else None


def dropped_constraint(clause: Clause) -> str | None:
    """Return the name of the constraint or key that a ``DROP`` drops; ``None`` if it drops something else."""
    words = [word for word in clause.words[1:] if word.key not in ("IF", "EXISTS")]
    if words[0].key not in CONSTRAINTS:
        return None
    if words[0].key == "PRIMARY":
        return "PRIMARY"
    return words[2].text if words[0].key == "FOREIGN" else words[1].text


def changed_column(clause: Clause) -> tuple[str, Column]:
    """Return the name of the column that a ``MODIFY`` or ``CHANGE`` is about, and the column as it makes it."""
    words = [*_without_optional(clause.words[1:])]
    return words[0].text, column_of(words[1:] if clause.starts("CHANGE") else words)


def _without_optional(words: Iterable[Word]) -> Iterable[Word]:
    begun = False
    for word in words:
        begun = begun or word.key not in _OPTIONAL
        if begun:
            yield word


def _created(name: str, words: Sequence[Word], vendor: str) -> Table:
    table, depth, end = Table(name), 0, len(words)
    for at, word in enumerate(words):
        depth += (word.key == "(") - (word.key == ")")
        if not depth:
            end = at
            break
    for part in parts(tuple(words[1:end])):
        table = _with(table, part.words, vendor)
    # A new table has no row that could be against a check, whatever the statement says.
    return replace(table, checks={name: replace(check, valid=True) for name, check in table.checks.items()})


def _with(table: Table, words: Sequence[Word], vendor: str) -> Table:
    made = element_of(words)
    if made.column:
        table = replace(table, columns={**table.columns, made.column.name: made.column})
    if made.index:
        index_named, index = made.index
        if not index.columns:
            # UNIQUE USING INDEX takes an index that is there.
            index = table.indexes.get(words[-1].text, index)
            table = replace(table, indexes=_less(table.indexes, words[-1].text))
        name = index_named or _chosen(table, index, vendor)
        if name == "PRIMARY" and vendor not in _MYSQL:
            name = f"{table.name}_pkey"
        table = replace(table, indexes={**table.indexes, name: index})
    if made.key:
        named, key = made.key
        named = named or f"{table.name}_{key.columns[0]}_fkey"
        table = replace(table, keys={**table.keys, named: key})
        if vendor in _MYSQL and not any(i.columns[: len(key.columns)] == key.columns for i in table.indexes.values()):
            table = replace(table, indexes={**table.indexes, named: Index(key.columns)})
    if made.check:
        check_named, check = made.check
        table = replace(table, checks={**table.checks, check_named or f"{table.name}_{len(table.checks)}": check})
    return table


def _chosen(table: Table, index: Index, vendor: str) -> str:
    return index.columns[0] if vendor in _MYSQL else f"{table.name}_{'_'.join(index.columns)}_key"


def _indexed(table: Table, statement: Statement) -> Table:
    words = statement.whole.words
    on = next(at for at, word in enumerate(words) if word.key == "ON")
    element = element_of([Word("INDEX", "INDEX"), words[on - 1], *statement.clauses[0].words])
    if element.index is None:
        return table
    name, index = element.index
    index = replace(index, unique="UNIQUE" in statement.verb, fulltext="FULLTEXT" in statement.verb)
    return replace(table, indexes={**table.indexes, name: index})


def _altered(table: Table, clause: Clause, vendor: str) -> Table:
    words = clause.words
    if clause.starts("ADD"):
        return _with(table, added(clause), vendor)
    if clause.starts("DROP"):
        return _less_dropped(table, clause)
    if clause.starts("MODIFY") or clause.starts("CHANGE"):
        name, column = changed_column(clause)
        return _recolumned(table, name, column)
    if clause.starts("RENAME", "COLUMN"):
        old = table.columns.get(words[2].text)
        return table if old is None else _recolumned(table, old.name, replace(old, name=words[-1].text))
    if clause.starts("RENAME", "INDEX") or clause.starts("RENAME", "KEY"):
        return replace(table, indexes=_under(table.indexes, words[2].text, words[-1].text))
    if clause.starts("RENAME", "CONSTRAINT"):
        old_name, new_name = words[2].text, words[-1].text
        return replace(
            table,
            indexes=_under(table.indexes, old_name, new_name),
            keys=_under(table.keys, old_name, new_name),
            checks=_under(table.checks, old_name, new_name),
        )
    if clause.starts("RENAME"):
        return replace(table, name=words[-1].text)
    if clause.starts("VALIDATE"):
        valid = {name: replace(key, valid=True) for name, key in table.keys.items() if name == words[-1].text}
        checks = {name: replace(one, valid=True) for name, one in table.checks.items() if name == words[-1].text}
        return replace(table, keys={**table.keys, **valid}, checks={**table.checks, **checks})
    return _altered_column(table, clause) if clause.starts("ALTER", "COLUMN") else table


def _altered_column(table: Table, clause: Clause) -> Table:
    column = table.columns.get(clause.words[2].text)
    if column is None:
        return table
    if clause.has("SET", "NOT", "NULL") or clause.has("DROP", "NOT", "NULL"):
        column = replace(column, null=clause.has("DROP"))
    elif clause.has("TYPE"):
        at = [word.key for word in clause.words].index("TYPE")
        column = replace(column, type=type_of(clause.words[at + 1 :]))
    return replace(table, columns={**table.columns, column.name: column})


def _less_dropped(table: Table, clause: Clause) -> Table:
    gone = dropped_column(clause)
    if gone is None:
        named = dropped_constraint(clause) or ""
        # A foreign key's index stays when the key goes.
        if named in table.keys and not (clause.starts("DROP", "INDEX") or clause.starts("DROP", "KEY")):
            return replace(table, keys=_less(table.keys, named))
        return replace(table, indexes=_less(table.indexes, named), checks=_less(table.checks, named))
    columns = _less(table.columns, gone)
    keys = {name: key for name, key in table.keys.items() if gone not in key.columns}
    left = {
        name: replace(index, columns=tuple(column for column in index.columns if column != gone))
        for name, index in table.indexes.items()
    }
    checks = {name: check for name, check in table.checks.items() if gone not in check.columns}
    indexes = {name: index for name, index in left.items() if index.columns}
    return replace(table, columns=columns, keys=keys, indexes=indexes, checks=checks)


def _recolumned(table: Table, old: str, column: Column) -> Table:
    def new(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(column.name if name == old else name for name in columns)

    columns = {(column.name if name == old else name): one for name, one in table.columns.items()}
    keys = {name: replace(key, columns=new(key.columns)) for name, key in table.keys.items()}
    indexes = {name: replace(index, columns=new(index.columns)) for name, index in table.indexes.items()}
    return replace(table, columns={**columns, column.name: column}, keys=keys, indexes=indexes)


def _dropped_or_renamed(tables: Tables, statement: Statement) -> Tables:
    if statement.verb == "DROP TABLE":
        gone = set(dropped_tables(statement))
        return {name: table for name, table in tables.items() if name not in gone}
    old = tables.get(statement.table or "")
    new = statement.whole.words[-1].text
    return tables if old is None else _renamed(tables, old.name, replace(old, name=new))


def dropped_tables(statement: Statement) -> tuple[str, ...]:
    """Return the tables that ``DROP TABLE`` names."""
    more = [part.words[-1].text for part in parts(_listed(statement.clauses[0].words)) if part.words]
    return tuple(name for name in (statement.table, *more) if name)


def _listed(words: tuple[Word, ...]) -> tuple[Word, ...]:
    return tuple(word for word in words if word.key not in ("CASCADE", "RESTRICT"))


def _renamed(tables: Tables, old: str, table: Table) -> Tables:
    if table.name == old:
        return {**tables, old: table}

    def pointed(one: Table) -> Table:
        keys = {name: replace(key, to=table.name) if key.to == old else key for name, key in one.keys.items()}
        return replace(one, keys=keys)

    return {one.name: pointed(one) for one in (table if name == old else one for name, one in tables.items())}


def _less(named: Mapping[str, _T], gone: str) -> dict[str, _T]:
    return {name: one for name, one in named.items() if name != gone}


def _under(named: Mapping[str, _T], old: str, new: str) -> dict[str, _T]:
    return {(new if name == old else name): one for name, one in named.items()}
