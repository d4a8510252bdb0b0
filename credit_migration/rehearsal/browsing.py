"""A learner in front of the real page: the test client, a form's fields and its token, and the mail that leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from uuid import uuid4

from django.conf import settings
from django.core import mail
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from credit_migration.reference_host.catalog.models import Pathway, Program
from credit_migration.reference_host.core.models import User


@contextmanager
def kept_mail() -> Iterator[None]:
    """Keep mail in memory, whatever the settings say, and count requests for the rate limit from nothing."""
    caches = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": uuid4().hex}}
    backend = "django.core.mail.backends.locmem.EmailBackend"
    # Django 6.1 has mailers, and takes the older setting no more beside them.
    mail_settings = (
        {"MAILERS": {"default": {"BACKEND": backend}}} if hasattr(settings, "MAILERS") else {"EMAIL_BACKEND": backend}
    )
    with override_settings(**mail_settings, CACHES=caches):
        yield


def sent_mails() -> int:
    """Return how many mails have left so far."""
    return len(getattr(mail, "outbox", []))


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the page told after a click, and how many mails left."""

    status: int
    message: str
    mails: int


class LearnerAtThePage:
    """One logged-in learner, who can do what the page has a button for and nothing else."""

    def __init__(self, learner: User) -> None:
        self.learner = learner
        # The test client forgives a missing token by default; a browser is not forgiven.
        self.client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
        self.client.force_login(learner)

    def request_credit(self, pathway: Pathway, program: Program) -> Answer:
        """
        Open the Program Record, press the pathway's button, and return what the page tells.

        Raises: LookupError if the page has no such button.
        """
        url = reverse("records:program", kwargs={"uuid": program.uuid})
        forms = _Forms()
        forms.feed(self.client.get(url).content.decode())
        form = next((form for form in forms.found if form.fields.get("pathway") == str(pathway.pk)), None)
        if form is None:
            raise LookupError(f"The page {url} has no button for pathway {pathway.pk}.")
        before = sent_mails()
        response = self.client.post(form.action, form.fields, follow=True)
        told = re.findall(r'<p class="message[^>]*>([^<]*)</p>', response.content.decode())
        return Answer(status=response.status_code, message=unescape(" ".join(told)), mails=sent_mails() - before)


@dataclass(slots=True)
class _Form:
    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects a page's forms with the fields that a browser would post."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append(_Form(action=given.get("action") or ""))
        elif tag == "input" and self.found and given.get("name"):
            self.found[-1].fields[str(given["name"])] = given.get("value") or ""
