"""Installed apps → the source files of the host's own code; no tests, no migrations, no installed packages."""

from __future__ import annotations

import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.apps import apps

from credit_migration.data.safety import Dependent, RequestModel
from credit_migration.host import Host
from credit_migration.safety.code.reader import find_dependents
from credit_migration.safety.source import shown_path

_LEFT_OUT = {"migrations", "tests", "test", "node_modules", "__pycache__"}


def host_files(host: Host) -> list[Path]:
    """
    Return the Python files of every app that is no installed package, and of the request model's app, by path.

    Tests are left out, since they rely on what the code does, and so are migrations, which have run.
    """
    installed = {Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib", "stdlib")}
    own = host.request._meta.app_config
    folders = {
        Path(config.path).resolve()
        for config in apps.get_app_configs()
        if config is own or not any(Path(config.path).resolve().is_relative_to(folder) for folder in installed)
    }
    toolkit = Path(apps.get_app_config("credit_migration").path).resolve()
    folders.discard(toolkit)
    return sorted({path for folder in folders for path in _python_files(folder)})


def request_model(host: Host) -> RequestModel:
    """Return what code calls the request model and its parts."""
    user, pathway = host.user_field(), host.pathway_field()
    return RequestModel(
        name=host.request.__name__,
        package=host.request._meta.app_config.name,
        module=host.request.__module__,
        table=host.request._meta.db_table,
        user=user.name,
        pathway=pathway.name,
        user_accessor=user.remote_field.get_accessor_name(),
        pathway_accessor=pathway.remote_field.get_accessor_name(),
    )


def host_dependents(host: Host) -> list[Dependent]:
    """
    Return every place of the host's own code that relies on the unique, by path and line.

    A file that this interpreter can't parse is left to the interpreter that runs it.
    """
    model, found = request_model(host), list[Dependent]()
    for path in host_files(host):
        with suppress(SyntaxError, UnicodeDecodeError):
            found += find_dependents(
                path.read_text(encoding="utf-8"),
                shown_path(path),
                module_name(path),
                model,
                is_package=path.name == "__init__.py",
            )
    return found


def module_name(path: Path) -> str:
    """Return a file's dotted module, by the packages that it lies in."""
    parts = [] if path.stem == "__init__" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").exists():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


def _python_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.py"):
        inner = path.relative_to(folder)
        if _LEFT_OUT.isdisjoint(inner.parts[:-1]) and not inner.name.startswith(("test_", "tests.", "conftest.")):
            yield path
