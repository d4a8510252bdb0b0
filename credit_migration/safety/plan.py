"""Selected migrations → their operations and the statements that each vendor's schema editor writes for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.migration import Migration
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from credit_migration.data import Location
from credit_migration.data.safety import HostNames, PlannedMigration, PlannedOperation, PlannedStatement, Unplanned
from credit_migration.safety.described import describe
from credit_migration.safety.selection import Key, Selected, path_of
from credit_migration.safety.source import operation_lines, shown_path
from credit_migration.safety.statements import bounds_locks, split, tables_named
from credit_migration.safety.unconnected import set_tables, unconnected, writing_editor


@dataclass(frozen=True, slots=True)
class _Step:
    """An operation as the database sees it: one of a nested operation's own, or a plain one."""

    position: int
    operation: Operation
    before: ProjectState
    after: ProjectState


def plan_migrations(
    selected: Selected, names: HostNames, *, vendors: Sequence[str], using: str = DEFAULT_DB_ALIAS
) -> Iterator[PlannedMigration]:
    """
    Yield each selected migration with its statements, in the order in which ``migrate`` would run them.

    No database is asked: Django's own schema editors write for connections that never connect, and what they would
    introspect they are told from the migrations' own state.

    Args:
        selected: which migrations.
        names: the host's names, for what concerns the request table.
        vendors: whose statements; each one's driver must be installed.
        using: the alias that routers are asked about.

    """
    connections = {vendor: unconnected(vendor, using=using) for vendor in vendors}
    state = ProjectState(real_apps=selected.loader.unmigrated_apps)
    for key in selected.ordered():
        migration = selected.loader.graph.nodes[key]
        if key in selected.keys:
            yield _planned(key, migration, state, selected, names, connections)
        else:
            # Models that nobody looks at need not be rendered, which is most of the time that this takes.
            vars(state).pop("apps", None)
            state = migration.mutate_state(state, preserve=False)


def _planned(
    key: Key,
    migration: Migration,
    state: ProjectState,
    selected: Selected,
    names: HostNames,
    connections: dict[str, BaseDatabaseWrapper],
) -> PlannedMigration:
    path = path_of(migration)
    lines = operation_lines(path)
    bare = PlannedMigration(
        app=key[0],
        name=key[1],
        location=Location(path=shown_path(path), line=1),
        atomic=migration.atomic,
        applied=None if selected.applied is None else key in selected.applied,
        dependencies=tuple(tuple(map(str, dependency)) for dependency in migration.dependencies),  # type: ignore[misc]
        operations=(),
        statements=(),
    )
    try:
        steps = list(_steps(migration, state))
    except (ValueError, LookupError) as exc:
        # Django names the relation that can't be resolved; the rules say which dependency that is.
        return replace(bare, state_error=" ".join(str(exc).split()))
    operations = [describe(step.position, step.operation, key[0], (step.before, step.after), names) for step in steps]
    located = tuple(
        replace(operation, location=Location(path=shown_path(path), line=lines.get(operation.position, 1)))
        if operation.location.line == 0
        else operation
        for operation in operations
    )
    written = [_written(vendor, connection, key[0], steps, located) for vendor, connection in connections.items()]
    named = tables_named(statement for statements, _ in written for statement in statements)
    made = [_tables_before(vendor, connection, located, named, steps) for vendor, connection in connections.items()]
    return replace(
        bare,
        operations=located,
        statements=tuple(statement for statements, _ in written for statement in statements),
        unplanned=tuple(reason for _, unplanned in written for reason in unplanned),
        tables=tuple(statement for statements in made for statement in statements),
    )


def _steps(migration: Migration, state: ProjectState) -> Iterator[_Step]:
    """Yield the migration's operations, and leave ``state`` as it is after them."""
    state.apps  # noqa: B018 - rendered once here, each operation below reloads only what it changes
    for position, operation in enumerate(migration.operations):
        before = state.clone()
        operation.state_forwards(migration.app_label, state)
        yield from _flat(position, operation, migration.app_label, before, state.clone())


