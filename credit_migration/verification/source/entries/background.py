"""Celery tasks and schedules, management commands and scripts."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from credit_migration.data.report import Location
from credit_migration.data.verification import Entry, EntryKind
from credit_migration.verification.source.code import Function, Module
from credit_migration.verification.source.entries.root import Finder, Root
from credit_migration.verification.source.machine.wrappers import wrapped_own
from credit_migration.verification.source.values import NOTHING, Instance, LibraryMethod, Live, joined, one
from credit_migration.verification.source.wiring import TASK_SIGNALS

_SERVER_SETTINGS = re.compile(r"(gunicorn|uvicorn|hypercorn|uwsgi).*\.py")
_APPLICATIONS = {"wsgi.py", "asgi.py"}
_RUN_WHOLE = {"__main__.py", *_APPLICATIONS}
_SCRIPT_FOLDERS = {"scripts", "bin", "cron", "jobs", "cronjobs"}


def tasks(finder: Finder) -> Iterator[Root]:
    schedule = finder.wiring.schedule | _scheduled_by_settings()
    for name, task in sorted(finder.wiring.tasks.items()):
        if wrapped_own(finder.program, task):
            scheduled = schedule.get(name)
            kind = EntryKind.SCHEDULE if scheduled else EntryKind.TASK
            entry = finder.entry(kind, task, scheduled or f"task '{name}'")
            yield Root(entry, one(Live(task)))
    for name, (module, function) in sorted(finder.program.unloaded_tasks().items()):
        if name not in finder.wiring.tasks:
            scheduled = schedule.get(name)
            kind = EntryKind.SCHEDULE if scheduled else EntryKind.TASK
            yield from _unloaded(finder, module, function, kind, scheduled or f"task '{name}'", is_task=True)
    _note_unknown(finder, schedule)
    for module, function in finder.program.at_configuration():
        yield from _unloaded(finder, module, function, EntryKind.SCHEDULE, "the start of Celery")
    for one_ in finder.wiring.listening:
        if wrapped_own(finder.program, one_.receiver):
            is_of_one = one_.signal_name in TASK_SIGNALS and not one_.is_of_every_task
            kind = EntryKind.TASK if is_of_one else EntryKind.SCHEDULE
            entry = finder.entry(kind, one_.receiver, f"Celery signal {one_.signal_name}")
            yield Root(entry, finder.machine.of_live(one_.receiver))
    for module, expression in finder.machine.listening_unloaded():
        value = finder.machine.evaluate(expression, finder.machine.source_scope(module))
        for ref in value.only(Function):
            location = Location(path=finder.program.short(ref.module.path), line=ref.node.lineno)
            entry = Entry(kind=EntryKind.SCHEDULE, name=ref.name, location=location, wired="Celery signal")
            yield Root(entry, one(ref))


def _note_unknown(finder: Finder, schedule: dict[str, str]) -> None:
    for name in sorted(schedule.keys() - finder.wiring.tasks.keys() - finder.program.unloaded_tasks().keys()):
        finder.broken.append((f"the task '{name}' of {schedule[name]}", "no task of that name is registered here"))


def _unloaded(
    finder: Finder, module: Module, function: str, kind: EntryKind, wired: str, *, is_task: bool = False
) -> Iterator[Root]:
    value = finder.machine.global_of(module, function) or NOTHING
    for found in value.only(Function):
        location = Location(path=finder.program.short(module.path), line=found.node.lineno)
        called = LibraryMethod("delay", one(found)) if is_task else found
        yield Root(Entry(kind=kind, name=function, location=location, wired=wired), one(called))


def commands(finder: Finder) -> Iterator[Root]:
    for name, app in sorted(finder.wiring.commands.items()):
        package = sys.modules.get(app)
        folder = Path(getattr(package, "__file__", None) or "").parent
        path = folder / "management" / "commands" / f"{name}.py"
        if not finder.program.owns(str(path)):
            continue
        module = finder.program.file(str(path))
        if module is None:
            continue
        found = finder.machine.global_of(module, "Command") or NOTHING
        for ref in found.refs:
            cls = ref.obj if isinstance(ref, Live) else ref
            location = Location(path=finder.program.short(str(path)), line=1)
            entry = Entry(kind=EntryKind.COMMAND, name=f"{name}", location=location, wired=f"command '{name}'")
            yield Root(entry, cls=cls, methods=("handle", "execute", "run", "handle_noargs", "create_parser"))


def scripts(finder: Finder) -> Iterator[Root]:
    for path in finder.program.files():
        if "/management/commands/" in path:
            continue
        module = finder.program.file(path)
        if module is None:
            continue
        main = tuple(
            node for node in module.tree.body if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)
        )
        name = Path(path).name
        is_run = bool(_SCRIPT_FOLDERS & set(Path(path).parts)) or name in _RUN_WHOLE or _SERVER_SETTINGS.fullmatch(name)
        body = main if module.live is not None else tuple(module.tree.body) if main or is_run else ()
        if body:
            location = Location(path=finder.program.short(path), line=body[0].lineno)
            entry = Entry(kind=EntryKind.SCRIPT, name=module.name, location=location, wired="run by hand or by cron")
            yield Root(entry, body=body, module=module)


def _scheduled_by_settings() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE", "BEAT_SCHEDULE"):
        schedule = getattr(settings, name, None)
        if isinstance(schedule, dict):
            found |= {str(e.get("task")): f"{name}[{key!r}]" for key, e in schedule.items() if isinstance(e, dict)}
    return found


def servers(finder: Finder) -> Iterator[Root]:
    """Yield what a web server calls by convention: the application of a WSGI or ASGI file, hooks in its settings."""
    for path in finder.program.files():
        name = Path(path).name
        is_application = name in _APPLICATIONS
        module = finder.program.file(path) if is_application or _SERVER_SETTINGS.fullmatch(name) else None
        if module is None:
            continue
        defined = module.tree.body
        for node in defined if not is_application else ():
            if isinstance(node, ast.FunctionDef):
                yield from _unloaded(finder, module, node.name, EntryKind.SCRIPT, f"the web server, by {name}")
        for found in ("application", "app") if is_application else ():
            value = finder.machine.global_of(module, found) or NOTHING
            objects = [ref for ref in value.refs if _is_hosts_object(finder, ref)]
            if objects:
                location = Location(path=finder.program.short(path), line=1)
                entry = Entry(kind=EntryKind.SCRIPT, name=found, location=location, wired="the web server")
                yield Root(entry, joined(map(one, objects)))


def _is_hosts_object(finder: Finder, ref: Any) -> bool:
    if isinstance(ref, Live):
        return bool(wrapped_own(finder.program, ref.obj)) or finder.machine.is_project_class(type(ref.obj))
    return isinstance(ref, Function | Instance)


def console_scripts(finder: Finder) -> Iterator[Root]:
    """Yield the functions that the project's metadata make commands of the shell."""
    seen: set[str] = set()
    for path, text in finder.program.texts():
        section = ""
        for line in text.splitlines() if Path(path).name in {"pyproject.toml", "setup.cfg"} else ():
            header = re.match(r"\s*\[([^\]]+)\]|(\w+)\s*=\s*$", line)
            section = (header[1] or header[2]) if header else section
            found = re.search(r"=\s*[\"']?([\w.]+:[\w.]+)", line)
            if found and "scripts" in section and found[1] not in seen:
                seen.add(found[1])
                value = finder.machine.dotted(found[1], ()) or NOTHING
                entry = Entry(
                    kind=EntryKind.SCRIPT, name=found[1], location=None, wired=f"{Path(path).name} [{section}]"
                )
                yield Root(entry, value)
