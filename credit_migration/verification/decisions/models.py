"""The host's live model → what it refuses."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

from django.db.models import F

from credit_migration.data.report import Location
from credit_migration.data.verification import Breach, Place
from credit_migration.host import Host
from credit_migration.verification.source.program import Program


def read_model(host: Host, program: Program) -> Iterator[Place]:
    """Yield the uniques of the request's model that are against D3."""
    model = host.request
    wanted = {host.user_field().name, host.pathway_field().name}
    sets = [set(names) for names in model._meta.unique_together]
    sets += [_columns(constraint) for constraint in model._meta.constraints]
    for names in sets:
        if wanted <= names and not any(_is_of_its_own(model._meta.get_field(name)) for name in names - wanted):
            location = locate(model, program, ("unique_together", "UniqueConstraint"))
            if location is not None:
                yield Place(breach=Breach.UNIQUE, location=location, detail=", ".join(sorted(names)))


def _columns(constraint: Any) -> set[str]:
    """Return the names of a unique constraint's columns, given as fields or as expressions; none of another kind."""
    parts: list[Any] = []
    for one in getattr(constraint, "expressions", ()):
        parts += [one] if isinstance(one, F) else one.flatten()
    return {*getattr(constraint, "fields", ()), *(getattr(part, "name", "") for part in parts if isinstance(part, F))}


def _is_of_its_own(field: Any) -> bool:
    """Return whether each new row gets a value that no other has, so that a unique with it refuses nothing."""
    return field.unique or (field.has_default() and callable(field.default)) or getattr(field, "auto_now_add", False)


def locate(cls: Any, program: Program, words: tuple[str, ...]) -> Location | None:
    """Return where a class of the host is, or the first line of it that has one of ``words``."""
    path = getattr(sys.modules.get(cls.__module__), "__file__", None)
    module = program.file(path) if path and program.owns(path) else None
    for node in ast.walk(module.tree) if module is not None else ():
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
            inner = [child for child in ast.walk(node) if getattr(child, "id", getattr(child, "attr", "")) in words]
            line = min((child.lineno for child in inner if hasattr(child, "lineno")), default=node.lineno)
            return Location(path=program.short(str(path)), line=line)
    return None
