"""What the settings name by a dotted path: middleware, backends, and whatever else a library calls."""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterator
from typing import Any

from django.conf import global_settings, settings

from credit_migration.data.verification import Entry, EntryKind
from credit_migration.verification.source.code import Function, SourceClass, SourceModule
from credit_migration.verification.source.entries.root import Finder, Root, request_arguments
from credit_migration.verification.source.files import dotted_texts
from credit_migration.verification.source.logs import attached, loggers
from credit_migration.verification.source.machine.wrappers import wrapped_own
from credit_migration.verification.source.values import NOTHING, Instance, Live, Value, one

_CALLED_BY_SETTINGS = (
    "CELERY",
    "REST_FRAMEWORK",
    "SOCIAL_AUTH",
    "CRONJOBS",
    "Q_CLUSTER",
    "HUEY",
    "PIPELINE",
    "EVENT_BUS",
    "OAUTH",
    "MAILERS",
)
_NAME_PARTS = frozenset({"INSTALLED_APPS", "ROOT_URLCONF"})
"""Settings whose modules are read for what they are."""
_OF_TASKS = frozenset({"beat_schedule", "imports", "include"})
"""What Celery's own settings name that is read as tasks."""
_MUST_BE_THERE = frozenset({"MIDDLEWARE", "AUTHENTICATION_BACKENDS", "EMAIL_BACKEND", "MAILERS", "DATABASE_ROUTERS"})


def by_settings(finder: Finder) -> Iterator[Root]:
    hearing = {type(part) for logger in loggers() for part in attached(finder.program, logger)}
    for name in dir(settings):
        if name.isupper() and (
            hasattr(global_settings, name)
            or name.endswith("_APPLICATION")
            or any(word in name for word in _CALLED_BY_SETTINGS)
        ):
            with warnings.catch_warnings():
                # Reading a setting that is deprecated warns, and it is not this package that uses it.
                warnings.simplefilter("ignore", DeprecationWarning)
                value = getattr(settings, name, None)
            for text in dict.fromkeys(dotted_texts(value)):
                if name != "LOGGING" or not _names_one_of(finder, text, hearing):
                    yield from _setting(finder, name, text)
    for app in finder.wiring.celery_apps:
        for name, value in app.conf.items():
            for text in dict.fromkeys(dotted_texts(value)) if name not in _OF_TASKS else ():
                yield from _setting(finder, f"{name} of Celery", text)


def _named(finder: Finder, name: str, found: Value) -> Iterator[Any]:
    """Yield what a setting names; of a module, as ``SESSION_ENGINE`` names one, the classes that library code knows."""
    for ref in found.refs:
        classes = _classes(finder, ref)
        if classes is None:
            yield ref
        elif name not in _NAME_PARTS:
            yield from (one_ for cls, one_ in classes if any(finder.machine.overrides(cls)))


def _classes(finder: Finder, ref: Any) -> list[tuple[Any, Any]] | None:
    """Return the classes that a module of the host defines, each with what stands for it; ``None`` for no module."""
    if isinstance(ref, SourceModule):
        names = finder.machine.source_scope(ref.module).names
        return [(cls, cls) for value in names.values() for cls in value.only(SourceClass)]
    if not (isinstance(ref, Live) and isinstance(ref.obj, types.ModuleType)):
        return None
    defined = [cls for cls in vars(ref.obj).values() if isinstance(cls, type) and cls.__module__ == ref.obj.__name__]
    return [(cls, Live(cls)) for cls in defined if finder.machine.is_project_class(cls)]


def _names_one_of(finder: Finder, text: str, classes: set[type]) -> bool:
    """Return whether a text names one of these classes: what hangs on a logger is followed from there."""
    return any(ref.obj in classes for ref in (finder.machine.dotted(text, ()) or NOTHING).only(Live))


def _setting(finder: Finder, name: str, text: str) -> Iterator[Root]:
    if text in finder.wiring.tasks or text in finder.program.unloaded_tasks():
        # It says on which queue or how often the task may run; who sends it is read elsewhere.
        return
    dotted = finder.machine.dotted(f"{text}.base.DatabaseWrapper" if name == "DATABASES" else text, ())
    if dotted is None and name in _MUST_BE_THERE:
        finder.broken.append((f"'{text}' of the setting {name}", "there is nothing of that name"))
    kind = EntryKind.MIDDLEWARE if name == "MIDDLEWARE" else EntryKind.OVERRIDE
    for ref in _named(finder, name, dotted or NOTHING):
        obj = ref.obj if isinstance(ref, Live) else ref
        wired = f"setting {name}"
        if isinstance(obj, type) and finder.machine.is_project_class(obj):
            yield Root(finder.entry(kind, obj, wired), cls=obj, methods=finder.own_methods(obj))
        elif isinstance(obj, SourceClass):
            entry = Entry(kind=kind, name=obj.node.name, location=None, wired=wired)
            names = [n for n, value in obj.scope.names.items() if value.only(Function) and n != "__init__"]
            yield Root(entry, cls=obj, methods=tuple(names))
        elif isinstance(obj, Function | Instance):
            shown = obj.name if isinstance(obj, Function) else text
            yield Root(Entry(kind=kind, name=shown, location=None, wired=wired), one(ref), request_arguments())
        elif wrapped_own(finder.program, obj) or finder.machine.is_project_class(type(obj)):
            yield Root(finder.entry(kind, obj, wired), one(ref), request_arguments())
