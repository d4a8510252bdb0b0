"""SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from credit_migration.exceptions import ReadOnlyRefused
from credit_migration.schema.backends import base


def _keep_read_only(action: int, first: str | None, second: str | None, database: str | None, by: str | None) -> int:
    """
    Refuse what would undo ``query_only`` or write beside it: the pragma itself, and another file (ATTACH, VACUUM INTO).

    Source: https://www.sqlite.org/c3ref/set_authorizer.html
    """
    undone = action == sqlite3.SQLITE_PRAGMA and (first or "").lower() == "query_only" and second is not None
    return sqlite3.SQLITE_DENY if undone or action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


class Backend(base.Backend):
    name = "sqlite3"
    isolation = "SERIALIZABLE"
    reach_hint = "Check this alias's NAME in the settings: a file in an existing folder, both readable by you."
    moments_are_text = True
    triggers_sql = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"

    @contextmanager
    def read_only(self) -> Iterator[str]:
        before = self._scalar("PRAGMA query_only")
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA query_only = ON")
        try:
            answer = self._scalar("PRAGMA query_only")
            if answer != 1:
                raise ReadOnlyRefused(
                    f"The database '{self.connection.alias}' did not turn query_only on.",
                    hint="Use a SQLite build that has PRAGMA query_only; nothing was started.",
                )
            self.connection.connection.set_authorizer(_keep_read_only)
            # BEGIN alone takes no snapshot in SQLite: the first read does, and all later ones see the same.
            with transaction.atomic(using=self.connection.alias):
                yield f"query_only = {answer}"
        finally:
            if self.connection.connection is not None:
                self.connection.connection.set_authorizer(None)
                with self.connection.cursor() as cursor:
                    cursor.execute(f"PRAGMA query_only = {before}")

    def month_key(self, moment: str) -> str:
        return f"substr({moment}, 1, 7)"

    def month_name(self, key: str) -> str:
        return key

    def iso_text(self, moment: str) -> str:
        # Django stores '2022-09-12 08:00:00', with a fraction of six digits where there is one; others write fewer.
        second, fraction = f"substr({moment}, 12, 8)", f"substr(substr({moment}, 21) || '000000', 1, 6)"
        return f"substr({moment}, 1, 10) || 'T' || {second} || '.' || {fraction} || 'Z'"

    def is_no_moment(self, column: str, checked: str) -> str:
        # To work out each moment would take as long as to count them all, so only a text of another shape is worked
        # out, and what is read as a moment. Elsewhere a day that no calendar has passes, in the right shape: it sorts
        # and compares as its text says.
        shape = f"{column} NOT GLOB '????-??-?? ??:??:??*' OR length({column}) NOT IN (19, 26)"
        # The second stands as SQLite itself writes it, and after it there is nothing, or a point and up to six digits.
        # Only a modifier makes SQLite reckon: without one, the 31st of February is one of its days.
        second = f"datetime(substr({column}, 1, 19), '0 days') || '.' IS NOT substr({column} || '.', 1, 20)"
        fraction = f"{column} GLOB '{'?' * 20}*[^0-9]*' OR length({column}) = 20 OR length({column}) > 26"
        return f"CASE WHEN {shape} OR {checked} THEN {second} OR {fraction} ELSE 0 END"

    def within(self, seconds: int, earlier: str, later: str) -> str:
        # Working a moment out costs more than all the rest of a row, so it is left to those where a minute may begin
        # between the two. The fraction is put back as it was, for SQLite reckons in milliseconds and would round it.
        may_be = f"(substr({earlier}, 1, 16) = substr({later}, 1, 16) OR substr({later}, 18, 2) <= '{seconds:02}')"
        earliest = f"datetime(substr({later}, 1, 19), '-{seconds} seconds') || substr({later}, 20)"
        return f"{may_be} AND {earlier} >= {earliest}"

    def of_group(self, column: str) -> str:
        # Source: https://www.sqlite.org/lang_select.html#bareagg
        return column

    def error_code(self, exc: Exception) -> str | int | None:
        # SQLite has one code for a missing table and a missing column, so the driver's words must tell them apart.
        words = str(exc)
        if "no such table" in words:
            return "no such table"
        if "no such column" in words:
            return "no such column"
        return getattr(exc.__cause__ or exc, "sqlite_errorname", None)

    table_missing = frozenset({"no such table"})
    column_missing = frozenset({"no such column"})
    login_refused = frozenset({"SQLITE_CANTOPEN", "SQLITE_NOTADB", "SQLITE_CORRUPT"})
    connection_lost = frozenset({"SQLITE_IOERR"})
    access_denied = frozenset({"SQLITE_PERM", "SQLITE_AUTH"})
