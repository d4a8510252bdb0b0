"""
Planned statements → what django-migration-linter says of them, where it is installed; nothing without it.

It knows rules for any migration, which are not written here again. It is given the statements of the plan, so it needs
no database either; those of ``credit_migration.operations`` are left out, since its rules know nothing of steps.
Source: https://github.com/3YOURMIND/django-migration-linter
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from credit_migration.data import Finding, Level
from credit_migration.data.safety import PlannedMigration

_ANALYSERS = {"postgresql": "postgresql", "mysql": "mysql", "mariadb": "mysql", "sqlite3": "sqlite"}
_OURS = {"AddNullableForeignKey", "DropUniqueTogether", "DropUniqueConstraint"}


def linter_version() -> str | None:
    """Return the version of the linter; ``None`` where it is not installed."""
    try:
        return version("django-migration-linter")
    except PackageNotFoundError:
        return None


def linter_findings(plan: Sequence[PlannedMigration]) -> list[Finding]:
    """Return the linter's own findings for each migration of the plan, each once for all vendors that it has it for."""
    if linter_version() is None:
        return []
    return [finding for migration in plan for finding in dict.fromkeys(_of(migration))]


def _of(migration: PlannedMigration) -> Iterator[Finding]:
    analyser: Any = import_module("django_migration_linter.sql_analyser.analyser")
    others = {operation.position for operation in migration.operations if operation.name not in _OURS}
    for vendor in dict.fromkeys(statement.vendor for statement in migration.statements):
        statements = [
            f"{statement.sql};"
            for statement in migration.statements
            if statement.vendor == vendor and statement.position in others
        ]
        chosen = analyser.get_sql_analyser_class("", analyser_string=_ANALYSERS[vendor])
        errors, _, warnings = analyser.analyse_sql_statements(chosen, statements)
        for level, issues in ((Level.ERROR, errors), (Level.WARNING, warnings)):
            for issue in issues:
                yield Finding(
                    id=f"django-migration-linter.{issue.code}",
                    level=level,
                    msg=" ".join(str(issue.message).split()),
                    hint="See django-migration-linter's list of incompatibilities for what to write instead.",
                    obj=migration.key,
                    location=migration.location,
                )
