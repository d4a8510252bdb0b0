"""The commands that a report suggests → the same, as this one was called: its program, its database, its settings."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from pathlib import PurePath

from credit_migration.data import Finding, Report, Section
from credit_migration.data.rollout import ELSEWHERE

PROGRAM = "python manage.py"
_COLUMN = "command"
_SUGGESTED = re.compile(r"python manage\.py (?P<command>[a-z_]+)(?P<rest>[^;:]*?--database)?")
_READS = frozenset(
    {
        "audit_credit_pathways", "check_migration_safety", "infer_program_candidates", "report_credit_requests",
        "show_credit_rollout", "showmigrations", "verify_resend_removed",
    }
)  # fmt: skip
_CHANGES = frozenset({"migrate", "sqlmigrate"})
_OF_CODE = frozenset({"check_migration_safety", "makemigrations", "verify_credit_decisions", "verify_resend_removed"})
"""What these tell of is the code of the project that they are run in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """How a command was called."""

    program: str = PROGRAM
    database: str | None = None
    """The alias that was named, ``None`` for the default one."""
    is_written: bool = False
    """Whether that is the one that requests are written to. A replica is asked, and never migrated."""
    is_beside: bool = False
    """Whether that is the database of a service whose code is elsewhere."""
    settings: str | None = None
    pythonpath: str | None = None


def program_of(started: str) -> str:
    """Return how to start a command, from the first word of the command line by which Django was started."""
    name = PurePath(started).name
    if name == "__main__.py":
        return "python -m django"
    return name if name and not name.endswith(".py") else PROGRAM


def suggested_text(text: str, call: Call) -> str:
    """Return the text with each command of it as it has to be typed to be about the same database and settings."""
    # It speaks of another project, where the aliases and settings of this one mean nothing.
    if ELSEWHERE in text.lower():
        return text
    return _SUGGESTED.sub(lambda found: _command(found, call), text)


def suggested(report: Report, call: Call) -> Report:
    """Return the report with each command in its next step, its hints and its tables of commands likewise."""
    if call == Call():
        return report
    return replace(
        report,
        next_step=suggested_text(report.next_step, call),
        findings=tuple(_finding(finding, call) for finding in report.findings),
        sections=tuple(_section(section, call) for section in report.sections),
    )


def _command(found: re.Match[str], call: Call) -> str:
    command, rest = found["command"], found["rest"] or ""
    if call.is_beside and command in _OF_CODE | _CHANGES:
        return f"{ELSEWHERE}, {PROGRAM} {command}{rest}"
    takes_alias = command in _READS or (command in _CHANGES and call.is_written)
    words = [call.program, command]
    if call.database and takes_alias and not rest:
        words += ["--database", shlex.quote(call.database)]
    for option in ("settings", "pythonpath"):
        value = getattr(call, option)
        words += [f"--{option}", shlex.quote(value)] if value else []
    return " ".join(words) + rest


def _finding(finding: Finding, call: Call) -> Finding:
    return replace(finding, hint=suggested_text(finding.hint, call))


def _section(section: Section, call: Call) -> Section:
    places = [place for place, column in enumerate(section.columns) if column.name == _COLUMN]
    if not places:
        return section
    (place,) = places
    rows = [(*row[:place], suggested_text(str(row[place]), call), *row[place + 1 :]) for row in section.rows]
    return replace(section, rows=rows)
