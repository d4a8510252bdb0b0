"""The host's live model and admin → what they refuse, and what they let pass."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

from django.db.models import F

from credit_migration.data.report import Location
from credit_migration.data.verification import Breach, Place
from credit_migration.host import Host
from credit_migration.verification.decisions.guards import is_guarded
from credit_migration.verification.source.program import Program


def read_model(host: Host, program: Program) -> tuple[Place, ...]:
    """Return what the request's model and its admin do against D2 and D3."""
    return (*_uniques(host, program), *_admin(host, program))


def _uniques(host: Host, program: Program) -> Iterator[Place]:
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


def _admin(host: Host, program: Program) -> Iterator[Place]:
    admin = sys.modules.get("django.contrib.admin")
    model_admin = admin.site._registry.get(host.request) if admin is not None else None
    if model_admin is None or not host.code_has_program:
        return
    cls, name = type(model_admin), host.config.program_field
    declared = getattr(model_admin.form, "declared_fields", {}).get(name)
    hidden = (*model_admin.readonly_fields, *(model_admin.exclude or ()))
    is_shown = name not in hidden and _is_listed(model_admin, name)
    is_required = (declared is not None and declared.required) or not getattr(
        host.request._meta.get_field(name), "blank", False
    )
    own = is_guarded((cls, model_admin.form, host.request), name, program)
    location = locate(cls, program, ())
    if not (is_shown and is_required) and not own and location is not None:
        yield Place(breach=Breach.ADMIN, location=location, detail=cls.__name__)


def _is_listed(model_admin: Any, name: str) -> bool:
    """Return whether the form has the field, as far as the class lists what it has."""
    listed = model_admin.fields or [field for _, options in model_admin.fieldsets or () for field in options["fields"]]
    return not listed or name in {part for one in listed for part in ([one] if isinstance(one, str) else one)}


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
