"""MySQL, and what MariaDB shares with it."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import sqlglot
from django.db import DatabaseError, transaction
from sqlglot import exp

from credit_migration.exceptions import ReadOnlyRefused
from credit_migration.schema.backends import base

ESCAPES = frozenset({"ANALYZE", "BEGIN", "CALL", "COMMIT", "OPTIMIZE", "REPAIR", "ROLLBACK", "SET", "START", "XA"})
"""First words of statements that end a READ ONLY transaction, or that it does not hold back."""


class Backend(base.Backend):
    name = "mysql"
    isolation = "REPEATABLE READ"
    triggers_sql = (
        "SELECT trigger_name, event_object_table, action_statement FROM information_schema.triggers "
        "WHERE trigger_schema = DATABASE() AND event_object_table = %s"
    )
    read_only_variable = "transaction_read_only"
    # Source: https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
    access_denied = frozenset({1142, 1143, 1227, 1370})
    login_refused = frozenset({1044, 1045, 1049, 1129, 1130, 1203, 2002, 2003, 2005})
    table_missing = frozenset({1146})
    column_missing = frozenset({1054})
    connection_lost = frozenset({1053, 1927, 2006, 2013, 4031})

    @contextmanager
    def read_only(self) -> Iterator[str]:
        before = self._scalar(f"SELECT @@SESSION.{self.read_only_variable}")
        with self.connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
        try:
            with transaction.atomic(using=self.connection.alias):
                with self.connection.cursor() as cursor:
                    cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
                answer = self._scalar(f"SELECT @@SESSION.{self.read_only_variable}")
                if answer != 1:
                    raise ReadOnlyRefused(
                        f"The database '{self.connection.alias}' did not make the session read-only.",
                        hint="Use a direct connection without a proxy that rewrites SET; nothing was started.",
                    )
                with self.connection.execute_wrapper(self._keep_read_only):
                    yield f"START TRANSACTION READ ONLY, {self.read_only_variable} = {answer}"
        finally:
            self._restore(bool(before))

    def _keep_read_only(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Refuse the statements that a READ ONLY transaction lets pass, but for INTO OUTFILE, which needs FILE."""
        if sql.split(None, 1)[0].upper() in ESCAPES:
            raise ReadOnlyRefused(
                f"The statement '{base.first_line(ValueError(sql))}' would leave the read-only transaction.",
                hint="Only SELECT belongs into a read-only snapshot; nothing was changed.",
            )
        return execute(sql, params, many, context)

    def _restore(self, read_only: bool) -> None:
        """Give the session its former modes back; a connection that is gone has none to give back."""
        isolation = (self.connection.isolation_level or "").upper()  # type: ignore[attr-defined]
        if self.connection.connection is None or not self.connection.is_usable():
            return
        with self.connection.cursor() as cursor:
            cursor.execute(f"SET SESSION TRANSACTION {'READ ONLY' if read_only else 'READ WRITE'}")
            if isolation:
                cursor.execute(f"SET SESSION TRANSACTION ISOLATION LEVEL {isolation}")

    def unlisted_foreign_keys(self, table: str) -> dict[str, tuple[str, str, str]]:
        # information_schema lists constraints to accounts that may write only; SHOW CREATE TABLE asks for SELECT alone.
        # Source: https://dev.mysql.com/doc/refman/8.0/en/information-schema-table-constraints-table.html
        with self.connection.cursor() as cursor:
            cursor.execute(f"SHOW CREATE TABLE {self.connection.ops.quote_name(table)}")
            ((_, ddl),) = cursor.fetchall()
        found = {}
        for constraint in sqlglot.parse_one(ddl, dialect="mysql").find_all(exp.Constraint):
            for key in constraint.find_all(exp.ForeignKey):
                target = key.args["reference"].this
                column, to_column = key.expressions[0].name, target.expressions[0].name
                found[constraint.name] = (column, target.this.name, to_column)
        return found

    def fetched(self, sql: str, params: Sequence[Any]) -> Generator[Sequence[tuple[Any, ...]], None, None]:
        # The driver's default cursor, Django's, takes the whole result into memory before the first row is seen.
        from MySQLdb.cursors import SSCursor

        self.connection.ensure_connection()
        raw: Any = self.connection.connection
        cursor = raw.cursor(SSCursor)
        try:
            with self.connection.wrap_database_errors:
                cursor.execute(sql, params)
                while rows := cursor.fetchmany(base.STREAMED_ROWS):
                    yield rows
        finally:
            # A reader that stops early leaves rows unread, and ending the transaction then closes the connection.
            with suppress(DatabaseError), self.connection.wrap_database_errors:
                cursor.close()

    def month_key(self, moment: str) -> str:
        return f"EXTRACT(YEAR_MONTH FROM {moment})"

    def month_name(self, key: str) -> str:
        return f"CONCAT({key} DIV 100, '-', LPAD({key} MOD 100, 2, '0'))"

    def iso_text(self, moment: str) -> str:
        return f"DATE_FORMAT({moment}, '%%Y-%%m-%%dT%%H:%%i:%%s.%%fZ')"

    def within(self, seconds: int, earlier: str, later: str) -> str:
        return f"TIMESTAMPDIFF(MICROSECOND, {earlier}, {later}) <= {seconds * 1_000_000}"

    def error_code(self, exc: Exception) -> str | int | None:
        cause = exc.__cause__ or exc
        code = cause.args[0] if cause.args else None
        return code if isinstance(code, int) else None
