"""Markdown pages → the commands that they show, with the output and the exit status that they promise."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"\[exit status (\d+)\]")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One command of a page: its arguments after ``manage.py``, what it prints, and how it exits."""

    page: str
    arguments: tuple[str, ...]
    output: tuple[str, ...]
    """Lines that the output has in this order, perhaps with others between; white space counts as one blank."""
    status: int

    def __str__(self) -> str:
        return f"{self.page}: {shlex.join(self.arguments)}"


def shown_commands(page: Path) -> list[Shown]:
    """Return the commands of a page's ``console`` blocks, in order."""
    return [shown for block in BLOCK.findall(page.read_text()) for shown in _commands(page.name, block)]


def _commands(page: str, block: str) -> list[Shown]:
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *output = part.splitlines()
        prefix, *arguments = shlex.split(command.removeprefix("python "))
        assert prefix == "manage.py", f"{page} shows a command that is not manage.py's: {command}"
        statuses = [int(match.group(1)) for line in output if (match := STATUS.fullmatch(line.strip()))]
        lines = tuple(_folded(line) for line in output if line.strip() and not STATUS.fullmatch(line.strip()))
        found.append(Shown(page=page, arguments=tuple(arguments), output=lines, status=(statuses or [0])[0]))
    return found


def missing_lines(shown: Shown, printed: str) -> list[str]:
    """Return the promised lines that ``printed`` lacks from the first one on that is not found in its place."""
    rest = iter([_folded(line) for line in printed.splitlines()])
    return [line for line in shown.output if not any(_matches(line, candidate) for candidate in rest)]


def _matches(promised: str, printed: str) -> bool:
    pattern = ".*".join(re.escape(piece) for piece in re.split(" ?… ?", promised))
    return re.fullmatch(pattern, printed) is not None


def _folded(line: str) -> str:
    return " ".join(line.split())
