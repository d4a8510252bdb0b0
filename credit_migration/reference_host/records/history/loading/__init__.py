"""Rows → a table, the fastest way that each vendor has; one module a vendor, under Django's name for it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.reference_host.records.history.loading import mysql, postgresql, sqlite
from credit_migration.reference_host.records.history.rows import Row


class Loader(Protocol):
    """What each vendor's module offers."""

    def bulk(self, connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
        """Open one transaction for all rows, with the session set for a bulk load and restored after it."""
        ...

    def load(self, connection: BaseDatabaseWrapper, table: str, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Insert ``rows``, one value a column."""
        ...


LOADERS: dict[str, Loader] = {"mysql": mysql, "postgresql": postgresql, "sqlite": sqlite}


def loader(connection: BaseDatabaseWrapper) -> Loader:
    """Return the way to load rows into this connection's database."""
    return LOADERS[connection.vendor]
