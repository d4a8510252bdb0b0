"""
PostgreSQL: the statement runs in a transaction that is rolled back; ``pg_locks`` tells what it holds.

Source: https://www.postgresql.org/docs/current/view-pg-locks.html
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.data.safety import Growth, StatementLock
from credit_migration.safety.locks import lock_of
from credit_migration.safety.locks.postgresql import MODES, locked
from credit_migration.safety.statements import read

_TABLES = "SELECT c.oid, c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace"  # noqa: E501
_FILES = "SELECT c.oid, pg_relation_filenode(c.oid) FROM pg_class c WHERE c.relkind IN ('r', 'p')"
_INDEXES = "SELECT indexrelid, pg_relation_filenode(indexrelid), indrelid FROM pg_index"
_HELD = "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NOT NULL"
_SCANS = "SELECT c.oid, pg_stat_get_xact_numscans(c.oid) FROM pg_class c WHERE c.relkind IN ('r', 'p')"
# An empty table can't show that these touch or sample rows, and a new, empty file is no rewrite.
_UNSHOWN = {"INSERT", "UPDATE", "DELETE", "ANALYZE", "TRUNCATE TABLE"}

ENTER = ("CREATE SCHEMA credit_migration_probe", "SET search_path = credit_migration_probe")
LEAVE = ("SET search_path = DEFAULT", "DROP SCHEMA IF EXISTS credit_migration_probe CASCADE")


def observe(connection: BaseDatabaseWrapper, sql: str, set_up: Callable[[], None]) -> StatementLock | None:
    """Return what ``sql`` holds, and whether it reads, indexes or rewrites a table; ``None`` if it needs to commit."""
    set_up()
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            tables, before = dict(_all(cursor, _TABLES)), _measured(cursor)
            cursor.execute(sql)
            held, after = _all(cursor, _HELD), _measured(cursor)
        except DatabaseError:
            return None
        finally:
            cursor.execute("ROLLBACK")
    modes: dict[str, str] = {}
    for table, mode in held:
        if table in tables:
            name, spoken = tables[table], _spoken(mode)
            modes[name] = max(modes.get(name, spoken), spoken, key=MODES.index)
    shown = read(sql, "postgresql").verb not in _UNSHOWN
    growth = _growth(set(tables), before, after) if shown else lock_of(sql, "postgresql", (15,)).growth
    return locked("view-pg-locks.html", growth, *sorted(modes.items()))


def _measured(cursor: Any) -> tuple[dict[int, Any], set[Any], dict[int, int]]:
    """Return each table's file, the indexes with theirs, and how often each table was read in this session."""
    return dict(_all(cursor, _FILES)), set(_all(cursor, _INDEXES)), dict(_all(cursor, _SCANS))


def _growth(tables: set[int], before: Any, after: Any) -> Growth:
    """Return what grows with the tables that were there before."""
    (files, indexes, scans), (files_after, indexes_after, scans_after) = before, after
    if any(files_after.get(table, files[table]) != files[table] for table in tables):
        return Growth.REBUILD
    scanned = any(scans_after.get(table, 0) > scans.get(table, 0) for table in tables)
    if any(table in tables for _, _, table in indexes_after - indexes) and scanned:
        return Growth.INDEX
    return Growth.SCAN if scanned else Growth.NONE


def _all(cursor: Any, sql: str) -> list[Any]:
    cursor.execute(sql)
    rows: list[Any] = cursor.fetchall()
    return rows


def _spoken(mode: str) -> str:
    """Return ``AccessExclusiveLock`` as the manual writes it, ``ACCESS EXCLUSIVE``."""
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in mode.removesuffix("Lock"))
    return words.strip().upper()
