"""Snapshot → the migrations that have run, as ``django_migrations`` has them."""

from __future__ import annotations

from datetime import datetime

from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from credit_migration.schema.introspection import raise_if_denied
from credit_migration.schema.reading import Snapshot


def applied_migrations(snapshot: Snapshot) -> dict[tuple[str, str], datetime]:
    """
    Return app label and name of each migration that has run, and when; none without a table ``django_migrations``.

    Raises: AccessDenied if the account may not read it, which on MariaDB and MySQL looks as if it were not there.
    """
    recorder = MigrationRecorder(snapshot.connection)
    if not recorder.has_table():
        raise_if_denied(snapshot.connection, recorder.Migration._meta.db_table)
    applied = {key: recorded.applied for key, recorded in recorder.applied_migrations().items()}
    # Without USE_TZ the moments come back without a zone.
    return {key: at if timezone.is_aware(at) else timezone.make_aware(at) for key, at in applied.items()}
