"""A CSV file that grows page by page beside a journal, so that an interrupted run can be gone on with."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from credit_migration.data import Continued, Export
from credit_migration.exceptions import OutputRefused, ResumeRefused

PAGE_ROWS = 5_000
"""Rows that are written at once."""
MARKED_EVERY_S = 0.5
"""Seconds after which a page's end is noted in the journal: what an interrupted run loses at most."""
FORM = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Journal:
    """Where a file stands: everything up to ``position`` is whole."""

    identity: Mapping[str, str]
    upto: int
    position: int
    after: int
    written: int
    snapshots: tuple[tuple[str, int], ...]
    """The moment (ISO 8601) of each snapshot that rows were read from, and the id after which it was."""

    @property
    def continued(self) -> Continued:
        began = datetime.fromisoformat(self.snapshots[0][0])
        return Continued(after=self.after, upto=self.upto, written=self.written, began=began)


def partial_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.partial")


def journal_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.partial.json")


def read_journal(path: Path) -> Journal | None:
    """
    Return where an interrupted export to ``path`` stands; ``None`` if there is none.

    Raises: ResumeRefused if what is there is not what a run left.
    """
    try:
        found: dict[str, Any] = json.loads(journal_path(path).read_text("utf-8"))
        form, snapshots = found.pop("form"), found.pop("snapshots")
        journal = Journal(**found, snapshots=tuple((str(moment), int(after)) for moment, after in snapshots))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise _damaged(path, f"its journal '{journal_path(path)}' can't be read") from exc
    if form != FORM:
        raise _damaged(path, f"its journal '{journal_path(path)}' is of form {form}, and this version writes {FORM}")
    return journal


def check_identity(path: Path, journal: Journal, export: Export) -> None:
    """Raise ResumeRefused, naming what differs, unless the export is the one that the journal is of."""
    for name, now in export.identity.items():
        before = journal.identity.get(name, "unknown")
        if before != now:
            raise ResumeRefused(
                f"The export in '{partial_path(path)}' can't be gone on with: its {name} was '{before}', "
                f"and is '{now}' now.",
                hint="Give the same options on the same database as before, or leave --resume out to begin anew.",
            )


@contextmanager
def growing_file(path: Path, journal: Journal | None) -> Iterator[GrowingFile]:
    """
    Yield a file that stands at ``path`` once the block has ended, and only then, with mode 0600.

    Until then it is ``path`` with ``.partial`` added, beside its journal, and both stay where a run ends before;
    they are removed where it ends before its first page. ``journal`` goes on where an earlier run stopped.

    Raises: OutputRefused if it can't be written, or another run writes to it; ResumeRefused if the file is shorter than
        its journal says.
    """
    if path.exists() and not path.is_file():
        raise OutputRefused(
            f"The report can't be written to '{path}': it is no regular file.",
            hint="Give --output the path of a file, or leave --output out to write to standard output.",
        )
    partial = partial_path(path)
    file: GrowingFile | None = None
    try:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "r+b", buffering=0) as stream:  # noqa: PTH123 - a descriptor
            _lock(stream, partial)
            os.fchmod(descriptor, 0o600)
            file = GrowingFile(path=path, stream=stream, journal=journal)
            try:
                file.begin()
                yield file
                file.finish()
            finally:
                file.leave()
    except OSError as exc:
        kept = file.kept if file else 0
        raise OutputRefused(
            f"The report can't be written to '{path}': {exc.strerror or exc}.",
            hint=f"Make room on its disk, then run this again with --resume: '{partial}' has the first {kept} rows."
            if kept
            else "Give --output a file in an existing folder that you may write to, with room on its disk; "
            "nothing was left there.",
        ) from exc


@dataclass(kw_only=True)
class GrowingFile:
    """The partial file and its journal, while a run has them."""

    path: Path
    stream: Any
    journal: Journal | None
    finished: bool = False
    marked_s: float = field(default_factory=time.monotonic)

    @property
    def kept(self) -> int:
        """How many rows an end now would leave."""
        return self.journal.written if self.journal and not self.finished else 0

    def begin(self) -> None:
        if self.journal is None:
            with suppress(FileNotFoundError):
                journal_path(self.path).unlink()
            self.stream.truncate(0)
        elif not _ends_with(self.stream, self.journal):
            raise _damaged(self.path, "it is not as its journal says")
        else:
            self.stream.truncate(self.journal.position)
        self.stream.seek(0, os.SEEK_END)

    def write(self, header: str, lines: Iterable[str], export: Export, taken_at: datetime) -> None:
        """
        Write the header, unless an earlier run did, and the rows, each a text that begins with the request's id.

        Args:
            taken_at: the moment of the snapshot that the rows are read from.

        """
        last = self.journal or Journal(
            identity=export.identity, upto=export.upto, position=0, after=0, written=0, snapshots=()
        )
        last = replace(last, snapshots=(*last.snapshots, (taken_at.isoformat(), last.after)))
        position = last.position or self._append(header)
        rows, written = iter(lines), last.written
        while page := list(islice(rows, PAGE_ROWS)):
            position += self._append("".join(page))
            written += len(page)
            if time.monotonic() - self.marked_s >= MARKED_EVERY_S:
                after = int(page[-1].partition(",")[0])
                self._mark(replace(last, position=position, after=after, written=written))

    def _append(self, text: str) -> int:
        data = memoryview(text.encode())
        size = len(data)
        while data:
            data = data[self.stream.write(data) :]
        return size

    def _mark(self, journal: Journal) -> None:
        os.fdatasync(self.stream.fileno())
        target = journal_path(self.path)
        beside = target.with_name(f"{target.name}.new")
        told = {"form": FORM} | {name: getattr(journal, name) for name in journal.__slots__}
        try:
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with open(descriptor, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor
                json.dump({**told, "identity": dict(journal.identity)}, stream)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(target)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
        self.journal, self.marked_s = journal, time.monotonic()

    def finish(self) -> None:
        os.fsync(self.stream.fileno())
        partial_path(self.path).replace(self.path)
        self.finished = True

    def leave(self) -> None:
        """Remove what no run can go on with."""
        if self.finished or self.journal is None:
            for left in (journal_path(self.path), *(() if self.finished else (partial_path(self.path),))):
                with suppress(OSError):
                    left.unlink()


def _lock(stream: BinaryIO, partial: Path) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as exc:
        raise OutputRefused(
            f"Another run writes to '{partial}'.", hint="Let it end, or give --output another file."
        ) from exc


def _ends_with(stream: BinaryIO, journal: Journal) -> bool:
    """Whether the file has the journal's last row where the journal says that it ends."""
    size = stream.seek(0, os.SEEK_END)
    if size < journal.position:
        return False
    start = stream.seek(max(0, journal.position - 65_536))
    tail = stream.read(journal.position - start)
    return tail.endswith(b"\n") and f"\n{journal.after},".encode() in tail


def _damaged(path: Path, why: str) -> ResumeRefused:
    return ResumeRefused(
        f"The export in '{partial_path(path)}' can't be gone on with: {why}.",
        hint="Leave --resume out to begin anew; nothing was changed.",
    )
