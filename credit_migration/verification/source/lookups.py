"""A path of a query set's filter → the host's own lookups and transforms on it, which make the SQL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import FilteredRelation, Prefetch, Q
from django.db.models.constants import LOOKUP_SEP
from django.db.models.expressions import Combinable
from django.db.models.query_utils import RegisterLookupMixin

from credit_migration.verification.source.program import Program


class Lookups:
    """What is registered in the process as a lookup, by the name that a filter has it by."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def on(self, path: str) -> tuple[Any, ...]:
        """Return the host's own classes that a path such as ``username__finished`` may name."""
        return tuple(cls for name in path.removeprefix("-").split(LOOKUP_SEP)[1:] for cls in self._own.get(name, ()))

    @cached_property
    def _own(self) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for registry in _registries():
            for name, cls in registry.items():
                if self.program.owns_object(cls) and cls not in found.setdefault(name, []):
                    found[name].append(cls)
        return found


def is_part_of_query(cls: Any) -> bool:
    """Return whether objects of a class are parts of a query, which operators join: ``Q``, ``F`` and their like."""
    return isinstance(cls, type) and issubclass(cls, Q | Combinable)


def names_paths(cls: Any) -> bool:
    """Return whether texts that objects of a class are made with are paths along models."""
    return is_part_of_query(cls) or (isinstance(cls, type) and issubclass(cls, FilteredRelation | Prefetch))


def _registries() -> Iterator[dict[str, Any]]:
    todo: list[type] = [RegisterLookupMixin]
    while todo:
        cls = todo.pop()
        todo += type.__subclasses__(cls)
        yield vars(cls).get("class_lookups") or {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            yield vars(field).get("instance_lookups") or {}
