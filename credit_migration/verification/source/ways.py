"""What was seen from all roots → the ways to a send, the learner's own requests, and what is undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from credit_migration.data.report import Location
from credit_migration.data.verification import Doubt, Entry, EntryKind, Way
from credit_migration.verification.source.channels import TELLING
from credit_migration.verification.source.machine.events import Event, Shared
from credit_migration.verification.source.runs import Run
from credit_migration.verification.source.tables import Tables

_WITH_DOUBTS = frozenset(EntryKind) - {EntryKind.VIEW}


class Ways:
    """Judges the runs of one host together: what one part stores, another may send."""

    def __init__(self, runs: Sequence[Run], tables: Tables, shared: Shared) -> None:
        self.runs, self.tables, self.shared = runs, tables, shared
        self.reached = {place for run in runs if run.root.entry.kind is not EntryKind.TASK for place in run.ran}

    def unasked(self) -> tuple[Way, ...]:
        """Return the ways to a send for which no learner asks."""
        found = [
            way
            for run in self.runs
            if not run.is_asked and self._is_open(run) == "way"
            for way in self._sends(run)
            if not self._is_staffs(run, way)
        ]
        return _without_repeats(found)

    def asked(self) -> tuple[Way, ...]:
        """Return the ways of the learners' own requests."""
        return _without_repeats(way for run in self.runs if run.is_asked for way in self._sends(run))

    def doubts(self) -> Iterator[Doubt]:
        """Yield the places on the way from a root that the source does not decide."""
        for run in self.runs:
            if not run.is_asked:
                yield from self._doubts_of(run)

    def _doubts_of(self, run: Run) -> Iterator[Doubt]:
        counts = run.root.entry.kind in _WITH_DOUBTS or run.awards
        for event in run.of("broken"):
            yield Doubt(location=run.root.entry.location, what=event.what, decide="Read that code by hand.")
        if self._is_open(run) == "doubt":
            for way in self._sends(run):
                yield _undecided_entry(way)
        for event in run.of("send") + run.of("store") if counts else ():
            if event.doubt is not None and event.labels:
                path, line, what = event.doubt
                yield Doubt(location=Location(path=path, line=line), what=what, calls=event.calls,
                            decide="Write the call out, or show by the probe what it calls.")  # fmt: skip
        for event in run.of("doubt") if counts else ():
            yield Doubt(location=Location(path=event.path, line=event.line), what=event.what, calls=event.calls,
                        decide="Read that place, or write it so that the source shows what runs.")  # fmt: skip

    def _sends(self, run: Run) -> Iterator[Way]:
        for event in run.of("send"):
            if event.labels and event.doubt is None:
                yield _way(run.root.entry, event, event.what)
        for event in run.of("drain") if run.awards else ():
            stored = (self.shared.stores.get(name, frozenset()) for name in event.labels - {"files"})
            told = frozenset[str]().union(*stored) & TELLING
            if told and event.doubt is None:
                yield _way(run.root.entry, replace(event, labels=told), event.what)
        for event in run.of("store"):
            is_kept = event.what != "files" or run.awards
            if is_kept and self._is_drained(event.what) and event.labels and event.doubt is None:
                yield _way(run.root.entry, event, f"{_shown(event.what)}, which another part sends")

    def _is_drained(self, store: str) -> bool:
        model = store.rpartition(".")[0]
        return bool({f"store:{store}", f"store:{model}"} & self.shared.drained)

    def _is_staffs(self, run: Run, way: Way) -> bool:
        """Return whether staff write to an institution in its own admin, and tell of no learner, request or award."""
        model = run.root.model
        if model is None or run.awards or self.tables.is_award(model):
            return False
        about = {label.removeprefix("to:") for label in way.tells}
        return model is self.tables.host.pathway and about <= {"pathway", "address"}

    def _is_open(self, run: Run) -> str:
        """Return whether a root that sends is a way, is allowed, or can't be told."""
        kind = run.root.entry.kind
        if kind is EntryKind.TASK and not run.awards:
            return "allowed" if _place(run) in self.reached else "doubt"
        if kind is EntryKind.VIEW and not run.awards:
            return "doubt"
        return "way"


def distinct(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Return each doubt about a place once."""
    best: dict[Any, Doubt] = {}
    for doubt in doubts:
        best.setdefault((doubt.location, doubt.what), doubt)
    return tuple(best.values())


def _way(entry: Entry, event: Event, channel: str) -> Way:
    send = Location(path=event.path, line=event.line)
    calls = (*(step for step, _ in groupby(event.calls)), f"{send} {channel}")
    tells = tuple(sorted(event.labels))
    return Way(entry=entry, calls=calls, send=send, channel=channel, tells=tells, switches=event.switches)


def _shown(store: str) -> str:
    """Return a store as the reader knows it: the number of an object differs from run to run."""
    return "an object in memory" if store.startswith("object ") else store


def _place(run: Run) -> tuple[str, int]:
    first = [event.functions[0] for event in run.events if event.functions]
    return (first[0].module.path, first[0].node.lineno) if first else ("", 0)


def _undecided_entry(way: Way) -> Doubt:
    kind = way.entry.kind.value
    return Doubt(
        location=way.entry.location,
        what=f"whether a learner asks each time when the {kind} '{way.entry.name}' ({way.entry.wired}) sends",
        decide="Remove it, or have it called from the learner's own request only.",
        calls=way.calls,
    )


def _without_repeats(ways: Iterable[Way]) -> tuple[Way, ...]:
    """Keep the shortest way from each entry to each send."""
    best: dict[Any, Way] = {}
    for way in ways:
        key = (way.entry.name, way.send, way.channel)
        if key not in best or len(way.calls) < len(best[key].calls):
            best[key] = way
    return tuple(best.values())
