"""The scratch database: made anew, and for the length of a rehearsal the only one that the process can reach."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.connection import ConnectionDoesNotExist

from credit_migration.exceptions import ConfigurationError, ScratchRefused, UnknownDatabase
from credit_migration.schema.backends.base import first_line

ALIAS = "rehearsal"
MARK = "credit_migration_scratch"
"""The table that says that a database is a rehearsal's own, and may be replaced."""


@contextmanager
def scratch_database() -> Iterator[BaseDatabaseWrapper]:
    """
    Replace the scratch database by an empty one, and yield its connection; every alias leads there meanwhile.

    So no code that forgets to name its database can reach another one. What an earlier rehearsal left, whole or
    killed, is replaced; a database that is not a rehearsal's own is refused.

    Raises: UnknownDatabase without the alias, ConfigurationError if it names another alias's database, ScratchRefused.
    """
    connection = _connection()
    _refuse_anothers(connection)
    try:
        _replace(connection)
    except DatabaseError as exc:
        raise ScratchRefused(
            f"The scratch database '{_name(connection)}' can't be made anew: {first_line(exc)}",
            hint="See that the server is up, that no other rehearsal runs, and that the account may create databases: "
            f"ALTER ROLE … CREATEDB on PostgreSQL, GRANT ALL ON {_name(connection)}.* TO … on MariaDB and MySQL.",
        ) from exc
    _forget()
    others = {alias: connections[alias] for alias in connections if alias != ALIAS}
    for alias in others:
        connections[alias] = connection
    try:
        yield connection
    finally:
        for alias, other in others.items():
            connections[alias] = other
        _forget()
        connection.close()


def _forget() -> None:
    """Drop what Django remembers of one database's rows by their ids, which another has under others."""
    Site.objects.clear_cache()
    ContentType.objects.clear_cache()


def _connection() -> BaseDatabaseWrapper:
    try:
        return connections[ALIAS]
    except ConnectionDoesNotExist as exc:
        raise UnknownDatabase(
            f"The settings have no database '{ALIAS}', which a rehearsal would make and replace.",
            hint="Run the command from the toolkit's own project, whose settings have it: python manage.py "
            "rehearse_credit_rollout --settings settings.base",
        ) from exc


def _name(connection: BaseDatabaseWrapper) -> str:
    return str(connection.settings_dict["NAME"])


def _refuse_anothers(connection: BaseDatabaseWrapper) -> None:
    keys = ("ENGINE", "HOST", "PORT", "NAME")
    ours = [str(connection.settings_dict[key]) for key in keys]
    for alias in connections:
        if alias != ALIAS and [str(connections[alias].settings_dict[key]) for key in keys] == ours:
            raise ConfigurationError(
                f"The databases '{ALIAS}' and '{alias}' are one, '{ours[-1]}', and a rehearsal replaces its own.",
                hint=f"Give '{ALIAS}' a NAME of its own in the settings, and a file where it is SQLite.",
            )


def _replace(connection: BaseDatabaseWrapper) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        _replace_file(connection)
    else:
        _replace_on_server(connection)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {MARK} (id integer)")


def _replace_file(connection: BaseDatabaseWrapper) -> None:
    path = Path(_name(connection))
    if path.exists():
        _refuse_unless_ours(connection)
        connection.close()
    for suffix in ("", "-journal", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _replace_on_server(connection: BaseDatabaseWrapper) -> None:
    name = connection.ops.quote_name(_name(connection))
    create = f"CREATE DATABASE {name} {connection.creation.sql_table_creation_suffix()}"
    # PostgreSQL's own would turn to another alias's database where 'postgres' is closed to us.
    with BaseDatabaseWrapper._nodb_cursor(connection) as cursor:
        try:
            cursor.execute(create)
        except DatabaseError as exc:
            # It is there, or we may not create it: only the former can be looked into.
            try:
                _refuse_unless_ours(connection)
            except DatabaseError:
                raise exc from None
            connection.close()
            cursor.execute(f"DROP DATABASE {name}")
            cursor.execute(create)


def _refuse_unless_ours(connection: BaseDatabaseWrapper) -> None:
    tables = connection.introspection.table_names()
    if tables and MARK not in tables:
        raise ScratchRefused(
            f"The database '{_name(connection)}' holds tables that no rehearsal made, such as '{min(tables)}'.",
            hint=f"Look whose it is. A rehearsal replaces only what it made itself: give '{ALIAS}' another NAME, or "
            "drop that database.",
        )
