"""A row and what to change → the admin's own add or change page, posted as a member of staff does."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.apps import apps
from django.conf import settings
from django.forms import MultiWidget
from django.forms.boundfield import BoundField
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse
from django.utils.html import strip_tags


class AdminPage:
    """The page of one model in the first admin site that has it."""

    def __init__(self, model: Any, staff: Any, domain: str) -> None:
        self.model, self.staff, self.domain = model, staff, domain
        self.admin = _model_admin(model)

    @property
    def why_not(self) -> str:
        """Why nobody can save such a row in the admin; empty if one can."""
        if self.admin is None:
            return f"no admin site has '{self.model._meta.label}'"
        try:
            self._address("add")
        except NoReverseMatch:
            return "the admin site is on no page"
        return ""

    def actions(self) -> tuple[str, ...]:
        """Return the names of the actions that the host itself gives to rows."""
        request = RequestFactory().get("/", HTTP_HOST=self.domain)
        request.user = self.staff
        return tuple(name for name in self.admin.get_actions(request) if name != "delete_selected")

    def save(self, row: Any, **values: Any) -> None:
        """Post the form of a row with these values. Raises: RuntimeError if the page does not take it."""
        address = self._address("change", row.pk) if row.pk else self._address("add")
        self._post(address, {**self._posted(row), **{name: str(value) for name, value in values.items()}})

    def act(self, action: str, row: Any) -> None:
        """Choose an action for a row in the list. Raises: RuntimeError if the page does not take it."""
        self._post(self._address("changelist"), {"action": action, "_selected_action": [str(row.pk)]})

    def _address(self, page: str, *args: Any) -> str:
        meta = self.model._meta
        name = f"{self.admin.admin_site.name}:{meta.app_label}_{meta.model_name}_{page}"
        return reverse(name, args=args, current_app=self.admin.admin_site.name)

    def _posted(self, row: Any) -> dict[str, Any]:
        request = RequestFactory().get("/", HTTP_HOST=self.domain)
        request.user = self.staff
        obj = row if row.pk else None
        form = self.admin.get_form(request, obj, change=obj is not None)(instance=row)
        data: dict[str, Any] = {}
        for field in form:
            data |= _as_posted(field)
        for formset, _ in self.admin.get_formsets_with_inlines(request, obj):
            prefix = formset.get_default_prefix()
            data |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
        return data

    def _post(self, address: str, data: dict[str, Any]) -> None:
        client = Client()
        client.force_login(self.staff, backend=settings.AUTHENTICATION_BACKENDS[0])
        answer = client.post(address, data, HTTP_HOST=self.domain)
        if answer.status_code != 302:
            text = answer.content.decode("utf-8", "replace")
            errors = text.partition('class="errorlist')[2].partition(">")[2].partition("</ul>")[0]
            said = " ".join(strip_tags(errors).split())[:200]
            raise RuntimeError(f"the admin's page answered {answer.status_code} {said}".rstrip())


def _model_admin(model: Any) -> Any:
    if not apps.is_installed("django.contrib.admin"):
        return None
    sites = import_module("django.contrib.admin.sites")
    found = [site._registry[model] for site in sites.all_sites if model in site._registry]
    return min(found, key=lambda one: str(one.admin_site.name), default=None)


def _as_posted(field: BoundField) -> dict[str, Any]:
    value = field.value()
    if isinstance(field.field.widget, MultiWidget):
        parts: Any = field.field.widget.decompress(value)
        return {f"{field.html_name}_{n}": str(part) for n, part in enumerate(parts) if part is not None}
    if value is None or value is False:
        return {}
    return {field.html_name: [str(one) for one in value] if isinstance(value, list | tuple) else str(value)}
