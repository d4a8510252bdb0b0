"""The runbooks are executed: each page from its top to its end, on a service in the stage that it is for."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from credit_migration.messages import CATALOGUE
from tests.runbook_hosts import SCENES
from tests.runbook_pages import difference, filled, steps_of
from tests.scratch import ROOT

RUNBOOKS = ROOT / "runbooks"
OVERVIEW = RUNBOOKS / "README.md"
PAGES = sorted(page for page in RUNBOOKS.glob("*.md") if page != OVERVIEW)
PARTS = ["When", "Look", "Do", "Undo", "Done when"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_page_has_its_five_parts(page):
    assert [line[3:] for line in page.read_text().splitlines() if line.startswith("## ")] == PARTS


def test_overview_leads_to_every_page_and_stages_are_in_their_order():
    linked = re.findall(r"\]\(([\w-]+\.md)\)", OVERVIEW.read_text())
    assert {page.name for page in PAGES} <= set(linked)
    stages = [name for name in dict.fromkeys(linked) if name[0].isdigit()]
    assert stages == sorted(stages)
    assert set(SCENES) == {page.name for page in [OVERVIEW, *PAGES]}


def test_every_command_is_shown():
    ours = {name for name, app in get_commands().items() if app == "credit_migration"} - {"rehearse_credit_rollout"}
    steps = [step for page in [OVERVIEW, *PAGES] for step in steps_of(page)]
    assert ours - {step.words[2] for step in steps if step.language == "console"} == set()


def test_every_runbook_that_a_message_names_is_there():
    sources = [path.read_text() for path in (ROOT / "credit_migration").rglob("*.py")]
    sources += [text for message in CATALOGUE.values() for text in (message.msg, message.hint, message.why)]
    sources += [(ROOT / "docs" / "credit-rollout.rules.yml").read_text()]
    named = {name for text in sources for name in re.findall(r"runbooks/[\w.-]*\w", text)}
    assert len(named) >= 6
    assert sorted(name for name in named if not (ROOT / name).is_file()) == []
    assert not any(re.search(r"runbooks/(?!\w)", text) for text in sources)


@pytest.mark.parametrize("name", SCENES)
def test_everything_that_a_page_shows_is_so(name, tmp_path, database_blocker):
    with database_blocker.unblock(), SCENES[name](tmp_path) as host:
        seen: dict[str, str] = {}
        section = ""
        for step in steps_of(RUNBOOKS / name):
            if step.section != section and section in host.meanwhile:
                host.meanwhile[section](host)
            section = step.section
            if step.database in (None, host.scratch.vendor):
                RUN[step.language](host, step, seen, tmp_path)


def run_command(host, step, seen, folder: Path):
    words = step.words
    assert words[0] == "python", step
    for position, word in enumerate(words):
        if word == "--output":
            words[position + 1] = str(folder / words[position + 1])
    done = host.run(*(filled(word, seen) for word in words))
    differs = difference(step, done.stdout, host.scratch.vendor, seen)
    assert not differs, f"{step}\n{differs}"
    assert done.returncode == step.status, step
    if "--output" in words:
        assert Path(words[words.index("--output") + 1]).stat().st_size


def run_statement(host, step, seen, folder: Path):
    host.scratch.execute(filled(step.text, seen))


def change_file(host, step, seen, folder: Path):
    assert host.root.is_relative_to(folder), "A page may change the files of a host that was made for it, no others."
    patch = [shutil.which("patch") or "patch", "--strip=1", "--batch"]
    done = subprocess.run(patch, input=step.text, cwd=host.root, capture_output=True, text=True)
    assert done.returncode == 0, f"{step}\n{done.stdout}{done.stderr}"


RUN = {"console": run_command, "sql": run_statement, "diff": change_file}
