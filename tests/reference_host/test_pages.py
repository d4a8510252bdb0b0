"""The learner's pages, through Django's test client."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client
from model_bakery import baker

from credit_migration.reference_host.credentials.api import award_program_certificate
from credit_migration.reference_host.records.api import share_record
from credit_migration.reference_host.records.models import ProgramCertRecord, UserCreditPathway

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(learner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)
    return client


@pytest.fixture
def record_url(programs):
    return f"/records/programs/{programs[0].uuid}/"


def words(response):
    """Return the page's text without its style and tags."""
    text = re.sub(r"<style>.*?</style>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(text.split())


def token(client, url):
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(url).content.decode())[1]


def press(client, url, **fields):
    """Post one of the page's forms, with its token, and return the page that follows."""
    data = {"csrfmiddlewaretoken": token(client, url), **fields}
    return client.post(f"{url}{'request' if fields else 'share'}/", data, follow=True)


def test_the_record_page_offers_its_pathways_and_shows_what_was_requested(browser, pathway, programs, record_url):
    page = browser.get(record_url)
    assert words(page) == (
        "Program Record: Data Science Skip to the content Program records Log out Program Record: Data Science "
        "Not completed yet. Credit can be requested already. Request credit Each request is sent to the institution "
        "at once, with the link of your public record. You may request as often as you need. Example University "
        "Master&#x27;s credit Request credit Requested so far None so far. Public record Make a public link"
    )

    after = press(browser, record_url, pathway=pathway.pk)

    made = UserCreditPathway.objects.get()
    assert "Your request for “Data Science” was sent to Example University." in words(after)
    assert "Data Science → Example University, Master&#x27;s credit Public record The public link" in words(after)
    assert f'<time datetime="{made.created.replace(microsecond=0).isoformat()}' in after.content.decode().replace(
        f".{made.created:%f}", ""
    )
    assert words(after).count("Example University Master&#x27;s credit Request credit") == 1
    assert len(mail.outbox) == 1


def test_the_pages_of_a_completed_program_say_so(browser, learner, pathway, programs, certificate, record_url):
    award_program_certificate(learner, programs[0])
    record = share_record(learner, programs[0])

    assert "Completed: the program certificate is awarded." in words(browser.get(record_url))
    shared = Client().get(f"/records/shared/{record.uuid}/")
    assert words(shared) == (
        "Shared record: Data Science Skip to the content Shared record: Data Science Learner: Ada Byron "
        "The program is completed: its certificate is awarded."
    )
    assert (shared["X-Robots-Tag"], shared["Referrer-Policy"]) == ("noindex", "no-referrer")


def test_a_title_is_escaped(browser, pathway, programs):
    page = browser.get(f"/records/programs/{programs[1].uuid}/")

    assert b"<title>Program Record: Robotics &amp; &lt;AI&gt;</title>" in page.content


def test_the_index_lists_programs_and_also_requests_without_program(browser, learner, pathway, programs):
    UserCreditPathway.objects.create(user=learner, pathway=pathway, program=None)
    UserCreditPathway.objects.create(user=learner, pathway=pathway, program=programs[0], status="")

    text = words(browser.get("/records/"))

    assert text.startswith("Program records Skip to the content Program records Log out Program records Data Science")
    assert "Program not recorded → Example University, Master&#x27;s credit" in text
    assert "Data Science → Example University, Master&#x27;s credit Not sent" in text


def test_a_program_that_no_institution_takes_and_a_site_without_programs_say_so(browser, programs, record_url):
    assert "No institution takes credit requests for this program at present." in words(browser.get(record_url))
    for program in programs:
        program.delete()
    assert "There are no programs." in words(browser.get("/records/"))


def test_sharing_makes_the_public_link_and_no_request(browser, learner, programs, record_url):
    after = press(browser, record_url)

    assert ProgramCertRecord.objects.filter(user=learner, program=programs[0]).count() == 1
    assert "Everybody who has the link can now see this record." in words(after)
    assert (UserCreditPathway.objects.count(), mail.outbox) == (0, [])


def test_a_refusal_is_told_on_the_page(browser, pathway, record_url):
    pathway.status = "retired"
    pathway.save()

    after = press(browser, record_url, pathway=pathway.pk)

    assert "“Master&#x27;s credit” takes no requests at present" in words(after)
    assert (UserCreditPathway.objects.count(), mail.outbox) == (0, [])


