"""What libraries and Python keep of the host's and call by themselves: system checks, steps of workers, hooks."""

from __future__ import annotations

import gc
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

from django.core.checks.registry import registry

from credit_migration.data.verification import EntryKind
from credit_migration.verification.source.entries.root import Finder, Root
from credit_migration.verification.source.machine.wrappers import wrapped_own


def registries(finder: Finder) -> Iterator[Root]:
    for check in registry.get_checks(include_deployment_checks=True):
        yield from _kept(finder, EntryKind.COMMAND, check, "system check, which commands run")
    for app in finder.wiring.celery_apps:
        for place, steps in app.steps.items():
            for step in steps:
                yield from _kept(finder, EntryKind.SCHEDULE, step, f"step of Celery's {place}")
    for name, _, schedule in finder.wiring.beat:
        yield from _kept(finder, EntryKind.SCHEDULE, schedule, f"beat_schedule[{name!r}]")
    for name, hook in _hooks():
        yield from _kept(finder, EntryKind.OVERRIDE, hook, name)


def _kept(finder: Finder, kind: EntryKind, obj: Any, wired: str) -> Iterator[Root]:
    """Yield how library code uses something that it keeps: a function of the host, its class, or an object of that."""
    cls = obj if isinstance(obj, type) else type(obj)
    if finder.machine.is_project_class(cls):
        yield Root(finder.entry(kind, cls, wired), cls=cls, methods=finder.own_methods(cls))
    elif wrapped_own(finder.program, obj):
        yield Root(finder.entry(kind, obj, wired), finder.machine.of_live(obj))


def _hooks() -> Iterator[tuple[str, Any]]:
    """Yield what Python calls when something happens to the process."""
    yield "sys.excepthook", sys.excepthook
    yield "sys.unraisablehook", sys.unraisablehook
    yield "threading.excepthook", threading.excepthook
    yield "warnings.showwarning", warnings.showwarning
    yield from (("gc.callbacks", hook) for hook in gc.callbacks)
    yield from (("sys.meta_path", finder) for finder in sys.meta_path)
    yield from ((f"handler of {number.name}", signal.getsignal(number)) for number in signal.Signals)
