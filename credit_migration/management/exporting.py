"""Commands with a row for each request: Parquet, and files that a later run can go on with."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from credit_migration import reports
from credit_migration.data import Changes, Report
from credit_migration.exceptions import OutputRefused, UsageError
from credit_migration.management.memory import start_up_uncollected
from credit_migration.management.selecting import SelectingCommand
from credit_migration.reports import parquet_format
from credit_migration.reports.csv_format import header_and_lines
from credit_migration.reports.journal import Journal, check_identity, growing_file, partial_path, read_journal


class RowsCommand(SelectingCommand):
    """
    A report that has a row for each request.

    Its CSV grows in ``FILE.partial``, which an interrupted run leaves for ``--resume``. ``get_report`` is called with
    ``export``, whether the file is such a one, and ``continued``, where an earlier run stopped.
    """

    formats = (*reports.FORMATS, "parquet")
    row_formats: ClassVar[tuple[str, ...]] = ("csv", "parquet")
    """The formats that hold the rows alone."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--resume",
            action="store_true",
            help="Go on with the CSV that an interrupted run left in FILE.partial, from its last whole page; begin at "
            "the start where there is none.",
        )

    def prepared(self, options: dict[str, Any]) -> dict[str, Any]:
        output: Path | None = options["output"]
        exported = options["format"] == "csv" and output is not None
        if options["format"] == "parquet":
            parquet_format.require()
        if options["resume"] and not exported:
            raise UsageError(
                "--resume goes on with a CSV file only.", hint="Use it with --format csv and --output FILE."
            )
        journal = read_journal(output) if output and options["resume"] else None
        if options["resume"] and journal is None:
            self.stderr.write(f"There is no '{output}.partial' to go on with, so this begins at the start.")
        return {**options, "export": exported, "journal": journal, "continued": journal and journal.continued}

    @start_up_uncollected()
    def write(self, report: Report, **options: Any) -> None:
        output, journal = options["output"], options["journal"]
        if report.export is None or report.run is None:
            super().write(report, **options)
            return
        if journal:
            check_identity(output, journal, report.export)
        file = None
        try:
            with growing_file(output, journal) as file:
                file.write(*header_and_lines(report), report.export, report.run.taken_at)
        except OutputRefused:
            raise
        except BaseException:
            if file and file.kept:
                kept = f"The first {file.kept} rows are in '{partial_path(output)}'"
                self.stderr.write(f"{kept}: run the same command with --resume to go on.")
            raise
        if journal:
            self.stderr.write(of_two_moments(journal, report.run.taken_at, report.export.changes))


def of_two_moments(journal: Journal, now: datetime, changes: Changes | None) -> str:
    """Return in words which moment each part of a file is true for, and what differs between the first and ``now``."""
    starts = [*journal.snapshots, (now.isoformat(), journal.after)]
    ends = [after for _, after in starts[1:]]
    parts = [f"up to id {end} as of {_moment(moment)}" for (moment, _), end in zip(starts, ends, strict=False)]
    parts.append(f"from there to id {journal.upto} as of {_moment(starts[-1][0])}")
    told = f"The file has requests {', '.join(parts)}; later requests are not in it."
    if not changes:
        return f"{told} Nothing that it is made of has changed in between."
    return (
        f"{told} In between, {changes.requests} of these requests were saved and {changes.evidence} shared records and "
        f"certificates were made, and of {changes.rows_then} rows written first there would be {changes.rows_now} now: "
        "for one moment, run it again without --resume."
    )


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%dT%H:%M:%SZ")
