"""The host's apps, settings and URLs → the folders whose files are the host's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings

from credit_migration.host import Host
from credit_migration.verification.source.program import TOOLKIT, Program


def find_program(host: Host) -> Program:
    """Return the host's folders: those of its apps, its settings and its URLs that are no library's."""
    names = [settings.SETTINGS_MODULE, getattr(settings, "ROOT_URLCONF", "")] if settings.configured else []
    modules = [sys.modules.get(str(name)) for name in names if name]
    modules += [config.module for config in apps.get_app_configs()]
    roots: list[Path] = []
    packages: list[Path] = []
    alone: list[tuple[Path, Path]] = []
    for module in modules:
        path = getattr(module, "__file__", None)
        if not path:
            continue
        file = Path(path).resolve()
        is_alone = module in modules[:1]
        depth = module.__name__.count(".") + (file.name == "__init__.py")  # type: ignore[union-attr]
        root = file.parents[depth]
        if file.is_relative_to(TOOLKIT) and "reference_host" not in file.parts:
            # The toolkit names the table in every room, installed as a plugin or not, and is no part of the host.
            continue
        if "site-packages" in file.parts or file.is_relative_to(Path(sys.prefix).resolve() / "lib"):
            if _names_requests(file.parent, host):
                packages.append(file.parent)
        elif not str(file).startswith(os.path.dirname(os.__file__)):  # noqa: PTH120
            (alone if is_alone else roots).append((file, root) if is_alone else root)  # type: ignore[arg-type]
    for file, root in alone:
        if root not in roots:
            packages.append(file if file.parent == root else root / file.relative_to(root).parts[0])
    return Program(tuple(roots), tuple(packages))


def _names_requests(folder: Path, host: Host) -> bool:
    words = (host.request.__name__, host.request._meta.db_table, host.request.__name__.lower())
    return any(
        any(word in text for word in words)
        for path in folder.rglob("*.py")
        if path.stat().st_size < 2_000_000
        for text in (path.read_text("utf-8", "replace"),)
    )
