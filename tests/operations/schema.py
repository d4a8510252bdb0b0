"""A request table to change, to break and to look at, in whatever state a test needs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from credit_migration.data import TableState
from credit_migration.schema.introspection import read_table

TABLE = "records_usercreditpathway"
LEGACY, EXPAND, CONTRACT = "0001_legacy", "0002_expand", "0003_contract"


def migrate(to: str, *, verbosity: int = 0) -> str:
    """Migrate the app 'records' as the command line does; return what it printed."""
    out = io.StringIO()
    call_command("migrate", "records", to, verbosity=verbosity, no_color=True, stdout=out)
    return out.getvalue()


def sql_of(migration: str, *, backwards: bool = False) -> list[str]:
    """Return the statements that ``sqlmigrate`` prints, without its comments."""
    out = io.StringIO()
    call_command("sqlmigrate", "records", migration, backwards=backwards, no_color=True, stdout=out)
    return [line.rstrip(";") for line in out.getvalue().splitlines() if line and not line.startswith("--")]


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def rows_of(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def table() -> TableState:
    return read_table(connection, TABLE)


def structure() -> tuple[Any, ...]:
    """Return what the table is, whatever its parts are called."""
    state = table()
    return (
        sorted((column.name, column.null) for column in state.columns),
        sorted((index.columns, index.unique, index.valid) for index in state.indexes),
        sorted((key.column, key.to_table, key.to_column, key.validated) for key in state.foreign_keys),
    )


def definition() -> list[str]:
    """Return the whole schema of the table in the database's own words, every name included."""
    if connection.vendor == "mysql":
        ((_, create),) = rows_of(f"SHOW CREATE TABLE {TABLE}")
        return [line.strip(" ,") for line in create.partition(" AUTO_INCREMENT=")[0].splitlines()]
    if connection.vendor == "sqlite":
        return sorted(
            sql for (sql,) in rows_of(f"SELECT sql FROM sqlite_master WHERE tbl_name = '{TABLE}' AND sql > ''")
        )
    return sorted(
        text
        for (text,) in rows_of(
            f"""
            SELECT indexdef FROM pg_indexes WHERE tablename = '{TABLE}'
            UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE conrelid = '{TABLE}'::regclass
            UNION ALL SELECT concat_ws(' ', column_name, data_type, is_nullable, column_default)
            FROM information_schema.columns WHERE table_name = '{TABLE}'
            """
        )
    )


def state_at(migration: str) -> ProjectState:
    return MigrationLoader(connection).project_state(("records", migration))


def apply(
    operation: Operation, at: str, *, backwards: bool = False, atomic: bool = False, collect: bool = False
) -> list[str]:
    """
    Run one operation as a migration would, and return the SQL that was collected.

    Args:
        operation: the operation.
        at: the migration whose state it starts from, also when it runs backwards.
        backwards: undo it.
        atomic: run it in a transaction.
        collect: run nothing.

    """
    before = state_at(at)
    after = before.clone()
    operation.state_forwards("records", after)
    with connection.schema_editor(collect_sql=collect, atomic=atomic) as editor:
        if backwards:
            operation.database_backwards("records", editor, after, before)
        else:
            operation.database_forwards("records", editor, before, after)
    return editor.collected_sql if collect else []


def add_requests(*rows: tuple[int, int], program: int | None = None) -> list[int]:
    """Insert a request for each learner and pathway, by the numbers of ``people_and_pathways``; return their ids."""
    ids = []
    for user, pathway in rows:
        columns, values = "created, modified, status, user_id, pathway_id", f"'sent', {user}, {pathway}"
        moment = "'2026-01-01 00:00:00', '2026-01-01 00:00:00'"
        if program is not None:
            columns, values = f"{columns}, program_id", f"{values}, {program}"
        run(f"INSERT INTO {TABLE} ({columns}) VALUES ({moment}, {values})")
        ids.append(rows_of(f"SELECT MAX(id) FROM {TABLE}")[0][0])
    return ids


def rebuild_from_nothing(names: Sequence[str] = (TABLE, "records_programcertrecord")) -> None:
    """Throw the app's tables away, in whatever state they are, and migrate them anew."""
    cascade = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.constraint_checks_disabled():
        run(*(f"DROP TABLE IF EXISTS {name}{cascade}" for name in names))
    run("DELETE FROM django_migrations WHERE app = 'records'")
    migrate(CONTRACT)
