"""What library code is given → the generators that it may run, and the functions that it wraps."""

from __future__ import annotations

import ast
import types
from typing import Any

from credit_migration.verification.source.code import Function, SourceClass
from credit_migration.verification.source.machine.generators import AWAITED
from credit_migration.verification.source.machine.holders import HOLDS
from credit_migration.verification.source.machine.tasks import Tasks
from credit_migration.verification.source.tables import is_row
from credit_migration.verification.source.values import (
    Applied,
    Arguments,
    Bound,
    Holder,
    Instance,
    Live,
    Value,
    joined,
    one,
)

_ADDS = HOLDS - {"extend", "extendleft", "update"}
_TAKE_OUT = frozenset({"builtins", "itertools", "collections", "functools", "_functools", "operator", "_operator"})
"""The modules whose functions at most take things out of a generator, which is followed there; none sends into it."""


class Handing(Tasks):
    """The part of the machine that knows what becomes of what waits when library code gets it."""

    def given_out(self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Arguments:
        """Run the generators that library code is given, and return the arguments with what they tell of then."""
        given = arguments.joined()
        if receiver is not None and receiver.refs:
            of_container = not receiver.unknown and all(map(is_container, receiver.refs))
            is_kept = of_container and method_of(name) in _ADDS
            given = given if of_container else given | receiver
        else:
            is_kept = getattr(obj, "__module__", None) in _TAKE_OUT
        if is_kept:
            return arguments
        self.release(given, node)
        keywords = tuple((key, self._told_of(value)) for key, value in arguments.keywords)
        rest = None if arguments.rest is None else self._told_of(arguments.rest)
        return Arguments(tuple(map(self._told_of, arguments.positional)), keywords, rest)

    def _told_of(self, value: Value) -> Value:
        """Return what library code has of a value whose generators have run; of a coroutine, what that returns."""
        waiting = [ref for ref in value.refs if ref in self.generators]
        if not waiting:
            return value
        done = [ref for ref in waiting if ref.site.startswith(AWAITED)]
        told = value.plus(self.deep(value))
        return Value(told.refs.difference(done), told.labels, told.unknown) | joined(map(self.all_held, done))

    def passed_on(self, value: Value) -> Value:
        """Return what library code may give back of what it is given: functions and objects of the host."""
        return Value(frozenset(filter(self._is_of_host, value.refs)))

    def _is_of_host(self, ref: Any) -> bool:
        if isinstance(ref, Instance):
            return not is_row(ref) and (isinstance(ref.cls, SourceClass) or self.is_project_class(ref.cls))
        if isinstance(ref, Live):
            return isinstance(ref.obj, types.FunctionType) or self.is_project_class(type(ref.obj))
        return isinstance(ref, Function | Bound | Applied)

    def wrapped_up(self, value: Value) -> Value:
        """Return functions in a library's wrapper, which runs a generator or a coroutine that it gets from them."""
        inner = {ref: getattr(ref, "function", ref) for ref in value.refs}
        live = {ref: self.program.function(r.obj) for ref, r in inner.items() if is_function(r)}
        found = {ref: live.get(ref) or function for ref, function in inner.items()}
        wrapped = {ref for ref, f in found.items() if isinstance(f, Function) and self.is_suspended(f)}
        rest = Value(value.refs - wrapped, value.labels, value.unknown)
        return rest | joined(one(Applied(one(ref), (), ()), value.labels) for ref in wrapped)


def is_container(ref: Any) -> bool:
    return isinstance(ref, Holder) or (isinstance(ref, Live) and isinstance(ref.obj, list | tuple | dict | set))


def is_function(ref: Any) -> bool:
    return isinstance(ref, Live) and isinstance(ref.obj, types.FunctionType)


def method_of(name: str) -> str:
    return name.rpartition(".")[2]
