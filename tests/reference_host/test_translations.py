"""Whatever a learner or an institution reads goes through gettext: in a made-up language nothing English is left."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.utils import translation

from credit_migration.reference_host.catalog.models import Pathway, Program
from credit_migration.reference_host.credentials.api import award_program_certificate
from credit_migration.reference_host.records import exceptions
from credit_migration.reference_host.records.models import ProgramCertRecord, UserCreditPathway

pytestmark = pytest.mark.django_db(transaction=True)
DATA = (
    "Data Science", "Robotics & <AI>", "Master's credit", "Example University", "Ada Byron", "ada", "UTC",
)  # fmt: skip
READ_ALOUD = ("title", "aria-label", "alt", "placeholder")


class Texts(HTMLParser):
    """What a reader sees or hears of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.unseen = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.unseen = tag in ("style", "script")
        self.found += [value for name, value in attrs if name in READ_ALOUD and value]

    def handle_endtag(self, tag):
        self.unseen = False

    def handle_data(self, data):
        if not self.unseen:
            self.found.append(data)


@pytest.fixture(autouse=True)
def _a_language_of_its_own(monkeypatch):
    """A translation is its English original in brackets."""
    catalogue = translation._trans
    monkeypatch.setattr(catalogue, "gettext", lambda text: f"⟦{text}⟧")
    monkeypatch.setattr(catalogue, "pgettext", lambda context, text: f"⟦{text}⟧")
    monkeypatch.setattr(catalogue, "ngettext", lambda one, many, count: f"⟦{one if count == 1 else many}⟧")


def untranslated(text):
    for data in DATA:
        text = text.replace(data, "")
    while text != (text := re.sub(r"⟦[^⟦⟧]*⟧", "", text)):
        pass
    return re.findall(r"[^\W\d_]{2,}", text)


def english(response):
    return [word for text in Texts(response.content.decode()).found for word in untranslated(text)]


@pytest.fixture
def pages(client, learner, pathway, programs, certificate, settings):
    """Each page and each answer to a press of a button, by what it is."""
    settings.RECORDS_RATE_LIMIT = "2/d"
    record, along = f"/records/programs/{programs[0].uuid}/", {"pathway": pathway.pk}
    seen = {"login": client.get("/login/"), "refused login": client.post("/login/", {"username": "x", "password": "y"})}
    client.force_login(learner)
    seen["record before"] = client.get(record)
    seen["requested"] = client.post(f"{record}request/", along, follow=True)
    Pathway.objects.update(status="retired")
    seen["refused"] = client.post(f"{record}request/", along, follow=True)
    seen["too many"] = client.post(f"{record}request/", along)
    seen["shared"] = client.post(f"{record}share/", follow=True)
    seen["public"] = client.get(f"/records/shared/{ProgramCertRecord.objects.get().uuid}/")
    award_program_certificate(learner, programs[0])
    seen["record of the completed"] = client.get(record)
    UserCreditPathway.objects.update(program=None, status="")
    seen["programs"] = client.get("/records/")
    Program.objects.all().update(status="retired")
    seen["no programs"] = client.get("/records/")
    return seen


def test_pages_hold_nothing_that_is_not_translated(pages):
    assert {name: left for name, page in pages.items() if (left := english(page))} == {}
    assert all("⟦" in page.content.decode() for page in pages.values())
    assert untranslated("Request ⟦credit at⟧ Example University") == ["Request"]


def test_the_mail_holds_nothing_that_is_not_translated(pages):
    (message,) = mail.outbox
    assert untranslated(message.subject) == []
    assert untranslated(re.sub(r"https://\S+", "", message.body)) == []


@pytest.mark.parametrize("kind", [exceptions.CreditRequestRefused, *exceptions.CreditRequestRefused.__subclasses__()])
def test_reasons_to_refuse_are_translated(kind, pathway, programs):
    refused = kind(pathway, programs[0])
    assert untranslated(refused.msg) == []
