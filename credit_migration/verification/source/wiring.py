"""The running process → what is connected to what: receivers, tasks, schedules, commands."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.management import get_commands
from django.db.models import signals as model_signals
from django.dispatch import Signal

from credit_migration.verification.source.program import Program


@dataclass(frozen=True, slots=True)
class Connected:
    """A receiver, the signal and the sender that it is connected to; ``None`` is every sender."""

    signal: Any
    signal_name: str
    receiver: Any
    sender: Any
    of_library: bool
    """Whether the signal is a library's, so that code that is not the host's sends it."""


TASK_SIGNALS = frozenset(
    {"before_task_publish", "after_task_publish", "task_prerun", "task_postrun", "task_success", "task_received",
     "task_sent", "task_retry", "task_failure", "task_revoked", "task_rejected", "task_unknown", "task_internal_error"}
)  # fmt: skip
"""Celery's signals about a task."""


@dataclass(frozen=True, slots=True)
class Listening:
    """A receiver of a signal of Celery's."""

    signal_name: str
    receiver: Any
    sender: int
    """As Celery keeps it: the ``id`` of a task, or the hash of its name; that of ``None`` for every task."""

    @property
    def is_of_every_task(self) -> bool:
        return self.sender == id(None)

    def hears(self, tasks: list[Any], known: dict[str, Any]) -> bool:
        """Return whether the receiver hears of one of these tasks; it does unless it is there for another one."""
        others = {key for name, task in known.items() if task not in tasks for key in (id(task), hash(name))}
        return self.signal_name in TASK_SIGNALS and self.sender not in others


class Wiring:
    """What the host connected by the time it was asked."""

    def __init__(self, program: Program) -> None:
        self.program = program
        # A host that froze its objects, as is done before processes are forked, has hidden them from get_objects().
        gc.unfreeze()
        self.disconnected: set[int] = set()
        """Receivers that the host disconnects whatever its settings are, by ``id``."""
        self.disconnected_uids: set[str] = set()
        self.listening_unloaded: list[tuple[Any, ast.expr]] | None = None
        """The receivers of Celery's signals about tasks in modules that are not loaded, once something asked."""

    @cached_property
    def connected(self) -> tuple[Connected, ...]:
        """Return every receiver of every signal of the process."""
        names = _signal_names()
        classes = {id(cls): cls for cls in gc.get_objects() if issubclass(type(cls), type)}
        found = []
        for signal in {id(o): o for o in gc.get_objects() if issubclass(type(o), Signal)}.values():
            name, module = names.get(id(signal), (type(signal).__name__, ""))
            path = getattr(sys.modules.get(module), "__file__", None) or ""
            of_library = not (module and self.program.owns(path))
            for entry in tuple(signal.receivers):
                receiver = _alive(entry[1])
                if receiver is not None:
                    sender = classes.get(entry[0][1])
                    found.append(Connected(signal, name, receiver, sender, of_library))
        return tuple(sorted(found, key=lambda one: (one.signal_name, getattr(one.receiver, "__qualname__", ""))))

    def of_signal(self, signal: Any) -> Iterator[Connected]:
        return (one for one in self.connected if one.signal is signal)

    def of_model(self, model: Any) -> Iterator[Connected]:
        """Yield the receivers that run when a row of this model is written."""
        for one in self.connected:
            of_rows = one.signal_name not in {"class_prepared", "pre_init", "post_init"}
            if of_rows and isinstance(one.signal, model_signals.ModelSignal) and one.sender in (None, model):
                yield one

    def is_connected(self, receiver: Any) -> bool:
        return any(one.receiver is receiver or one.receiver == receiver for one in self.connected)

    @cached_property
    def tasks(self) -> dict[str, Any]:
        """Return the tasks of every Celery app of the process by name; empty without Celery."""
        celery = sys.modules.get("celery")
        if celery is None:
            return {}
        found: dict[str, Any] = {}
        for app in self.celery_apps:
            found |= dict(app.tasks)
        return found

    @cached_property
    def celery_apps(self) -> tuple[Any, ...]:
        app_class = getattr(sys.modules.get("celery.app.base"), "Celery", None)
        if app_class is None:
            return ()
        return tuple(o for o in gc.get_objects() if issubclass(type(o), app_class))

    @cached_property
    def _celery_signals(self) -> tuple[Any, ...]:
        """Return Celery's own signals, such as ``task_success``, and those of its apps, as ``on_after_configure``."""
        signal_class = getattr(sys.modules.get("celery.utils.dispatch.signal"), "Signal", None)
        return () if signal_class is None else tuple(o for o in gc.get_objects() if type(o) is signal_class)

    def celery_signal(self, obj: Any) -> str:
        """Return the name of a signal of Celery's; empty for all else."""
        return next((str(signal.name) for signal in self._celery_signals if signal is obj), "")

    @cached_property
    def listening(self) -> tuple[Listening, ...]:
        """Return what is connected to Celery's own signals."""
        found = [
            Listening(str(signal.name), _alive(entry[1]), entry[0][1])
            for signal in self._celery_signals
            for entry in tuple(signal.receivers or ())
        ]
        return tuple(one for one in found if one.receiver is not None)

    @cached_property
    def beat(self) -> tuple[tuple[str, Any, Any], ...]:
        """Return the name, the task and the schedule of each entry of the schedules of Celery's apps."""
        entries = [pair for app in self.celery_apps for pair in (app.conf.beat_schedule or {}).items()]
        return tuple((key, *(_part(entry, name) for name in ("task", "schedule"))) for key, entry in entries)

    @cached_property
    def schedule(self) -> dict[str, str]:
        """Return the name of each scheduled task and which setting schedules it."""
        return {str(task): f"beat_schedule[{key!r}]" for key, task, _ in self.beat}

    @cached_property
    def commands(self) -> dict[str, str]:
        """Return the management commands' names and the apps that have them."""
        return {name: app if isinstance(app, str) else type(app).__module__ for name, app in get_commands().items()}


def _part(entry: Any, name: str) -> Any:
    return entry.get(name) if isinstance(entry, dict) else getattr(entry, name, "")


def _alive(reference: Any) -> Any:
    return reference() if type(reference).__name__ in {"weakref", "ReferenceType", "WeakMethod"} else reference


def _signal_names() -> dict[int, tuple[str, str]]:
    """Return each signal's name and the module that defines it: a library's before one of the host's."""
    found: dict[int, tuple[str, str]] = {}
    for module_name, module in tuple(sys.modules.items()):
        for name, obj in tuple(getattr(module, "__dict__", {}).items()):
            if issubclass(type(obj), Signal):
                known = found.get(id(obj))
                if known is None or _is_library(module_name) > _is_library(known[1]):
                    found[id(obj)] = (name, module_name)
    return found


def _is_library(module_name: str) -> bool:
    return "site-packages" in (getattr(sys.modules.get(module_name), "__file__", None) or "")
