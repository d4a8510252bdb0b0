"""The runbooks are executed, in the order of the rollout, on a service with a legacy history."""

import shlex
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.runbook_pages import missing_lines, shown_commands
from tests.scratch import ROOT

PAGES = [ROOT / "runbooks" / "README.md", *sorted((ROOT / "runbooks").glob("[0-9]*.md"))]
FAILURES = sorted((ROOT / "runbooks").glob("[a-z]*.md"))
PARTS = ["When", "Look", "Do", "Undo", "Done when"]

SECOND_REQUEST = """
from credit_migration.reference_host.records.api import request_credit
from credit_migration.reference_host.records.models import UserCreditPathway
from credit_migration.reference_host.catalog.models import Pathway
pathway = Pathway.objects.filter(pathway_type="credit", status="published", programs__isnull=False).exclude(email="")[0]
learner = UserCreditPathway.objects.filter(pathway=pathway)[0].user
for _ in range(2):
    request_credit(learner, pathway, pathway.programs.all()[0])
"""
# What people do between two pages: the code of after runs, and a learner asks twice.
MEANWHILE = {"5-open-re-requests.md": ("shell", "--verbosity=0", "--command", SECOND_REQUEST)}


@pytest.mark.parametrize("page", [*PAGES[1:], *FAILURES], ids=lambda page: page.name)
def test_each_page_has_its_five_parts(page):
    assert [line[3:] for line in page.read_text().splitlines() if line.startswith("## ")] == PARTS


def test_every_page_is_linked_and_every_command_shown():
    overview = PAGES[0].read_text()
    assert [page.name for page in [*PAGES[1:], *FAILURES] if f"]({page.name})" not in overview] == []
    ours = {name for name, app in get_commands().items() if app == "credit_migration"} - {"rehearse_credit_rollout"}
    shown = {command.arguments[0] for page in PAGES for command in shown_commands(page)}
    assert sorted(ours - shown) == []


def test_every_command_does_what_its_page_shows(own_scratch, tmp_path):
    prepare = [
        ("migrate", "records", "0001", "--verbosity=0"),
        ("simulate_legacy_history", "--requests=300", f"--truth={tmp_path / 'truth.csv'}"),
    ]
    for arguments in prepare:
        done = own_scratch.manage(*arguments)
        assert done.returncode == 0, done.stderr
    for page in PAGES:
        if page.name in MEANWHILE:
            done = own_scratch.manage(*MEANWHILE[page.name])
            assert done.returncode == 0, done.stderr
        for shown in shown_commands(page):
            arguments = [str(tmp_path / word) if word.endswith(".csv") else word for word in shown.arguments]
            done = own_scratch.manage(*arguments)
            told = f"{shlex.join(arguments)}\n{done.stdout}{done.stderr}"
            assert done.returncode == shown.status, told
            assert missing_lines(shown, done.stdout) == [], told
    assert sorted(file.name for file in Path(tmp_path).glob("*.csv")) == ["audit.csv", "candidates.csv", "truth.csv"]
