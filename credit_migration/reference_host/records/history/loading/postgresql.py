"""PostgreSQL: COPY."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.reference_host.records.history.rows import Row


@contextmanager
def bulk(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        # Django's foreign keys wait for the commit, which would queue two checks a row in the server's memory.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # The rows are right by construction, so where the account may, they are not checked one by one either.
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield


def load(connection: BaseDatabaseWrapper, table: str, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    quoted = ", ".join(map(connection.ops.quote_name, columns))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {connection.ops.quote_name(table)} ({quoted}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
