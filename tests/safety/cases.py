"""Migrations written as text → the ids of what ``check_migration_safety`` finds in them, per vendor."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from textwrap import dedent, indent

import pytest
from django.db.migrations.loader import MigrationLoader

from credit_migration.data import Finding
from credit_migration.data.safety import HostNames
from credit_migration.host import find_host
from credit_migration.safety.lock_rules import judge_locks, with_locks
from credit_migration.safety.names import names_of
from credit_migration.safety.plan import plan_migrations
from credit_migration.safety.rules import judge_plan
from credit_migration.safety.selection import Selected
from credit_migration.safety.unconnected import DIALECTS, available_vendors

needs_mysql = pytest.mark.skipif(
    "mariadb" not in available_vendors(), reason="Without its driver Django writes no SQL for MariaDB and MySQL."
)

HEAD = """
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models
from django.db.migrations.operations import SeparateDatabaseAndState
import django.db.models.deletion
from credit_migration.operations import AddNullableForeignKey, DropUniqueConstraint, DropUniqueTogether

PROTECT = models.PROTECT
FK = models.ForeignKey("catalog.program", null=True, blank=True, on_delete=models.PROTECT)
"""
MODEL = "usercreditpathway"


def source(
    operations: str, *, code: str = "", dependencies: str = '("catalog", "0001_initial")', atomic: bool = True
) -> str:
    """Return the text of a migration after ``{before}``."""
    return "\n".join(
        [
            HEAD,
            dedent(code),
            "class Migration(migrations.Migration):",
            f"    atomic = {atomic}",
            f'    dependencies = [("records", "{{before}}"), {dependencies}]',
            "    operations = [",
            indent(dedent(operations).strip(), "        "),
            "    ]",
        ]
    )


class Project:
    """The reference host's migrations up to ``before``, with migrations of the test's own after it."""

    def __init__(self, folder: Path, before: str = "0001_legacy") -> None:
        self.folder, self.before = folder, before
        self.loader = MigrationLoader(None)
        self.keys: list[tuple[str, str]] = []

    def add(self, text: str, name: str = "0002_case") -> None:
        path = self.folder / f"{name}.py"
        path.write_text(text.replace("{before}", self.before))
        spec = importlib.util.spec_from_file_location(f"case_{self.folder.name}_{name}".replace("-", "_"), path)
        module = importlib.util.module_from_spec(spec)
        sys.modules[module.__name__] = module
        spec.loader.exec_module(module)
        migration, key = module.Migration(name, "records"), ("records", name)
        self.loader.graph.add_node(key, migration)
        for parent in migration.dependencies:
            self.loader.graph.add_dependency(migration, key, tuple(map(str, parent)))
        self.keys.append(key)
        self.before = name

    def names(self) -> HostNames:
        return names_of(find_host(), "0001_initial")

    def findings(self, *vendors: str) -> list[Finding]:
        vendors = vendors or available_vendors()
        selected = Selected(loader=self.loader, keys=frozenset(self.keys), applied=None)
        plan = list(plan_migrations(selected, self.names(), vendors=vendors))
        judged = with_locks(plan, {vendor: DIALECTS[vendor].version for vendor in vendors})
        return [*judge_plan(plan, self.names()), *judge_locks(plan, judged, self.names())]

    def ids(self, vendor: str) -> set[str]:
        return {finding.id.removeprefix("credit_migration.") for finding in self.findings(vendor)}
