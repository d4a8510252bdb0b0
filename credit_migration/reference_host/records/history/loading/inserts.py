"""INSERT with many rows, as the drivers of SQLite and of MySQL make it of ``executemany``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.reference_host.records.history.rows import Row


@contextmanager
def bulk(connection: BaseDatabaseWrapper) -> Iterator[None]:
    # The rows are right by construction; the checks are back on for whoever comes next.
    with connection.constraint_checks_disabled(), transaction.atomic(using=connection.alias):
        yield


def load(connection: BaseDatabaseWrapper, table: str, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    places = ", ".join(["%s"] * len(columns))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {connection.ops.quote_name(table)} ({quoted}) VALUES ({places})", rows)
