"""SQL that the host's code executes → how it writes the rows of one table: the verb, and which columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

_DIALECTS = ("sqlite", "mysql", "postgres")
_WRITES = frozenset({"DELETE", "INSERT", "REPLACE", "UPDATE", "WITH"})
_PARAMETER = re.compile(r"%s|%\(\w+\)s")


@dataclass(frozen=True, slots=True)
class SqlWrite:
    """One statement that writes rows of the table."""

    verb: str
    """As a query set's method that does the same: ``create``, ``update``, ``delete``."""
    columns: frozenset[str]
    empty: frozenset[str] = frozenset()
    is_open: bool = False
    """Whether the statement does not name its columns."""


def sql_writes(text: str, table: str) -> Iterator[SqlWrite]:
    """Yield what each statement of a text does to the rows of a table; nothing for what no dialect can parse."""
    for statement in _parsed(_PARAMETER.sub("?", text)):
        if isinstance(statement, exp.Insert) and _is_of(statement, table):
            yield _inserted(statement)
        elif isinstance(statement, exp.Update) and _is_of(statement, table):
            columns = {found.this.name.lower() for found in statement.expressions if isinstance(found, exp.EQ)}
            yield SqlWrite("update", frozenset(columns))
        elif isinstance(statement, exp.Delete) and _is_of(statement, table):
            yield SqlWrite("delete", frozenset())


def _parsed(text: str) -> list[Any]:
    verb, _, rest = text.strip().partition(" ")
    if verb.upper() not in _WRITES:
        return []
    if verb.upper() == "REPLACE":  # No dialect of the parser has it.
        text = f"INSERT {rest}"
    for dialect in _DIALECTS:
        try:
            return list(sqlglot.parse(text, dialect=dialect))
        except SqlglotError:
            continue
    return []


def _is_of(statement: Any, table: str) -> bool:
    """Return whether a statement writes this table, by its own name or by an alias."""
    written = statement.this.find(exp.Table) if statement.this is not None else None
    if written is None:
        return False
    aliases = {found.alias: found.name for found in statement.find_all(exp.Table) if found.alias}
    name: str = aliases.get(written.name, written.name)
    return name.lower() == table.lower()


def _inserted(statement: exp.Insert) -> SqlWrite:
    target = statement.this
    if not isinstance(target, exp.Schema):
        return SqlWrite("create", frozenset(), is_open=True)
    columns = [column.name.lower() for column in target.expressions]
    rows = statement.expression.expressions if isinstance(statement.expression, exp.Values) else []
    empty = {
        column
        for row in rows
        for column, value in zip(columns, row.expressions, strict=False)
        if isinstance(value, exp.Null)
    }
    return SqlWrite("create", frozenset(columns), frozenset(empty))
