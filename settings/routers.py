"""The router that keeps a replica of a real service as it is."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

REPLICA = "credentials"


class ReplicaRouter:
    """Refuses every migration and every write on the alias ``credentials``."""

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        instance = hints.get("instance")
        if instance is not None and instance._state.db == REPLICA:
            raise PermissionError(
                f"The database '{REPLICA}' is a replica of a real service, so {model._meta.label} is not written there."
            )
        return None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db == REPLICA else None
