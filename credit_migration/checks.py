"""
The toolkit's system checks: settings and host models always, the live schema with ``check --database``.

The API is imported when a check runs, not when the app is ready: the host's web processes start with the app, and
never need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import checks

from credit_migration import messages
from credit_migration.data import Finding, Level
from credit_migration.exceptions import ConfigurationError, CreditMigrationError


def register() -> None:
    """Register the system checks; called once, when the app is ready."""
    checks.register(check_host, checks.Tags.models)
    checks.register(check_live_schema, checks.Tags.database)


def check_host(**_: Any) -> list[checks.CheckMessage]:
    """Check that the settings are of their form and that the host has the models that they name."""
    from credit_migration import api

    try:
        api.find_host()
    except ConfigurationError as exc:
        return [as_message(messages.finding("E001", detail=exc.msg, next=exc.hint))]
    except CreditMigrationError as exc:
        return [as_message(messages.finding("W002", detail=exc.msg, next=exc.hint))]
    return []


def check_live_schema(databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """
    Check the request table of each of ``databases`` against the model and ``django_migrations``.

    ``migrate`` runs these checks too and refuses to start on an error, so what it would mend is a warning here; the
    same finding is an error in ``show_credit_rollout``.
    """
    return [as_message(finding, at_most=Level.WARNING) for alias in databases or () for finding in _live_schema(alias)]


def as_message(finding: Finding, *, at_most: Level = Level.ERROR) -> checks.CheckMessage:
    """Return a finding as a message of ``django.core.checks``, of a level no higher than ``at_most``."""
    level = min(finding.level, at_most)
    return checks.CheckMessage(level, finding.msg, hint=finding.hint, obj=finding.obj, id=finding.id)


def _live_schema(alias: str) -> Sequence[Finding]:
    from credit_migration import api

    try:
        return api.check_live_schema(alias)
    except CreditMigrationError as exc:
        return [messages.finding("W003", obj=alias, database=alias, detail=exc.msg, next=exc.hint)]
