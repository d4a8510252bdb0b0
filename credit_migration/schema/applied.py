"""Snapshot → the migrations that have run, as ``django_migrations`` has them."""

from __future__ import annotations

from django.db.migrations.recorder import MigrationRecorder

from credit_migration.schema.introspection import raise_if_denied
from credit_migration.schema.reading import Snapshot


def applied_migrations(snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """
    Return app label and name of each migration that has run; none where there is no ``django_migrations``.

    Raises: AccessDenied if the account may not read it, which on MariaDB and MySQL looks as if it were not there.
    """
    recorder = MigrationRecorder(snapshot.connection)
    if not recorder.has_table():
        raise_if_denied(snapshot.connection, recorder.Migration._meta.db_table)
    return frozenset(recorder.applied_migrations())
