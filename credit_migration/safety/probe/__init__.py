"""
One statement on empty tables of a scratch database → how it locks, as the server itself answers.

A vendor is a module with one function, ``observe(connection, sql, set_up)``; SQLite has none, since it has one lock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.data.safety import StatementLock

PROBED = ("postgresql", "mysql", "mariadb")


def room(vendor: str) -> tuple[Sequence[str], Sequence[str]]:
    """Return the statements that make and enter the probe's own schema or database, and those that drop it."""
    known = import_module(f"{__name__}.{vendor}")
    return known.ENTER, known.LEAVE


def observe(connection: BaseDatabaseWrapper, vendor: str, sql: str, set_up: Callable[[], None]) -> StatementLock | None:
    """
    Return how the server locks for ``sql``; ``None`` where it can't be asked.

    Args:
        connection: to a scratch database, not in a transaction.
        vendor: one of ``PROBED``.
        sql: one statement.
        set_up: makes the tables that it works on anew, empty.

    """
    lock: StatementLock | None = import_module(f"{__name__}.{vendor}").observe(connection, sql, set_up)
    return lock
