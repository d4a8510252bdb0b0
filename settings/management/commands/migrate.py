"""Django's ``migrate``, which this project never runs on the replica of a real service."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from settings.routers import REPLICA


class Command(migrate.Command):
    def execute(self, *args: Any, **options: Any) -> str | None:
        """Refuse the replica before it is connected: these migrations are the reference host's, not the service's."""
        if options["database"] == REPLICA:
            raise CommandError(
                f"The database '{REPLICA}' is a replica of a real service, so nothing is migrated there.\n"
                "Run migrate in the service itself, with its own migrations; see docs/host-guide.md.",
                returncode=2,
            )
        return super().execute(*args, **options)
