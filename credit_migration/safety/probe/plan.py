"""Planned statements and a scratch database → the same statements, with their locks as its server answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionDoesNotExist

from credit_migration.data.safety import JudgedStatement, OperationKind, PlannedMigration
from credit_migration.exceptions import UnknownDatabase, UsageError
from credit_migration.safety.probe import PROBED, observe, room
from credit_migration.safety.statements import read
from credit_migration.schema.backends import vendor_name
from credit_migration.schema.reading import explained

ROOM = "credit_migration_probe"
"""The schema (PostgreSQL) or database (MySQL, MariaDB) that the probe makes, works in, and drops."""
_LEFT_OUT = {"BEGIN", "COMMIT", "SELECT"}


def probe_plan(
    plan: Sequence[PlannedMigration], judged: Sequence[JudgedStatement], using: str
) -> list[JudgedStatement]:
    """
    Return the statements, those of the server's vendor with what it answered where it could be asked.

    All of it happens on empty tables in a schema or database of the probe's own, which must not be there before and is
    dropped afterwards. Statements of ``RunSQL`` are not run: they may name what they like.

    Args:
        plan: migrations with their ``tables``.
        judged: their statements, in the plan's order.
        using: alias of the scratch database.

    Raises: UnknownDatabase, DatabaseUnreachable, and UsageError on SQLite or if the probe's own place is taken.

    """
    connection = _connection(using)
    vendor = vendor_name(connection)
    if vendor not in PROBED:
        raise UsageError(
            f"The database '{using}' can't be probed: SQLite has one lock, for the whole file.",
            hint="Give --probe the alias of a scratch database on PostgreSQL, MySQL or MariaDB.",
        )
    enter, leave = room(vendor)
    by_key = {migration.key: migration for migration in plan}
    earlier: dict[str, list[str]] = {}
    answered = []
    with connection.cursor() as cursor:
        _refuse_taken(cursor, enter, using)
    try:
        for one in judged:
            if one.statement.vendor == vendor:
                before = earlier.setdefault(one.migration, [])
                answer = _answered(connection, one, by_key[one.migration], [*leave, *enter], tuple(before))
                before.append(one.statement.sql)
            else:
                answer = one
            answered.append(answer)
    finally:
        with connection.cursor() as cursor:
            _run(cursor, leave)
        connection.close()
    return answered


def _answered(
    connection: BaseDatabaseWrapper,
    one: JudgedStatement,
    migration: PlannedMigration,
    anew: Sequence[str],
    earlier: Sequence[str],
) -> JudgedStatement:
    vendor, sql = one.statement.vendor, one.statement.sql
    by_hand = any(o.kind is OperationKind.RUN_SQL for o in migration.operations)
    if by_hand or one.on_new_table or not one.lock.locks:
        return one
    made = [table.sql for table in migration.tables if table.vendor == vendor]
    ran = [statement for statement in earlier if read(statement, vendor).verb not in _LEFT_OUT]
    try:
        lock = observe(connection, vendor, sql, _set_up(connection, [*anew, *made, *ran]))
    except DatabaseError:
        return one
    return one if lock is None else replace(one, lock=lock, proven=True)


def _set_up(connection: BaseDatabaseWrapper, statements: Sequence[str]) -> Callable[[], None]:
    def set_up() -> None:
        with connection.cursor() as cursor:
            _run(cursor, statements)

    return set_up


def _run(cursor: Any, statements: Sequence[str]) -> None:
    for statement in statements:
        cursor.execute(statement)


def _refuse_taken(cursor: Any, enter: Sequence[str], using: str) -> None:
    try:
        _run(cursor, enter)
    except DatabaseError as exc:
        raise UsageError(
            f"The probe can't make its own '{ROOM}' on database '{using}': {' '.join(str(exc).split())}",
            hint=f"Give --probe a scratch database whose account may create one; if '{ROOM}' is left from a probe that "
            "was killed, drop it.",
        ) from exc


def _connection(using: str) -> BaseDatabaseWrapper:
    try:
        connection = connections[using]
    except ConnectionDoesNotExist as exc:
        raise UnknownDatabase(
            f"The settings have no database '{using}'.",
            hint=f"Use --probe with one of these: {', '.join(sorted(connections))}.",
        ) from exc
    with explained(connection):
        connection.ensure_connection()
    return connection
