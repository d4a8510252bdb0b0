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
from credit_migration.safety.locks import lock_of
from credit_migration.safety.locks.mysql import Way, lock_table
from credit_migration.safety.statements import read

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
        try:
            with connection.cursor() as cursor:
                cursor.execute(asked)
        except DatabaseError:
            continue
        others = tuple(to for to in statement.references if to != statement.table)
        # Whether an index grows with the table is no question that the server answers on an empty one.
        growth = Growth.REBUILD if way in (Way.COPY, Way.REBUILD) else _documented(sql)
        return lock_table.locked(way, growth, statement.table or "?", *others)
    return None


def _documented(sql: str) -> Growth:
    growth = lock_of(sql, "mysql", (8, 0, 36)).growth
    return Growth.INDEX if growth is Growth.INDEX else Growth.NONE
