"""
MySQL, and what MariaDB shares with it: every ALTER names its ``ALGORITHM`` and ``LOCK``.

A server that can't do it that way refuses at once instead of copying the table under a lock. Each statement commits by
itself. Source: https://dev.mysql.com/doc/refman/8.0/en/innodb-online-ddl-operations.html and
https://mariadb.com/kb/en/innodb-online-ddl-overview/.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, ClassVar

from django.db import Error

from credit_migration.data import Holder, Holders, IndexState, NewForeignKey, NewIndex, Step, TableState, Unique
from credit_migration.schema.backends.base import first_line
from credit_migration.schema.backends.changes import base

# A transaction holds a metadata lock on each table that it has touched, until it ends.
_METADATA_LOCKS = """
    SELECT DISTINCT t.processlist_id, t.processlist_user, '', coalesce(t.processlist_command, ''),
           coalesce(timestampdiff(SECOND, x.trx_started, now()), 0)
    FROM performance_schema.metadata_locks m
    JOIN performance_schema.threads t ON t.thread_id = m.owner_thread_id
    LEFT JOIN information_schema.innodb_trx x ON x.trx_mysql_thread_id = t.processlist_id
    WHERE m.object_schema = database() AND m.object_name IN %s AND m.lock_status = 'GRANTED'
      AND t.processlist_id <> connection_id()
    ORDER BY 5 DESC LIMIT 5
"""
_TRANSACTIONS = """
    SELECT p.id, p.user, '', p.command, timestampdiff(SECOND, x.trx_started, now())
    FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id
    WHERE p.id <> connection_id() ORDER BY 5 DESC LIMIT 5
"""
_CONNECTION = """
    SELECT id, user, '', command, time FROM information_schema.processlist WHERE id = %s
