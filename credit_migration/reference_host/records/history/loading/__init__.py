"""Rows → a table, the fastest way that each vendor has."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.reference_host.records.history.loading import inserts, postgresql
from credit_migration.reference_host.records.history.rows import Row


class Loader(Protocol):
    """What each module offers."""

    def bulk(self, connection: BaseDatabaseWrapper) -> AbstractContextManager[None]:
        """Open one transaction for all rows, with the session set for a bulk load and restored after it."""
        ...

    def load(self, connection: BaseDatabaseWrapper, table: str, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Insert ``rows``, one value a column."""
        ...


LOADERS: dict[str, Loader] = {"postgresql": postgresql, "mysql": inserts, "sqlite": inserts}
"""By Django's name for the vendor, under which MariaDB goes as MySQL."""
