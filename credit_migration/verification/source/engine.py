"""The running host → the ways on which a credit request leaves without the learner asking, and what is undecided."""

from __future__ import annotations

import ast
import os
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest

from credit_migration.data.report import Location
from credit_migration.data.verification import Doubt, Entry, EntryKind, Looked, SourceFacts, Way
from credit_migration.host import Host
from credit_migration.verification.source.channels import TELLING
from credit_migration.verification.source.leftovers import Leftovers
from credit_migration.verification.source.machine import Event, RowUse, Shared
from credit_migration.verification.source.program import TOOLKIT, Program
from credit_migration.verification.source.roots import Root, Roots
from credit_migration.verification.source.statements import Statements
from credit_migration.verification.source.tables import Tables
from credit_migration.verification.source.values import UNKNOWN, Arguments, Instance, Scope, one
from credit_migration.verification.source.wiring import Wiring

MOST_ROUNDS = 4
_STACK_BYTES = 512 * 1024 * 1024
_DEEPEST_PYTHON = 20_000
_READING = Entry(kind=EntryKind.STARTUP, name="settings", location=None, wired="their reading")
_WITH_DOUBTS = frozenset(EntryKind) - {EntryKind.VIEW}


@dataclass(slots=True)
class Run:
    """What was seen on the ways from one root."""

    root: Root
    events: tuple[Event, ...]
    ran: set[tuple[str, int]] = field(default_factory=set)
    row_uses: tuple[RowUse, ...] = ()
    completed: frozenset[str] = frozenset()

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    @property
    def awards(self) -> bool:
        return bool(self.of("award"))

    @property
    def records(self) -> bool:
        return bool(self.of("record"))


