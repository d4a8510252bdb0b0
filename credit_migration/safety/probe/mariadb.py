"""
MariaDB: as MySQL, with NOCOPY to tell a change in place from a rebuild in place.

Source: https://mariadb.com/kb/en/innodb-online-ddl-overview/#alter-algorithms
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.data.safety import StatementLock
from credit_migration.safety.locks.mysql import Way
from credit_migration.safety.probe import mysql

ENTER, LEAVE = mysql.ENTER, mysql.LEAVE
TRIES: tuple[mysql.Try, ...] = (
    ("INSTANT", "NONE", Way.INSTANT),
    ("INSTANT", "DEFAULT", Way.INSTANT),
    ("NOCOPY", "NONE", Way.INPLACE),
    ("INPLACE", "NONE", Way.REBUILD),
    ("NOCOPY", "SHARED", Way.SHARED),
    ("INPLACE", "SHARED", Way.SHARED),
    ("COPY", "SHARED", Way.COPY),
)


def observe(connection: BaseDatabaseWrapper, sql: str, set_up: Callable[[], None]) -> StatementLock | None:
    """Return how mildly ``sql`` can run; ``None`` for a statement that can't be asked."""
    return mysql.observe(connection, sql, set_up, tries=TRIES)
