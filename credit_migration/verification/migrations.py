"""The host's migrations, as text → the triggers that they make on the tables of awards and requests."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from credit_migration.data.report import Location
from credit_migration.data.verification import Trigger
from credit_migration.host import Host, award_models
from credit_migration.verification.source.program import Program

_NAME = r"[\"'`\[]?(?P<{}>[\w-]+)[\"'`\]]?"
_CREATES = re.compile(
    r"\bCREATE\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:CONSTRAINT\s+|TEMP(?:ORARY)?\s+)?TRIGGER\s+"
    rf"(?:IF\s+NOT\s+EXISTS\s+)?{_NAME.format('name')}.*?\bON\s+(?:[\w\"`]+\.)?{_NAME.format('table')}",
    re.IGNORECASE | re.DOTALL,
)
_DROPS = re.compile(rf"\bDROP\s+TRIGGER\s+(?:IF\s+EXISTS\s+)?{_NAME.format('name')}", re.IGNORECASE)
_BACKWARDS = frozenset({"reverse_sql", "reverse_code"})
_TWO_WAYS = frozenset({"RunSQL", "RunPython"})


def read_migrations(host: Host, program: Program) -> tuple[Trigger, ...]:
    """Return the triggers that the host's migrations make and no later one drops. Runs and imports none of them."""
    named = (*award_models(host), host.certificate, host.request)
    tables = {model._meta.db_table.lower() for model in named if model is not None}
    found: dict[str, Trigger] = {}
    for path in _files(program):
        for statement, line in _forwards(path):
            for made in _CREATES.finditer(statement):
                if made["table"].lower() in tables:
                    place = Location(path=program.short(str(path)), line=line)
                    found[made["name"]] = Trigger(
                        name=made["name"], table=made["table"], statement=statement.strip(), location=place
                    )
            for dropped in _DROPS.finditer(statement) if not _CREATES.search(statement) else ():
                found.pop(dropped["name"], None)
    return tuple(found.values())


def _files(program: Program) -> Iterator[Path]:
    """Yield the migrations of the host's own apps, each app's in their order."""
    for config in apps.get_app_configs():
        name, _ = MigrationLoader.migrations_module(config.label)
        loaded = getattr(sys.modules.get(name or ""), "__path__", None)
        folders = [Path(part) for part in loaded] if loaded else [Path(config.path) / "migrations"]
        for folder in folders if name else ():
            yield from (path for path in sorted(folder.glob("[!_]*.py")) if program.owns(str(path)))


def _forwards(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the texts of a migration, and of the files of SQL that it names, without those for the way back."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    assigned = {getattr(target, "id", ""): node for node in tree.body for target in getattr(node, "targets", ())}
    assigned |= {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    back = {inner for node in _backwards(tree) for inner in ast.walk(node)}
    forward = [node for node in ast.walk(tree) if node not in back]
    used = {node.id for node in forward if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    only_back = {
        assigned[node.id] for node in back if isinstance(node, ast.Name) and node.id in assigned and node.id not in used
    }
    left_out = {inner for node in only_back for inner in ast.walk(node)}
    for node in forward:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left_out:
            yield node.value, node.lineno
            if node.value.endswith(".sql"):
                for file in path.parent.parent.rglob(Path(node.value).name):
                    yield file.read_text("utf-8", "replace"), node.lineno


def _backwards(tree: ast.Module) -> Iterator[Any]:
    """Yield what operations are given for the way back."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            yield from (keyword.value for keyword in node.keywords if keyword.arg in _BACKWARDS)
            yield from node.args[1:2] if name in _TWO_WAYS else ()
