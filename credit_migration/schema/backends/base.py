"""What every vendor answers, with the defaults that hold for most."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, ClassVar

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from credit_migration.exceptions import (
    AccessDenied,
    ColumnNotFound,
    CreditMigrationError,
    DatabaseGone,
    DatabaseUnreachable,
    TableNotFound,
)

STREAMED_ROWS = 2000
"""Rows a fetch: a few hundred kilobytes in memory, and the round trips no longer matter."""


class Dialect:
    """What SQL engines write differently, as far as the reading queries need it."""

    def month_key(self, moment: str) -> str:
        """Return SQL for the month of a moment in UTC: whatever this server groups by fastest."""
        raise NotImplementedError

    def month_name(self, key: str) -> str:
        """Return SQL for a ``month_key`` as ``YYYY-MM``."""
        raise NotImplementedError

    def iso_text(self, moment: str) -> str:
        """Return SQL for a moment as ISO 8601 in UTC with microseconds, for example 2022-09-12T08:00:00.000000Z."""
        raise NotImplementedError

    def within(self, seconds: int, earlier: str, later: str) -> str:
        """
        Return SQL that is true where ``later`` is at most ``seconds`` after ``earlier``, to the microsecond.

        Args:
            seconds: a minute at most.
            earlier: a moment that is not after ``later``.

        """
        raise NotImplementedError

    def of_group(self, column: str) -> str:
        """Return SQL for a column that has one value in each group, in a query that groups by something else."""
        return f"MIN({column})"


class Backend(Dialect):
    """A vendor. A difference between vendors is a method or a flag here, never an ``if`` elsewhere."""

    name: ClassVar[str]
    error_ends_transaction: ClassVar[bool] = False
    """Whether a failed statement leaves a transaction in which no other can run."""
    reach_hint: ClassVar[str] = (
        "Check that the server is up, and this alias's host, port, user and password in the settings."
    )
    isolation: ClassVar[str]
    """The isolation of a read-only snapshot, in the vendor's words."""
    access_denied: ClassVar[frozenset[str | int]] = frozenset()
    login_refused: ClassVar[frozenset[str | int]] = frozenset()
    table_missing: ClassVar[frozenset[str | int]] = frozenset()
    column_missing: ClassVar[frozenset[str | int]] = frozenset()
    connection_lost: ClassVar[frozenset[str | int]] = frozenset()
    triggers_sql: ClassVar[str]
    """A SELECT of name, table and statement of the triggers on one table; it takes the table's name."""
    moments_are_text: ClassVar[bool] = False
    """Whether a column of moments takes any text."""
    foreign_keys_hold: ClassVar[bool] = False
    """Whether a foreign key that is there holds for every row: elsewhere rows can be written around it."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def server_version(self) -> str:
        """Return the server's version as numbers, for example ``"15.4"``."""
        return ".".join(map(str, self.connection.get_database_version()))

    @contextmanager
    def read_only(self) -> Iterator[str]:
        """
        Open one read-only snapshot; the database itself refuses writes until the block ends.

        Yields: how the database confirmed it. Raises: ReadOnlyRefused if it does not confirm.
        """
        raise NotImplementedError
        yield

    def is_no_moment(self, column: str, checked: str) -> str:
        """
        Return SQL that is true where a column of moments holds none; asked where ``moments_are_text``.

        Args:
            column: quoted.
            checked: SQL that is true for the rows whose moments must be of the calendar too, not of the shape alone.

        """
        raise NotImplementedError

    def unfinished(self, table: str) -> frozenset[str]:
        """Return the names of the table's indexes that are not valid and its foreign keys that are not validated."""
        return frozenset()

    def unlisted_foreign_keys(self, table: str) -> dict[str, tuple[str, str, str]]:
        """
        Return the foreign keys that introspection hides from an account that can only read.

        Returns: constraint name → its column, the table and the column that it points to.
        """
        return {}

    def stream(self, sql: str, params: Sequence[Any]) -> Generator[tuple[Any, ...], None, None]:
        """
        Yield the rows of a query as the server sends them, so that they are never all in this process's memory.

        Args:
            sql: one SELECT; a literal ``%`` in it is doubled.
            params: a value for each ``%s``.

        """
        with closing(self.fetched(sql, params)) as pages:
            for page in pages:
                yield from page

    def stream_columns(self, sql: str, params: Sequence[Any]) -> Generator[Sequence[Sequence[Any]], None, None]:
        """Yield rows like ``stream``, so many at a time, as columns; with text where the server sends it."""
        with closing(self.fetched(sql, params)) as pages:
            for page in pages:
                yield list(zip(*page, strict=True))

    def fetched(self, sql: str, params: Sequence[Any]) -> Generator[Sequence[tuple[Any, ...]], None, None]:
        """Yield rows like ``stream``, so many at a time as are fetched at once."""
        with self.connection.chunked_cursor() as cursor:
            cursor.execute(sql, params)
            while rows := cursor.fetchmany(STREAMED_ROWS):
                yield rows

    def error_code(self, exc: Exception) -> str | int | None:
        """Return the vendor's code of a database error: SQLSTATE, errno or the driver's error name."""
        raise NotImplementedError

    def explain(self, exc: Exception, *, connected: bool) -> CreditMigrationError | None:
        """
        Return the reader's error for a database error, or ``None`` for one that is not the operator's matter.

        Args:
            exc: what the driver raised, as Django wrapped it.
            connected: whether the connection had answered before.

        """
        alias, detail = self.connection.alias, first_line(exc)
        code = self.error_code(exc)
        if code in self.access_denied:
            return AccessDenied(
                f"The account of database '{alias}' may not do this: {detail}",
                hint="Grant it SELECT on the table named here, or use an account that has it. "
                "The grants that every command needs are in docs/privileges.md.",
            )
        if code in self.table_missing:
            return TableNotFound(
                f"The database '{alias}' lacks a table: {detail}",
                hint="Check that --database names the Credentials database and that its migrations have run: "
                "python manage.py showmigrations.",
            )
        if code in self.column_missing:
            return ColumnNotFound(
                f"The database '{alias}' lacks a column that the host's code has: {detail}",
                hint="The code is ahead of the schema. Run the pending migrations: python manage.py migrate --plan.",
            )
        if code in self.login_refused or not connected:
            return DatabaseUnreachable(
                f"The database '{alias}' can't be reached: {detail}",
                hint=self.reach_hint,
            )
        if code in self.connection_lost:
            return DatabaseGone(
                f"The database '{alias}' went away in the middle: {detail}",
                hint="Nothing was changed. Run the command again when the server is back.",
            )
        return None

    def _scalar(self, sql: str) -> object:
        cursor: CursorWrapper
        with self.connection.cursor() as cursor:
            cursor.execute(sql)
            row = cursor.fetchone()
        return row[0] if row else None


def first_line(exc: BaseException) -> str:
    """Return an error's own words on one line."""
    return " ".join(str(exc).split())