class Engine:
    """Reads the host from its live objects."""

    def __init__(self, host: Host) -> None:
        self.program = find_program(host)
        self.tables, self.shared = Tables(host), Shared()
        self.wiring = Wiring(self.program)
        self.runs: list[Run] = []

    def machine(self) -> Statements:
        return Statements(self.program, self.tables, self.shared, self.wiring)

    def run(self, root: Root) -> Run:
        """Read one root until what its objects hold does not change any more."""
        machine = self.machine()
        before = set(self.shared.ran)
        self.shared.ran.clear()
        try:
            self._settle(machine, root)
        except Exception as exc:
            what = f"'{root.entry.name}' could not be read: {type(exc).__name__}: {exc}"
            place = root.entry.location or Location(path="", line=0)
            machine.events["broken"] = Event("broken", place.path, place.line, what, frozenset(), (), ())
        ran = set(self.shared.ran)
        self.shared.ran |= before
        run = Run(
            root, tuple(machine.events.values()), ran, tuple(machine.row_uses.values()), frozenset(machine.completed)
        )
        self.runs.append(run)
        return run

    def _settle(self, machine: Statements, root: Root) -> None:
        for _ in range(MOST_ROUNDS):
            machine.changed = False
            machine.memo.clear()
            machine.scopes.clear()
            machine.active.clear()
            self._read(machine, root)
            if not machine.changed:
                break

    def _read(self, machine: Statements, root: Root) -> None:
        node = ast.Pass()
        request = Instance(HttpRequest, "request")
        machine.hold(request, "user", self.tables.row(self.tables.host.user))
        machine.stack.append((_step(root.entry), None))
        if root.body:
            machine.module = root.module
            scope = Scope(root.module)
            scope.names["__name__"] = one_literal("__main__")
            machine.execute(list(root.body), scope)
        elif root.cls is not None:
            self._read_class(machine, root, request, node)
        else:
            machine.here = Scope(machine.module)  # type: ignore[arg-type]
            result = machine.call(root.callee, root.arguments, node)
            machine.escape(result, UNKNOWN, node)
        machine.stack.clear()

    def _read_class(self, machine: Statements, root: Root, request: Instance, node: ast.AST) -> None:
        cls = root.cls
        if (isinstance(cls, type) and hasattr(cls, "_meta") and hasattr(cls, "objects")) or _is_model(cls):
            value = self.tables.row(cls)
        else:
            value = machine.make(cls, Arguments(rest=UNKNOWN), node)
            own = Instance(cls, machine.site(node))
            value = value if own in value.refs else value | one(own)
            machine.hold(own, "request", one(request))
        arguments = Arguments((one(request),) if root.entry.kind is EntryKind.VIEW else (), (), UNKNOWN)
        for name in root.methods:
            if name == "*":
                for attribute in class_values(cls):
                    machine.use_classes(machine.of_live(attribute), node)
                continue
            method = machine.member(cls, name, value, node)
            if method is not None:
                machine.use_classes(machine.call(method, arguments, node), node)

    def facts(self) -> SourceFacts:
        """Return what the source says. It is read in a thread of its own, which has room for deep calls."""
        limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
        sys.setrecursionlimit(_DEEPEST_PYTHON)
        try:
            with ThreadPoolExecutor(1) as pool:
                return pool.submit(self._facts).result()
        finally:
            sys.setrecursionlimit(limit)
            threading.stack_size(size)

    def _facts(self) -> SourceFacts:
        roots = Roots(self.machine())
        found = list(roots.all())
        for root in found:
            if root.entry.kind is EntryKind.STARTUP:
                self.run(root)
        runs = [self.run(root) for root in found if root.entry.kind is EntryKind.VIEW]
        self._learn_messages(runs)
        if self.shared.messages:
            runs = [self.run(run.root) if run.of("send") and not is_asked(run) else run for run in runs]
        runs += [self.run(root) for root in found if root.entry.kind is not EntryKind.VIEW]
        if any(not name.rpartition(".")[0] or name.startswith(("object", "global")) for name in self.shared.stores):
            runs = [self.run(run.root) if run.of("send") else run for run in runs]
        ways = list(self._ways(runs))
        allowed = [way for run in runs if is_asked(run) for way in self._sends(run)]
        read = Run(Root(_READING), tuple(roots.machine.events.values()))
        doubts = [*self._doubts([*runs, read], ways), *self._broken(roots)]
        left = Leftovers(self, runs, roots)
        leftovers, more = left.find()
        doubts += more
        return SourceFacts(
            ways=tuple(_without_repeats(ways)),
            doubts=tuple(_distinct(doubts)),
            leftovers=tuple(leftovers),
            allowed=tuple(_without_repeats(allowed)),
            looked=self._looked(found),
        )

    def _learn_messages(self, runs: list[Run]) -> None:
        """Take the host's own classes whose objects the learner's request sends as a sign of a credit request."""
        for run in runs:
            if is_asked(run):
                for event in run.of("send"):
                    if event.labels:
                        self.shared.messages |= self.shared.senders.get(f"{event.path}:{event.line}", set())

    def _sends(self, run: Run) -> Iterator[Way]:
        for event in run.of("send"):
            if event.labels and event.doubt is None:
                yield self._way(run.root.entry, event, event.what)
        for event in run.of("drain") if run.awards else ():
            told = (
                frozenset[str]().union(
                    *(self.shared.stores.get(name, frozenset()) for name in event.labels - {"files"})
                )
                & TELLING
            )
            if told and event.doubt is None:
                yield self._way(run.root.entry, replace(event, labels=told), event.what)
        for event in run.of("store"):
            is_kept = event.what != "files" or run.awards
            if is_kept and self._is_drained(event.what) and event.labels and event.doubt is None:
                yield self._way(run.root.entry, event, f"{event.what}, which another part sends")

    def _is_drained(self, store: str) -> bool:
        model = store.rpartition(".")[0]
        return bool({f"store:{store}", f"store:{model}"} & self.shared.drained)

    def _way(self, entry: Entry, event: Event, channel: str) -> Way:
        send = Location(path=event.path, line=event.line)
        calls = (*(step for step, _ in groupby(event.calls)), f"{send} {channel}")
        tells = tuple(sorted(event.labels))
        return Way(entry=entry, calls=calls, send=send, channel=channel, tells=tells, switches=event.switches)

    def _ways(self, runs: list[Run]) -> Iterator[Way]:
        reached = {place for run in runs if run.root.entry.kind is not EntryKind.TASK for place in run.ran}
        for run in runs:
            if is_asked(run) or self._is_open(run, reached) != "way":
                continue
            yield from (way for way in self._sends(run) if not self._is_staffs(run, way))

    def _is_staffs(self, run: Run, way: Way) -> bool:
        """Return whether staff write to an institution in its own admin, and tell of no learner, request or award."""
        model = run.root.model
        if model is None or run.awards or self.tables.is_award(model):
            return False
        return model is self.tables.host.pathway and not {t.removeprefix("to:") for t in way.tells} - {
            "pathway",
            "address",
        }

    def _is_open(self, run: Run, reached: set[tuple[str, int]]) -> str:
        """Return whether a root that sends is a way, is allowed, or can't be told."""
        kind = run.root.entry.kind
        if kind is EntryKind.TASK:
            own = self._place(run)
            return "allowed" if own in reached else "doubt"
        if kind is EntryKind.VIEW and not run.awards:
            return "doubt"
        return "way"

    def _place(self, run: Run) -> tuple[str, int]:
        first = [event.functions[0] for event in run.events if event.functions]
        return (first[0].module.path, first[0].node.lineno) if first else ("", 0)

    def _doubts(self, runs: list[Run], ways: list[Way]) -> Iterator[Doubt]:
        reached = {place for run in runs if run.root.entry.kind is not EntryKind.TASK for place in run.ran}
        for run in runs:
            if is_asked(run):
                continue
            for event in run.of("broken"):
                yield Doubt(location=run.root.entry.location, what=event.what, decide="Read that code by hand.")
            entry = run.root.entry
            if self._is_open(run, reached) == "doubt":
                for way in self._sends(run):
                    yield _undecided_entry(way)
            for event in run.of("send") + run.of("store"):
                if event.doubt is not None and event.labels and (entry.kind in _WITH_DOUBTS or run.awards):
                    path, line, what = event.doubt
                    yield Doubt(location=Location(path=path, line=line), what=what, calls=event.calls,
                                decide="Write the call out, or show by the probe what it calls.")  # fmt: skip
            if entry.kind in _WITH_DOUBTS or run.awards:
                for event in run.of("doubt"):
                    yield Doubt(location=Location(path=event.path, line=event.line), what=event.what, calls=event.calls,
                                decide="Read that place, or write it so that the source shows what runs.")  # fmt: skip

    def _broken(self, roots: Roots) -> Iterator[Doubt]:
        for what, why in roots.broken:
            yield Doubt(
                location=None, what=f"{what} can't be imported: {why}", decide="Mend the import, then run this again."
            )
        for path, why in self.program.broken.items():
            location = Location(path=self.program.short(path), line=1)
            yield Doubt(location=location, what=f"the file can't be read as Python: {why}", decide="Mend the file.")

    def _looked(self, roots: list[Root]) -> Looked:
        files = self.program.files()
        loaded = [path for path in files if (m := self.program.file(path)) is not None and m.live is not None]
        entries = tuple(dict.fromkeys(root.entry for root in roots))
        return Looked(modules=len(loaded), unloaded=len(files) - len(loaded), functions=len(self.shared.ran),
                      entries=entries, settings_module=os.environ.get("DJANGO_SETTINGS_MODULE", ""))  # fmt: skip


