"""An operation on a state → the facts about it that the rules ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.migrations import operations as ops
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field, Model

from credit_migration.data import Location
from credit_migration.data.safety import HostNames, OperationKind, PlannedColumn, PlannedOperation, Writes
from credit_migration.safety.constraints import unique_sets
from credit_migration.safety.source import code_writes_program
from credit_migration.safety.sql_writes import sql_writes_program

_KINDS: tuple[tuple[tuple[type[Operation], ...], OperationKind], ...] = (
    ((ops.AddField,), OperationKind.ADD_COLUMN),
    ((ops.RemoveField,), OperationKind.REMOVE_COLUMN),
    ((ops.AlterField,), OperationKind.ALTER_COLUMN),
    ((ops.RenameField, ops.RenameModel, ops.AlterModelTable), OperationKind.RENAME),
    ((ops.CreateModel,), OperationKind.CREATE_TABLE),
    ((ops.AlterUniqueTogether, ops.AddConstraint, ops.RemoveConstraint), OperationKind.CHANGE_UNIQUES),
    ((ops.RunPython,), OperationKind.RUN_PYTHON),
    ((ops.RunSQL,), OperationKind.RUN_SQL),
    ((ops.SeparateDatabaseAndState,), OperationKind.STATE_ONLY),
)
NO_LINE = Location(path="", line=0)
"""The place of an operation that only its migration's file can tell."""


def describe(
    position: int, operation: Operation, app: str, states: tuple[ProjectState, ProjectState], names: HostNames
) -> PlannedOperation:
    """
    Return the facts about one operation.

    Args:
        position: its place in the migration, from 0.
        operation: a plain operation, not one that nests others.
        app: the label of the migration's app.
        states: the project's models before and after it.
        names: the host's names.

    """
    kind = next((kind for classes, kind in _KINDS if isinstance(operation, classes)), OperationKind.OTHER)
    before, after = (_model(state, app, operation, names) for state in states)
    if kind is OperationKind.RENAME and _kept(before, after, operation):
        kind = OperationKind.STATE_ONLY
    field = _field(after, operation) if isinstance(operation, ops.AddField | ops.AlterField) else None
    if field is not None and field.many_to_many:
        kind, field = OperationKind.CREATE_TABLE, None
    writes, location = _writes(operation, names)
    return PlannedOperation(
        position=position,
        name=type(operation).__name__,
        description=operation.describe(),
        kind=kind,
        location=location or NO_LINE,
        table=(before or after)._meta.db_table if (before or after) is not None else None,  # type: ignore[union-attr]
        column=_column(field) if field is not None else _former_column(before, operation),
        uniques_before=_uniques(states[0], names),
        uniques_after=_uniques(states[1], names),
        writes_program=writes,
    )


def _kept(before: Any, after: Any, operation: Any) -> bool:
    """Return whether a rename leaves the database's own names as they are."""
    old, new = before._meta, after._meta
    if isinstance(operation, ops.RenameField):
        return bool(old.get_field(operation.old_name).column == new.get_field(operation.new_name).column)
    return bool(old.db_table == new.db_table)


def _model(state: ProjectState, app: str, operation: Operation, names: HostNames) -> type[Model] | None:
    if isinstance(operation, ops.SeparateDatabaseAndState):
        label, _, model = names.request.partition(".")
        return state.apps.get_model(label, model) if (label, model.lower()) in state.models else None
    if isinstance(operation, ops.RenameField):
        return state.apps.get_model(app, operation.model_name)
    for attribute in ("model_name", "old_name", "new_name", "name"):
        name = getattr(operation, attribute, None)
        # A field's operation has a name too, its field's, so the model's own comes first.
        if isinstance(name, str) and (app, name.lower()) in state.models:
            return state.apps.get_model(app, name)
    return None


def _field(model: type[Model] | None, operation: Any) -> Field[Any, Any] | None:
    return None if model is None else model._meta.get_field(operation.name)  # type: ignore[return-value]


def _column(field: Any) -> PlannedColumn:
    related: Any = field.related_model
    return PlannedColumn(
        name=field.column,
        null=field.null,
        has_default=field.default is not NOT_PROVIDED or field.db_default is not NOT_PROVIDED,
        references=getattr(getattr(related, "_meta", None), "db_table", None),
    )


def _former_column(before: type[Model] | None, operation: Operation) -> PlannedColumn | None:
    if before is None or not isinstance(operation, ops.RemoveField | ops.RenameField):
        return None
    name: str = operation.name if isinstance(operation, ops.RemoveField) else operation.old_name
    field = before._meta.get_field(name)
    return _column(field) if isinstance(field, Field) and not field.many_to_many else None


def _uniques(state: ProjectState, names: HostNames) -> frozenset[tuple[str, ...]]:
    app, _, name = names.request.partition(".")
    if (app, name.lower()) not in state.models:
        return frozenset()
    return unique_sets(state.apps.get_model(app, name))


def _writes(operation: Operation, names: HostNames) -> tuple[Writes, Location | None]:
    if isinstance(operation, ops.RunPython):
        return code_writes_program(operation.code, names)
    if isinstance(operation, ops.RunSQL):
        return _strongest(sql_writes_program(sql, names) for sql in _texts(operation.sql)), None
    return Writes.NO, None


def _texts(sql: Any) -> list[str]:
    if isinstance(sql, str):
        return [sql]
    return [one if isinstance(one, str) else one[0] for one in sql]


def _strongest(found: Iterable[Writes]) -> Writes:
    all_found = set(found)
    return next((writes for writes in (Writes.YES, Writes.UNKNOWN) if writes in all_found), Writes.NO)
