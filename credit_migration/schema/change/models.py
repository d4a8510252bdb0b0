"""Django's models and fields → what a schema change wants, and the table that a model leads one to expect."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey, Model, UniqueConstraint

from credit_migration.data import (
    ColumnState,
    ForeignKeyState,
    IndexState,
    NewForeignKey,
    NewIndex,
    TableState,
    Unique,
)
from credit_migration.exceptions import SchemaConflict
from credit_migration.schema.backends.changes.base import Dialect, ForeignKeyField

EXPAND, CONTRACT = "_expand", "_contract"
"""Ends of the names of indexes that stand in for a unique: each step takes away only what it has made itself."""


def new_foreign_key(dialect: Dialect, model: type[Model], field: ForeignKeyField) -> NewForeignKey:
    """Return the foreign key as Django itself would name and define it on this vendor."""
    editor: Any = dialect.editor
    table = model._meta.db_table
    key_name = _key_name(editor, model, field)
    index_name = editor._create_index_name(table, [field.column], suffix="")
    deferrable = editor.connection.ops.deferrable_sql()
    return NewForeignKey(
        table=table,
        column=field.column,
        definition=dialect.column_definition(field),
        to_table=field.target_field.model._meta.db_table,
        to_column=field.target_field.column,
        name=key_name if field.db_constraint else None,
        index_name=dialect.foreign_key_index_name(field, key_name, index_name),
        deferrable=deferrable,
        pattern_index=dialect.pattern_index(model, field),
    )


def stand_ins(editor: Any, model: type[Model], fields: Iterable[ForeignKeyField], suffix: str) -> tuple[NewIndex, ...]:
    """Return, for each foreign key, the index that would serve it once no unique does."""
    table = model._meta.db_table
    return tuple(
        NewIndex(table=table, column=field.column, name=editor._create_index_name(table, [field.column], suffix=suffix))
        for field in fields
    )


def foreign_keys(model: type[Model]) -> tuple[ForeignKeyField, ...]:
    """Return the model's foreign keys that the database knows of."""
    fields: Any = model._meta.local_concrete_fields
    return tuple(field for field in fields if isinstance(field, ForeignKey) and getattr(field, "db_constraint", False))


def together(editor: Any, model: type[Model], fields: Iterable[str]) -> Unique:
    """Return one member of ``unique_together``, named as Django names it."""
    table = model._meta.db_table
    columns = _columns(model, fields)
    return Unique(table=table, columns=columns, name=str(editor._unique_constraint_name(table, columns, quote=False)))


def declared(model: type[Model], constraint: Any) -> Unique:
    """
    Return a ``UniqueConstraint``.

    Raises: SchemaConflict for another constraint, and for one over more than plain columns, which a foreign key's
        index can't stand in for and which would come back otherwise than it was.
    """
    # The type stubs know nothing of some of these.
    plain = isinstance(constraint, UniqueConstraint) and not any(
        getattr(constraint, name) not in (None, (), [])
        for name in ("condition", "expressions", "include", "opclasses", "deferrable", "nulls_distinct")
    )
    if not plain:
        raise SchemaConflict(
            f"The constraint '{constraint.name}' of {model._meta.label} is no unique over plain columns.",
            hint="Write Django's own operation in the migration: migrations.RemoveConstraint("
            f"model_name='{model._meta.model_name}', name='{constraint.name}').",
        )
    return Unique(table=model._meta.db_table, columns=_columns(model, constraint.fields), name=constraint.name)


def uniques(editor: Any, model: type[Model]) -> tuple[Unique, ...]:
    """Return every unique over plain columns that the model declares, by ``unique_together`` or as a constraint."""
    constraints = [c for c in model._meta.constraints if isinstance(c, UniqueConstraint) and c.fields]
    return (
        *(together(editor, model, fields) for fields in model._meta.unique_together),
        *(
            Unique(
                table=model._meta.db_table,
                columns=_columns(model, constraint.fields),
                name=constraint.name,
            )
            for constraint in constraints
        ),
    )


def standing_in_the_way(table: TableState, dropped: Iterable[Unique], kept: Iterable[Unique]) -> list[IndexState]:
    """
    Return the uniques of the table that include all columns of a dropped one and that the model does not keep.

    By columns and not by name: a unique of more columns, which a half-way state has in its place, keeps learners from
    asking again just the same. Rows of single columns that the model declares ``unique`` are never among them.
    """
    names = {unique.name for unique in kept}
    columns = {unique.columns for unique in kept}
    found = [
        index
        for unique in dropped
        for index in table.uniques_over(*unique.columns)
        if index.name not in names and index.columns not in columns
    ]
    return list({index.name: index for index in found}.values())


def expected_table(dialect: Dialect, model: type[Model]) -> TableState:
    """Return the table as plain Django makes it for the model, for when there is no table to look at."""
    editor, keys, fields = dialect.editor, foreign_keys(model), model._meta.local_concrete_fields
    together_names = {together(editor, model, names).name for names in model._meta.unique_together}
    plain = uniques(editor, model)
    led = {unique.columns[0] for unique in plain}
    return TableState(
        table=model._meta.db_table,
        columns=tuple(ColumnState(name=str(field.column), null=field.null) for field in fields),
        indexes=(
            *(
                IndexState(
                    name=unique.name,
                    columns=unique.columns,
                    unique=True,
                    constraint=dialect.together_is_constraint or unique.name not in together_names,
                )
                for unique in plain
            ),
            *(
                IndexState(name=key.column, columns=(key.column,), unique=False)
                for key in keys
                if not (dialect.unique_serves_foreign_key and key.column in led)
            ),
        ),
        foreign_keys=tuple(
            ForeignKeyState(
                name=_key_name(editor, model, key),
                column=key.column,
                to_table=key.target_field.model._meta.db_table,
                to_column=key.target_field.column,
            )
            for key in keys
        ),
    )


def _key_name(editor: Any, model: type[Model], field: ForeignKeyField) -> str:
    suffix = f"_fk_{field.target_field.model._meta.db_table}_{field.target_field.column}"
    return str(editor._create_index_name(model._meta.db_table, [field.column], suffix=suffix))


def _columns(model: type[Model], names: Iterable[str]) -> tuple[str, ...]:
    fields: Any = map(model._meta.get_field, names)
    return tuple(field.column for field in fields)


def primary_key(model: type[Model]) -> str:
    """Return the column of the model's primary key."""
    return str(model._meta.pk.column)
