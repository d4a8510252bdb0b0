"""Statements with their locks → what keeps the running service waiting; pure functions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from credit_migration import messages
from credit_migration.data import Finding
from credit_migration.data.safety import (
    HostNames,
    JudgedStatement,
    OperationKind,
    PlannedMigration,
    PlannedOperation,
)
from credit_migration.safety.locks import lock_of
from credit_migration.safety.locks.mysql import TIED
from credit_migration.safety.statements import checks_foreign_keys, created_table, read
from credit_migration.safety.tables.changes import tables_after

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


def with_locks(
    plan: Sequence[PlannedMigration], versions: dict[str, tuple[int, ...]], *, in_use: Collection[str] | None = None
) -> list[JudgedStatement]:
    """
    Return every statement of the plan with its lock, in the plan's order.

    Args:
        plan: migrations in the order in which they would run.
        versions: the version to judge by, for each vendor of the plan.
        in_use: tables that are judged as in use though an earlier migration of the plan makes them; others that one
            makes are then empty, and nobody waits for them. ``None`` where the migrations were chosen by name, and
            may be run at any time: then only what the same migration makes is.

    """
    judged, made = list[JudgedStatement](), set[str]()
    for migration in plan:
        own = {table for one in migration.statements if (table := created_table(one.sql, one.vendor))}
        judged += _judged(migration, versions, made | own)
        made |= set() if in_use is None else own.difference(in_use)
    return judged


def judge_locks(plan: Sequence[PlannedMigration], judged: Sequence[JudgedStatement], names: HostNames) -> list[Finding]:
    """Return the findings about locks, and about statements that the vendor can't run as they are."""
    by_key = {migration.key: migration for migration in plan}
    groups: dict[tuple[str, str, str, str], list[JudgedStatement]] = {}
    for one in judged:
        if id_ := _id(one, by_key[one.migration]):
            # An unbounded wait is one matter an operation, however many statements and vendors it has.
            text = "" if id_ == "W402" else one.statement.sql
            groups.setdefault((id_, one.migration, str(one.location), text), []).append(one)
    found = [_found(id_, same, by_key[key], names) for (id_, key, _, _), same in groups.items()]
    return [*found, *(finding for migration in plan for finding in _migration(migration, names))]


def _judged(
    migration: PlannedMigration, versions: dict[str, tuple[int, ...]], made: set[str]
) -> Iterator[JudgedStatement]:
    operations = {operation.position: operation for operation in migration.operations}
    tables = {
        vendor: tables_after((one.sql for one in migration.tables if one.vendor == vendor), vendor)
        for vendor in versions
    }
    unchecked: set[str] = set()
    for statement in migration.statements:
        vendor, operation = statement.vendor, operations.get(statement.position)
        checks = checks_foreign_keys(statement.sql, vendor)
        if checks is not None:
            (unchecked.discard if checks else unchecked.add)(vendor)
        lock = lock_of(
            statement.sql,
            vendor,
            versions[vendor],
            table=operation.table if operation else None,
            keys_checked=vendor not in unchecked,
            tables=tables[vendor],
        )
        tables[vendor] = tables_after([statement.sql], vendor, tables[vendor])
        own = lock.locks[0].table if lock.locks else ""
        yield JudgedStatement(
            migration=migration.key,
            statement=statement,
            lock=lock,
            # Django's SQLite editor builds a table beside the one that it replaces.
            on_new_table=own in made or own.startswith("new__"),
            location=operation.location if operation else migration.location,
        )


def _id(one: JudgedStatement, migration: PlannedMigration) -> str | None:
    """Return the id of what is wrong with one statement, the weightiest alone; ``None`` for nothing."""
    vendor, sql, lock = one.statement.vendor, one.statement.sql, one.lock
    if not lock.known:
        return "U403"
    if vendor == "postgresql" and migration.atomic and _concurrent(sql):
        return "E428"
    # SQLite has one writer at a time whatever runs: that is its nature, not this migration's.
    if one.on_new_table or vendor == "sqlite3":
        return None
    if lock.blocks_long:
        is_index = vendor == "postgresql" and read(sql, "postgresql").verb.endswith("INDEX")
        return "E427" if is_index else "E401"
    return "W402" if lock.brief_exclusive and not one.statement.bounded else None


def _found(id_: str, same: Sequence[JudgedStatement], migration: PlannedMigration, names: HostNames) -> Finding:
    first = same[0]
    locks = [lock for one in same for lock in one.lock.locks]
    needed = [lock.table for lock in locks if (lock.mode != TIED if id_ == "W402" else lock.blocks_writes)]
    behind = [f"'{lock.table}'" for lock in locks if lock.mode == TIED and lock.table not in needed]
    return messages.finding(
        id_,
        obj=migration.key,
        location=first.location,
        vendor=_and([VENDOR_NAMES[one.statement.vendor] for one in same]),
        sql="; ".join(dict.fromkeys(one.statement.sql for one in same)) if id_ != "W402" else "",
        tables=_and([f"'{table}'" for table in needed]),
        behind=f"; writes on {_and(behind)} wait with it" if behind else "",
        growth=first.lock.growth.value,
        blocked="reads and writes" if any(lock.blocks_reads for lock in first.lock.locks) else "writes",
        migration=migration.key,
        operation=_described(first, migration),
        instead=_instead(first, migration, names),
    )


def _and(words: Sequence[str]) -> str:
    *most, last = dict.fromkeys(words) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def _described(one: JudgedStatement, migration: PlannedMigration) -> str:
    operations = (o.description for o in migration.operations if o.position == one.statement.position)
    return next(operations, migration.key)


def _concurrent(sql: str) -> bool:
    return read(sql, "postgresql").whole.has("CONCURRENTLY")


def _instead(judged: JudgedStatement, migration: PlannedMigration, names: HostNames) -> str:
    at = judged.statement.position
    operation = next((operation for operation in migration.operations if operation.position == at), None)
    if operation is None or operation.table != names.request_table:
        return "an operation"
    by_kind = {OperationKind.ADD_COLUMN: "AddNullableForeignKey", OperationKind.CHANGE_UNIQUES: "DropUniqueTogether"}
    return by_kind.get(operation.kind, "an operation")


def _migration(migration: PlannedMigration, names: HostNames) -> Iterator[Finding]:
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
    untransactional = {vendor: _changing(migration, vendor, names) for vendor in _UNTRANSACTIONAL}
    for changing in dict.fromkeys(tuple(changing) for changing in untransactional.values()):
        if len(changing) > 1:
            yield messages.finding(
                "E426",
                obj=migration.key,
                location=changing[1].location,
                vendor=_and([VENDOR_NAMES[name] for name, own in untransactional.items() if tuple(own) == changing]),
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
