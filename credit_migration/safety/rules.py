"""A plan → what is wrong with it for ADR 0005 and for a deployment that rolls; pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from credit_migration import messages
from credit_migration.data import Finding
from credit_migration.data.safety import HostNames, OperationKind, PlannedMigration, PlannedOperation, WayBack, Writes

_RENAMED = OperationKind.RENAME


def judge_plan(plan: Sequence[PlannedMigration], names: HostNames) -> list[Finding]:
    """
    Return the findings about the plan's operations; those about its locks are ``judge_locks``'s.

    Args:
        plan: migrations in the order in which they would run.
        names: the host's own names.

    """
    return [finding for migration in plan for finding in _judge(migration, names)] + list(_together(plan, names))


def judge_way_back(plan: Sequence[PlannedMigration], names: HostNames, way_back: WayBack) -> list[Finding]:
    """Return what can't be reversed any more with the rows that are there."""
    found = []
    for migration in plan:
        for operation in migration.operations:
            if way_back.recorded and expands(operation, names):
                found.append(("W416", migration, operation))
            if way_back.pairs and contracts(operation, names):
                found.append(("W415", migration, operation))
    return [
        messages.finding(
            id_,
            obj=migration.key,
            location=operation.location,
            pairs=way_back.pairs,
            recorded=way_back.recorded,
            **_common(migration, operation, names),
        )
        for id_, migration, operation in found
    ]


def expands(operation: PlannedOperation, names: HostNames) -> bool:
    """Return whether the operation adds the program's column to the request table."""
    return (
        operation.kind is OperationKind.ADD_COLUMN
        and operation.table == names.request_table
        and operation.column is not None
        and operation.column.name == names.program_column
    )


def contracts(operation: PlannedOperation, names: HostNames) -> bool:
    """Return whether the operation takes the unique over learner and pathway away, whatever comes in its place."""
    if operation.kind is OperationKind.RENAME:
        return False
    pair = tuple(sorted((names.user_column, names.pathway_column)))
    return pair in operation.uniques_before - operation.uniques_after


def drops_gate(operation: PlannedOperation, names: HostNames) -> bool:
    """Return whether the operation takes any unique away that includes learner and pathway."""
    if operation.kind in (OperationKind.RENAME, OperationKind.CREATE_TABLE):
        return False
    return bool(still_gating(operation.uniques_before - operation.uniques_after, names))


def still_gating(uniques: frozenset[tuple[str, ...]], names: HostNames) -> list[tuple[str, ...]]:
    """Return the uniques that keep a learner from asking again along the same pathway."""
    return sorted(columns for columns in uniques if {names.user_column, names.pathway_column} <= set(columns))


def _judge(migration: PlannedMigration, names: HostNames) -> Iterator[Finding]:
    yield from _unresolved(migration, names)
    yield from _one_step(migration, names)
    for operation in migration.operations:
        yield from _filled(migration, operation, names)
        if operation.table == names.request_table and operation.kind is not OperationKind.CREATE_TABLE:
            yield from _column(migration, operation, names)
            yield from _uniques(migration, operation, names)
            yield from _renamed(migration, operation, names)


def _common(migration: PlannedMigration, operation: PlannedOperation, names: HostNames) -> dict[str, Any]:
    """Return the names that most messages fill in."""
    return {
        "migration": migration.key,
        "app": migration.app,
        "name": migration.name,
        "before": _before(migration),
        "operation": operation.description,
        "model": names.request,
        "model_name": names.request.rpartition(".")[2].lower(),
        "table": names.request_table,
        "column": names.program_column,
        "field": names.program_field,
        "user": names.user_field,
        "pathway": names.pathway_field,
        "program": names.program,
    }


def _before(migration: PlannedMigration) -> str:
    own = [name for app, name in migration.dependencies if app == migration.app]
    return own[-1] if own else "zero"


def _column(migration: PlannedMigration, operation: PlannedOperation, names: HostNames) -> Iterator[Finding]:
    column, common = operation.column, _common(migration, operation, names)
    if column is None or column.name != names.program_column:
        return
    place: dict[str, Any] = {"obj": migration.key, "location": operation.location}
    if operation.kind in (OperationKind.ADD_COLUMN, OperationKind.ALTER_COLUMN):
        if column.has_default:
            yield messages.finding("E421", **place, **common)
        elif not column.null:
            yield messages.finding("E420", **place, **common)
        if column.references != names.program_table:
            yield messages.finding("E431", **place, **common, found=column.references or "no table")
    if operation.kind is OperationKind.ADD_COLUMN:
        yield from _dependency(migration, operation, names)
        yield messages.finding("I410", **place, **common)
        yield messages.finding("W413", **place, **common)


