"""The state of reading one entry: the calls on the way, what guards them, and what was seen to happen."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from credit_migration.data.verification import Condition
from credit_migration.verification.source.code import (
    Comprehension,
    Function,
    Module,
    Scope,
    SourceClass,
    Waiting,
)
from credit_migration.verification.source.machine.events import Event, RowUse, Shared
from credit_migration.verification.source.machine.heap import GLOBAL, Heap
from credit_migration.verification.source.program import Program
from credit_migration.verification.source.tables import Tables
from credit_migration.verification.source.values import NO_LABELS, NOTHING, Arguments, Holder, Labels, Value

ROW_VERBS = frozenset(
    {"create", "acreate", "get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create", "new"}
)
"""How a row of a recorded request is made."""


class EndsHereError(Exception):
    """Python raises here: an attribute is asked of ``None``."""


class Machine(ABC):
    """Reads what happens when a function is called, for every branch that the source does not rule out."""

    def __init__(self, program: Program, tables: Tables, shared: Shared) -> None:
        self.program, self.tables, self.shared = program, tables, shared
        self.heap = Heap()
        self.memo: dict[Any, Value] = {}
        self.told: dict[Value, Labels] = {}
        self.told_at = (0, 0)
        """As of which changes of the heap and the stores ``told`` is right."""
        self.active: dict[Any, int] = {}
        self.stack: list[tuple[str, Function | None]] = []
        self.module: Module | None = None
        self.guards: Labels = NO_LABELS
        self.switches: tuple[Condition, ...] = ()
        self.doubt: tuple[str, int, str] | None = None
        self.events: dict[Any, Event] = {}
        self.scopes: dict[str, Scope] = {}
        self.at_import = False
        self.offered = False
        """Whether what is read stands in a loop over what a learner is offered."""
        self.discarded: ast.AST | None = None
        """The expression whose value nobody keeps."""
        self.is_optional = False
        """Whether what is read stands in a ``try``, so that an import may fail there."""
        self.row_uses: dict[tuple[str, int, str], RowUse] = {}
        self.missed: set[str] = set()
        """Stores that were asked for, and that nothing had put anything into by then."""
        self.made: set[Any] = set()
        """The host's classes that objects were made of."""
        self.completed: set[str] = set()
        """New rows whose program is set after they are made, by where they are made."""
        self.registered: dict[str, list[Value]] = {}
        """By module that is only read: functions that a library's decorator registers when it is imported."""
        self.subclassed: dict[Any, list[SourceClass]] = {}
        """By class: the classes that the source makes from it, and that the process does not have."""
        self.kept: list[Any] = []
        self.generators: dict[Holder, list[Waiting]] = {}
        """What runs when a generator or a coroutine is advanced, by what stands for it."""
        self.pending: set[Holder] = set()
        """Those of them that nothing has advanced since they were made."""
        self.begun: dict[Waiting, set[Any]] = {}
        """Under what it was run already, by what waits."""
        self.direct: ast.AST | None = None
        """The call in the host's source that is followed, until library code comes in between."""

    @abstractmethod
    def evaluate(self, node: ast.expr, scope: Scope) -> Value: ...

    @abstractmethod
    def outcome(self, body: ast.expr, scope: Scope) -> Value: ...

    @abstractmethod
    def comprehend(self, body: Comprehension, holder: Holder) -> None: ...

    @abstractmethod
    def execute(self, body: list[ast.stmt], scope: Scope) -> bool: ...

    @abstractmethod
    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None: ...

    @abstractmethod
    def call(self, callee: Value, arguments: Arguments, node: ast.AST) -> Value: ...

    @abstractmethod
    def make(self, cls: Any, arguments: Arguments, node: ast.AST) -> Value: ...

    @abstractmethod
    def library(self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value: ...

    @abstractmethod
    def attribute(self, value: Value, name: str, node: ast.AST) -> Value: ...

    @abstractmethod
    def elements(self, value: Value, node: ast.AST) -> Value: ...

    @abstractmethod
    def _narrow(self, test: ast.expr, scope: Scope, *, inside: bool) -> None: ...

    @abstractmethod
    def in_order(self, value: Value) -> list[Value] | None: ...

    @abstractmethod
    def item(self, value: Value, key: Value, node: ast.AST) -> Value: ...

    @abstractmethod
    def objects_in(self, value: Value) -> list[tuple[Any, Any]]: ...

    @abstractmethod
    def of_live(self, obj: Any) -> Value: ...

    @abstractmethod
    def member(self, cls: Any, name: str, receiver: Value | None, node: ast.AST) -> Value | None: ...

    @abstractmethod
    def run(self, function: Function, arguments: Arguments, node: ast.AST, *, into: Holder | None = None) -> Value: ...

    @abstractmethod
    def resume(self, ref: Holder, node: ast.AST) -> Value: ...

    @abstractmethod
    def release(self, value: Value, node: ast.AST) -> None: ...

    @abstractmethod
    def outlives(self, ref: Any) -> bool: ...

    @abstractmethod
    def live_generator(self, obj: Any) -> Value: ...

    @abstractmethod
    def store_fields(self, model: Any, arguments: Arguments, node: ast.AST) -> None: ...

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
    def guarded(self, labels: Labels, switches: tuple[Condition, ...] = ()) -> Iterator[None]:
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
