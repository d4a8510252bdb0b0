"""A model's table → ``TableState``, as the database has it; and ``TableState`` → ``SchemaState``."""

from __future__ import annotations

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.data import ColumnState, ForeignKeyState, IndexState, SchemaState, TableState
from credit_migration.exceptions import AccessDenied, TableNotFound
from credit_migration.schema.backends import get_backend


def read_table(connection: BaseDatabaseWrapper, table: str) -> TableState:
    """
    Return the table as the database has it, by Django's introspection: columns, indexes, uniques, foreign keys.

    Raises: TableNotFound if the database has no such table, AccessDenied if the account may not read it.
    """
    introspection = connection.introspection
    with connection.cursor() as cursor:
        if table not in introspection.table_names(cursor):
            # MariaDB and MySQL list no table to an account without a right on it, so only asking tells the two apart.
            raise_if_denied(connection, table)
            raise TableNotFound(
                f"The database '{connection.alias}' has no table '{table}'.",
                hint="Check that --database names the Credentials database and that its migrations have run: "
                "python manage.py showmigrations.",
            )
        description = introspection.get_table_description(cursor, table)
        constraints = introspection.get_constraints(cursor, table)
    backend = get_backend(connection)
    unfinished = backend.unfinished(table)
    listed = {
        name: (info["columns"][0], *info["foreign_key"]) for name, info in constraints.items() if info["foreign_key"]
    }
    return TableState(
        table=table,
        columns=tuple(ColumnState(name=column.name, null=bool(column.null_ok)) for column in description),
        indexes=tuple(
            IndexState(
                name=name,
                columns=tuple(c for c in info["columns"] if c),
                unique=bool(info["unique"]),
                valid=name not in unfinished,
                constraint=bool(info["unique"]) and not info["index"],
            )
            for name, info in sorted(constraints.items())
            if (info["index"] or info["unique"]) and not info["primary_key"]
        ),
        foreign_keys=tuple(
            ForeignKeyState(
                name=name, column=column, to_table=to_table, to_column=to_column, validated=name not in unfinished
            )
            for name, (column, to_table, to_column) in sorted((listed or backend.unlisted_foreign_keys(table)).items())
        ),
    )


def raise_if_denied(connection: BaseDatabaseWrapper, table: str) -> None:
    """Raise AccessDenied if the table is there but the account may not read it."""
    # Without a savepoint the failed question ends the transaction on PostgreSQL, and whoever goes on finds it aborted.
    needed = get_backend(connection).error_ends_transaction and connection.connection is not None
    savepoint = connection.savepoint() if needed and connection.in_atomic_block else None
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} WHERE 1 = 0")
    except DatabaseError as exc:
        if savepoint is not None:
            connection.savepoint_rollback(savepoint)
        told = get_backend(connection).explain(exc, connected=True)
        if isinstance(told, AccessDenied):
            raise told from exc


def schema_state(table: TableState, *, user: str, pathway: str, program: str) -> SchemaState:
    """
    Return where the request table stands, from its columns and uniques.

    Args:
        table: the request table.
        user, pathway, program: the names of its three columns.

    """
    if not table.has_column(program):
        return SchemaState.LEGACY
    if table.uniques_over(user, pathway):
        return SchemaState.PARTIAL
    return SchemaState.TARGET
