"""``pyproject.toml`` and the lines of the findings → ``Waiver``; what can't be read is a finding."""

from __future__ import annotations

import tokenize
import tomllib
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from credit_migration import messages
from credit_migration.data import Finding, Location
from credit_migration.data.report import Waiver
from credit_migration.messages import CATALOGUE

MARK = "credit_migration: waive "


def read_waivers(findings: Iterable[Finding], folder: Path) -> tuple[list[Waiver], list[Finding]]:
    """
    Return the project's waivers, and a finding for each that can't be read.

    Args:
        findings: those whose files are searched for comments.
        folder: the one with ``pyproject.toml``; paths of findings are relative to it.

    """
    waivers, broken = _of_project(folder / "pyproject.toml")
    paths = {finding.location.path for finding in findings if finding.location}
    for path in sorted(paths):
        more, others = _of_file(folder / path, path)
        waivers, broken = [*waivers, *more], [*broken, *others]
    return waivers, broken


def _of_project(path: Path) -> tuple[list[Waiver], list[Finding]]:
    if not path.is_file():
        return [], []
    place = Location(path=path.name, line=1)
    try:
        tables: Any = tomllib.loads(path.read_text(encoding="utf-8"))
        entries = tables.get("tool", {}).get("credit_migration", {}).get("waivers", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        return [], [_broken(f"pyproject.toml: {exc}", place)]
    waivers, broken = [], []
    for entry in entries:
        known = isinstance(entry, dict) and set(entry) <= {"id", "where", "until", "reason"}
        if known and entry.get("id") in CATALOGUE and entry.get("reason") and type(entry.get("until")) is date:
            where = str(entry.get("where", ""))
            waivers.append(
                Waiver(id=entry["id"], reason=entry["reason"], until=entry["until"], where=where, source=place)
            )
        else:
            broken.append(_broken(str(entry), place))
    return waivers, broken


def _of_file(path: Path, shown: str) -> tuple[list[Waiver], list[Finding]]:
    waivers, broken = [], []
    try:
        with path.open("rb") as stream:
            comments = [token for token in tokenize.tokenize(stream.readline) if token.type == tokenize.COMMENT]
    except (OSError, tokenize.TokenError, SyntaxError):
        return [], []
    for token in comments:
        _, mark, text = token.string.partition(MARK)
        if not mark:
            continue
        place = Location(path=shown, line=token.start[0])
        waiver = _parsed(text, place, alone=not token.line[: token.start[1]].strip())
        if waiver is None:
            broken.append(_broken(token.string, place))
        else:
            waivers.append(waiver)
    return waivers, broken


def _parsed(text: str, place: Location, *, alone: bool) -> Waiver | None:
    """Return the waiver that a comment such as ``E401 until 2027-01-31: reason`` is."""
    head, _, reason = text.partition(":")
    words = head.split()
    if len(words) != 3 or words[0] not in CATALOGUE or words[1] != "until" or not reason.strip():
        return None
    try:
        until = date.fromisoformat(words[2])
    except ValueError:
        return None
    line = place.line + 1 if alone else place.line
    where = f"{place.path}:{line}"
    return Waiver(id=words[0], reason=reason.strip(), until=until, where=where, source=place, in_source=True)


def _broken(text: str, place: Location) -> Finding:
    return messages.finding("E451", obj=place.path, location=place, text=text)
