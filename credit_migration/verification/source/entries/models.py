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
        for name in finder.machine.overrides(model):
            entry = finder.entry(EntryKind.MODEL, raw_attribute(model, name), f"{model._meta.label}.{name}")
            yield Root(entry, cls=model, methods=(name,))


def _field(finder: Finder, model: Any, field_: Any) -> Iterator[Root]:
    cls = type(field_)
    if finder.machine.is_project_class(cls):
        entry = finder.entry(EntryKind.MODEL, cls, f"field {model._meta.label}.{field_.name}")
        yield Root(entry, cls=cls, methods=tuple(finder.machine.overrides(cls)))
    for called in (field_.default, *field_.validators):
        if callable(called) and wrapped_own(finder.program, called):
            entry = finder.entry(EntryKind.MODEL, called, f"field {model._meta.label}.{field_.name}")
            yield Root(entry, finder.machine.of_live(called), Arguments(rest=UNKNOWN))


def _manager(finder: Finder, model: Any, made_by: type) -> Iterator[Root]:
    for name in finder.machine.overrides(made_by):
        function = raw_attribute(made_by, name)
        entry = finder.entry(EntryKind.MODEL, function, f"manager of {model._meta.label}")
        receiver = finder.tables.rows(model, made_by=made_by)
        for own in wrapped_own(finder.program, function):
            yield Root(entry, one(Bound(Live(own), receiver)))
