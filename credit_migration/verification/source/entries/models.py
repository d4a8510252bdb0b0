"""Models with their fields, managers and overrides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from credit_migration.data.verification import EntryKind
from credit_migration.verification.source.entries.root import Finder, Root, raw_attribute
from credit_migration.verification.source.machine.wrappers import wrapped_own
from credit_migration.verification.source.values import UNKNOWN, Arguments, Bound, Live, one


def models(finder: Finder) -> Iterator[Root]:
    for model in apps.get_models(include_auto_created=True):
        for cls in (type(manager) for manager in model._meta.managers):
            for made_by in {cls, getattr(cls, "_queryset_class", cls)}:
                if finder.machine.is_project_class(made_by) and not finder.tables.is_request(model):
                    yield from _manager(finder, model, made_by)
        if finder.tables.is_request(model) or not any(finder.machine.is_project_class(b) for b in model.__mro__):
            continue
        for field_ in model._meta.local_fields:
            yield from _field(finder, model, field_)
        yield from _descriptors(finder, model)
        for constraint in model._meta.constraints:
            if finder.machine.is_project_class(type(constraint)):
                names = tuple(finder.machine.overrides(type(constraint)))
                entry = finder.entry(EntryKind.MODEL, type(constraint), f"constraint of {model._meta.label}")
                yield Root(entry, cls=type(constraint), methods=names)
        for name in finder.machine.overrides(model):
            entry = finder.entry(EntryKind.MODEL, raw_attribute(model, name), f"{model._meta.label}.{name}")
            yield Root(entry, cls=model, methods=(name,))


def _descriptors(finder: Finder, model: Any) -> Iterator[Root]:
    """Yield what Python runs when library code reads or sets an attribute of a row."""
    for name, raw in list(vars(model).items()):
        for special in ("__get__", "__set__", "__delete__"):
            if finder.machine.is_own(type(raw), special) and not isinstance(raw, type):
                entry = finder.entry(EntryKind.MODEL, getattr(type(raw), special), f"{model._meta.label}.{name}")
                row = finder.tables.row(model)
                yield Root(
                    entry, one(Bound(Live(getattr(type(raw), special)), one(Live(raw)))), Arguments((row,), (), UNKNOWN)
                )


def _field(finder: Finder, model: Any, field_: Any) -> Iterator[Root]:
    cls = type(field_)
    if finder.machine.is_project_class(cls):
        entry = finder.entry(EntryKind.MODEL, cls, f"field {model._meta.label}.{field_.name}")
        yield Root(entry, cls=cls, methods=tuple(finder.machine.overrides(cls)))
    # ``upload_to``, ``default`` and whatever else of a field may be a function.
    for called in (*vars(field_).values(), *field_.validators):
        if callable(called) and not isinstance(called, type) and wrapped_own(finder.program, called):
            entry = finder.entry(EntryKind.MODEL, called, f"field {model._meta.label}.{field_.name}")
            yield Root(entry, finder.machine.of_live(called), Arguments(rest=UNKNOWN))


def _manager(finder: Finder, model: Any, made_by: type) -> Iterator[Root]:
    for name in finder.machine.overrides(made_by):
        function = raw_attribute(made_by, name)
        entry = finder.entry(EntryKind.MODEL, function, f"manager of {model._meta.label}")
        receiver = finder.tables.rows(model, made_by=made_by)
        for own in wrapped_own(finder.program, function):
            yield Root(entry, one(Bound(Live(own), receiver)))
