"""The running host → the ways on which a credit request leaves without the learner asking, and what is undecided."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from credit_migration.data import RanFunction
from credit_migration.data.report import Location
from credit_migration.data.verification import Doubt, Entry, EntryKind, Looked, SourceFacts
from credit_migration.host import Host
from credit_migration.verification.source.entries import Finder, Root, find_roots
from credit_migration.verification.source.entries.written import ran_roots
from credit_migration.verification.source.folders import find_program
from credit_migration.verification.source.leftovers import Leftovers
from credit_migration.verification.source.runs import Reader, Run
from credit_migration.verification.source.switched import Switched
from credit_migration.verification.source.unheld import Unheld
from credit_migration.verification.source.ways import Ways, distinct

_STACK_BYTES = 512 * 1024 * 1024
_DEEPEST_PYTHON = 20_000
_READING = Entry(kind=EntryKind.STARTUP, name="settings", location=None, wired="their reading")


class Engine:
    """Reads the host from its live objects."""

    def __init__(self, host: Host) -> None:
        self.program = find_program(host)
        self.unheld = Unheld(self.program)
        self.reader = Reader(host, self.program, Switched(self.program, self.unheld))

    @property
    def runs(self) -> list[Run]:
        """What was seen from each root, in the order in which they were read."""
        return self.reader.runs

    def facts(self, ran: tuple[RanFunction, ...] = ()) -> SourceFacts:
        """
        Return what the source says. It is read in a thread of its own, which has room for deep calls.

        Args:
            ran: functions that ran during an award, as the probe saw them. Those that no way from an entry reaches are
                read as entries too.

        """
        limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
        sys.setrecursionlimit(_DEEPEST_PYTHON)
        try:
            with ThreadPoolExecutor(1) as pool:
                return pool.submit(self._facts, ran).result()
        finally:
            sys.setrecursionlimit(limit)
            threading.stack_size(size)

    def _facts(self, ran: tuple[RanFunction, ...]) -> SourceFacts:
        finder = Finder(self.reader.machine())
        runs = self._read(finder, ran)
        ways = Ways(runs, self.reader.tables, self.reader.shared)
        settings = Ways([Run(Root(_READING), tuple(finder.machine.events.values()))], ways.tables, ways.shared)
        unasked, asked = ways.unasked(), ways.asked()
        doubts = [*ways.doubts(), *settings.doubts(), *self._broken(finder)]
        # Last, for it reads what nothing calls, and that puts into stores too.
        leftovers, maybe_called = Leftovers(self.reader, runs, self.unheld).find()
        return SourceFacts(
            ways=unasked,
            doubts=distinct([*doubts, *maybe_called]),
            leftovers=tuple(leftovers),
            allowed=asked,
            looked=self._looked(runs),
        )

    def _read(self, finder: Finder, ran: tuple[RanFunction, ...]) -> list[Run]:
        """Read what starts first, then views, which show what a credit request is, then all else."""
        read, again, roots = self.reader.run, self.reader.again, list(find_roots(finder))
        started = [read(root) for root in roots if root.entry.kind is EntryKind.STARTUP]
        runs = [read(root) for root in roots if root.entry.kind is EntryKind.VIEW]
        self._learn_messages(runs)
        shared = self.reader.shared
        if shared.messages:
            runs = [run if run.is_asked else again(run) for run in runs]
        runs += map(again, started)
        runs += [read(root) for root in roots if root.entry.kind not in {EntryKind.STARTUP, EntryKind.VIEW}]
        runs += self._tops([read(root) for root in ran_roots(finder, ran, _followed(runs))])
        if any(not name.rpartition(".")[0] or name.startswith(("object", "global")) for name in shared.stores):
            runs = list(map(again, runs))
        return runs

    def _tops(self, runs: list[Run]) -> list[Run]:
        """Leave out what another of these calls: there the source shows its arguments."""
        left = list(runs)
        for run in runs:
            others = {
                (self.program.short(path), line) for other in left if other is not run for path, line in other.ran
            }
            place = run.root.entry.location
            if place is not None and (place.path, place.line) in others:
                left.remove(run)
        return left

    def _learn_messages(self, runs: list[Run]) -> None:
        """Take the host's own classes whose objects the learner's request sends as a sign of a credit request."""
        shared = self.reader.shared
        for run in runs:
            for event in run.of("send") if run.is_asked else ():
                if event.labels:
                    shared.messages |= shared.senders.get(f"{event.path}:{event.line}", set())

    def _broken(self, finder: Finder) -> Iterator[Doubt]:
        for what, why in finder.broken:
            yield Doubt(
                location=None, what=f"{what} can't be imported: {why}", decide="Mend the import, then run this again."
            )
        for path, why in self.program.broken.items():
            location = Location(path=self.program.short(path), line=1)
            yield Doubt(location=location, what=f"the file can't be read as Python: {why}", decide="Mend the file.")

    def _looked(self, runs: list[Run]) -> Looked:
        files = self.program.files()
        loaded = [path for path in files if (m := self.program.file(path)) is not None and m.live is not None]
        entries = tuple(dict.fromkeys(run.root.entry for run in runs))
        return Looked(modules=len(loaded), unloaded=len(files) - len(loaded), functions=len(self.reader.shared.ran),
                      entries=entries, settings_module=os.environ.get("DJANGO_SETTINGS_MODULE", ""))  # fmt: skip


def _followed(runs: list[Run]) -> set[tuple[str, int]]:
    """Return the functions that were followed on a way from something that no learner asks for."""
    found: set[tuple[str, int]] = set()
    for run in runs:
        kind = run.root.entry.kind
        if kind is not EntryKind.TASK and (kind is not EntryKind.VIEW or run.awards):
            found |= run.ran
    return found
