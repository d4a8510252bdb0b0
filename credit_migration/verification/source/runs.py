"""One root → everything that was seen on the ways from it: the machine reads it until nothing changes any more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from credit_migration.data.report import Location
from credit_migration.data.verification import Entry, EntryKind
from credit_migration.host import Host
from credit_migration.verification.source.channels import TELLING
from credit_migration.verification.source.code import Function, Module, Scope, SourceClass
from credit_migration.verification.source.entries.root import Root
from credit_migration.verification.source.machine.events import Event, RowUse, Shared
from credit_migration.verification.source.machine.statements import Statements
from credit_migration.verification.source.program import Program
from credit_migration.verification.source.switched import Switched
from credit_migration.verification.source.tables import Tables, is_model
from credit_migration.verification.source.values import UNKNOWN, Arguments, Const, Instance, LibraryMethod, joined, one
from credit_migration.verification.source.wiring import Wiring

MOST_ROUNDS = 4


@dataclass(slots=True)
class Run:
    """What was seen on the ways from one root."""

    root: Root
    events: tuple[Event, ...]
    ran: set[tuple[str, int]] = field(default_factory=set)
    row_uses: tuple[RowUse, ...] = ()
    completed: frozenset[str] = frozenset()
    unknown: frozenset[Any] = frozenset()
    """Stores that were empty, and classes that were no messages, when they were met: who knows them reads more."""

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]

    @property
    def awards(self) -> bool:
        return bool(self.of("award"))

    @property
    def records(self) -> bool:
        return bool(self.of("record"))

    @property
    def is_asked(self) -> bool:
        """Whether this is the learner's own request: a view that records a request, and awards nothing."""
        return self.root.entry.kind is EntryKind.VIEW and self.records and not self.awards


