"""A report → its file or standard output, whole, in the format that was asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from credit_migration import reports
from credit_migration.data import Report
from credit_migration.management.streams import binary_stream, whole_stream
from credit_migration.reports.files import whole_file


def write_report(report: Report, form: str, output: Path | None, stdout: Any) -> None:
    """
    Write ``report`` to the file ``output``, or to ``stdout`` where that is ``None``.

    Args:
        form: one of the formats of ``reports``.
        stdout: Django's ``OutputWrapper`` of standard output.

    Raises: OutputRefused if it can't be written whole, UsageError for bytes that only a file or a pipe can take or a
        file's name that the format's reader passes over, BrokenPipeError as it is.

    """
    binary = form in reports.BINARY_FORMATS
    if output is not None:
        with whole_file(output, reports.file_mode(form, output), binary=binary) as stream:
            reports.render(report, form, stream)
        return
    with (binary_stream if binary else whole_stream)(stdout) as stream:
        reports.render(report, form, stream)
