"""A host whose import failed → the report that says so, in the format that was asked for."""

from __future__ import annotations

import re
import sys
import traceback
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import OutputWrapper

from credit_migration import reports
from credit_migration.data import Column, ExitStatus, Level, Location, Report, Section
from credit_migration.exceptions import CreditMigrationError
from credit_migration.management.streams import discard
from credit_migration.management.writing import write_report
from credit_migration.messages import finding
from credit_migration.rollout.metrics import undecided_metrics

_PASSWORD = re.compile(r"(://[^\s:/@]*:)\S*@")
"""That of a URL, up to its last @: a host's own message, or its line of code, may quote the one that it can't use."""
_ROLLOUT = "show_credit_rollout"
_TITLES = {"verify_resend_removed": "Credit requests sent without the learner asking: INCONCLUSIVE"}


def tell_not_started(arguments: Sequence[str], error: BaseException) -> ExitStatus:
    """
    Write the report of a command whose host can't be imported, and return its exit status.

    Args:
        arguments: the command's name and its options; those that concern the form of the report are read.
        error: what the import ended with.

    """
    parser = ArgumentParser(prog=f"python -m credit_migration {arguments[0]}", allow_abbrev=False, add_help=False)
    parser.add_argument("--format", choices=_forms(arguments[0]), default="text")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--fail-level", choices=[level.name for level in Level], default=Level.ERROR.name)
    options, _ = parser.parse_known_args(list(arguments[1:]))
    if not settings.configured:
        # The page of HTML asks for settings, and the host's are not to be had.
        settings.configure()
    if options.format in reports.BINARY_FORMATS:
        # These hold rows alone, and none were read: a file without any would say that there are none.
        return ExitStatus.UNDECIDED
    report = not_started_report(arguments[0], error, Path.cwd())
    try:
        write_report(report, options.format, options.output, OutputWrapper(sys.stdout))
    except CreditMigrationError as exc:
        sys.stderr.write(f"{exc}\n")
        return ExitStatus.UNUSABLE
    except BrokenPipeError:
        discard(sys.stdout)
        return ExitStatus.CLOSED_PIPE
    return report.status(Level[options.fail_level])


def _forms(command: str) -> tuple[str, ...]:
    metrics = reports.METRIC_FORMATS if command == _ROLLOUT else ()
    return (*reports.FORMATS, *reports.FINDING_FORMATS, *reports.BINARY_FORMATS, *metrics)


def not_started_report(command: str, error: BaseException, folder: Path) -> Report:
    """Return the report: the last line of the traceback, and the imports of the host that led there."""
    frames = tuple(_frames(error, folder))
    last = last_line(error)
    return Report(
        command=command,
        title=_TITLES.get(command, f"{command}: INCONCLUSIVE"),
        facts={"verdict": "INCONCLUSIVE", "basis": f"the host can't be imported: {last}"},
        sections=(
            Section(
                name="imports",
                title="The host's imports that led there",
                columns=tuple(Column(name=name, title=name.capitalize()) for name in ("file", "line", "code")),
                rows=frames,
            ),
        ),
        findings=(
            finding(
                "U309",
                location=Location(path=frames[-1][0], line=frames[-1][1]) if frames else None,
                path=tuple(f"{path}:{line} {code}" for path, line, code in frames),
                error=last,
            ),
        ),
        metrics=undecided_metrics() if command == _ROLLOUT else (),
        next_step=f"mend the import, then run python -m credit_migration {command} again",
    )


def last_line(error: BaseException) -> str:
    """Return what a traceback of this error ends with, without the password of a URL in it."""
    return _masked(traceback.format_exception_only(error)[-1].strip())


def _masked(text: str) -> str:
    return _PASSWORD.sub(r"\1…@", text)


def _frames(error: BaseException, folder: Path) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and code of the calls below the host's folder, and the place of a file that does not parse."""
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(folder) and "site-packages" not in path.parts:
            yield path.relative_to(folder).as_posix(), frame.lineno or 1, _masked(frame.line or frame.name)
    if isinstance(error, SyntaxError) and error.filename:
        path = Path(error.filename)
        shown = path.relative_to(folder).as_posix() if path.is_relative_to(folder) else error.filename
        yield shown, error.lineno or 1, _masked((error.text or "").strip())
