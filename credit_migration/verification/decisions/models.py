"""The host's live model and admin → what they refuse, and what they let pass."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

from credit_migration.data.report import Location
from credit_migration.data.verification import Breach, Place
from credit_migration.host import Host
from credit_migration.verification.source.program import Program


def read_model(host: Host, program: Program) -> tuple[Place, ...]:
    """Return what the request's model and its admin do against D2 and D3."""
    return (*_uniques(host, program), *_admin(host, program))


def _uniques(host: Host, program: Program) -> Iterator[Place]:
    model = host.request
    wanted = {host.user_field().name, host.pathway_field().name}
    sets = [set(names) for names in model._meta.unique_together]
    sets += [set(getattr(constraint, "fields", ())) for constraint in model._meta.constraints]
    for names in sets:
        if wanted <= names:
            location = locate(model, program, ("unique_together", "UniqueConstraint"))
            if location is not None:
                yield Place(breach=Breach.UNIQUE, location=location, detail=", ".join(sorted(names)))


def _admin(host: Host, program: Program) -> Iterator[Place]:
    admin = sys.modules.get("django.contrib.admin")
    model_admin = admin.site._registry.get(host.request) if admin is not None else None
    if model_admin is None or not host.code_has_program:
        return
    cls, name = type(model_admin), host.config.program_field
    guarded = {"has_add_permission", "get_form", "formfield_for_foreignkey", "formfield_for_dbfield", "clean"}
    declared = getattr(model_admin.form, "declared_fields", {}).get(name)
    is_required = (declared is not None and declared.required) or not getattr(
        host.request._meta.get_field(name), "blank", False
    )
    own = any(attribute in vars(base) for base in cls.__mro__ if _is_own(base, program) for attribute in guarded)
    location = locate(cls, program, ())
    if not is_required and not own and location is not None:
        yield Place(breach=Breach.ADMIN, location=location, detail=cls.__name__)


def _is_own(cls: type, program: Program) -> bool:
    return program.owns(getattr(sys.modules.get(cls.__module__), "__file__", None) or "")


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
