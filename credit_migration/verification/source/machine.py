"""The state of reading one entry: names, what objects hold, the calls on the way, and what was seen to happen."""

from __future__ import annotations

import ast
import builtins
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from credit_migration.verification.source.channels import RECIPIENT_NAMES, to
from credit_migration.verification.source.program import Program
from credit_migration.verification.source.tables import Tables
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Arguments,
    Const,
    Function,
    Heap,
    Holder,
    Instance,
    Labels,
    Live,
    Module,
    Scope,
    Value,
    joined,
    one,
)

ANY = "*"
GLOBAL = "at import"
"""Stands in the name of an object that a module of the host makes when it is imported."""
"""The key under which an object holds what it was given under no name that the source shows."""
ROW_VERBS = frozenset(
    {"create", "acreate", "get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create", "new"}
)
"""How a row of a recorded request is made."""
DEEPEST_CALLS = 70
DEEPEST_OBJECTS = 4


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a way: a send, an award, a request recorded, a value put into a store, a doubt."""

    kind: str
    path: str
    line: int
    what: str
    labels: Labels
    calls: tuple[str, ...]
    switches: tuple[str, ...]
    doubt: tuple[str, int, str] | None = None
    """The undecided call that this way needs, if it needs one."""
    functions: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class RowUse:
    """How one place of the source uses recorded requests: what it writes, reads by, or decides by."""

    path: str
    line: int
    verb: str
    keys: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    """Those of ``keys`` that are ``None`` there."""
    defaults: frozenset[str] = frozenset()
    is_open: bool = False
    """Whether the source does not show all that is given."""


@dataclass(slots=True)
class Shared:
    """What all entries of one host share: stores that one part fills and another drains, and what was visited."""

    stores: dict[str, Labels] = field(default_factory=dict)
    drained: set[str] = field(default_factory=set)
    messages: set[Any] = field(default_factory=set)
    """The host's own classes whose objects the learner's request sends."""
    mentions: set[tuple[str, int, str]] = field(default_factory=set)
    """Places where a name of a function was followed to that function."""
    seen: set[tuple[str, int, str]] = field(default_factory=set)
    """Places where a name was read, followed or not; a name that was never read stands in code that can't run."""
    ran: set[tuple[str, int]] = field(default_factory=set)
    senders: dict[str, set[Any]] = field(default_factory=dict)


