"""
MySQL: the mildest ``ALGORITHM`` and ``LOCK`` with which the server accepts the statement on empty tables.

Source: https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-performance.html
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.data.safety import Growth, StatementLock
from credit_migration.safety.locks.mysql import Way, lock_table
from credit_migration.safety.statements import Statement, read
from credit_migration.safety.tables.changes import added
from credit_migration.safety.tables.elements import element_of

Try: TypeAlias = tuple[str, str, Way]
TRIES: Sequence[Try] = (
    ("INSTANT", "DEFAULT", Way.INSTANT),
    ("INPLACE", "NONE", Way.INPLACE),
    ("INPLACE", "SHARED", Way.SHARED),
    ("COPY", "SHARED", Way.COPY),
)
_ASKED = {"ALTER TABLE": ", ", "CREATE INDEX": " ", "CREATE UNIQUE INDEX": " ", "DROP INDEX": ", "}


ENTER = ("CREATE DATABASE credit_migration_probe", "USE credit_migration_probe")
LEAVE = ("SET SESSION foreign_key_checks = 1", "DROP DATABASE IF EXISTS credit_migration_probe")


def observe(
    connection: BaseDatabaseWrapper, sql: str, set_up: Callable[[], None], *, tries: Sequence[Try] = TRIES
) -> StatementLock | None:
    """Return how mildly ``sql`` can run; ``None`` for a statement that can't be asked, or that fails in any way."""
    statement = read(sql, "mysql")
    if statement.verb == "DROP INDEX":
        # The long form takes ALGORITHM and LOCK on every version.
        name = next(word.text for word in statement.whole.words[2:] if word.key not in ("IF", "EXISTS"))
        sql = f"ALTER TABLE `{statement.table}` DROP INDEX `{name}`"
    # What the statement asks for itself gives way to what is asked here.
    sql = sql.partition(", ALGORITHM=")[0]
    separator = _ASKED.get(statement.verb)
    if separator is None:
        return None
    for algorithm, lock, way in tries:
        set_up()
        asked = separator.join([sql, f"ALGORITHM={algorithm}"]) + f"{separator}LOCK={lock}"
        tied = _parents(connection, statement.table)
        try:
            with connection.cursor() as cursor:
                cursor.execute(asked)
        except DatabaseError:
            continue
        # Whether an index grows with the table is no question that the server answers on an empty one.
        indexes = _builds_index(statement)
        rebuilds = way in (Way.COPY, Way.REBUILD) or (way is Way.SHARED and not indexes)
        growth = Growth.REBUILD if rebuilds else Growth.INDEX if indexes else Growth.NONE
        pointed = [to for to in _parents(connection, statement.table) if to not in tied]
        return lock_table.locked(way, growth, statement.table or "?", pointed=pointed, tied=tied)
    return None


def _parents(connection: BaseDatabaseWrapper, table: str | None) -> list[str]:
    """Return the tables that the foreign keys of ``table`` point to now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT referenced_table_name FROM information_schema.referential_constraints "
            "WHERE constraint_schema = DATABASE() AND table_name = %s ORDER BY 1",
            [table],
        )
        return [str(name) for (name,) in cursor.fetchall()]


def _builds_index(statement: Statement) -> bool:
    if statement.verb != "ALTER TABLE":
        return statement.verb.startswith("CREATE")
    made = [element_of(added(clause)) for clause in statement.clauses if clause.starts("ADD")]
    return any(one.index and not one.column for one in made)
