"""Reports → the rehearsal's folder, each whole or not at all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from credit_migration import reports
from credit_migration.data import Report
from credit_migration.exceptions import OutputRefused
from credit_migration.reports.files import whole_file

REFERENCE_HOST = "credit_migration.reference_host"
HOST_LOG = "host.log"
SUFFIXES = {"text": "txt", "json": "json", "csv": "csv", "html": "html"}


@dataclass(slots=True)
class Folder:
    """The folder at ``path``, and the names of the files that this rehearsal wrote into it."""

    path: Path
    files: list[tuple[str, str]] = field(default_factory=list)
    """File name and what it holds."""

    def open(self) -> None:
        """
        Make the folder, and remove an earlier rehearsal's summary and what a killed one left half-written.

        So a summary that is there is this rehearsal's own.

        Raises: OutputRefused if it can't be made or written to.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for left in (*self.path.glob("summary.*"), *self.path.glob(".*.part")):
                left.unlink()
            (self.path / HOST_LOG).unlink(missing_ok=True)
            (self.path / HOST_LOG).touch(mode=0o600)
        except OSError as exc:
            raise OutputRefused(
                f"The folder '{self.path}' can't be made or written to: {exc.strerror or exc}.",
                hint="Give --output-dir a folder that you may write to; nothing was begun.",
            ) from exc

    @contextmanager
    def host_log(self) -> Iterator[None]:
        """Write what the reference host logs meanwhile to ``host.log``, and nowhere else."""
        logger = logging.getLogger(REFERENCE_HOST)
        handler = logging.FileHandler(self.path / HOST_LOG, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        logger.addHandler(handler)
        propagated, logger.propagate = logger.propagate, False
        try:
            yield
        finally:
            logger.propagate = propagated
            logger.removeHandler(handler)
            handler.close()
        self.files.append((HOST_LOG, "What the reference host logged: requests that the old unique refused"))

    def write(self, name: str, make: Callable[[], Report], *formats: str) -> Report:
        """
        Write a report in each of ``formats``, and return the last one made.

        Args:
            name: the files' name without its suffix.
            make: makes the report, once a format, since its records can be read only once.
            formats: of ``reports.FORMATS``.

        """
        for form in formats:
            report = make()
            with whole_file(self.path / f"{name}.{SUFFIXES[form]}") as stream:
                reports.render(report, form, stream)
            self.files.append((f"{name}.{SUFFIXES[form]}", report.title))
        return report
