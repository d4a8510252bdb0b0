"""
A statement → how it locks, from a documented table for each vendor; standard library and the statement reader only.

Each vendor's module says where its manual has it. ``--probe`` asks a scratch server instead, and the tests hold the
tables against what the servers answer.
"""

from __future__ import annotations

from importlib import import_module

from credit_migration.data.safety import Growth, StatementLock
from credit_migration.safety.statements import read

UNKNOWN = StatementLock(locks=(), growth=Growth.NONE, brief_exclusive=False, source="", known=False)


def lock_of(
    sql: str, vendor: str, version: tuple[int, ...], *, table: str | None = None, keys_checked: bool = True
) -> StatementLock:
    """
    Return how one statement locks.

    Args:
        sql: one statement.
        vendor: a module of this package.
        version: the server's version, as far as the table depends on it.
        table: the table that the statement works on where it names none itself, as ``DROP INDEX`` does.
        keys_checked: whether the session checks foreign keys, which MySQL and MariaDB build another way.

    A statement that the table does not know has ``known`` false.

    """
    try:
        statement = read(sql, vendor)
    except ValueError:
        return UNKNOWN
    known = import_module(f"{__name__}.{vendor}")
    found: StatementLock | None = known.lock_of(statement, statement.table or table or "?", version, keys_checked)
    return found or UNKNOWN
