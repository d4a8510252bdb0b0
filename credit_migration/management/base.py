"""Options, streams and exit statuses that all commands share: a command adds its options and one call of the API."""

from __future__ import annotations

import sys
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections, router

from credit_migration import api, reports
from credit_migration.data import ExitStatus, Level, Report
from credit_migration.exceptions import CreditMigrationError
from credit_migration.host import find_host
from credit_migration.management.progress import Progress
from credit_migration.management.streams import Verbatim, discard, exit_on_termination, quiet_stdout
from credit_migration.management.suggesting import Call, program_of, suggested, suggested_text
from credit_migration.management.writing import write_report

LEVELS = {level.name: level for level in Level}


class ReportCommand(BaseCommand):
    """
    A command that tells what it found and changes nothing.

    Exit status: 0 clean; 1 a finding at or above ``--fail-level``; 2 usage, settings or database; 3 undecided; 130 on
    Ctrl-C; 141, quietly, when the reader of its output has gone.
    """

    formats: ClassVar[tuple[str, ...]] = reports.FORMATS
    default_format: ClassVar[str] = "text"
    epilog: ClassVar[str] = (
        "Exit status: 0 clean; 1 a finding at or above --fail-level; 2 usage, settings, or a database that can't be "
        "reached; 3 undecided."
    )
    requires_system_checks: ClassVar[list[str]] = []  # type: ignore[misc]

    _started_as: str = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        self._started_as = prog_name
        return super().create_parser(prog_name, subcommand, **{"epilog": self.epilog, **kwargs})

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--format",
            choices=self.formats,
            default=self.default_format,
            help=f"Form of the report. Default is {self.default_format}.",
        )
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help="Write the report to FILE, whole or not at all, with mode 0600. Default is standard output.",
        )
        parser.add_argument(
            "--fail-level",
            choices=LEVELS,
            default=Level.ERROR.name,
            help="Exit with status 1 if there is a finding of this level or above. Default is ERROR.",
        )
        parser.add_argument(
            "--no-progress",
            action="store_true",
            help="Show no progress. It is shown on standard error, on a terminal only, unless --verbosity is 0.",
        )

    def get_report(self, **options: Any) -> Report:
        """Return what the command found. Its ``records`` are read while this command's database is still open."""
        raise NotImplementedError

    @contextmanager
    def opened_report(self, **options: Any) -> Iterator[Report]:
        """Yield the report for as long as its rows may be read."""
        yield self.get_report(**options)

    def handle(self, **options: Any) -> None:
        try:
            with quiet_stdout(), exit_on_termination():
                status = self._tell(**options)
        except CreditMigrationError as exc:
            text = suggested_text(str(exc), self._call(options))
            raise CommandError(text, returncode=ExitStatus.UNUSABLE) from exc
        except BrokenPipeError:
            discard(self.stdout)
            sys.exit(ExitStatus.CLOSED_PIPE)
        except KeyboardInterrupt:
            discard(self.stdout)
            self.stderr.write("Interrupted: the report is not whole, and nothing was changed.")
            sys.exit(ExitStatus.INTERRUPTED)
        else:
            if status is not ExitStatus.CLEAN:
                sys.exit(status)

    def _tell(self, **options: Any) -> ExitStatus:
        options = self.prepared(options)
        enabled = options["verbosity"] > 0 and not options["no_progress"]
        progress = Progress(Verbatim(self.stderr), enabled=enabled, label=self.name)
        if options["output"] is not None:
            # Asked before the report is made: a name that nobody would read is told at once.
            reports.file_mode(options["format"], options["output"])
        with self.opened_report(**options, progress=progress) as report:
            self.write(suggested(report, self._call(options)), **options)
            return report.status(LEVELS[options["fail_level"]])

    def _call(self, options: dict[str, Any]) -> Call:
        alias = options.get("database")
        return Call(
            program=program_of(self._started_as),
            database=alias if alias != DEFAULT_DB_ALIAS else None,
            **_about(alias) if alias not in (None, DEFAULT_DB_ALIAS) else {},
            settings=options.get("settings"),
            pythonpath=options.get("pythonpath"),
        )

    def prepared(self, options: dict[str, Any]) -> dict[str, Any]:
        """Return the options with what has to be known before the report. Raises: UsageError."""
        return options

    def write(self, report: Report, **options: Any) -> None:
        """Write the report where the options say."""
        write_report(report, options["format"], options["output"], self.stdout)

    @property
    def name(self) -> str:
        """The command's name, which is its module's."""
        return type(self).__module__.rpartition(".")[2]


def _about(alias: str) -> dict[str, bool]:
    """Return whether requests are written to this database, and whether it is one that nothing here may migrate."""
    try:
        request = find_host().request
    except CreditMigrationError:
        return {}
    refused = alias in connections and not router.allow_migrate_model(alias, request)
    return {"is_written": router.db_for_write(request) == alias, "is_beside": refused}


class ReadingCommand(ReportCommand):
    """A report over the host's tables, read in one read-only snapshot of one database."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            metavar="ALIAS",
            help="Alias of the database to read; a replica is fine. Default is 'default'.",
        )

    @contextmanager
    def opened_report(self, **options: Any) -> Iterator[Report]:
        with api.read_only(options["database"]) as snapshot:
            yield self.get_report(snapshot=snapshot, **options)


def positive_int(text: str) -> int:
    """Return an option's whole number of 1 or more."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise ArgumentTypeError(f"'{text}' is not a whole number of 1 or more.")
    return value
