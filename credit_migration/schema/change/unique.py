"""Drops uniques from a table in use, and puts them back where the rows still allow it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

from credit_migration.conf import lock_config
from credit_migration.data import Step, TableState, Unique
from credit_migration.schema.backends.changes import get_dialect
from credit_migration.schema.change import proofs
from credit_migration.schema.change.models import (
    CONTRACT,
    expected_table,
    foreign_keys,
    primary_key,
    stand_ins,
    standing_in_the_way,
    uniques,
)
from credit_migration.schema.change.refusals import as_command_errors
from credit_migration.schema.change.running import collect, converge, refuse_transaction


def drop_uniques(
    editor: BaseDatabaseSchemaEditor, before: type[Model], after: type[Model], dropped: Sequence[Unique]
) -> None:
    """
    Bring the table to the point where none of the uniques keeps a row out, from whatever state it is in.

    Args:
        editor: the schema editor of the running migration.
        before, after: the model with and without the uniques.
        dropped: the uniques to drop, found in the table by their columns.

    Raises: the errors of ``converge``, TransactionOpen.

    """
    with as_command_errors():
        dialect = get_dialect(editor, after, lock_config())
        kept = uniques(editor, after)
        instead = stand_ins(editor, after, foreign_keys(after), CONTRACT)

        def plan(table: TableState) -> list[Step]:
            return dialect.drop_uniques(table, standing_in_the_way(table, dropped, kept), instead)

        refuse_transaction(dialect)
        table = after._meta.db_table
        if editor.collect_sql:
            collect(dialect, table, plan, lambda: expected_table(dialect, before))
        else:
            converge(dialect, table, plan, [])


def add_uniques(
    editor: BaseDatabaseSchemaEditor, before: type[Model], after: type[Model], added: Sequence[Unique]
) -> None:
    """
    Put uniques back.

    Args:
        editor: the schema editor of the running migration.
        before, after: the model without and with the uniques.
        added: the uniques to add.

    Raises: PointOfNoReturn, before anything is changed, if rows are there that a unique would forbid; the errors of
        ``converge``, TransactionOpen.

    """
    with as_command_errors():
        dialect = get_dialect(editor, after, lock_config())
        instead = stand_ins(editor, after, foreign_keys(after), CONTRACT)

        def plan(table: TableState) -> list[Step]:
            return dialect.add_uniques(table, added, instead)

        def refuse_duplicates() -> None:
            for unique in added:
                proofs.refuse_duplicates(editor.connection, unique, primary_key(after))

        refuse_transaction(dialect)
        table = after._meta.db_table
        if editor.collect_sql:
            collect(dialect, table, plan, lambda: expected_table(dialect, before))
            return
        refuse_duplicates()
        try:
            converge(dialect, table, plan, [])
        except IntegrityError:
            refuse_duplicates()
            raise
