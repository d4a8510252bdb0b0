"""
A statement → how it locks, from a documented table for each vendor; standard library and the statement reader only.

Each vendor's module says where its manual has it. ``--probe`` asks a scratch server instead, and the tests hold the
tables against what the servers answer.
"""

from __future__ import annotations

from importlib import import_module

from credit_migration.data.safety import Growth, StatementLock
from credit_migration.safety.locks.server import Server
from credit_migration.safety.statements import read
from credit_migration.safety.tables.changes import index_name
from credit_migration.safety.tables.shapes import Tables, owner_of_index

UNKNOWN = StatementLock(locks=(), growth=Growth.NONE, brief_exclusive=False, source="", known=False)


def lock_of(
    sql: str,
    vendor: str,
    version: tuple[int, ...],
    *,
    table: str | None = None,
    keys_checked: bool = True,
    tables: Tables | None = None,
) -> StatementLock:
    """
    Return how one statement locks.

    Args:
        sql: one statement.
        vendor: a module of this package.
        version: the server's version, as far as the table depends on it.
        table: the table that the statement works on where neither it nor ``tables`` tells.
        keys_checked: whether the session checks foreign keys, which MySQL and MariaDB build another way.
        tables: the tables before the statement. Of what they do not tell the hardest is assumed; but tables that only
            a foreign key among them would name are not.

    A statement that the table does not know has ``known`` false.

    """
    try:
        statement = read(sql, vendor)
    except ValueError:
        return UNKNOWN
    known, there = import_module(f"{__name__}.{vendor}"), tables or {}
    name = statement.table
    if name is None and statement.verb == "DROP INDEX" and (owner := owner_of_index(there, index_name(statement))):
        name = owner.name
    server = Server(version=version, keys_checked=keys_checked, tables=there)
    found: StatementLock | None = known.lock_of(statement, name or table or "?", server)
    return found or UNKNOWN
