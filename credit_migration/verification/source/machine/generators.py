"""A generator or a coroutine → what runs when it is advanced, what it is sent, and what comes out of it."""

from __future__ import annotations

import ast
import inspect
from functools import lru_cache
from typing import Any

from credit_migration.verification.source.code import Call, Comprehension, Function, Scope, Waiting
from credit_migration.verification.source.machine.heap import ANY, GLOBAL
from credit_migration.verification.source.machine.objects import Objects
from credit_migration.verification.source.only_filled import are_only_filled, is_only_filled
from credit_migration.verification.source.tables import is_row
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    Holder,
    Instance,
    Labels,
    LibraryMethod,
    Live,
    NotSent,
    Value,
    joined,
    one,
)

SENT = "what is sent into it"
WAITING = "waiting"
"""Begins the name of a generator that the process has: it may be in the midst of its body."""
MADE = "begins"
"""Begins the name of one that the host's own source makes and of which all is followed that is done with it."""
AWAITED = "awaits"
"""Begins the name of a coroutine that the host's own source makes."""
_ADVANCES = frozenset({"send", "asend", "__next__", "__anext__"})
_ENDS = frozenset({"throw", "athrow", "close", "aclose"})
"""What runs the rest of a body that something has begun, and nothing of another."""
_AS_WRITTEN = frozenset({"property", "staticmethod", "classmethod", "cached_property", "setter", "abstractmethod"})


