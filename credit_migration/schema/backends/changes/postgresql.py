"""
PostgreSQL: short steps under a short ``lock_timeout``, index builds CONCURRENTLY.

A new all-null column is not scanned for its foreign key, so column and key are one short statement. Source:
https://www.postgresql.org/docs/current/sql-altertable.html and sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from django.db import Error
from django.db.models import Model

from credit_migration.data import Holder, Holders, IndexState, NewForeignKey, NewIndex, Step, TableState, Unique
from credit_migration.schema.backends.changes import base

_HOLDER = """
    SELECT pid, coalesce(usename, ''), coalesce(application_name, ''), coalesce(state, ''),
           coalesce(extract(epoch FROM clock_timestamp() - xact_start), 0)
    FROM pg_stat_activity WHERE {} ORDER BY xact_start NULLS LAST LIMIT 5
"""
_BLOCKING = _HOLDER.format("pid = ANY (pg_blocking_pids(%s))")
_LOCKING = _HOLDER.format(
    "pid <> pg_backend_pid() AND pid IN (SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
    " WHERE l.granted AND c.relname = ANY (%s))"
)
_OTHER_RUN = _HOLDER.format(
    "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND (classid::bigint << 32 | objid::bigint) = %s)"
)
_LOOK_AGAIN_S = 0.2


class Dialect(base.Dialect):
    needs_autocommit = True
    # Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
    lock_timeouts = frozenset({"55P03", "40P01"})
    refusals = frozenset({"0A000"})
    conflicts = frozenset({"42804", "42830"})
    may_not = frozenset({"42501"})

    def add_foreign_key(self, table: TableState, key: NewForeignKey, also: Sequence[NewIndex]) -> list[Step]:
        steps = [*self._column_and_key(table, key), *self._leftovers(table, key.column)]
        wanted = [(key.column, key.index_name), *((index.column, index.name) for index in also)]
        on = self.quote(key.table)
        pattern, build_pattern = key.pattern_index or ("", "")
        for column, name in wanted:
            # The one for patterns does not serve the order or the join of the plain one.
            if name and not table.without_index(pattern).has_index_led_by(column):
                steps.append(
                    self._build(
                        f"build the index of {column}",
                        f"CREATE INDEX CONCURRENTLY {self.quote(name)} ON {on} ({self.quote(column)})",
                        undo=f"DROP INDEX CONCURRENTLY IF EXISTS {self.quote(name)}",
                    )
                )
        if pattern and not any(index.valid for index in table.indexes_named({pattern})):
            undo = f"DROP INDEX CONCURRENTLY IF EXISTS {self.quote(pattern)}"
            steps.append(self._build(f"build the index of {key.column} for patterns", build_pattern, undo=undo))
        return steps

    def pattern_index(self, model: type[Model], field: base.ForeignKeyField) -> tuple[str, str] | None:
        # Django's own words, so that name and operator class are its own.
        editor: Any = self.editor
        statement = editor._create_like_index_sql(model, field)
        if statement is None:
            return None
        name = editor._create_index_name(model._meta.db_table, [field.column], suffix="_like")
        return str(name), str(statement).replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1)

    def _column_and_key(self, table: TableState, key: NewForeignKey) -> Iterator[Step]:
        alter, column, to = f"ALTER TABLE {self.quote(key.table)}", self.quote(key.column), self.quote(key.to_table)
        references = f"REFERENCES {to} ({self.quote(key.to_column)}){key.deferrable}"
        if not table.has_column(key.column):
            clause = f" CONSTRAINT {self.quote(key.name)} {references}" if key.name else ""
            does = f"add the column {key.column}" + (f" with its foreign key to {key.to_table}" if key.name else "")
            yield self._short(does, f"{alter} ADD COLUMN {column} {key.definition}{clause}")
            return
        if key.name is None:
            return
        existing = table.foreign_key_of(key.column)
        if existing is None:
            yield self._short(
                f"add the foreign key of {key.column} to {key.to_table}, for new rows",
                f"{alter} ADD CONSTRAINT {self.quote(key.name)} FOREIGN KEY ({column}) {references} NOT VALID",
            )
        if existing is None or not existing.validated:
            name = existing.name if existing else key.name
            yield self._build(
                f"prove the foreign key of {key.column} for the rows that are there",
                f"{alter} VALIDATE CONSTRAINT {self.quote(name)}",
            )

    def _leftovers(self, table: TableState, column: str) -> Iterator[Step]:
        for index in table.indexes:
            if not index.valid and not index.unique and index.columns[:1] == (column,):
                yield self._drop_index(index, f"drop the index {index.name}, which an interrupted build left unusable")

    def remove_foreign_key(self, table: TableState, key: NewForeignKey, also: Sequence[NewIndex]) -> list[Step]:
        own = table.indexes_named({index.name for index in also})
        steps = [self._drop_index(index, f"drop the index {index.name}") for index in own]
        if table.has_column(key.column):
            name, column = self.quote(key.table), self.quote(key.column)
            steps.append(
                self._short(
                    f"drop the column {key.column}, its index and its foreign key",
                    f"ALTER TABLE {name} DROP COLUMN {column}",
                    locks=f"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE",
                    guard=f"SELECT 1 FROM {name} WHERE {column} IS NOT NULL ORDER BY {column} LIMIT 1",
                )
            )
        return steps

    def drop_uniques(self, table: TableState, doomed: Sequence[IndexState], instead: Sequence[NewIndex]) -> list[Step]:
        name = self.quote(table.table)
        return [
            self._short(f"drop the unique {index.name}", f"ALTER TABLE {name} DROP CONSTRAINT {self.quote(index.name)}")
            if index.constraint
            else self._drop_index(index, f"drop the unique index {index.name}")
            for index in doomed
        ]

    def add_uniques(self, table: TableState, uniques: Sequence[Unique], instead: Sequence[NewIndex]) -> list[Step]:
        return [step for unique in uniques for step in self._add_unique(table, unique)]

    def _add_unique(self, table: TableState, unique: Unique) -> Iterator[Step]:
        same = [index for index in table.indexes if index.unique and index.columns == unique.columns]
        if any(index.constraint and index.valid for index in same):
            return
        name, of = self.quote(unique.name), self.quote(unique.table)
        for index in same:
            if not index.valid:
                yield self._drop_index(
                    index, f"drop the unique index {index.name}, which an interrupted build left unusable"
                )
        columns = ", ".join(unique.columns)
        if not any(index.valid and index.name == unique.name for index in same):
            yield self._build(
                f"build the unique index of ({columns})",
                f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {of} ({self.columns(unique.columns)})",
                undo=f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            )
        yield self._short(
            f"make it the unique constraint of ({columns})",
            f"ALTER TABLE {of} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}",
        )

    def _short(self, does: str, sql: str, *, locks: str = "", guard: str = "") -> Step:
        before = [f"SET LOCAL lock_timeout = '{self.locks.lock_timeout_ms}ms'", *([locks] if locks else [])]
        return Step(does=does, sql=sql, before=tuple(before), guard=guard, in_transaction=True)

    def _build(self, does: str, sql: str, *, undo: str = "") -> Step:
        # It waits for transactions that are open, which holds no writer back, so it may wait as long as the budget.
        return Step(
            does=does,
            sql=sql,
            undo=undo,
            before=(f"SET lock_timeout = '{self.locks.retry_budget_s}s'", "SET statement_timeout = 0"),
            after=tuple(f"SET {name} = '{value}'" for name, value in self._session.items()),
        )

    def _drop_index(self, index: IndexState, does: str) -> Step:
        return self._build(does, f"DROP INDEX CONCURRENTLY IF EXISTS {self.quote(index.name)}")

    @cached_property
    def _session(self) -> dict[str, str]:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
            lock_timeout, statement_timeout = cursor.fetchone() or ("0", "0")
        return {"lock_timeout": lock_timeout, "statement_timeout": statement_timeout}

    def holders(self, tables: Sequence[str]) -> Holders:
        return self._read_holders(_LOCKING, list(tables))

    @contextmanager
    def watching(self, tables: Sequence[str]) -> Iterator[Callable[[], Holders]]:
        """Ask ``pg_blocking_pids`` from a second connection, since it knows of a wait only while it lasts."""
        pid = self.connection.connection.info.backend_pid
        seen: list[Holders] = []
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(pid, seen, over), daemon=True)
        watcher.start()
        try:
            yield lambda: seen[-1] if seen else self.holders(tables)
        finally:
            over.set()
            watcher.join()

    def _watch(self, pid: int, seen: list[Holders], over: threading.Event) -> None:
        second = type(self)(type(self.editor)(self.connection.copy()), self.model, self.locks)
        try:
            began = time.monotonic()
            # A short step waits for milliseconds, a build perhaps for minutes.
            while not over.wait(0.005 if time.monotonic() < began + 1 else 0.25):
                found = second._read_holders(_BLOCKING, pid)
                if found.seen:
                    seen[:] = [found]
        except Error:
            # One connection too many must not hide the error that is being explained.
            return
        finally:
            second.connection.close()

    def _read_holders(self, sql: str, value: Any) -> Holders:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, [value])
            rows = cursor.fetchall()
        if not rows:
            return Holders(unseen_because="the lock was free again when pg_stat_activity was read")
        return Holders(
            seen=tuple(
                Holder(id=pid, user=user, application=application, state=state, open_for_s=float(age))
                for pid, user, application, state, age in rows
            )
        )

    @contextmanager
    def alone(self, table: str, waiting: Callable[[Holders], None]) -> Iterator[None]:
        key = int.from_bytes(hashlib.blake2b(f"credit_migration:{table}".encode(), digest_size=8).digest()) >> 1
        deadline, told = time.monotonic() + self.locks.other_run_wait_s, False
        while not self._answer("SELECT pg_try_advisory_lock(%s)", key):
            holders = self._read_holders(_OTHER_RUN, key)
            if not told:
                waiting(holders)
                told = True
            if time.monotonic() > deadline:
                raise self._still_changed(table, holders)
            time.sleep(_LOOK_AGAIN_S)
        try:
            yield
        finally:
            if self.connection.is_usable():
                self._answer("SELECT pg_advisory_unlock(%s)", key)