class Reader:
    """Reads roots, each with a machine of its own; what one part of the host keeps for another is shared."""

    def __init__(self, host: Host, program: Program, switched: Switched) -> None:
        self.program, self.switched = program, switched
        self.tables, self.shared = Tables(host), Shared()
        self.wiring = Wiring(program)
        self.runs: list[Run] = []

    def machine(self) -> Statements:
        return Statements(self.program, self.tables, self.shared, self.wiring)

    def run(self, root: Root, *, is_left: bool = False) -> Run:
        """
        Read one root until what its objects hold does not change any more.

        Args:
            root: what is read.
            is_left: whether nothing reaches it. Then it is read again only if something is sent or kept there.

        """
        machine = self.machine()
        before = set(self.shared.ran)
        self.shared.ran.clear()
        try:
            self._settle(machine, root, is_left=is_left)
        except Exception as exc:
            what = f"'{root.entry.name}' could not be read: {type(exc).__name__}: {exc}"
            place = root.entry.location or Location(path="", line=0)
            machine.events["broken"] = Event("broken", place.path, place.line, what, frozenset(), (), ())
        ran = set(self.shared.ran)
        self.shared.ran |= before
        run = Run(
            root,
            tuple(machine.events.values()),
            ran,
            tuple(machine.row_uses.values()),
            frozenset(machine.completed),
            frozenset(machine.missed | (machine.made - self.shared.messages)),
        )
        self.runs.append(run)
        return run

    def again(self, run: Run) -> Run:
        """Return what a root says now, if something was learnt that it met, and it sends, stores or takes out."""
        stores = self.shared.stores
        is_told = any(one in stores or one in self.shared.messages for one in run.unknown)
        is_told = is_told and bool(run.of("send") or run.of("store"))
        is_told = is_told or any(stores[one] & TELLING for one in run.unknown if one in stores)
        return self.run(run.root) if is_told else run

    def _settle(self, machine: Statements, root: Root, *, is_left: bool) -> None:
        for _ in range(MOST_ROUNDS):
            machine.heap.begin()
            puts = self.shared.puts
            machine.memo.clear()
            machine.scopes.clear()
            machine.subclassed.clear()
            machine.active.clear()
            machine.begun.clear()
            self.switched.run(machine)
            self._read(machine, root)
            if not machine.heap.is_stale and self.shared.puts == puts:
                break
            if is_left and not any(event.kind in {"send", "store"} for event in machine.events.values()):
                break

    def _read(self, machine: Statements, root: Root) -> None:
        node = ast.Pass()
        request = Instance(HttpRequest, "request")
        machine.hold(request, "user", self.tables.row(self.tables.host.user))
        machine.stack.append((_step(root.entry), None))
        for module in _only_read(root):
            machine.source_scope(module)
        if root.body:
            machine.module = root.module
            scope = Scope(root.module)
            scope.names["__name__"] = one(Const("__main__", literal=True))
            machine.execute(list(root.body), scope)
        elif root.cls is not None:
            self._read_class(machine, root, request, node)
        else:
            machine.here = Scope(machine.module)  # type: ignore[arg-type]
            result = machine.call(root.callee, root.arguments, node)
            machine.escape(result, UNKNOWN, node)
        machine.stack.clear()

    def _write_by_library(self, machine: Statements, root: Root, node: ast.AST) -> None:
        models = _written_models(root.cls, dict(root.attributes)) if isinstance(root.cls, type) else ()
        for model in dict.fromkeys(models):
            machine.write(model, "save", Arguments(), node)

    def _read_class(self, machine: Statements, root: Root, request: Instance, node: ast.AST) -> None:
        cls = root.cls
        if is_model(cls):
            value = self.tables.row(cls)
        else:
            value = machine.make(cls, Arguments(rest=UNKNOWN), node)
            own = Instance(cls, machine.site(node))
            value = value if own in value.refs else value | one(own)
            machine.hold(own, "request", one(request))
            for name, attribute in root.attributes:
                machine.hold(own, name, machine.of_live(attribute))
        if root.entry.kind is EntryKind.VIEW and not {"get", "head", "options"} & set(root.methods[:1]):
            self._write_by_library(machine, root, node)
        arguments = Arguments((one(request),) if root.entry.kind is EntryKind.VIEW else (), (), UNKNOWN)
        for name in root.methods:
            if name == "*":
                for attribute in (*_class_values(cls), *(value for _, value in root.attributes)):
                    machine.use_classes(machine.of_live(attribute), node)
                if isinstance(cls, type) and not machine.is_project_class(cls):
                    machine.escape(joined(machine.of_live(value) for _, value in root.attributes), UNKNOWN, node)
                continue
            method = machine.member(cls, name, value, node)
            if method is not None:
                result = machine.call(method, arguments, node)
                machine.use_classes(result, node)
                machine.escape(result, UNKNOWN, node)


def _written_models(cls: type, given: dict[str, Any]) -> Iterator[Any]:
    """Yield the models whose rows a generic view, or the form or serializer that it names, writes by library code."""
    makers = {"form_valid", "perform_create", "perform_update"}
    if any(makers & set(vars(base)) for base in cls.__mro__):
        read = ("model", "queryset", "form_class", "serializer_class")
        model, query, *named = (given[name] if name in given else getattr(cls, name, None) for name in read)
        meta = [getattr(found, "_meta", None) or getattr(found, "Meta", None) for found in named]
        yield from filter(is_model, (model, *(getattr(one_, "model", None) for one_ in (query, *meta))))


def _only_read(root: Root) -> set[Module]:
    """Return the modules that a root comes from and that are not loaded: reading them makes what they hold."""
    own = root.cls if isinstance(root.cls, SourceClass) else None
    tasks = joined(ref.receiver for ref in root.callee.only(LibraryMethod))
    called = (*root.callee.only(Function, SourceClass), *tasks.only(Function))
    found = {ref.module for ref in (*called, *([own] if own else ()))}
    return {module for module in found if module.live is None}


def _step(entry: Entry) -> str:
    return f"{entry.location} {entry.name}" if entry.location else entry.name


def _class_values(cls: Any) -> Iterator[Any]:
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
                yield from _classes_in(value)


def _classes_in(cls: type) -> Iterator[type]:
    """Yield what a class names inside: the serializer of a serializer's ``Meta``, and its like."""
    for name, inner in list(vars(cls).items()):
        if isinstance(inner, type) and not name.startswith("__"):
            yield inner
            if inner.__qualname__.startswith(f"{cls.__qualname__}."):
                yield from _classes_in(inner)