"""


class Dialect(base.Dialect):
    needs_autocommit = True
    unique_serves_foreign_key = True
    adds_keys_unproven = True
    # Source: https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html
    lock_timeouts = frozenset({1205, 1213})
    refusals = frozenset({1221, 1799, 1800, 1845, 1846, 1847})
    conflicts = frozenset({1005, 1822, 1825, 3780})
    may_not = frozenset({1142, 1227})

    add_column: ClassVar[str] = "ALGORITHM=INSTANT, LOCK=DEFAULT"
    """MySQL knows no other LOCK beside INSTANT, which takes none for longer than a change of metadata."""
    add_index: ClassVar[str] = "ALGORITHM=INPLACE, LOCK=NONE"
    drop_index: ClassVar[str] = "ALGORITHM=INPLACE, LOCK=NONE"
    drop_column: ClassVar[str] = "ALGORITHM=INPLACE, LOCK=NONE"
    add_key: ClassVar[str] = "ALGORITHM=INPLACE, LOCK=NONE"
    """Only with ``foreign_key_checks`` off; with them on, the server can but copy the table."""

    def add_foreign_key(self, table: TableState, key: NewForeignKey, also: Sequence[NewIndex]) -> list[Step]:
        steps = []
        if not table.has_column(key.column):
            clause = f"ADD COLUMN {self.quote(key.column)} {key.definition}"
            steps.append(self._short(f"add the column {key.column}", table.table, clause, self.add_column))
        missing = [NewIndex(table=key.table, column=key.column, name=key.index_name)] if key.index_name else []
        missing = [index for index in [*missing, *also] if not table.has_index_led_by(index.column)]
        if missing:
            steps.append(self._build_indexes(table.table, missing))
        if key.name and table.foreign_key_of(key.column) is None:
            clause = (
                f"ADD CONSTRAINT {self.quote(key.name)} FOREIGN KEY ({self.quote(key.column)})"
                f" REFERENCES {self.quote(key.to_table)} ({self.quote(key.to_column)})"
            )
            steps.append(
                self._short(
                    f"add the foreign key of {key.column} to {key.to_table}",
                    table.table,
                    clause,
                    self.add_key,
                    before=("SET SESSION foreign_key_checks = 0",),
                    after=("SET SESSION foreign_key_checks = 1",),
                )
            )
        return steps

    def remove_foreign_key(self, table: TableState, key: NewForeignKey, also: Sequence[NewIndex]) -> list[Step]:
        steps = self._drop_stand_ins(table, also)
        if table.has_column(key.column):
            name, column = self.quote(key.table), self.quote(key.column)
            existing = table.foreign_key_of(key.column)
            clauses = [
                *([f"DROP FOREIGN KEY {self.quote(existing.name)}"] if existing else []),
                *(
                    f"DROP INDEX {self.quote(index.name)}"
                    for index in table.indexes
                    if index.columns == (key.column,) and not index.unique
                ),
                f"DROP COLUMN {column}",
            ]
            steps.append(
                self._short(
                    f"drop the column {key.column}, its index and its foreign key",
                    table.table,
                    ", ".join(clauses),
                    self.drop_column,
                    guard=f"SELECT 1 FROM {name} WHERE {column} IS NOT NULL ORDER BY {column} LIMIT 1",
                )
            )
        return steps

    def drop_uniques(self, table: TableState, doomed: Sequence[IndexState], instead: Sequence[NewIndex]) -> list[Step]:
        if not doomed:
            return []
        names = {index.name for index in doomed}
        left = [index for index in table.indexes if index.name not in names]
        missing = [
            index
            for index in instead
            if any(unique.columns[0] == index.column for unique in doomed)
            and not any(other.columns[:1] == (index.column,) for other in left)
        ]
        return [
            *([self._build_indexes(table.table, missing)] if missing else []),
            self._short(
                f"drop the unique {' and '.join(sorted(names))}",
                table.table,
                ", ".join(f"DROP INDEX {self.quote(name)}" for name in sorted(names)),
                self.drop_index,
            ),
        ]

    def add_uniques(self, table: TableState, uniques: Sequence[Unique], instead: Sequence[NewIndex]) -> list[Step]:
        there = {index.columns for index in table.indexes if index.unique}
        missing = [unique for unique in uniques if unique.columns not in there]
        if not missing:
            return self._drop_stand_ins(table, instead)
        clauses = ", ".join(f"ADD UNIQUE INDEX {self.quote(u.name)} ({self.columns(u.columns)})" for u in missing)
        after = TableState(
            table=table.table,
            indexes=(
                *table.indexes,
                *(IndexState(name=unique.name, columns=unique.columns, unique=True) for unique in missing),
            ),
            foreign_keys=table.foreign_keys,
        )
        does = f"build the unique {' and '.join(unique.name for unique in missing)}"
        return [self._build(does, table.table, clauses), *self._drop_stand_ins(after, instead)]

    def _drop_stand_ins(self, table: TableState, indexes: Sequence[NewIndex]) -> list[Step]:
        """Drop those of our own indexes beside which another serves the same foreign key."""
        own = table.indexes_named({index.name for index in indexes})
        spare = [
            index
            for index in own
            if any(other not in own and other.columns[:1] == index.columns[:1] for other in table.indexes)
        ]
        return [
            self._short(
                f"drop the index {index.name}", table.table, f"DROP INDEX {self.quote(index.name)}", self.drop_index
            )
            for index in spare
        ]

    def _build_indexes(self, table: str, indexes: Sequence[NewIndex]) -> Step:
        clauses = ", ".join(f"ADD INDEX {self.quote(i.name)} ({self.quote(i.column)})" for i in indexes)
        return self._build(f"build the index of {' and of '.join(i.column for i in indexes)}", table, clauses)

    def _short(
        self,
        does: str,
        table: str,
        clauses: str,
        how: str,
        *,
        before: tuple[str, ...] = (),
        after: tuple[str, ...] = (),
        guard: str = "",
    ) -> Step:
        wait_s = self.locks.lock_timeout_ms // 1000
        sql = f"ALTER TABLE {self.quote(table)}{self.wait_clause(wait_s)} {clauses}, {how}"
        waits = self.wait_settings(wait_s)
        return Step(
            does=does,
            sql=sql,
            guard=guard,
            before=(*waits, *before),
            after=(*after, *self._restored(waits)),
            waits=bool(waits or wait_s),
        )

    def _build(self, does: str, table: str, clauses: str) -> Step:
        wait_s = self.locks.build_lock_timeout_s
        sql = f"ALTER TABLE {self.quote(table)}{self.wait_clause(wait_s)} {clauses}, {self.add_index}"
        settings = (*self.wait_settings(wait_s), *self.build_settings)
        return Step(does=does, sql=sql, before=settings, after=self._restored(settings))

    build_settings: ClassVar[tuple[str, ...]] = ()
    """What else an index build needs of its session."""

    def wait_clause(self, wait_s: int) -> str:
        """Return the words of an ALTER TABLE that bound its wait, where the server has such words."""
        return ""

    def wait_settings(self, wait_s: int) -> tuple[str, ...]:
        """Return the statements that bound the wait of the session's next statement. MySQL waits 1 s at the least."""
        return (f"SET SESSION lock_wait_timeout = {max(1, wait_s)}",)

    def _restored(self, settings: Sequence[str]) -> tuple[str, ...]:
        names = map(_variable, settings)
        return tuple(f"SET SESSION {name} = {self._session[name]}" for name in names)

    @cached_property
    def _session(self) -> dict[str, object]:
        names = [_variable(setting) for setting in (*self.wait_settings(1), *self.build_settings)]
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"@@SESSION.{name}" for name in names))
            values = cursor.fetchone() or ("DEFAULT",) * len(names)
        return dict(zip(names, values, strict=True))

    def column_definition(self, field: base.ForeignKeyField) -> str:
        """
        Return the type that the referenced column has in the database, not that of its model.

        The two differ where the database is older than the code: InnoDB wants the same type on both sides, and a UUID
        is ``char(32)`` in a MariaDB database made before Django 5 and ``uuid`` in one made after.
        """
        target = field.target_field
        with self.connection.cursor() as cursor:
            cursor.execute(
                "SELECT column_type, character_set_name, collation_name FROM information_schema.columns"
                " WHERE table_schema = database() AND table_name = %s AND column_name = %s",
                [target.model._meta.db_table, target.column],
            )
            row = cursor.fetchone()
        if row is None:
            return super().column_definition(field)
        kind, charset, collation = row
        return f"{kind} CHARACTER SET {charset} COLLATE {collation} NULL" if charset else f"{kind} NULL"

    def foreign_key_index_name(self, field: base.ForeignKeyField, key_name: str, index_name: str) -> str | None:
        """InnoDB names the index of a foreign key after it, so that is what a database made by plain Django has."""
        if field.db_constraint:
            return key_name
        return index_name if field.db_index else None

    def holders(self, tables: Sequence[str]) -> Holders:
        problems = []
        for sql, values, empty in (
            (_METADATA_LOCKS, [tuple(tables)], "performance_schema.metadata_locks shows no holder"),
            (_TRANSACTIONS, [], "no other transaction is open now"),
        ):
            try:
                found = self._read_holders(sql, values)
            except Error as exc:
                problems.append(first_line(exc))
                continue
            if found:
                return Holders(seen=found)
            problems.append(empty)
        return Holders(unseen_because="; ".join(problems))

    def in_the_way(self, tables: Sequence[str]) -> Holders:
        """
        Return the transactions that have held the tables for 1 s and more.

        MySQL waits for a lock for 1 s at the least, with all writers behind it, so it is asked first.
        """
        try:
            found = self._read_holders(_METADATA_LOCKS, [tuple(tables)])
        except Error:
            return Holders()
        return Holders(seen=tuple(holder for holder in found if holder.open_for_s >= 1))

    def _read_holders(self, sql: str, values: Sequence[Any]) -> tuple[Holder, ...]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return tuple(
                Holder(id=id_, user=user or "", application=program, state=state.lower(), open_for_s=float(age or 0))
                for id_, user, program, state, age in cursor.fetchall()
            )

    @contextmanager
    def alone(self, table: str, waiting: Callable[[Holders], None]) -> Iterator[None]:
        """Take a named lock; the server keeps it for a killed client's connection until its ALTER has ended."""
        database = self.connection.settings_dict["NAME"]
        name = "credit_migration:" + hashlib.blake2b(f"{database}.{table}".encode(), digest_size=16).hexdigest()
        deadline, told = time.monotonic() + self.locks.other_run_wait_s, False
        while self._answer("SELECT GET_LOCK(%s, 1)", name) != 1:
            holder = self._answer("SELECT IS_USED_LOCK(%s)", name)
            holders = Holders(
                seen=self._read_holders(_CONNECTION, [holder]), unseen_because="it has just let the lock go"
            )
            if not told:
                waiting(holders)
                told = True
            if time.monotonic() > deadline:
                raise self._still_changed(table, holders)
        try:
            yield
        finally:
            if self.connection.is_usable():
                self._answer("SELECT RELEASE_LOCK(%s)", name)


def _variable(setting: str) -> str:
    return setting.removeprefix("SET SESSION ").partition(" = ")[0]
