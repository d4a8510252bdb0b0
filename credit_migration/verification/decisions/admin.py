"""The host's admin pages for recorded requests → what they let staff do against D2 and D6."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

from credit_migration.data.verification import Breach, Place
from credit_migration.host import Host
from credit_migration.verification.decisions.guards import forbids_filling, forbids_omitting
from credit_migration.verification.decisions.models import locate
from credit_migration.verification.source.program import Program


def read_admin(host: Host, program: Program) -> Iterator[Place]:
    """Yield the admin classes and inlines of the host that add a row without a program, or fill in an earlier one."""
    if not host.code_has_program:
        return
    field = host.request._meta.get_field(host.config.program_field)
    for page in _pages(host):
        cls = type(page)
        location = locate(cls, program, ())
        if location is None:
            continue
        classes = (cls, page.form, host.request)
        is_shown = _is_shown(page, field)
        if not (is_shown and _is_required(page, field)) and not (
            getattr(page, "max_num", None) == 0 or forbids_omitting(classes, field.name, program)
        ):
            yield Place(breach=Breach.ADMIN, location=location, detail=cls.__name__)
        is_open = is_shown or field.name in getattr(page, "list_editable", ())
        if is_open and not forbids_filling(classes, field.name, program):
            yield Place(breach=Breach.ADMIN_FILLS, location=location, detail=cls.__name__)


def _pages(host: Host) -> Iterator[Any]:
    """Yield each admin class of recorded requests once, of every admin site, and their inlines on other pages."""
    admin = sys.modules.get("django.contrib.admin.sites")
    seen: set[type] = set()
    for site in admin.all_sites if admin is not None else ():
        for page in list(site._registry.values()):
            inlines = [cls(page.model, site) for cls in page.inlines if isinstance(cls, type)]
            for one in (page, *inlines):
                model = one.model._meta.concrete_model
                if model is host.request._meta.concrete_model and type(one) not in seen:
                    seen.add(type(one))
                    yield one


def _is_required(page: Any, field: Any) -> bool:
    declared = getattr(page.form, "declared_fields", {}).get(field.name)
    return bool(declared.required) if declared is not None else not field.blank


def _is_shown(page: Any, field: Any) -> bool:
    """Return whether the form has the field to write in, as far as the class says what it has."""
    options = getattr(page.form, "_meta", None)  # The plain ModelForm has none.
    excluded = page.exclude if page.exclude is not None else getattr(options, "exclude", None)
    if field.name in {*page.readonly_fields, *(excluded or ())} or not field.editable:
        return False
    listed = page.fields or [name for _, part in page.fieldsets or () for name in part["fields"]]
    of_form = getattr(options, "fields", None)
    listed = listed or (of_form if isinstance(of_form, list | tuple) else ())
    return not listed or field.name in {part for one in listed for part in ([one] if isinstance(one, str) else one)}
