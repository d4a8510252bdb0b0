"""
Markdown pages → what their blocks say to run, and a comparison of what was printed with what the page shows.

Blocks that are run: ``console`` (commands after ``$``, each with all that it prints and ``[exit status N]`` where that
is not 0), ``sql`` and ``diff``. In a block, a comment that names a database starts what is for that one alone: lines of
output up to the next command, a command that follows at once with its output, statements up to the next name. What is
shown is compared letter by letter, but for blanks at a line's end and for these, which ``runbooks/README.md`` explains
to the reader:

- ``[…]`` alone on a line stands for any lines;
- ``<kind>`` stands for what differs from run to run, see ``KINDS``;
- ``<kind:name>`` is the same text everywhere on the page, also in a command: what was printed is put in there.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

KINDS = {
    "moment": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z",
    "date": r"\d{4}-\d\d-\d\d",
    "duration": r"\d+(?:\.\d+)? ?m?s",
    "id": r"\d+",
    "number": r"\d+(?:\.\d+)?",
    "version": r"\d+(?:\.\d+)*",
    "server": r"(?:postgresql|mariadb|mysql|sqlite3) \d+(?:\.\d+)*",
    "proof": r".+",
    "user": r"\w+",
    "name": r"\w+",
}
PLACEHOLDER = re.compile(rf"<({'|'.join(KINDS)})(?::(\w+))?>")
LEFT_OUT = "[…]"
DATABASES = {"PostgreSQL": "postgres", "MariaDB and MySQL": "mysql", "SQLite": "sqlite"}

_FENCE = re.compile(r"^```(\w*)")
_FOR = re.compile(rf"^(?:#|--) ({'|'.join(DATABASES)})$")
_STATUS = re.compile(r"^\[exit status (\d+)\]$")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to run: a command, a statement or a change to a file, as ``language`` says."""

    page: str
    section: str
    line: int
    language: str
    text: str
    database: str | None = None
    """The scheme of the only database that it is for."""
    output: tuple[tuple[str | None, str], ...] = ()
    """Each line that is shown, with the scheme of the only database that prints it."""
    status: int = 0

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text)

    def shown(self, database: str) -> list[str]:
        """Return what it prints on one database."""
        return _without_blank_end([line for only, line in self.output if only in (None, database)])

    def __str__(self) -> str:
        return f"{self.page}:{self.line}: {self.text}"


def steps_of(page: Path) -> list[Step]:
    """Return what a page says to run, in the order of its lines, but *Undo* last: that is where one comes from."""
    steps = list(_read(page))
    return [step for step in steps if step.section != "Undo"] + [step for step in steps if step.section == "Undo"]


def _read(page: Path) -> Iterator[Step]:
    section, language = "", ""
    block: list[tuple[int, str]] = []
    for number, line in enumerate(page.read_text().splitlines(), start=1):
        fence = _FENCE.match(line)
        if not language:
            section = line[3:] if line.startswith("## ") else section
            language = (fence[1] or "text") if fence else ""
            block = []
        elif fence:
            split = {"console": _commands, "sql": _statements, "diff": _changes}.get(language)
            for step in split(block) if split else ():
                yield Step(page=page.name, section=section, language=language, **step)
            language = ""
        else:
            block.append((number, line.rstrip()))


def _commands(block: list[tuple[int, str]]) -> Iterator[dict]:
    found: list[dict] = []
    named, before = None, ""
    for number, line in block:
        if match := _FOR.match(line):
            named = DATABASES[match[1]]
        elif line.startswith("$ "):
            named = named if _FOR.match(before) else None
            found.append({"line": number, "text": line[2:], "database": named, "output": []})
        elif status := _STATUS.match(line):
            found[-1]["status"] = int(status[1])
        else:
            found[-1]["output"].append((named, line))
        before = line
    for one in found:
        yield {**one, "output": tuple(one["output"])}


def _statements(block: list[tuple[int, str]]) -> Iterator[dict]:
    pending: list[str] = []
    named = None
    for number, line in block:
        if match := _FOR.match(line):
            named = DATABASES[match[1]]
            continue
        pending.append(line)
        if line.endswith(";"):
            yield {"line": number, "text": "\n".join(pending).strip(), "database": named}
            pending = []
    assert not any(pending), f"A statement does not end with a semicolon: {pending}"


def _changes(block: list[tuple[int, str]]) -> Iterator[dict]:
    yield {"line": block[0][0], "text": "".join(f"{line or ' '}\n" for _, line in block)}


def _without_blank_end(lines: list[str]) -> list[str]:
    while lines and not lines[-1]:
        lines = lines[:-1]
    return lines


def filled(text: str, seen: dict[str, str]) -> str:
    """Return a command with what was printed for its named placeholders."""
    return PLACEHOLDER.sub(lambda match: seen[f"{match[1]}:{match[2]}"], text)


def difference(step: Step, printed: str, database: str, seen: dict[str, str]) -> str:
    """Return how what was printed differs from what the page shows, or nothing; ``seen`` gets the named texts."""
    shown = step.shown(database)
    lines = _without_blank_end([line.rstrip() for line in printed.splitlines()])
    names: dict[str, str] = {}
    pattern = "".join(r"(?:.*\n)*?" if line == LEFT_OUT else f"{_pattern(line, seen, names)}\n" for line in shown)
    found = re.fullmatch(pattern, "".join(f"{line}\n" for line in lines))
    if found is None:
        return "\n".join(difflib.unified_diff(shown, lines, "shown", "printed", lineterm=""))
    seen |= {names[group]: text for group, text in found.groupdict().items()}
    return ""


def _pattern(line: str, seen: dict[str, str], names: dict[str, str]) -> str:
    pattern, end = "", 0
    for match in PLACEHOLDER.finditer(line):
        pattern += re.escape(line[end : match.start()])
        name, end = f"{match[1]}:{match[2]}", match.end()
        group = f"{match[1]}_{match[2]}"
        if match[2] is None:
            pattern += KINDS[match[1]]
        elif name in seen:
            pattern += re.escape(seen[name])
        elif group in names:
            pattern += f"(?P={group})"
        else:
            names[group] = name
            pattern += f"(?P<{group}>{KINDS[match[1]]})"
    return pattern + re.escape(line[end:])
