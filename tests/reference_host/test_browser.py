"""The learner's pages in a real browser: headless Chromium, by keyboard, on a narrow screen, judged by axe-core."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import expect, sync_playwright

from credit_migration.reference_host.credentials.api import award_program_certificate
from credit_migration.reference_host.records.models import UserCreditPathway

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REQUIRED = os.environ.get("CI") == "true"
PASSWORD = "difference engine"
STEPS_MAX = 40

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None and not REQUIRED,
        reason="Chromium is not installed (Debian: apt-get install chromium); with CI=true it has to be.",
    ),
    pytest.mark.skipif(
        not os.environ["DATABASE_URL"].startswith("sqlite"),
        reason="The pages are the same on every database: the browser visits them on SQLite.",
    ),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def chromium():
    # Playwright's loop runs in this thread, where Django would then refuse every query of the tests' own.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=[(1280, 800, "light"), (320, 640, "dark")], ids=["wide", "narrow"])
def page(request, chromium, live_server, learner, pathway):
    """A page of the learner's own, logged in by keyboard."""
    learner.set_password(PASSWORD)
    learner.save()
    width, height, scheme = request.param
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, base_url=live_server.url
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/records/")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    judge(page, "login")
    tab_to(page, page.get_by_label("Username"))
    page.keyboard.type("ada")
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Program records")).to_be_visible()
    yield page
    context.close()


def tab_to(page, target):
    """Press Tab until ``target`` has the focus."""
    for _ in range(STEPS_MAX):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"{target} can't be reached by keyboard.")


def judge(page, name):
    """Hold the page against axe-core's rules and the width of the screen, and keep a picture where one is wanted."""
    violations = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    assert violations.violations_count == 0, violations.generate_report()
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"The page is {wider} px wider than the screen."
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


def press(page, name):
    tab_to(page, page.get_by_role("button", name=name))
    page.keyboard.press("Enter")


def test_requests_by_keyboard_reach_the_institution_and_an_award_does_not(
    page, learner, pathway, programs, certificate
):
    judge(page, "programs")
    tab_to(page, page.get_by_role("link", name="Data Science"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Program Record: Data Science")).to_be_visible()
    judge(page, "record-before")

    for count in (1, 2):
        press(page, "Request credit")
        expect(page.get_by_role("status")).to_have_text(
            "Your request for “Data Science” was sent to Example University."
        )
        expect(page.locator("time")).to_have_count(count)
    judge(page, "record-after")

    tab_to(page, page.get_by_role("link", name="Program records"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Robotics & <AI>"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("None so far.")).to_be_visible()
    press(page, "Request credit")
    expect(page.get_by_role("status")).to_have_text(
        "Your request for “Robotics & <AI>” was sent to Example University."
    )

    award_program_certificate(learner, programs[0])

    assert [(message.to, message.subject) for message in mail.outbox] == [
        (["registrar@example.edu"], "Credit request for Data Science"),
        (["registrar@example.edu"], "Credit request for Data Science"),
        (["registrar@example.edu"], "Credit request for Robotics & <AI>"),
    ]
    rows = UserCreditPathway.objects.order_by("pk").values_list("user", "pathway", "program", "status")
    assert list(rows) == [
        (learner.pk, pathway.pk, program.pk, "sent") for program in (programs[0], programs[0], programs[1])
    ]


def test_the_skip_link_is_first_and_leads_to_the_content(page, programs):
    page.goto("/records/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    judge(page, "skip-link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_public_link_shows_the_record_to_everybody(page, chromium, live_server, pathway, programs, certificate):
    page.goto(f"/records/programs/{programs[0].uuid}/")
    press(page, "Make a public link")
    expect(page.get_by_role("status")).to_have_text("Everybody who has the link can now see this record.")
    link = page.get_by_role("link", name="The public link of this record").get_attribute("href")

    stranger = chromium.new_context(base_url=live_server.url, viewport=page.viewport_size)
    shared = stranger.new_page()
    shared.goto(link)
    expect(shared.get_by_text("Learner: Ada Byron")).to_be_visible()
    judge(shared, "shared")
    stranger.close()


def test_long_words_and_refusals_fit_the_screen(page, pathway, programs, settings):
    settings.RECORDS_RATE_LIMIT = "1/d"
    pathway.name, pathway.org_name = "Donaudampfschifffahrtsgesellschaft" * 3, "<script>alert('=1+1')</script>" * 4
    pathway.save()
    page.goto(f"/records/programs/{programs[0].uuid}/")
    press(page, "Request credit")
    expect(page.get_by_role("status")).to_contain_text("was sent")
    judge(page, "long-words")
    press(page, "Request credit")
    expect(page.get_by_role("heading", name="Too many requests")).to_be_visible()
    judge(page, "too-many")
