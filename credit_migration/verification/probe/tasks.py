"""The process's Celery apps → tasks that run here and now; and the host's own tasks, ready to be given a learner."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from credit_migration.verification.probe.recording import LOG, note

_BASE = "celery.app.base"


def run_at_once() -> None:
    """Let every Celery app of the process run its tasks here, and tell if one fails, whatever its settings are."""
    if _BASE in sys.modules:
        _take_over(sys.modules[_BASE])
    else:
        sys.meta_path.insert(0, _Celery())


def _take_over(base: Any) -> None:
    for app in _apps():
        app.conf.task_always_eager = app.conf.task_eager_propagates = True
    base.Celery.send_task = _send_task
    import_module("celery.app.task").Task.apply_async = _apply_async


class _Celery(MetaPathFinder):
    """Waits for a Celery that the host loads only when it awards."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != _BASE:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        loader: Any = spec.loader if spec is not None else None
        if loader is not None:
            execute = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                execute(module)
                _take_over(module)

            loader.exec_module = exec_module
        return spec


def _apply_async(self: Any, args: Any = None, kwargs: Any = None, **_: Any) -> Any:
    # An app that is made later, by a module that an award imports, has settings of its own.
    return self.apply(args=args or (), kwargs=kwargs or {}, throw=True)


def _send_task(self: Any, name: str, args: Any = None, kwargs: Any = None, **_: Any) -> Any:
    task = self.tasks.get(name)
    if task is None:
        note("a task by name", name)
        return None
    return task.apply(args=args or (), kwargs=kwargs or {}, throw=True)


def host_tasks() -> dict[str, Any]:
    """Return the host's own tasks by name, of every app."""
    found = {name: task for app in _apps() for name, task in app.tasks.items()}
    return {name: found[name] for name in sorted(found) if _is_hosts(found[name])}


def filled(task: Any, values: Mapping[str, Any]) -> dict[str, Any] | str:
    """Return the task's arguments by name, or the name of a parameter that must be given and that nothing fits."""
    arguments = {}
    for parameter in _parameters(task):
        if parameter.name in values:
            arguments[parameter.name] = values[parameter.name]
        elif parameter.default is parameter.empty:
            return parameter.name
    return arguments


def _parameters(task: Any) -> Iterator[inspect.Parameter]:
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return (one for one in inspect.signature(task.run).parameters.values() if one.kind in named)


def _is_hosts(task: Any) -> bool:
    code = getattr(inspect.unwrap(task.run), "__code__", None)
    return code is not None and LOG.owns(code.co_filename)


def _apps() -> tuple[Any, ...]:
    state: Any = sys.modules.get("celery._state")
    if state is None:
        return ()
    state.get_current_app()  # the host may leave it to Celery to make one
    return tuple(state._get_active_apps())