class Machine(ABC):
    """Reads what happens when a function is called, for every branch that the source does not rule out."""

    def __init__(self, program: Program, tables: Tables, shared: Shared) -> None:
        self.program, self.tables, self.shared = program, tables, shared
        self.heap = Heap()
        self.changed = False
        self.memo: dict[Any, Value] = {}
        self.active: dict[Any, int] = {}
        self.stack: list[tuple[str, Function | None]] = []
        self.module: Module | None = None
        self.guards: Labels = NO_LABELS
        self.switches: tuple[str, ...] = ()
        self.doubt: tuple[str, int, str] | None = None
        self.events: dict[Any, Event] = {}
        self.scopes: dict[str, Scope] = {}
        self.at_import = False
        self.is_optional = False
        """Whether what is read stands in a ``try``, so that an import may fail there."""
        self.row_uses: dict[tuple[str, int, str], RowUse] = {}
        self.completed: set[str] = set()
        """New rows whose program is set after they are made, by where they are made."""
        self.registered: dict[str, list[Value]] = {}
        """By module that is only read: functions that a library's decorator registers when it is imported."""
        self.kept: list[Any] = []

    @abstractmethod
    def evaluate(self, node: ast.expr, scope: Scope) -> Value: ...

    @abstractmethod
    def execute(self, body: list[ast.stmt], scope: Scope) -> bool: ...

    @abstractmethod
    def call(self, callee: Value, arguments: Arguments, node: ast.AST) -> Value: ...

    @abstractmethod
    def attribute(self, value: Value, name: str, node: ast.AST) -> Value: ...

    @abstractmethod
    def elements(self, value: Value, node: ast.AST) -> Value: ...

    @abstractmethod
    def of_live(self, obj: Any) -> Value: ...

    def place(self, node: ast.AST) -> tuple[str, int]:
        path = self.module.path if self.module else ""
        return self.program.short(path), getattr(node, "lineno", 0)

    def site(self, node: ast.AST) -> str:
        """Return a name for an object made here, apart for each of the last calls that lead here."""
        path, line = self.place(node)
        if self.at_import:
            return f"{GLOBAL} {path}:{line}:{getattr(node, 'col_offset', 0)}"
        caller = self.stack[-1][0] if self.stack else ""
        return f"{path}:{line}:{getattr(node, 'col_offset', 0)} {caller}"

    def record(self, kind: str, node: ast.AST, what: str, labels: Labels = NO_LABELS) -> None:
        path, line = self.place(node)
        key = (kind, path, line, what)
        before = self.events.get(key)
        if before is not None and (before.doubt is None or self.doubt is not None) and labels <= before.labels:
            return
        calls = tuple(step for step, _ in self.stack)
        functions = tuple(function for _, function in self.stack if function is not None)
        all_labels = labels if before is None else labels | before.labels
        self.events[key] = Event(kind, path, line, what, all_labels, calls, self.switches, self.doubt, functions)

    def use_rows(self, node: ast.AST, verb: str, arguments: Arguments | None = None) -> None:
        """Remember how this place uses recorded requests."""
        path, line = self.place(node)
        given = dict(arguments.keywords) if arguments else {}
        held = [pair for name in ("defaults", "create_defaults") for pair in self._entries(given.pop(name, NOTHING))]
        empty = frozenset(name for name, value in given.items() if value.constants() == (None,))
        is_open = arguments is not None and (
            arguments.rest is not None or bool(arguments.positional and verb in ROW_VERBS)
        )
        use = RowUse(path, line, verb, frozenset(given), empty, frozenset(name for name, _ in held), is_open)
        self.row_uses.setdefault((path, line, verb), use)

    def _entries(self, value: Value) -> list[tuple[str, Value]]:
        return [(str(key), held) for ref in value.only(Holder) for key, held in self.heap.of(ref)]

    def wonder(self, node: ast.AST, what: str) -> None:
        """Record a place that the source does not decide."""
        self.record("doubt", node, what)

    @contextmanager
    def guarded(self, labels: Labels, switches: tuple[str, ...] = ()) -> Iterator[None]:
        guards, before = self.guards, self.switches
        self.guards, self.switches = guards | labels, (*before, *switches)
        try:
            yield
        finally:
            self.guards, self.switches = guards, before

    @contextmanager
    def doubtful(self, node: ast.AST, what: str) -> Iterator[None]:
        """Follow a call that may or may not be made: a way that needs it is undecided."""
        before = self.doubt
        self.doubt = before or (*self.place(node), what)
        try:
            yield
        finally:
            self.doubt = before

    def hold(self, ref: Any, key: Any, value: Value) -> None:
        """Let an object hold a value beside what it holds already."""
        before = self.heap.get((ref, key), NOTHING)
        after = before | value
        if after != before:
            self.heap[(ref, key)] = after
            self.changed = True
        if isinstance(ref, Live):
            self.put(f"object {id(ref.obj)}", self.deep(value))
        elif isinstance(ref, Holder) and GLOBAL in ref.site and not self.at_import:
            self.put(f"object {ref.site}", self.deep(value))

    def put(self, store: str, labels: Labels) -> None:
        labels = frozenset(label for label in labels if not label.startswith("store:"))
        before = self.shared.stores.get(store, NO_LABELS)
        if not labels <= before:
            self.shared.stores[store] = before | labels

    def held(self, ref: Any, key: Any) -> Value:
        found = self.heap.get((ref, key), NOTHING)
        return found if key == ANY else found | self.heap.get((ref, ANY), NOTHING)

    def all_held(self, ref: Any) -> Value:
        return joined(value for _, value in self.heap.of(ref))

    def deep(self, value: Value, depth: int = 0) -> Labels:
        """Return what a value tells of, with all that the objects it may be hold."""
        labels = value.labels
        if depth >= DEEPEST_OBJECTS:
            return labels
        for ref in value.refs:
            if isinstance(ref, Instance) and ref.site == "request":
                continue
            if isinstance(ref, Holder) and GLOBAL in ref.site:
                labels |= self.stored(f"object {ref.site}")
            if isinstance(ref, Holder | Instance) and not self._is_row(ref):
                for key, held in self.heap.of(ref):
                    whom = isinstance(key, str) and key.lower() in RECIPIENT_NAMES
                    labels |= to(self.recipients(held, depth + 1)) if whom else self.deep(held, depth + 1)
            elif isinstance(ref, Live):
                labels |= self.stored(f"object {id(ref.obj)}")
            elif hasattr(ref, "receiver"):
                labels |= self.deep(ref.receiver, depth + 1)
        return labels

    def recipients(self, value: Value, depth: int = 0) -> Labels:
        """Return what the receivers of a mail tell of; ``other`` if one of them is not known to be the learner."""
        holders = value.only(Holder)
        if not holders or depth >= DEEPEST_OBJECTS:
            labels = self.deep(value, depth)
            return labels if "own" in labels else labels | {"other"}
        found = value.labels
        for ref in holders:
            for _, held in self.heap.of(ref):
                found |= self.recipients(held, depth + 1)
        return found

    def stored(self, store: str) -> Labels:
        """Return what another part put there, and that reading it drains it."""
        return frozenset({f"store:{store}"}) if store in self.shared.stores else NO_LABELS

    def _is_row(self, ref: Any) -> bool:
        return isinstance(ref, Instance) and isinstance(ref.cls, type) and issubclass(ref.cls, Model)

    def lookup(self, name: str, scope: Scope) -> Value:
        """Return what a name stands for."""
        here: Scope | None = scope
        while here is not None:
            if name in here.names:
                return here.names[name]
            here = here.parent
        found = self._outside(name, scope)
        if found is None:
            builtin = getattr(builtins, name, None)
            return UNKNOWN if builtin is None else one(Live(builtin))
        return found

    def _outside(self, name: str, scope: Scope) -> Value | None:
        live = scope.fallback
        if live is not None:
            code = live.__code__
            if name in code.co_freevars:
                try:
                    return self.of_live(live.__closure__[code.co_freevars.index(name)].cell_contents)
                except ValueError:
                    return UNKNOWN
            if name in live.__globals__:
                return self._global(live.__globals__[name], scope.module, name)
            return self._global_set(scope.module, name)
        return self.global_of(scope.module, name)

    def _global(self, obj: Any, module: Module, name: str) -> Value:
        value = self.of_live(obj) | self.heap.get((module.path, name), NOTHING)
        return value.plus(self.stored(f"global {module.name}.{name}"))

    def global_of(self, module: Module, name: str) -> Value | None:
        """Return a module's global, by the live module or by reading the file."""
        if module.live is not None:
            namespace = vars(module.live)
            if name in namespace:
                return self._global(namespace[name], module, name)
            return self._global_set(module, name)
        return self.source_scope(module).names.get(name)

    def _global_set(self, module: Module, name: str) -> Value | None:
        found = self.heap.get((module.path, name))
        return None if found == NOTHING else found

    def source_scope(self, module: Module) -> Scope:
        """Return the names of a module that is only read; reading its body runs nothing."""
        if module.path not in self.scopes:
            scope = self.scopes[module.path] = Scope(module)
            scope.names["__name__"] = one(Const(module.name, literal=True))
            before, self.module = self.module, module
            importing, self.at_import = self.at_import, True
            optional, self.is_optional = self.is_optional, False
            try:
                self.execute(module.tree.body, scope)
            finally:
                self.module, self.at_import, self.is_optional = before, importing, optional
        return self.scopes[module.path]
