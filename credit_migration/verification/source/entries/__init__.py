"""The running process → every function of the host that runs without another of its functions calling it."""

from __future__ import annotations

from collections.abc import Iterator

from credit_migration.verification.source.entries.background import commands, console_scripts, scripts, servers, tasks
from credit_migration.verification.source.entries.by_settings import by_settings
from credit_migration.verification.source.entries.models import models
from credit_migration.verification.source.entries.optional import optional
from credit_migration.verification.source.entries.receivers import log_handlers, receivers, startup
from credit_migration.verification.source.entries.registries import registries
from credit_migration.verification.source.entries.root import Finder, Root
from credit_migration.verification.source.entries.web import admin, views

_WAYS = (
    startup,
    receivers,
    log_handlers,
    views,
    admin,
    tasks,
    commands,
    models,
    by_settings,
    optional,
    registries,
    scripts,
    console_scripts,
    servers,
)


def find_roots(finder: Finder) -> Iterator[Root]:
    """Yield each function that the host runs by itself; what could not be imported is in ``finder.broken``."""
    for find in _WAYS:
        yield from find(finder)


__all__ = ["Finder", "Root", "find_roots"]
