"""Snapshot → the migrations that have run, as ``django_migrations`` has them."""

from __future__ import annotations

from django.db.migrations.recorder import MigrationRecorder

from credit_migration.schema.reading import Snapshot


def applied_migrations(snapshot: Snapshot) -> frozenset[tuple[str, str]]:
    """Return app label and name of each migration that has run; none where there is no ``django_migrations``."""
    return frozenset(MigrationRecorder(snapshot.connection).applied_migrations())