def test_mail_that_is_not_taken_is_told_on_the_page(browser, pathway, record_url, monkeypatch):
    def refuse(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    after = press(browser, record_url, pathway=pathway.pk)

    assert (
        "Your request for “Data Science” is recorded, but it could not be sent to Example University. "
        "Please request it again later."
    ) in words(after)
    assert "Master&#x27;s credit Not sent" in words(after)


@pytest.mark.parametrize("posted", ["", "0", "x", "99999999999", "-1"])
def test_a_pathway_that_is_not_there_is_not_found(browser, pathway, record_url, posted):
    data = {"csrfmiddlewaretoken": token(browser, record_url), "pathway": posted}
    assert browser.post(f"{record_url}request/", data).status_code == 404


def test_a_post_without_token_is_forbidden(browser, pathway, record_url):
    assert browser.post(f"{record_url}request/", {"pathway": pathway.pk}).status_code == 403
    assert UserCreditPathway.objects.count() == 0


def test_requests_and_shares_are_posts_only(browser, record_url):
    assert [browser.get(f"{record_url}{name}/").status_code for name in ("request", "share")] == [405, 405]


def test_anonymous_visitors_are_sent_to_the_login_page_and_come_back(learner, pathway, record_url):
    learner.set_password("difference")
    learner.save()
    client = Client()
    page = client.get(record_url, follow=True)
    assert page.redirect_chain == [(f"/login/?next={record_url}", 302)]
    assert words(page) == "Log in Skip to the content Log in Username Password Log in"

    wrong = client.post(page.request["PATH_INFO"], {"username": "ada", "password": "engine", "next": record_url})
    assert "Please enter a correct username and password." in words(wrong)
    right = client.post("/login/", {"username": "ada", "password": "difference", "next": record_url}, follow=True)
    assert right.redirect_chain == [(record_url, 302)]


@pytest.mark.parametrize("path", ["", "programs/{uuid}/"])
def test_another_learners_pages_are_for_staff_only(browser, pathway, programs, path):
    other = baker.make("core.User", username="grace")
    url = f"/records/learners/{other.pk}/{path.format(uuid=programs[0].uuid)}"
    assert browser.get(url).status_code == 403
    assert browser.get("/records/learners/0/").status_code == 403

    staff = Client()
    staff.force_login(baker.make("core.User", is_staff=True))
    assert "Learner: grace" in words(staff.get(url))
    assert staff.get("/records/learners/0/").status_code == 404


def test_staff_request_on_a_learners_behalf(learner, pathway, programs):
    staff = Client(enforce_csrf_checks=True)
    staff.force_login(baker.make("core.User", is_staff=True))
    url = f"/records/learners/{learner.pk}/programs/{programs[0].uuid}/"

    after = press(staff, url, pathway=pathway.pk)

    assert after.redirect_chain == [(url, 302)]
    assert UserCreditPathway.objects.get().user == learner
    assert press(staff, url).redirect_chain == [(url, 302)]


def test_a_learner_posts_on_nobody_elses_behalf(browser, pathway, programs, record_url):
    other = baker.make("core.User")
    data = {"csrfmiddlewaretoken": token(browser, record_url), "pathway": pathway.pk}
    for name in ("request", "share"):
        url = f"/records/learners/{other.pk}/programs/{programs[0].uuid}/{name}/"
        assert browser.post(url, data).status_code == 403
    assert (UserCreditPathway.objects.count(), ProgramCertRecord.objects.count(), mail.outbox) == (0, 0, [])


def test_too_many_requests_are_told_when_to_come_back(browser, pathway, record_url, settings):
    settings.RECORDS_RATE_LIMIT = "2/d"
    for _ in range(2):
        press(browser, record_url, pathway=pathway.pk)

    refused = press(browser, record_url, pathway=pathway.pk)

    assert refused.status_code == 429
    assert re.search(r"This one was not sent. Please try again in \d+ minutes?\.", words(refused))
    assert 60 <= int(refused["Retry-After"]) <= 86400
    assert len(mail.outbox) == 2


def test_without_rate_limiting_every_request_passes(browser, pathway, record_url, settings):
    settings.RATELIMIT_ENABLE = False
    settings.RECORDS_RATE_LIMIT = "1/d"
    for _ in range(2):
        press(browser, record_url, pathway=pathway.pk)

    assert len(mail.outbox) == 2
