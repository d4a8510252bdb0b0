import json
import re
from pathlib import Path
from string import Formatter

import pytest
from django.core.management import get_commands

from credit_migration.messages import CATALOGUE, finding
from docs.generate import pages


def test_generated_pages_are_up_to_date():
    for path, text in pages().items():
        # Each Python breaks the lines of --help in its own way, inside of words too.
        form = unbroken if path.name == "commands.md" else str
        assert form(path.read_text()) == form(text), f"{path.name} is behind its source: run make docs."


def unbroken(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_message_says_what_next(name):
    message = CATALOGUE[name]
    assert re.fullmatch(r"[EWIU][0-7]\d\d", message.id)
    assert "\n" not in message.msg + message.hint
    assert message.msg.endswith((".", "?", "…")) or message.msg.endswith("}")
    assert message.hint
    assert message.why
    names = {name for text in (message.msg, message.hint) for _, name, _, _ in Formatter().parse(text) if name}
    told = finding(name, **dict.fromkeys(names, "X"))
    assert "{" not in told.msg + told.hint


def test_ids_are_unique():
    from credit_migration.messages import audit, host, reporting, rollout, safety, schema, verification

    ids = [m.id for part in (audit, host, reporting, rollout, safety, schema, verification) for m in part.MESSAGES]
    assert sorted(ids) == sorted(set(ids))


PAGES = ["README.md", *sorted(str(page) for folder in ("docs", "runbooks") for page in Path(folder).glob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_shows_is_there(page):
    text = Path(page).read_text()
    blocks = "\n".join(re.findall(r"^ *```(?:sh|console)\n(.*?)```", text, re.DOTALL | re.MULTILINE))
    targets = re.findall(r"^([a-z]+):", Path("Makefile").read_text(), re.MULTILINE)

    for line in re.findall(r"^ *(?:\w+=\S+ )?make ([a-z ]+?)(?: +[A-Z#].*)?$", blocks, re.MULTILINE):
        assert set(line.split()) <= set(targets), line
    for command in re.findall(r"manage\.py ([a-z_]+)", blocks):
        assert command in get_commands(), command


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page):
    folder = Path(page).parent
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", Path(page).read_text()):
        assert (folder / target).exists(), target


def test_the_page_of_settings_has_each_that_is_read():
    text = Path("docs/settings.md").read_text()
    package = "\n".join(path.read_text() for path in Path("credit_migration").rglob("*.py"))
    project = "\n".join(path.read_text() for path in Path("settings").glob("*.py"))

    for name in set(re.findall(r"\bCREDIT_MIGRATION_[A-Z]+(?:_[A-Z]+)*\b(?!_)", package)):
        assert f"### {name}\n" in text, name
    for name in set(re.findall(r'(?:environ(?:\.get)?[\[(]|env=)"([A-Z_]+)"', project)):
        assert f"| `{name}` |" in text, name


def test_the_page_of_a_schema_has_each_key():
    schema = json.loads(Path("credit_migration/reports/report.schema.json").read_text())
    text = Path("docs/schema-report.md").read_text()

    for part in (schema, *schema["$defs"].values()):
        for key in part.get("properties", ()):
            assert f"| `{key}` |" in text, key
