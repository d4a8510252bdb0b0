"""The Django app, as the host finds it through the ``credentials.djangoapp`` entry point."""

from __future__ import annotations

from typing import Any, ClassVar

from django.apps import AppConfig


class CreditMigrationConfig(AppConfig):
    """An app without models or tables: commands, system checks, and operations for the host's migrations."""

    name = "credit_migration"
    label = "credit_migration"
    verbose_name = "Credit migration"
    plugin_app: ClassVar[dict[str, Any]] = {}
    """Empty: as an Open edX plugin it needs no URLs, settings or signals of the host's."""

    def ready(self) -> None:
        from credit_migration import checks

        checks.register()
