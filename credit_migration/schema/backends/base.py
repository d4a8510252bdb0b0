"""What every vendor answers, with the defaults that hold for most."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

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


class Backend:
    """A vendor. A difference between vendors is a method or a flag here, never an ``if`` elsewhere."""

    name: ClassVar[str]
    isolation: ClassVar[str]
    """The isolation of a read-only snapshot, in the vendor's words."""
    access_denied: ClassVar[frozenset[str | int]] = frozenset()
    login_refused: ClassVar[frozenset[str | int]] = frozenset()
    table_missing: ClassVar[frozenset[str | int]] = frozenset()
    column_missing: ClassVar[frozenset[str | int]] = frozenset()
    connection_lost: ClassVar[frozenset[str | int]] = frozenset()

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

    def unfinished(self, table: str) -> frozenset[str]:
        """Return the names of the table's indexes that are not valid and its foreign keys that are not validated."""
        return frozenset()

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
                hint="Check that the server is up, and this alias's host, port, user and password in the settings.",
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
