"""An alias → one read-only snapshot of its database, with the proof that it is one."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionDoesNotExist

from credit_migration.data import Run
from credit_migration.exceptions import ReadOnlyRefused, UnknownDatabase
from credit_migration.schema.backends import get_backend
from credit_migration.schema.backends.base import Backend

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """An open read-only transaction. Every function that reads the host's tables asks for one."""

    using: str
    run: Run
    open_streams: list[Generator[Any, None, None]] = field(default_factory=list, compare=False, repr=False)
    """Closed with the snapshot: one that was read in part would hold the connection for ever."""
    opened_s: float = field(default_factory=time.monotonic, compare=False, repr=False)

    def age_s(self) -> float:
        """Return for how many seconds the transaction has been open."""
        return time.monotonic() - self.opened_s

    @property
    def connection(self) -> BaseDatabaseWrapper:
        return connections[self.using]

    @property
    def backend(self) -> Backend:
        """What the toolkit knows of this snapshot's server: its dialect, in pieces of SQL."""
        return get_backend(self.connection)

    def stream(self, sql: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """
        Yield the rows of a SELECT as the server sends them; memory does not grow with rows.

        On MariaDB and MySQL no other query can run on this snapshot before the last row was read.
        """
        return self._opened(self.backend.stream(sql, params))

    def stream_columns(self, sql: str, params: Sequence[Any] = ()) -> Iterator[Sequence[Sequence[Any]]]:
        """
        Yield the rows of a SELECT like ``stream``, so many at a time, as columns; with text where the server sends it.

        A null and an empty text may look alike.
        """
        return self._opened(self.backend.stream_columns(sql, params))

    def _opened(self, stream: Generator[R, None, None]) -> Iterator[R]:
        self.open_streams.append(stream)
        return stream

    def all(self, sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a SELECT that has few."""
        with self.connection.cursor() as cursor:
            cursor.execute(sql, tuple(params))
            rows: list[tuple[Any, ...]] = list(cursor.fetchall())
            return rows


@contextmanager
def read_only(using: str) -> Iterator[Snapshot]:
    """
    Open one read-only, repeatable-read transaction on ``using`` and yield it as a ``Snapshot``.

    Raises: UnknownDatabase, DatabaseUnreachable, DatabaseGone, AccessDenied, TableNotFound, ColumnNotFound; and
        ReadOnlyRefused inside another transaction, or where the database does not confirm.
    """
    connection = _connection(using)
    with explained(connection):
        connection.ensure_connection()
    if connection.in_atomic_block:
        raise ReadOnlyRefused(
            f"The database '{using}' is in a transaction already, which can't be made a read-only snapshot any more.",
            hint="Call this outside of transaction.atomic(); nothing was started.",
        )
    with explained(connection, connected=True):
        backend = get_backend(connection)
        with backend.read_only() as proof:
            snapshot = Snapshot(
                using=using,
                run=Run(
                    database=using,
                    vendor=backend.name,
                    server_version=backend.server_version(),
                    taken_at=datetime.now(UTC),
                    isolation=backend.isolation,
                    read_only=proof,
                ),
            )
            try:
                yield snapshot
            finally:
                for stream in snapshot.open_streams:
                    stream.close()


@contextmanager
def explained(connection: BaseDatabaseWrapper, *, connected: bool = False) -> Iterator[None]:
    """Turn the database errors of the block that are the operator's matter into errors with a next step."""
    try:
        yield
    except (DatabaseError, InterfaceError) as exc:
        explanation = get_backend(connection).explain(exc, connected=connected)
        if explanation is None:
            raise
        raise explanation from exc


def _connection(using: str) -> BaseDatabaseWrapper:
    try:
        return connections[using]
    except ConnectionDoesNotExist as exc:
        raise UnknownDatabase(
            f"The settings have no database '{using}'.",
            hint=f"Use --database with one of these: {', '.join(sorted(connections))}.",
        ) from exc