def _dependency(migration: PlannedMigration, operation: PlannedOperation, names: HostNames) -> Iterator[Finding]:
    if migration.app == names.program_app or names.program_app in {app for app, _ in migration.dependencies}:
        return
    yield messages.finding(
        "E429",
        obj=migration.key,
        location=operation.location,
        migration=migration.key,
        program=names.program,
        app=names.program_app,
        detail=", which another migration happens to pull in",
        needed=names.program_migration,
    )


def _unresolved(migration: PlannedMigration, names: HostNames) -> Iterator[Finding]:
    if migration.state_error:
        yield messages.finding(
            "E429",
            obj=migration.key,
            location=migration.location,
            migration=migration.key,
            program=names.program,
            app=names.program_app,
            detail=f", so Django can't run it: {migration.state_error}",
            needed=names.program_migration,
        )


def _uniques(migration: PlannedMigration, operation: PlannedOperation, names: HostNames) -> Iterator[Finding]:
    common = _common(migration, operation, names)
    for columns in still_gating(operation.uniques_after - operation.uniques_before, names):
        wider = set(columns) != {names.user_column, names.pathway_column}
        if wider and names.program_column in columns:
            yield messages.finding(
                "E425", obj=migration.key, location=operation.location, columns=", ".join(columns), **common
            )
    if drops_gate(operation, names) and not still_gating(operation.uniques_after, names):
        dropped = still_gating(operation.uniques_before, names)
        lost = " and over ".join(", ".join(_in_their_order(one, names)) for one in dropped)
        if operation.kind is OperationKind.STATE_ONLY:
            yield messages.finding("E433", obj=migration.key, location=operation.location, columns=lost, **common)
            return
        yield messages.finding("W411", obj=migration.key, location=operation.location, **common)
        yield messages.finding("W412", obj=migration.key, location=operation.location, columns=lost, **common)


def _in_their_order(columns: tuple[str, ...], names: HostNames) -> list[str]:
    first = [names.user_column, names.pathway_column, names.program_column]
    return sorted(columns, key=lambda column: first.index(column) if column in first else len(first))


def _renamed(migration: PlannedMigration, operation: PlannedOperation, names: HostNames) -> Iterator[Finding]:
    if operation.kind is _RENAMED:
        yield messages.finding("E430", obj=migration.key, location=operation.location, operation=operation.description)
    if operation.kind is OperationKind.REMOVE_COLUMN:
        common = _common(migration, operation, names)
        if operation.column is not None:
            common["column"] = operation.column.name
        yield messages.finding("E432", obj=migration.key, location=operation.location, **common)


def _filled(migration: PlannedMigration, operation: PlannedOperation, names: HostNames) -> Iterator[Finding]:
    if operation.writes_program is Writes.NO:
        return
    yield messages.finding(
        "E422" if operation.writes_program is Writes.YES else "U423",
        obj=migration.key,
        location=operation.location,
        **_common(migration, operation, names),
    )


def _one_step(migration: PlannedMigration, names: HostNames) -> Iterator[Finding]:
    adding = [operation for operation in migration.operations if expands(operation, names)]
    dropping = [operation for operation in migration.operations if contracts(operation, names)]
    if adding and dropping:
        yield messages.finding(
            "E424",
            obj=migration.key,
            location=dropping[0].location,
            columns=f"{names.user_column}, {names.pathway_column}",
            **_common(migration, dropping[0], names),
        )


def _together(plan: Sequence[PlannedMigration], names: HostNames) -> Iterator[Finding]:
    """Yield what two migrations of one plan do wrong together."""
    expand = next((m for m in plan if any(expands(o, names) for o in m.operations)), None)
    contract = next((m for m in plan if any(contracts(o, names) for o in m.operations)), None)
    if expand and contract and expand is not contract:
        yield messages.finding(
            "W414",
            obj=contract.key,
            location=contract.location,
            expand=expand.key,
            contract=contract.key,
            app=expand.app,
            expand_name=expand.name,
        )
