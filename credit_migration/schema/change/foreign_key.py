"""Adds a nullable foreign key to a table in use, and takes it away again where nothing was recorded in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from django.db import IntegrityError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

from credit_migration.conf import lock_config
from credit_migration.data import NewForeignKey, NewIndex, Step, TableState
from credit_migration.exceptions import GuardedStep, SchemaConflict
from credit_migration.schema.backends.changes import get_dialect
from credit_migration.schema.backends.changes.base import Dialect, ForeignKeyField
from credit_migration.schema.change import proofs
from credit_migration.schema.change.models import EXPAND, expected_table, new_foreign_key, primary_key, stand_ins
from credit_migration.schema.change.refusals import as_command_errors
from credit_migration.schema.change.running import collect, converge, refuse_transaction


def add_foreign_key(
    editor: BaseDatabaseSchemaEditor, before: type[Model], after: type[Model], name: str, also_index: Sequence[str]
) -> None:
    """
    Bring the table to the point where it has the foreign key, from whatever state it is in.

    Args:
        editor: the schema editor of the running migration.
        before, after: the model without and with the field.
        name: the field's name.
        also_index: names of other foreign keys of the model that are to have an index of their own.

    Raises: the errors of ``converge``, OrphansFound, TransactionOpen.

    """
    with as_command_errors():
        dialect = get_dialect(editor, after, lock_config())
        key, also = _wanted(dialect, after, name, also_index)

        def plan(table: TableState) -> list[Step]:
            _refuse_other_column(table, key)
            return dialect.add_foreign_key(table, key, also)

        refuse_transaction(dialect)
        if editor.collect_sql:
            collect(dialect, key.table, plan, lambda: expected_table(dialect, before))
            if key.name and dialect.adds_keys_unproven:
                editor.execute(f"SELECT COUNT(*) {proofs.orphans_of(editor.connection, key)}", params=None)
            return
        pk = primary_key(after)
        try:
            converge(dialect, key.table, plan, [key.to_table])
        except IntegrityError:
            proofs.refuse_orphans(editor.connection, key, pk)
            raise
        # Always, not only after the step: a run that was killed behind it has left this to us.
        if key.name and dialect.adds_keys_unproven:
            proofs.refuse_orphans(editor.connection, key, pk)


def remove_foreign_key(
    editor: BaseDatabaseSchemaEditor, before: type[Model], after: type[Model], name: str, also_index: Sequence[str]
) -> None:
    """
    Take the foreign key's column away again.

    Args:
        editor: the schema editor of the running migration.
        before, after: the model with and without the field.
        name: the field's name.
        also_index: as it was added.

    Raises: PointOfNoReturn, before anything is changed, if a row has a value in it; the errors of ``converge``.

    """
    with as_command_errors():
        dialect = get_dialect(editor, after, lock_config())
        key, also = _wanted(dialect, before, name, also_index)

        def plan(table: TableState) -> list[Step]:
            return dialect.remove_foreign_key(table, key, also)

        refuse_transaction(dialect)
        if editor.collect_sql:
            collect(dialect, key.table, plan, lambda: expected_table(dialect, before))
            return
        pk = primary_key(before)
        if _has_column(dialect, key):
            proofs.refuse_recorded(editor.connection, key, pk)
        try:
            converge(dialect, key.table, plan, [key.to_table])
        except GuardedStep:
            proofs.refuse_recorded(editor.connection, key, pk)
            raise


def _wanted(
    dialect: Dialect, model: type[Model], name: str, also_index: Sequence[str]
) -> tuple[NewForeignKey, tuple[NewIndex, ...]]:
    def field(of: str) -> ForeignKeyField:
        return cast("ForeignKeyField", model._meta.get_field(of))

    also = stand_ins(dialect.editor, model, map(field, also_index), EXPAND)
    return new_foreign_key(dialect, model, field(name)), also


def _has_column(dialect: Dialect, key: NewForeignKey) -> bool:
    with dialect.connection.cursor() as cursor:
        description = dialect.connection.introspection.get_table_description(cursor, key.table)
    return any(column.name == key.column for column in description)


def _refuse_other_column(table: TableState, key: NewForeignKey) -> None:
    """Raise SchemaConflict if the column that is there is not the one that this migration adds."""
    if any(column.name == key.column and not column.null for column in table.columns):
        what = "is NOT NULL"
    elif (there := table.foreign_key_of(key.column)) and (there.to_table, there.to_column) != (
        key.to_table,
        key.to_column,
    ):
        what = f"refers to '{there.to_table}.{there.to_column}'"
    else:
        return
    raise SchemaConflict(
        f"'{key.table}' has a column '{key.column}' already, and it {what}; this migration adds a nullable one "
        f"that refers to '{key.to_table}.{key.to_column}'.",
        hint="Find out which migration made it: python manage.py showmigrations. Nothing was changed.",
    )
