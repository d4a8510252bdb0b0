"""URL patterns and the admin site."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.db.models.manager import BaseManager
from django.urls import URLPattern, URLResolver, get_resolver

from credit_migration.data.verification import EntryKind
from credit_migration.verification.source.entries.root import Finder, Root, request_arguments
from credit_migration.verification.source.machine.wrappers import view_attributes, wrapped_own
from credit_migration.verification.source.values import UNKNOWN, Arguments, Live, one

HTTP_METHODS = ("get", "post", "put", "patch", "delete", "head", "options")


def views(finder: Finder) -> Iterator[Root]:
    seen: set[tuple[int, str]] = set()
    try:
        patterns = list(_patterns(get_resolver().url_patterns, ""))
    except Exception as exc:
        finder.broken.append((f"the URL patterns of {settings.ROOT_URLCONF}", f"{type(exc).__name__}: {exc}"))
        return
    for callback, route in patterns:
        cls = getattr(callback, "view_class", None) or getattr(callback, "cls", None)
        if wrapped_own(finder.program, callback) or _keeps_own(finder, callback):
            key = (id(callback), "")
            if key not in seen:
                seen.add(key)
                yield Root(
                    finder.entry(EntryKind.VIEW, callback, f"URL '{route}'"), one(Live(callback)), request_arguments()
                )
        given = {name: value for name, value in view_attributes(callback).items() if _is_hosts(finder, value)}
        if isinstance(cls, type) and (given or any(finder.machine.is_project_class(base) for base in cls.__mro__)):
            for root in _view_class(finder, cls, route, getattr(callback, "actions", None) or {}, given):
                key = (id(cls), ",".join((*root.methods, *(f"{name} {id(value)}" for name, value in given.items()))))
                if key not in seen:
                    seen.add(key)
                    yield root


def _patterns(patterns: Any, prefix: str) -> Iterator[tuple[Any, str]]:
    for pattern in patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield pattern.callback, route
        elif isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, route)


def _keeps_own(finder: Finder, callback: Any) -> bool:
    """Return whether a library's wrapper keeps something of the host's; an admin's pages are read with its class."""
    is_wrapper = isinstance(callback, types.FunctionType) and not hasattr(callback, "model_admin")
    return is_wrapper and bool(finder.machine.own_in_wrapper(callback))


def _is_hosts(finder: Finder, value: Any) -> bool:
    """Return whether a value that a URL sets on a view may run code of the host."""
    parts = [*value.values()] if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
    return any(
        isinstance(part, Model | BaseManager | QuerySet)
        or finder.machine.is_project_class(part if isinstance(part, type) else type(part))
        or wrapped_own(finder.program, part)
        for part in parts
    )


def _view_class(
    finder: Finder, cls: type, route: str, actions: dict[str, str], given: dict[str, Any]
) -> Iterator[Root]:
    own = [
        name for name in (*HTTP_METHODS, *actions.values()) if hasattr(cls, name) and finder.machine.is_own(cls, name)
    ]
    rest = [name for name in finder.machine.overrides(cls) if name not in own]
    library = not all(finder.machine.is_own(cls, name) for name in actions.values()) if actions else not own
    for name in dict.fromkeys(own):
        entry = finder.entry(EntryKind.VIEW, getattr(cls, name), f"URL '{route}'")
        first = (name, *(n for n in rest if n in {"dispatch", "initial", "setup"}), "*")
        yield Root(entry, cls=cls, methods=first, attributes=tuple(given.items()))
    if library or rest:
        entry = finder.entry(EntryKind.VIEW, cls, f"URL '{route}'")
        yield Root(entry, cls=cls, methods=(*rest, "*"), attributes=tuple(given.items()))


def admin(finder: Finder) -> Iterator[Root]:
    django_admin = sys.modules.get("django.contrib.admin")
    if django_admin is None:
        return
    for model, model_admin in django_admin.site._registry.items():
        cls = type(model_admin)
        if any(finder.machine.is_project_class(base) for base in cls.__mro__):
            called = {*finder.machine.overrides(cls), *_texts_beside(finder, cls)}
            names = [name for name in dir(cls) if name in called and finder.machine.is_own(cls, name)]
            for name in names:
                entry = finder.entry(EntryKind.ADMIN, getattr(cls, name), f"admin of {model._meta.label}")
                yield Root(entry, cls=cls, methods=(name,), model=model)
            yield Root(
                finder.entry(EntryKind.ADMIN, cls, f"admin of {model._meta.label}"),
                cls=cls,
                methods=("*",),
                model=model,
            )
        for action in model_admin.actions or ():
            if callable(action) and wrapped_own(finder.program, action):
                entry = finder.entry(EntryKind.ADMIN, action, f"admin action on {model._meta.label}")
                given = Arguments((UNKNOWN, UNKNOWN, finder.tables.rows(model)))
                yield Root(entry, one(Live(action)), given, model=model)
        for column in (*(model_admin.list_display or ()), *(model_admin.readonly_fields or ())):
            if callable(column) and wrapped_own(finder.program, column):
                entry = finder.entry(EntryKind.ADMIN, column, f"column in the admin of {model._meta.label}")
                yield Root(entry, one(Live(column)), Arguments((finder.tables.row(model),)), model=model)


def _texts_beside(finder: Finder, cls: type) -> set[str]:
    """Return the texts in the files of an admin class: its actions, columns and fields are named by them."""
    paths = {getattr(sys.modules.get(base.__module__), "__file__", None) or "" for base in cls.__mro__}
    modules = [finder.program.file(path) for path in sorted(paths) if finder.program.owns(path)]
    nodes = (node for module in modules if module is not None for node in ast.walk(module.tree))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
