"""The catalogue of findings, the commands' own help, the settings and the JSON Schemas → pages in ``docs/``."""

from __future__ import annotations

import os
import re
from pathlib import Path

import django
from django.core.management import get_commands, load_command_class

from docs.reference import schema_pages, settings_page

DOCS = Path(__file__).parent
GENERATED = "<!-- Written by `make docs`; change its source and run that again. -->\n"
PARTS = {
    "0": "Settings and host",
    "1": "Audit and inference",
    "2": "Recorded requests",
    "3": "The host's code",
    "4": "Planned migrations",
    "5": "Live schema",
    "6": "Rollout",
    "7": "Rehearsal",
}
LETTERS = {"E": "error", "W": "warning", "I": "info", "U": "undecided"}


def pages() -> dict[Path, str]:
    """Return every generated page's text by its path."""
    reference = {"settings": settings_page(), **dict(schema_pages(DOCS.parent / "credit_migration"))}
    return {
        DOCS / "findings.md": findings(),
        DOCS / "commands.md": commands(),
        **{DOCS / f"{name}.md": f"{GENERATED}\n{text}" for name, text in reference.items()},
    }


def findings() -> str:
    """Return the page with a heading for each id of the catalogue."""
    from credit_migration.messages import CATALOGUE

    lines = [GENERATED, "# Findings by id\n"]
    lines.append(
        "The letter of an id is its level: `E` error, `W` warning, `I` info, `U` undecided. A command exits with 1 on "
        "a finding at or above `--fail-level`, and with 3 where something stayed undecided.\n"
    )
    for digit, part in PARTS.items():
        messages = sorted((m for m in CATALOGUE.values() if m.id[1] == digit), key=lambda m: (m.id[1:], m.id[0]))
        if not messages:
            continue
        lines.append(f"## {part}\n")
        for message in messages:
            lines.append(f"### credit_migration.{message.id}\n")
            lines.append(f"**{message.title}** ({LETTERS[message.id[0]]})\n")
            lines.append(f"{message.why.strip()}\n")
            lines.append(f"It says: {_quoted(message.msg)}\n")
            lines.append(f"Next step: {_quoted(message.hint)}\n")
    return "\n".join(lines)


def commands() -> str:
    """Return the page with each command's ``--help``."""
    lines = [GENERATED, "# Commands\n"]
    for name in sorted(name for name, app in get_commands().items() if app == "credit_migration"):
        parser = load_command_class("credit_migration", name).create_parser("manage.py", name)
        # From Python 3.13 on, argparse names an option's value once for its short and its long form.
        told = re.sub(r"(-\w) (\S+), (--[\w-]+) \2", r"\1, \3 \2", parser.format_help().strip())
        lines += [f"## {name}\n", f"```text\n{told}\n```\n"]
    return "\n".join(lines)


def _quoted(template: str) -> str:
    return f"`` {template} ``" if "`" in template else f"`{template}`"


def main() -> None:
    """Write the pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.base")
    os.environ["COLUMNS"] = "100"
    django.setup()
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