class Generators(Objects):
    """The part of the machine that knows generators, those that the process has among them, and coroutines."""

    def live_generator(self, obj: Any) -> Value:
        """Return what stands for a generator of the process; ``NOTHING`` if it is done, or not the host's."""
        frames = (getattr(obj, name, None) for name in ("gi_frame", "ag_frame", "cr_frame"))
        frame = next(filter(None, frames), None)
        if frame is None or not self.program.owns(frame.f_code.co_filename):
            return NOTHING
        code = frame.f_code
        module = self.program.file(code.co_filename)
        nodes = [] if module is None else self.program.nodes(module).get((code.co_firstlineno, code.co_name), [])
        if module is None or len(nodes) != 1:
            return NOTHING
        held = {name: self.of_live(value) for name, value in frame.f_locals.items()}
        around = Scope(module, names={name: held[name] for name in code.co_freevars if name in held})
        names = [name for name in inspect.getargs(code).args if name in held]
        holder = Holder(f"{WAITING} {id(obj)}")
        self.kept.append(obj)
        arguments = Arguments((), tuple((name, held[name]) for name in names))
        self.generators.setdefault(holder, [Call(Function(nodes[0], module, obj.__qualname__, around), arguments)])
        return one(holder)

    def suspend(self, holder: Holder, body: Waiting, labels: Labels = NOTHING.labels) -> Value:
        """Return what stands for something that runs when it is advanced, and not before."""
        bodies = self.generators.setdefault(holder, [])
        if body not in bodies:
            bodies.append(body)
        self.pending.add(holder)
        self.begun.pop(body, None)
        return one(holder, labels)

    def is_suspended(self, function: Function) -> bool:
        """Return whether a call in the host's own source runs nothing of a function's body yet."""
        node = function.node
        if isinstance(node, ast.Lambda) or self.at_import:
            return False
        names = {getattr(decorator, "attr", getattr(decorator, "id", "")) for decorator in node.decorator_list}
        is_wrapped = function.live is None and not names <= _AS_WRITTEN
        return not is_wrapped and (isinstance(node, ast.AsyncFunctionDef) or bool(_yields(node)))

    def made_by(self, function: Function, arguments: Arguments, node: ast.AST) -> Value:
        """Return the generator or the coroutine that a call in the host's own source makes."""
        target = f"{self.program.short(function.module.path)}:{function.node.lineno}"
        self.shared.ran.add((function.module.path, function.node.lineno))
        kind = MADE if _yields(function.node) else AWAITED
        return self.suspend(Holder(f"{kind} {self.site(node)} {target}"), Call(function, arguments))

    def advance(self, ref: Holder, name: str, arguments: Arguments, node: ast.AST) -> Value | None:
        """Follow a method of a generator to its body; return what it yields, ``None`` for a method of no generator."""
        if name in {"send", "asend"}:
            self.hold(ref, SENT, arguments.joined())
        if name in _ENDS and not ref.site.startswith(WAITING):
            return UNKNOWN
        return self.resume(ref, node) if name in _ADVANCES | _ENDS else None

    def waits(self, ref: Holder) -> bool:
        """Return whether something runs when this is advanced."""
        return ref in self.pending or ref.site.startswith(WAITING)

    def resume(self, ref: Holder, node: ast.AST) -> Value:
        """Run what waits for a generator or a coroutine to be advanced, and return what comes out of it."""
        key = ("resumed", ref)
        if not self.active.get(key):
            bodies = tuple(self.generators.get(ref, ()))
            if self.doubt is None and not any(isinstance(body, Call) and _takes(body.function.node) for body in bodies):
                self.pending.discard(ref)
            self.active[key] = 1
            for body in bodies:
                self._run_waiting(body, ref, node)
            self.active[key] = 0
        return joined(value for _, value in self.heap.of(ref))

    def _run_waiting(self, body: Waiting, ref: Holder, node: ast.AST) -> None:
        if isinstance(body, Call):
            self.run(body.function, body.arguments, node, into=ref)
            return
        now = (self.guards, self.doubt is None)
        if now in self.begun.setdefault(body, set()):
            return
        self.begun[body].add(now)
        if isinstance(body, Comprehension):
            self.comprehend(body, ref)
            return
        items = tuple(self.elements(value, node) for value in body.iterables)
        made = self.call(body.function, Arguments(items), node)
        self.hold(ref, ANY, joined(items) if body.is_filter else made)

    def release(self, value: Value, node: ast.AST) -> None:
        """Run all that waits in a value, for what gets it here may advance it, and send whatever into it."""
        for ref in self._waiting_in(value) if self.pending else ():
            self.hold(ref, SENT, UNKNOWN)
            self.resume(ref, node)

    def _waiting_in(self, value: Value) -> list[Holder]:
        """Return what waits in a value, in what its objects hold, and in what those hold."""
        found, seen, todo = [], set(value.refs), list(value.refs)
        while todo:
            ref = todo.pop()
            if ref in self.pending:
                found.append(ref)
            inner = joined(held for _, held in self.heap.of(ref)) if isinstance(ref, Holder | Instance) else NOTHING
            if isinstance(ref, Bound | LibraryMethod):
                inner = ref.receiver
            elif isinstance(ref, Applied):
                inner = joined((*ref.args, *(kept for _, kept in ref.kwargs)))
            todo += inner.refs - seen
            seen |= inner.refs
        return found

    def outlives(self, ref: Any) -> bool:
        """Return whether another part may find what an object holds, so that it may be advanced there."""
        if isinstance(ref, Live):
            return not is_only_filled(self.program, ref.obj)
        if isinstance(ref, Holder) and GLOBAL in ref.site:
            scopes = self.scopes.values()
            names = {name for scope in scopes for name, value in scope.names.items() if ref in value.refs}
            return not are_only_filled(self.program, names)
        return is_row(ref) or not isinstance(ref, Holder | Instance) or GLOBAL in ref.site

    def sent_into(self, ref: Holder) -> Value:
        """Return what ``yield`` gives in the body of a generator."""
        sent = self.heap.get((ref, SENT), NOTHING)
        if sent != NOTHING:
            return sent
        return one(NotSent()) if ref.site.startswith(MADE) else UNKNOWN

    def delegate(self, ref: Any, value: Value, node: ast.AST) -> None:
        """Hand on by ``yield from`` what is sent into a generator."""
        sent = self.heap.get((ref, SENT), NOTHING)
        for inner in value.only(Holder) if sent != NOTHING else ():
            if inner in self.generators:
                self.hold(inner, SENT, sent)
                self.resume(inner, node)


@lru_cache(maxsize=8192)
def _yields(function: ast.AST) -> tuple[ast.AST, ...]:
    """Return the places of a function's own body that make it a generator function."""
    found, todo = [], list(ast.iter_child_nodes(function))
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            todo += ast.iter_child_nodes(node)
    return tuple(found)


@lru_cache(maxsize=8192)
def _takes(function: ast.AST) -> bool:
    """Return whether the body of a generator function does something with what it is sent."""
    dropped = {statement.value for statement in ast.walk(function) if isinstance(statement, ast.Expr)}
    return any(isinstance(node, ast.YieldFrom) or node not in dropped for node in _yields(function))
