"""
SQLite's locks: one writer for the whole file, so only how long a statement writes differs.

Source: https://www.sqlite.org/lockingv3.html, https://www.sqlite.org/wal.html, https://www.sqlite.org/lang_altertable.html
"""

from __future__ import annotations

from credit_migration.data.safety import Growth, StatementLock, TableLock
from credit_migration.safety.locks.server import Server
from credit_migration.safety.statements import Clause, Statement

_SOURCE = "https://www.sqlite.org/lockingv3.html"
_QUIET = {"SELECT", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SET"}
_SHORT = {"CREATE TABLE", "CREATE TRIGGER", "CREATE VIEW", "DROP VIEW", "DROP TRIGGER"}


def lock_of(statement: Statement, table: str, server: Server) -> StatementLock | None:
    """Return how ``statement`` locks on SQLite; ``None`` where this table does not know it."""
    verb = statement.verb
    if verb in _QUIET or verb.split()[0] in _QUIET:
        return StatementLock(locks=(), growth=Growth.NONE, brief_exclusive=False, source=_SOURCE)
    if verb in ("CREATE INDEX", "CREATE UNIQUE INDEX", "REINDEX"):
        return _lock(table, Growth.INDEX)
    if verb in ("INSERT", "UPDATE", "DELETE", "REPLACE"):
        return _lock(table, Growth.REBUILD if verb == "INSERT" and statement.whole.has("SELECT") else Growth.ROWS)
    if verb in ("DROP TABLE", "DROP INDEX"):
        # Each page of what is dropped goes to the free list.
        return _lock(table, Growth.ROWS if verb == "DROP TABLE" else Growth.NONE)
    if verb == "ALTER TABLE":
        return _lock(table, _growth(statement.clauses[0]))
    return _lock(table, Growth.NONE) if verb in _SHORT else None


def _growth(clause: Clause) -> Growth:
    if clause.starts("DROP"):
        return Growth.REBUILD
    if clause.starts("ADD") and (clause.has("CHECK") or clause.has("GENERATED") or clause.has("NOT", "NULL")):
        return Growth.SCAN
    return Growth.NONE


def _lock(table: str, growth: Growth) -> StatementLock:
    lock = TableLock(table=table, mode="RESERVED on the whole file", blocks_reads=False, blocks_writes=True)
    return StatementLock(locks=(lock,), growth=growth, brief_exclusive=False, source=_SOURCE)
