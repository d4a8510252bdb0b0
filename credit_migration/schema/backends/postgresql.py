"""PostgreSQL."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, transaction

from credit_migration.exceptions import ReadOnlyRefused
from credit_migration.schema.backends import base


class Backend(base.Backend):
    name = "postgresql"
    error_ends_transaction = True
    isolation = "REPEATABLE READ"
    triggers_sql = (
        "SELECT t.tgname, c.relname, pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND c.relname = %s AND pg_table_is_visible(c.oid)"
    )
    # Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
    access_denied = frozenset({"42501"})
    login_refused = frozenset({"28P01", "28000", "3D000", "53300"})
    table_missing = frozenset({"42P01", "3F000"})
    column_missing = frozenset({"42703"})
    connection_lost = frozenset({"57P01", "57P02", "57P03", "08006", "08003", "08000"})

    foreign_keys_hold = True

    @contextmanager
    def read_only(self) -> Iterator[str]:
        with transaction.atomic(using=self.connection.alias):
            with self.connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # Compiling one of the big queries takes longer than it saves.
                cursor.execute("SET LOCAL jit = off")
            answer = self._scalar("SHOW transaction_read_only")
            if answer != "on":
                raise ReadOnlyRefused(
                    f"The database '{self.connection.alias}' did not make the transaction read-only.",
                    hint="Use a direct connection or a pooler in transaction mode; nothing was started.",
                )
            yield f"transaction_read_only = {answer}"

    def unfinished(self, table: str) -> frozenset[str]:
        with self.connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                JOIN pg_class t ON t.oid = i.indrelid
                WHERE t.relname = %s AND pg_table_is_visible(t.oid) AND NOT (i.indisvalid AND i.indisready)
                UNION ALL
                SELECT k.conname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
                WHERE t.relname = %s AND pg_table_is_visible(t.oid) AND NOT k.convalidated
                """,
                [table, table],
            )
            return frozenset(name for (name,) in cursor.fetchall())

    def stream(self, sql: str, params: Sequence[Any]) -> Generator[tuple[Any, ...], None, None]:
        from django.db.backends.postgresql.psycopg_any import is_psycopg3

        yield from self._copy(sql, params) if is_psycopg3 else super().stream(sql, params)

    def stream_columns(self, sql: str, params: Sequence[Any]) -> Generator[Sequence[Sequence[Any]], None, None]:
        from django.db.backends.postgresql.psycopg_any import is_psycopg3

        if is_psycopg3:
            from credit_migration.schema.backends.copying import copied_columns

            with self.connection.wrap_database_errors:
                yield from copied_columns(self.connection.connection, sql, params, rows=base.STREAMED_ROWS)
        else:
            yield from super().stream_columns(sql, params)

    # A cursor's query is never run by parallel workers, and a COPY's is.
    # Source: https://www.postgresql.org/docs/current/when-can-parallel-query-be-used.html

    def _copy(self, sql: str, params: Sequence[Any]) -> Generator[tuple[Any, ...], None, None]:
        from psycopg import ClientCursor

        raw: Any = self.connection.connection
        with self.connection.wrap_database_errors, ClientCursor(raw) as cursor:
            cursor.execute(f"SELECT * FROM ({sql}) nothing LIMIT 0", params)
            types = [column.type_code for column in cursor.description or ()]
            with cursor.copy(f"COPY ({sql}) TO STDOUT", params) as copy:
                copy.set_types(types)
                yield from copy.rows()

    def fetched(self, sql: str, params: Sequence[Any]) -> Generator[Sequence[tuple[Any, ...]], None, None]:
        with self.connection.cursor() as cursor:
            # A cursor is planned for its first tenth by default, and all rows are wanted here.
            # Source: https://www.postgresql.org/docs/current/runtime-config-query.html#GUC-CURSOR-TUPLE-FRACTION
            cursor.execute("SET LOCAL cursor_tuple_fraction = 1")
        yield from super().fetched(sql, params)

    def month_key(self, moment: str) -> str:
        return f"date_trunc('month', {moment} AT TIME ZONE 'UTC')"

    def month_name(self, key: str) -> str:
        return f"to_char({key}, 'YYYY-MM')"

    def iso_text(self, moment: str) -> str:
        return f"""to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

    def within(self, seconds: int, earlier: str, later: str) -> str:
        return f"{later} - {earlier} <= INTERVAL '{seconds} seconds'"

    def error_code(self, exc: Exception) -> str | int | None:
        cause = exc.__cause__ or exc
        code = getattr(cause, "sqlstate", None)
        if code is None and isinstance(exc, OperationalError):
            # The client library speaks, not the server: there is no connection any more.
            return "08006"
        return code
