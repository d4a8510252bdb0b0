"""Receivers that are connected in the running process, and code that connects some when it starts."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import signals as model_signals

from credit_migration.data.report import Location
from credit_migration.data.verification import Entry, EntryKind
from credit_migration.verification.source.entries.root import Finder, Root, raw_attribute
from credit_migration.verification.source.logs import attached, loggers
from credit_migration.verification.source.machine.wrappers import wrapped_own
from credit_migration.verification.source.values import UNKNOWN, Arguments, Bound, Live, one


def receivers(finder: Finder) -> Iterator[Root]:
    for one_ in finder.wiring.connected:
        own = wrapped_own(finder.program, one_.receiver) or finder.machine.is_project_class(type(one_.receiver))
        is_model = isinstance(one_.signal, model_signals.ModelSignal)
        if not own or not one_.of_library:
            continue
        if is_model and isinstance(one_.sender, type) and finder.tables.is_request(one_.sender):
            continue
        sender = getattr(one_.sender, "__name__", "")
        wired = f"{one_.signal_name}{f' of {sender}' if sender else ''}"
        given = [("signal", one(Live(one_.signal)))]
        if one_.sender is not None:
            given.append(("sender", one(Live(one_.sender))))
            if is_model:
                given.append(("instance", finder.tables.row(one_.sender)))
        elif is_model:
            yield from _receiver_of_all(finder, one_, wired)
            continue
        entry = finder.entry(EntryKind.RECEIVER, one_.receiver, wired)
        yield Root(entry, finder.machine.of_live(one_.receiver), Arguments((), tuple(given), UNKNOWN))


def _receiver_of_all(finder: Finder, one_: Any, wired: str) -> Iterator[Root]:
    """Ask a receiver of every model for each of them but the request's own."""
    for model in apps.get_models():
        if not finder.tables.is_request(model) and finder.machine.is_project_class(model):
            given = (("sender", one(Live(model))), ("instance", finder.tables.row(model)))
            entry = finder.entry(EntryKind.RECEIVER, one_.receiver, f"{wired} of every model")
            yield Root(entry, finder.machine.of_live(one_.receiver), Arguments((), given, UNKNOWN))


def log_handlers(finder: Finder) -> Iterator[Root]:
    """Yield what hangs on a logger that library code writes to; what the host itself logs is followed from there."""
    for logger in loggers():
        if _is_librarys(finder, logger.name):
            for part in attached(finder.program, logger):
                yield from _hearing(finder, part, f"log '{logger.name}'")


def _is_librarys(finder: Finder, name: str) -> bool:
    module = sys.modules.get(name.partition(".")[0])
    path = getattr(module, "__file__", None) or ""
    return name == "root" or (module is not None and not finder.program.owns(path))


def _hearing(finder: Finder, part: Any, wired: str) -> Iterator[Root]:
    names = [
        name for name in (*finder.machine.overrides(type(part)), "filter") if finder.machine.is_own(type(part), name)
    ]
    for name in dict.fromkeys(names):
        entry = finder.entry(EntryKind.RECEIVER, raw_attribute(type(part), name), wired)
        yield Root(entry, one(Bound(Live(raw_attribute(type(part), name)), one(Live(part)))))
    if not names:
        yield Root(finder.entry(EntryKind.RECEIVER, part, wired), finder.machine.of_live(part))


def startup(finder: Finder) -> Iterator[Root]:
    for config in apps.get_app_configs():
        if finder.machine.is_own(type(config), "ready"):
            entry = finder.entry(EntryKind.STARTUP, type(config).ready, f"app {config.label}")
            yield Root(entry, one(Bound(Live(type(config).ready), one(Live(config)))), Arguments())
    for path in finder.program.files():
        module = finder.program.file(path)
        if module is not None and module.live is not None:
            body = tuple(node for node in module.tree.body if _may_connect(node))
            if body:
                location = Location(path=finder.program.short(path), line=body[0].lineno)
                entry = Entry(kind=EntryKind.STARTUP, name=module.name, location=location, wired="its import")
                yield Root(entry, body=body, module=module)


def _may_connect(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
        return False
    text = ast.unparse(node)
    return "connect(" in text or (isinstance(node, ast.If) and "receiver(" in text)
