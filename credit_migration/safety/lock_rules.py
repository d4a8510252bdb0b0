"""Statements with their locks → what keeps the running service waiting; pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from credit_migration import messages
from credit_migration.data import Finding
from credit_migration.data.safety import (
    HostNames,
    JudgedStatement,
    OperationKind,
    PlannedMigration,
    PlannedOperation,
    StatementLock,
)
from credit_migration.safety.locks import lock_of
from credit_migration.safety.statements import read

VENDOR_NAMES = {"postgresql": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB", "sqlite3": "SQLite"}
_UNTRANSACTIONAL = ("mysql", "mariadb")
_SCHEMA_KINDS = {
    OperationKind.ADD_COLUMN,
    OperationKind.REMOVE_COLUMN,
    OperationKind.ALTER_COLUMN,
    OperationKind.RENAME,
    OperationKind.CHANGE_UNIQUES,
    OperationKind.RUN_SQL,
    OperationKind.OTHER,
}


def with_locks(plan: Sequence[PlannedMigration], versions: dict[str, tuple[int, ...]]) -> list[JudgedStatement]:
    """
    Return every statement of the plan with its lock, in the plan's order.

    Args:
        plan: migrations in the order in which they would run.
        versions: the version to judge by, for each vendor of the plan.

    """
    return [judged for migration in plan for judged in _judged(migration, versions)]


def judge_locks(plan: Sequence[PlannedMigration], judged: Sequence[JudgedStatement], names: HostNames) -> list[Finding]:
    """Return the findings about locks, and about statements that the vendor can't run as they are."""
    by_key = {migration.key: migration for migration in plan}
    found = [finding for statement in judged for finding in _statement(statement, by_key[statement.migration], names)]
    return [*found, *(finding for migration in plan for finding in _migration(migration, judged, names))]


def _judged(migration: PlannedMigration, versions: dict[str, tuple[int, ...]]) -> Iterator[JudgedStatement]:
    operations = {operation.position: operation for operation in migration.operations}
    made = {o.table for o in migration.operations if o.kind is OperationKind.CREATE_TABLE}
    for statement in migration.statements:
        operation = operations.get(statement.position)
        lock = lock_of(
            statement.sql, statement.vendor, versions[statement.vendor], table=operation.table if operation else None
        )
        own = lock.locks[0].table if lock.locks else None
        yield JudgedStatement(
            migration=migration.key,
            statement=statement,
            lock=lock,
            on_new_table=own in made or (own or "").removeprefix("new__") != (own or ""),
            location=operation.location if operation else migration.location,
        )


def _statement(judged: JudgedStatement, migration: PlannedMigration, names: HostNames) -> Iterator[Finding]:
    lock, sql = judged.lock, judged.statement.sql
    words: dict[str, Any] = {
        "vendor": VENDOR_NAMES[judged.statement.vendor],
        "sql": sql,
        "migration": migration.key,
        "instead": _instead(judged, migration, names),
        "tables": " and ".join(f"'{table.table}'" for table in lock.locks if table.blocks_writes)
        or " and ".join(f"'{table.table}'" for table in lock.locks),
    }
    place: dict[str, Any] = {"obj": migration.key, "location": judged.location}
    if not lock.known:
        yield messages.finding("U403", **place, **words)
    elif judged.statement.vendor == "postgresql" and migration.atomic and _concurrent(sql):
        yield messages.finding("E428", **place, **words)
    elif judged.on_new_table or judged.statement.vendor == "sqlite3":
        # SQLite has one writer at a time whatever runs: that is its nature, not this migration's.
        return
    elif lock.blocks_long:
        index = judged.statement.vendor == "postgresql" and read(sql, "postgresql").verb.endswith("INDEX")
        words |= {"growth": lock.growth.value, "blocked": _blocked(lock)}
        yield messages.finding("E427" if index else "E401", **place, **words)
    elif lock.brief_exclusive and not judged.statement.bounded:
        words["tables"] = " and ".join(f"'{table.table}'" for table in lock.locks)
        yield messages.finding("W402", **place, **words)


def _concurrent(sql: str) -> bool:
    return read(sql, "postgresql").whole.has("CONCURRENTLY")


def _blocked(lock: StatementLock) -> str:
    return "reads and writes" if any(table.blocks_reads for table in lock.locks) else "writes"


def _instead(judged: JudgedStatement, migration: PlannedMigration, names: HostNames) -> str:
    at = judged.statement.position
    operation = next((operation for operation in migration.operations if operation.position == at), None)
    if operation is None or operation.table != names.request_table:
        return "an operation"
    by_kind = {OperationKind.ADD_COLUMN: "AddNullableForeignKey", OperationKind.CHANGE_UNIQUES: "DropUniqueTogether"}
    return by_kind.get(operation.kind, "an operation")


def _migration(migration: PlannedMigration, judged: Sequence[JudgedStatement], names: HostNames) -> Iterator[Finding]:
    for unplanned in migration.unplanned:
        operation = _operation_at(migration, unplanned.position)
        yield messages.finding(
            "U404",
            obj=migration.key,
            location=operation.location,
            operation=operation.description,
            vendor=VENDOR_NAMES[unplanned.vendor],
            reason=unplanned.reason,
            app=migration.app,
            name=migration.name,
        )
    for vendor in _UNTRANSACTIONAL:
        changing = _changing(migration, vendor, names)
        if len(changing) > 1:
            yield messages.finding(
                "E426",
                obj=migration.key,
                location=changing[1].location,
                vendor=VENDOR_NAMES[vendor],
                migration=migration.key,
                count=len(changing),
                table=names.request_table,
                operations="; ".join(operation.description for operation in changing),
            )


def _operation_at(migration: PlannedMigration, position: int) -> PlannedOperation:
    return next(operation for operation in migration.operations if operation.position == position)


def _changing(migration: PlannedMigration, vendor: str, names: HostNames) -> list[PlannedOperation]:
    """Return the operations that run schema statements of ``vendor`` on the request table."""
    if any(o.kind is OperationKind.CREATE_TABLE and o.table == names.request_table for o in migration.operations):
        return []
    with_statements = {statement.position for statement in migration.statements if statement.vendor == vendor}
    return [
        operation
        for operation in migration.operations
        if operation.kind in _SCHEMA_KINDS
        and operation.position in with_statements
        and operation.table == names.request_table
    ]
