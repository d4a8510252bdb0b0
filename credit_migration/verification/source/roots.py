"""The running process → every function of the host that runs without another of its functions calling it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import global_settings, settings
from django.db.models import signals as model_signals
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver

from credit_migration.data.report import Location
from credit_migration.data.verification import Entry, EntryKind
from credit_migration.verification.source.calls import wrapped_own
from credit_migration.verification.source.statements import Statements
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Arguments,
    Bound,
    Function,
    Instance,
    Live,
    Module,
    SourceClass,
    Value,
    one,
)

HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
_CALLED_BY_SETTINGS = (
    "REST_FRAMEWORK",
    "SOCIAL_AUTH",
    "CRONJOBS",
    "Q_CLUSTER",
    "HUEY",
    "PIPELINE",
    "EVENT_BUS",
    "OAUTH",
)
_SCRIPT_FOLDERS = {"scripts", "bin", "cron", "jobs", "cronjobs"}


@dataclass(frozen=True, slots=True)
class Root:
    """A function that the host runs by itself, and how to read it."""

    entry: Entry
    callee: Value = NOTHING
    arguments: Arguments = field(default_factory=lambda: Arguments(rest=UNKNOWN))
    cls: Any = None
    """A class of which library code makes an object; then ``methods`` are what it may call."""
    methods: tuple[str, ...] = ()
    body: tuple[ast.stmt, ...] = ()
    module: Any = None
    model: Any = None
    """Whose admin this is of."""


class Roots:
    """Finds where the host's code starts."""

    def __init__(self, machine: Statements) -> None:
        self.machine, self.program, self.wiring = machine, machine.program, machine.wiring
        self.tables = machine.tables
        self.broken: list[tuple[str, str]] = []
        """What the host could not import when it was asked, and why."""

    def all(self) -> Iterator[Root]:
        yield from self._startup()
        yield from self._receivers()
        yield from self._views()
        yield from self._admin()
        yield from self._tasks()
        yield from self._commands()
        yield from self._models()
        yield from self._by_settings()
        yield from self._scripts()

    def _entry(self, kind: EntryKind, obj: Any, wired: str, switch: str = "") -> Entry:
        own = wrapped_own(self.program, obj)
        target = own[0] if own else obj
        name = getattr(target, "__qualname__", type(target).__qualname__)
        return Entry(kind=kind, name=name, location=self.location(target), wired=wired, switch=switch)

    def location(self, obj: Any) -> Location | None:
        code = getattr(obj, "__code__", None)
        if code is not None:
            return Location(path=self.program.short(code.co_filename), line=code.co_firstlineno)
        if isinstance(obj, type):
            path = getattr(sys.modules.get(obj.__module__), "__file__", None)
            module = self.program.file(path) if path and self.program.owns(path) else None
            for node in ast.walk(module.tree) if module else ():
                if isinstance(node, ast.ClassDef) and node.name == obj.__name__:
                    return Location(path=self.program.short(path or ""), line=node.lineno)
        return None

    def _receivers(self) -> Iterator[Root]:
        for one_ in self.wiring.connected:
            own = wrapped_own(self.program, one_.receiver) or self.machine.is_project_class(type(one_.receiver))
            is_model = isinstance(one_.signal, model_signals.ModelSignal)
            if not own or not one_.of_library:
                continue
            if is_model and isinstance(one_.sender, type) and self.tables.is_request(one_.sender):
                continue
            sender = getattr(one_.sender, "__name__", "")
            wired = f"{one_.signal_name}{f' of {sender}' if sender else ''}"
            given = [("signal", one(Live(one_.signal)))]
            if one_.sender is not None:
                given.append(("sender", one(Live(one_.sender))))
                if is_model:
                    given.append(("instance", self.tables.row(one_.sender)))
            elif is_model:
                yield from self._receiver_of_all(one_, wired)
                continue
            entry = self._entry(EntryKind.RECEIVER, one_.receiver, wired)
            yield Root(entry, self.machine.of_live(one_.receiver), Arguments((), tuple(given), UNKNOWN))

    def _receiver_of_all(self, one_: Any, wired: str) -> Iterator[Root]:
        """Ask a receiver of every model for each of them but the request's own."""
        for model in apps.get_models():
            if not self.tables.is_request(model) and self.machine.is_project_class(model):
                given = (("sender", one(Live(model))), ("instance", self.tables.row(model)))
                entry = self._entry(EntryKind.RECEIVER, one_.receiver, f"{wired} of every model")
                yield Root(entry, self.machine.of_live(one_.receiver), Arguments((), given, UNKNOWN))

    def _views(self) -> Iterator[Root]:
        seen: set[tuple[int, str]] = set()
        try:
            patterns = list(self._patterns(get_resolver().url_patterns, ""))
        except Exception as exc:
            self.broken.append((f"the URL patterns of {settings.ROOT_URLCONF}", f"{type(exc).__name__}: {exc}"))
            return
        for callback, route in patterns:
            cls = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
            if wrapped_own(self.program, callback):
                key = (id(callback), "")
                if key not in seen:
                    seen.add(key)
                    yield Root(
                        self._entry(EntryKind.VIEW, callback, f"URL '{route}'"), one(Live(callback)), self._request()
                    )
            if isinstance(cls, type) and any(self.machine.is_project_class(base) for base in cls.__mro__):
                for root in self._view_class(cls, route, getattr(callback, "actions", None) or {}):
                    key = (id(cls), ",".join(root.methods))
                    if key not in seen:
                        seen.add(key)
                        yield root

    def _request(self) -> Arguments:
        return Arguments((one(Instance(HttpRequest, "request")),), (), UNKNOWN)

    def _patterns(self, patterns: Any, prefix: str) -> Iterator[tuple[Any, str]]:
        for pattern in patterns:
            route = f"{prefix}{pattern.pattern}"
            if isinstance(pattern, URLPattern):
                yield pattern.callback, route
            elif isinstance(pattern, URLResolver):
                yield from self._patterns(pattern.url_patterns, route)

    def _view_class(self, cls: type, route: str, actions: dict[str, str]) -> Iterator[Root]:
        own = [
            name for name in (*HTTP_METHODS, *actions.values()) if hasattr(cls, name) and self.machine.is_own(cls, name)
        ]
        rest = [name for name in self.machine.overrides(cls) if name not in own]
        library = not all(self.machine.is_own(cls, name) for name in actions.values()) if actions else not own
        for name in dict.fromkeys(own):
            entry = self._entry(EntryKind.VIEW, getattr(cls, name), f"URL '{route}'")
            yield Root(entry, cls=cls, methods=(name, *(n for n in rest if n in {"dispatch", "initial", "setup"}), "*"))
        if library or rest:
            entry = self._entry(EntryKind.VIEW, cls, f"URL '{route}'")
            yield Root(entry, cls=cls, methods=(*rest, "*"))

    def _admin(self) -> Iterator[Root]:
        admin = sys.modules.get("django.contrib.admin")
        if admin is None:
            return
        for model, model_admin in admin.site._registry.items():
            cls = type(model_admin)
            if any(self.machine.is_project_class(base) for base in cls.__mro__):
                names = [name for name in dir(cls) if not name.startswith("__") and self.machine.is_own(cls, name)]
                for name in names:
                    entry = self._entry(EntryKind.ADMIN, getattr(cls, name), f"admin of {model._meta.label}")
                    yield Root(entry, cls=cls, methods=(name,), model=model)
                yield Root(
                    self._entry(EntryKind.ADMIN, cls, f"admin of {model._meta.label}"),
                    cls=cls,
                    methods=("*",),
                    model=model,
                )
            for action in model_admin.actions or ():
                if callable(action) and wrapped_own(self.program, action):
                    entry = self._entry(EntryKind.ADMIN, action, f"admin action on {model._meta.label}")
                    given = Arguments((UNKNOWN, UNKNOWN, self.tables.rows(model)))
                    yield Root(entry, one(Live(action)), given, model=model)
            for column in (*(model_admin.list_display or ()), *(model_admin.readonly_fields or ())):
                if callable(column) and wrapped_own(self.program, column):
                    entry = self._entry(EntryKind.ADMIN, column, f"column in the admin of {model._meta.label}")
                    yield Root(entry, one(Live(column)), Arguments((self.tables.row(model),)), model=model)

    def _tasks(self) -> Iterator[Root]:
        schedule = self.wiring.schedule | _scheduled_by_settings()
        for name, task in sorted(self.wiring.tasks.items()):
            if wrapped_own(self.program, task):
                scheduled = schedule.get(name)
                kind = EntryKind.SCHEDULE if scheduled else EntryKind.TASK
                entry = self._entry(kind, task, scheduled or f"task '{name}'")
                yield Root(entry, one(Live(task)))
        for name, (module, function) in sorted(self.program.unloaded_tasks().items()):
            if name not in self.wiring.tasks:
                scheduled = schedule.get(name)
                kind = EntryKind.SCHEDULE if scheduled else EntryKind.TASK
                yield from self._unloaded(module, function, kind, scheduled or f"task '{name}'")
        for module, function in self.program.at_configuration():
            yield from self._unloaded(module, function, EntryKind.SCHEDULE, "the start of Celery")
        for receiver in self.wiring.celery_receivers:
            if wrapped_own(self.program, receiver):
                yield Root(self._entry(EntryKind.SCHEDULE, receiver, "Celery signal"), self.machine.of_live(receiver))

    def _unloaded(self, module: Module, function: str, kind: EntryKind, wired: str) -> Iterator[Root]:
        value = self.machine.global_of(module, function) or NOTHING
        for found in value.only(Function):
            location = Location(path=self.program.short(module.path), line=found.node.lineno)
            yield Root(Entry(kind=kind, name=function, location=location, wired=wired), one(found))

    def _commands(self) -> Iterator[Root]:
        for name, app in sorted(self.wiring.commands.items()):
            package = sys.modules.get(app)
            folder = Path(getattr(package, "__file__", None) or "").parent
            path = folder / "management" / "commands" / f"{name}.py"
            if not self.program.owns(str(path)):
                continue
            module = self.program.file(str(path))
            if module is None:
                continue
            found = self.machine.global_of(module, "Command") or NOTHING
            for ref in found.refs:
                cls = ref.obj if isinstance(ref, Live) else ref
                location = Location(path=self.program.short(str(path)), line=1)
                entry = Entry(kind=EntryKind.COMMAND, name=f"{name}", location=location, wired=f"command '{name}'")
                yield Root(entry, cls=cls, methods=("handle", "execute", "run", "handle_noargs", "create_parser"))

    def _models(self) -> Iterator[Root]:
        for model in apps.get_models(include_auto_created=True):
            for cls in (type(manager) for manager in model._meta.managers):
                for made_by in {cls, getattr(cls, "_queryset_class", cls)}:
                    if self.machine.is_project_class(made_by) and not self.tables.is_request(model):
                        yield from self._manager(model, made_by)
            if self.tables.is_request(model) or not any(self.machine.is_project_class(b) for b in model.__mro__):
                continue
            for field_ in model._meta.local_fields:
                yield from self._field(model, field_)
            for name in self.machine.overrides(model):
                entry = self._entry(EntryKind.MODEL, _raw(model, name), f"{model._meta.label}.{name}")
                yield Root(entry, cls=model, methods=(name,))

    def _field(self, model: Any, field_: Any) -> Iterator[Root]:
        cls = type(field_)
        if self.machine.is_project_class(cls):
            entry = self._entry(EntryKind.MODEL, cls, f"field {model._meta.label}.{field_.name}")
            yield Root(entry, cls=cls, methods=tuple(self.machine.overrides(cls)))
        for called in (field_.default, *field_.validators):
            if callable(called) and wrapped_own(self.program, called):
                entry = self._entry(EntryKind.MODEL, called, f"field {model._meta.label}.{field_.name}")
                yield Root(entry, self.machine.of_live(called), Arguments(rest=UNKNOWN))

    def _manager(self, model: Any, made_by: type) -> Iterator[Root]:
        for name in self.machine.overrides(made_by):
            function = _raw(made_by, name)
            entry = self._entry(EntryKind.MODEL, function, f"manager of {model._meta.label}")
            receiver = self.tables.rows(model, made_by=made_by)
            for own in wrapped_own(self.program, function):
                yield Root(entry, one(Bound(Live(own), receiver)))

    def _by_settings(self) -> Iterator[Root]:
        for name in dir(settings):
            if name.isupper() and (hasattr(global_settings, name) or any(word in name for word in _CALLED_BY_SETTINGS)):
                for text in dict.fromkeys(_texts_in(getattr(settings, name, None))):
                    yield from self._setting(name, text)

    def _setting(self, name: str, text: str) -> Iterator[Root]:
        dotted = self.machine.dotted(text, ())
        if dotted is None and name in {"MIDDLEWARE", "AUTHENTICATION_BACKENDS", "EMAIL_BACKEND", "DATABASE_ROUTERS"}:
            self.broken.append((f"'{text}' of the setting {name}", "there is nothing of that name"))
        found = dotted or NOTHING
        kind = EntryKind.MIDDLEWARE if name == "MIDDLEWARE" else EntryKind.OVERRIDE
        for ref in found.refs:
            obj = ref.obj if isinstance(ref, Live) else ref
            wired = f"setting {name}"
            if isinstance(obj, type) and self.machine.is_project_class(obj):
                names = [n for n in dir(obj) if self.machine.is_own(obj, n) and n not in {"__init__", "__new__"}]
                yield Root(self._entry(kind, obj, wired), cls=obj, methods=tuple(names))
            elif isinstance(obj, SourceClass):
                entry = Entry(kind=kind, name=obj.node.name, location=None, wired=wired)
                names = [n for n, value in obj.scope.names.items() if value.only(Function) and n != "__init__"]
                yield Root(entry, cls=obj, methods=tuple(names))
            elif wrapped_own(self.program, obj) or isinstance(obj, Function):
                yield Root(self._entry(kind, obj, wired), one(ref), self._request())

    def _startup(self) -> Iterator[Root]:
        for config in apps.get_app_configs():
            if self.machine.is_own(type(config), "ready"):
                entry = self._entry(EntryKind.STARTUP, type(config).ready, f"app {config.label}")
                yield Root(entry, one(Bound(Live(type(config).ready), one(Live(config)))), Arguments())
        for path in self.program.files():
            module = self.program.file(path)
            if module is not None and module.live is not None:
                body = tuple(node for node in module.tree.body if _may_connect(node))
                if body:
                    location = Location(path=self.program.short(path), line=body[0].lineno)
                    entry = Entry(kind=EntryKind.STARTUP, name=module.name, location=location, wired="its import")
                    yield Root(entry, body=body, module=module)

    def _scripts(self) -> Iterator[Root]:
        for path in self.program.files():
            if path.endswith("manage.py") or "/management/commands/" in path:
                continue
            module = self.program.file(path)
            if module is None:
                continue
            main = tuple(
                node for node in module.tree.body if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)
            )
            in_folder = bool(_SCRIPT_FOLDERS & set(Path(path).parts))
            body = main if module.live is not None else tuple(module.tree.body) if main or in_folder else ()
            if body:
                location = Location(path=self.program.short(path), line=body[0].lineno)
                entry = Entry(
                    kind=EntryKind.SCRIPT, name=module.name, location=location, wired="run by hand or by cron"
                )
                yield Root(entry, body=body, module=module)


def _raw(cls: type, name: str) -> Any:
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)


def _may_connect(node: ast.stmt) -> bool:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
        return False
    text = ast.unparse(node)
    return "connect(" in text or (isinstance(node, ast.If) and "receiver(" in text)


def _texts_in(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str) and value.count(".") and all(part.isidentifier() for part in value.split(".")):
        yield value
    elif isinstance(value, dict) and depth < 6:
        for key, item in value.items():
            yield from _texts_in(key, depth + 1)
            yield from _texts_in(item, depth + 1)
    elif isinstance(value, list | tuple | set) and depth < 6:
        for item in value:
            yield from _texts_in(item, depth + 1)


def _scheduled_by_settings() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("CELERY_BEAT_SCHEDULE", "CELERYBEAT_SCHEDULE", "BEAT_SCHEDULE"):
        schedule = getattr(settings, name, None)
        if isinstance(schedule, dict):
            found |= {str(e.get("task")): f"{name}[{key!r}]" for key, e in schedule.items() if isinstance(e, dict)}
    return found