def is_asked(run: Run) -> bool:
    """Return whether a root is the learner's own request: a view that records a request, and awards nothing."""
    return run.root.entry.kind is EntryKind.VIEW and run.records and not run.awards


def one_literal(value: Any) -> Any:
    from credit_migration.verification.source.values import Const

    return one(Const(value, literal=True))


def _is_model(cls: Any) -> bool:
    return isinstance(cls, type) and hasattr(cls, "_meta") and hasattr(cls, "_base_manager")


def class_values(cls: Any) -> Iterator[Any]:
    """Yield what the attributes of a class hold, one level into lists and dicts."""
    for base in getattr(cls, "__mro__", ()):
        for name, value in list(vars(base).items()):
            if name.startswith("__"):
                continue
            if isinstance(value, list | tuple | set):
                yield from value
            elif isinstance(value, dict):
                yield from value.values()
            elif isinstance(value, type):
                yield value


def _step(entry: Entry) -> str:
    return f"{entry.location} {entry.name}" if entry.location else entry.name


def _undecided_entry(way: Way) -> Doubt:
    kind = way.entry.kind.value
    return Doubt(
        location=way.entry.location,
        what=f"whether a learner asks each time when the {kind} '{way.entry.name}' ({way.entry.wired}) sends",
        decide="Remove it, or have it called from the learner's own request only.",
        calls=way.calls,
    )


def _without_repeats(ways: list[Way]) -> list[Way]:
    """Keep the shortest way from each entry to each send."""
    best: dict[Any, Way] = {}
    for way in ways:
        key = (way.entry.name, way.send, way.channel)
        if key not in best or len(way.calls) < len(best[key].calls):
            best[key] = way
    return list(best.values())


def _distinct(doubts: list[Doubt]) -> list[Doubt]:
    best: dict[Any, Doubt] = {}
    for doubt in doubts:
        best.setdefault((doubt.location, doubt.what), doubt)
    return list(best.values())


def find_program(host: Host) -> Program:
    """Return the host's folders: those of its apps, its settings and its URLs that are no library's."""
    names = [settings.SETTINGS_MODULE, getattr(settings, "ROOT_URLCONF", "")] if settings.configured else []
    modules = [sys.modules.get(str(name)) for name in names if name]
    modules += [config.module for config in apps.get_app_configs()]
    roots: list[Path] = []
    packages: list[Path] = []
    alone: list[tuple[Path, Path]] = []
    for module in modules:
        path = getattr(module, "__file__", None)
        if not path:
            continue
        file = Path(path).resolve()
        is_alone = module in modules[:1]
        depth = module.__name__.count(".") + (file.name == "__init__.py")  # type: ignore[union-attr]
        root = file.parents[depth]
        if file.is_relative_to(TOOLKIT) and "reference_host" not in file.parts:
            # The toolkit names the table in every room, installed as a plugin or not, and is no part of the host.
            continue
        if "site-packages" in file.parts or file.is_relative_to(Path(sys.prefix).resolve() / "lib"):
            if _names_requests(file.parent, host):
                packages.append(file.parent)
        elif not str(file).startswith(os.path.dirname(os.__file__)):  # noqa: PTH120
            (alone if is_alone else roots).append((file, root) if is_alone else root)  # type: ignore[arg-type]
    for file, root in alone:
        if root not in roots:
            packages.append(file if file.parent == root else root / file.relative_to(root).parts[0])
    return Program(tuple(roots), tuple(packages))


def _names_requests(folder: Path, host: Host) -> bool:
    words = (host.request.__name__, host.request._meta.db_table, host.request.__name__.lower())
    return any(
        any(word in text for word in words)
        for path in folder.rglob("*.py")
        if path.stat().st_size < 2_000_000
        for text in (path.read_text("utf-8", "replace"),)
    )