def _flat(position: int, operation: Operation, app: str, before: ProjectState, after: ProjectState) -> Iterator[_Step]:
    """Yield the operation, or those that a ``SeparateDatabaseAndState`` runs, each on its own state, as Django does."""
    before.apps, after.apps  # noqa: B018 - renders the models, which fails here if a relation can't be resolved
    if not isinstance(operation, SeparateDatabaseAndState):
        yield _Step(position, operation, before, after)
        return
    if not operation.database_operations:
        yield _Step(position, operation, before, after)
    for inner in operation.database_operations:
        result = before.clone()
        inner.state_forwards(app, result)
        yield from _flat(position, inner, app, before, result.clone())
        before = result


def _tables_before(
    vendor: str,
    connection: BaseDatabaseWrapper,
    operations: Sequence[PlannedOperation],
    named: set[str],
    steps: Sequence[_Step],
) -> list[PlannedStatement]:
    """Return what makes the tables that the migration works on, with those tied to them by foreign keys."""
    if not steps:
        return []
    models = {model._meta.db_table: model for model in steps[0].before.apps.get_models(include_auto_created=True)}
    worked_on = named | {operation.table for operation in operations if operation.table}
    wanted = worked_on | {operation.column.references or "" for operation in operations if operation.column}
    wanted |= {
        table
        for table, model in models.items()
        if any(_pointed(field) in worked_on for field in model._meta.local_concrete_fields)
    }
    chosen: dict[str, Any] = {}
    waiting = [models[table] for table in wanted if table in models]
    while waiting:
        model: Any = waiting.pop()
        # Django makes the table of a many-to-many field with the model that has the field.
        model = model._meta.auto_created or model
        if model._meta.db_table not in chosen and model._meta.managed:
            chosen[model._meta.db_table] = model
            fields = [*model._meta.local_concrete_fields, *model._meta.local_many_to_many]
            waiting += [field.related_model for field in fields if field.related_model]
    with writing_editor(connection) as editor:
        for _, model in sorted(chosen.items()):
            editor.create_model(model)
    return list(_statements(vendor, editor.collected_sql, [-1] * len(editor.collected_sql), set()))


def _pointed(field: Any) -> str | None:
    """Return the table that a foreign key points to."""
    return getattr(getattr(field.related_model, "_meta", None), "db_table", None) if field.many_to_one else None


def _written(
    vendor: str,
    connection: BaseDatabaseWrapper,
    app: str,
    steps: Sequence[_Step],
    operations: Sequence[PlannedOperation],
) -> tuple[list[PlannedStatement], list[Unplanned]]:
    unplanned, positions, bounded = list[Unplanned](), list[int](), set[int]()
    deferred_of: dict[int, int] = {}
    with ExitStack() as stack:
        editor: Any = stack.enter_context(writing_editor(connection))
        for step in steps:
            if not step.operation.reduces_to_sql:
                continue
            set_tables(connection, step.before.apps)
            try:
                step.operation.database_forwards(app, editor, step.before, step.after)
            except Exception as exc:
                unplanned.append(Unplanned(vendor=vendor, position=step.position, reason=_told(exc)))
            positions += [step.position] * (len(editor.collected_sql) - len(positions))
            for statement in editor.deferred_sql:
                deferred_of.setdefault(id(statement), step.position)
            if getattr(step.operation, "bounds_locks", False):
                bounded.add(step.position)
        positions += [deferred_of.get(id(statement), -1) for statement in editor.deferred_sql]
        collected = editor.collected_sql
    return list(_statements(vendor, collected, positions, bounded)), unplanned


def _statements(
    vendor: str, collected: Sequence[str], positions: Sequence[int], bounded: set[int]
) -> Iterator[PlannedStatement]:
    within: set[int] = set(bounded)
    for sql, position in zip(collected, positions, strict=True):
        if sql.startswith("--"):
            continue
        try:
            singles = split(sql, vendor)
        except ValueError:
            singles = [sql]
        for single in singles:
            if bounds_locks(single, vendor):
                within.add(position)
            yield PlannedStatement(vendor=vendor, position=position, sql=single, bounded=position in within)


def _told(exc: Exception) -> str:
    return f"{type(exc).__name__}: {' '.join(str(exc).split())}"
