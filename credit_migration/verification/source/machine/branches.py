"""``if``, loops, ``with`` and ``try`` → what each branch does, and what is told by getting there."""

from __future__ import annotations

import ast
from typing import Any

from credit_migration.data.verification import Condition
from credit_migration.verification.source.code import Scope, SourceClass
from credit_migration.verification.source.machine.gating import Gating
from credit_migration.verification.source.machine.heap import RAISED
from credit_migration.verification.source.tables import is_model, is_row
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Arguments,
    Const,
    Holder,
    Instance,
    Labels,
    Live,
    Value,
    joined,
    one,
)

_CONTAINERS = frozenset({dict, frozenset, list, set, tuple})


class Branches(Gating):
    """The part of the machine that reads every branch that the source does not rule out."""

    def _do_if(self, node: ast.If, scope: Scope) -> bool:
        test = self.evaluate(node.test, scope)
        verdict, labels = self.decide(test), self.deep(test)
        if verdict is None:
            verdict = False if _only_for_types(node.test) else self._of_its_class(node.test, scope)
        switches = self.conditions_in(node.test, scope)
        self.note_if(node, labels, scope)
        before = dict(scope.names)
        self._narrow(node.test, scope, inside=True)
        ended, after = False, None
        if verdict is not False:
            with self.guarded(labels, switches):
                ended = self.execute(node.body, scope)
            after = None if ended else scope.names
        other_ended = verdict is True
        if verdict is not True:
            scope.names = dict(before)
            self._narrow(node.test, scope, inside=False)
            with self.guarded(labels, switches):
                other_ended = self.execute(node.orelse, scope)
            if after is not None and not other_ended:
                scope.names = merged(after, scope.names)
            elif after is not None:
                scope.names = after
        if verdict is True:
            return ended
        if verdict is False:
            return other_ended
        if ended != other_ended:
            self.guards, self.switches = self.guards | labels, (*self.switches, *switches)
        return ended and other_ended

    def _of_its_class(self, test: ast.expr, scope: Scope) -> bool | None:
        """Return what ``isinstance`` says of an object that the source shows to be made of a class."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self._of_its_class(test.operand, scope)
            return None if inner is None else not inner
        if not isinstance(test, ast.Call) or getattr(test.func, "id", "") != "isinstance" or len(test.args) != 2:
            return None
        wanted = self.evaluate(test.args[1], scope)
        return self._is_of_class(
            self.evaluate(test.args[0], scope), wanted | self.elements(wanted, test), is_open=False
        )

    def _is_of_class(self, value: Value, wanted: Value, *, is_open: bool) -> bool | None:
        """Return whether each object that a value may be is of one of these classes; ``None`` if that is not shown."""
        classes = tuple(ref.obj for ref in wanted.only(Live) if isinstance(ref.obj, type))
        made = [ref.cls for ref in value.only(Instance) if isinstance(ref.cls, type) and ref.site and not is_row(ref)]
        if value.unknown or not classes or len(classes) < len(wanted.only(Live)) or wanted.only(SourceClass):
            return None
        if not made or len(made) < len(value.refs):
            return None
        fits = {issubclass(cls, classes) for cls in made}
        if fits == {False}:
            return False
        return True if fits == {True} and not is_open else None

    def _narrow(self, test: ast.expr, scope: Scope, *, inside: bool) -> None:
        """Leave out what ``isinstance`` says that a name is not."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._narrow(test.operand, scope, inside=not inside)
        name, kinds = _checked(test)
        value = scope.names.get(name)
        if kinds is None or value is None:
            return None
        wanted = self.evaluate(kinds, scope)
        wanted = wanted | self.elements(wanted, test)
        classes = tuple(r.obj for r in wanted.only(Live) if isinstance(r.obj, type))
        if inside and value.unknown:
            scope.names[name] = value | self._one_of(wanted, value)
        if not classes or isinstance(test, ast.Compare):
            return None
        fits = {ref: _is_a(ref, classes) for ref in value.refs}
        out = frozenset(ref for ref, verdict in fits.items() if verdict is not None and verdict is not inside)
        if out and (out != value.refs or not any(map(is_row, out))):
            # The branch is read all the same, for what a setting holds may change: nothing of that kind is there now.
            left = value.refs - out or frozenset({Const(None)})
            scope.names[name] = Value(left, value.labels, value.unknown)
        return None

    def _one_of(self, wanted: Value, value: Value) -> Value:
        """Return an object of one of the host's classes of which nothing else is known; rows of its models."""
        if any(ref.cls in {getattr(kind, "obj", kind) for kind in wanted.refs} for ref in value.only(Instance)):
            return NOTHING
        rows = [self.tables.row(ref.obj) for ref in wanted.only(Live) if is_model(ref.obj) and not value.refs]
        own = [ref.obj for ref in wanted.only(Live) if isinstance(ref.obj, type) and self.is_project_class(ref.obj)]
        others = [cls for cls in (*own, *wanted.only(SourceClass)) if not is_model(cls)]
        return joined((*rows, *(one(Instance(cls, "found to be of its class")) for cls in others)))

    def _loop(self, node: Any, scope: Scope, bind: Any, labels: Labels, switches: tuple[Condition, ...] = ()) -> None:
        guards, before_switches = self.guards, self.switches
        for _ in range(2):
            before = dict(scope.names)
            bind()
            self.guards, self.switches = guards | labels, (*before_switches, *switches)
            self.execute(node.body, scope)
            scope.names = merged(before, scope.names)
        self.guards, self.switches = guards, before_switches
        self.execute(node.orelse, scope)

    def _do_for(self, node: ast.For, scope: Scope) -> None:
        source = self.evaluate(node.iter, scope)
        items = self.elements(source, node.iter)
        offered, self.offered = self.offered, self.is_offer(source)
        self._loop(node, scope, lambda: self.assign(node.target, items, scope), self.deep(source))
        self.offered = offered
        if isinstance(node.iter, ast.Name) and isinstance(node.target, ast.Name) and node.iter.id in scope.names:
            told = scope.names[node.target.id].labels - items.labels
            scope.names[node.iter.id] = scope.names[node.iter.id].plus(told)

    _do_asyncfor = _do_for

    def _do_while(self, node: ast.While, scope: Scope) -> None:
        test = self.evaluate(node.test, scope)
        if self.decide(test) is not False:
            again = lambda: self.evaluate(node.test, scope)  # noqa: E731
            self._loop(node, scope, again, self.deep(test), self.conditions_in(node.test, scope))

    def _do_with(self, node: ast.With, scope: Scope) -> bool:
        entered: list[Value] = []
        for item in node.items:
            value = self.evaluate(item.context_expr, scope)
            entered.append(value)
            result = Value(labels=value.labels, unknown=True) | value
            for name in ("__enter__", "__aenter__"):
                result = result | self._special_call(value, name, item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, result | joined(self._held_by(value)), scope)
        ended = self.execute(node.body, scope)
        for value in entered:
            for name in ("__exit__", "__aexit__"):
                self._special_call(value, name, node)
        return ended

    _do_asyncwith = _do_with

    def _held_by(self, value: Value) -> list[Value]:
        """Return what containers have, and what an object of a library was made with."""
        made = [ref for ref in value.only(Instance) if isinstance(ref.cls, type) and not self.is_project_class(ref.cls)]
        return [self.all_held(ref) for ref in (*value.only(Holder), *(ref for ref in made if not is_row(ref)))]

    def _special_call(self, value: Value, name: str, node: ast.AST) -> Value:
        result = NOTHING
        for ref in value.only(Instance, Live):
            if isinstance(ref, Instance) and not is_row(ref):
                method = self.member(ref.cls, name, Value(frozenset({ref}), value.labels), node)
            elif isinstance(ref, Live) and self.is_project_class(type(ref.obj)):
                method = self.member(type(ref.obj), name, one(ref), node)
            else:
                continue
            raised = UNKNOWN | joined(value for _, value in self.heap.of(RAISED))
            result = result | self.call(
                method or NOTHING, Arguments((UNKNOWN, raised, UNKNOWN) if "exit" in name else ()), node
            )
        return result

    def _do_try(self, node: ast.Try, scope: Scope) -> bool:
        before = dict(scope.names)
        optional, self.is_optional = self.is_optional, True
        ended = self.execute(node.body, scope)
        self.is_optional = optional
        tried = scope.names
        read = joined(tried[name] for name in tried if before.get(name) != tried[name])
        labels = self.deep(read) if read != NOTHING else NO_LABELS
        sought = self.note_try(node, scope)
        labels |= sought
        if not ended:
            ended = self.execute(node.orelse, scope)
            tried = scope.names
        outcomes = [] if ended else [tried]
        all_ended = ended
        for handler in node.handlers:
            scope.names = merged(before, tried)
            if handler.name:
                scope.names[handler.name] = UNKNOWN | self._caught(handler, scope)
            with self.guarded(labels):
                handled = self.execute(handler.body, scope)
            all_ended = all_ended and handled
            if not handled:
                outcomes.append(scope.names)
            elif not ended:
                self.guards |= labels & {"request", "pathway", "address"}
        if ended and outcomes:
            self.guards |= sought
        if outcomes:
            scope.names = outcomes[0]
            for other in outcomes[1:]:
                scope.names = merged(scope.names, other)
        return self.execute(node.finalbody, scope) or all_ended

    _do_trystar = _do_try

    def _caught(self, handler: ast.ExceptHandler, scope: Scope) -> Value:
        """Return the host's own exceptions, of those that were raised, that come to this handler."""
        named = NOTHING if handler.type is None else self.evaluate(handler.type, scope)
        kinds = tuple(ref.obj for ref in (named | joined(self._held_by(named))).only(Live) if isinstance(ref.obj, type))
        raised = self.heap.of(RAISED)
        return joined(v for cls, v in raised if not kinds or not isinstance(cls, type) or issubclass(cls, kinds))


def merged(first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    if first is second:
        return first
    result = dict(first)
    for name, value in second.items():
        before = result.get(name)
        result[name] = value if before is None or before is value else before | value
    return result


def _checked(test: ast.expr) -> tuple[str, ast.expr | None]:
    """Return the name whose class a test asks for, and the class: by ``isinstance``, or by comparing its ``type``."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Is | ast.Eq):
        asked, kinds = test.left, test.comparators[0]
        function, count = "type", 1
    else:
        asked, kinds, function, count = test, None, "isinstance", 2
    if not isinstance(asked, ast.Call) or getattr(asked.func, "id", "") != function or len(asked.args) != count:
        return "", None
    return getattr(asked.args[0], "id", ""), kinds or asked.args[1]


def _is_a(ref: Any, classes: tuple[type, ...]) -> bool | None:
    """Return what ``isinstance`` says of a row, a constant or a plain container; ``None`` for all else."""
    cls = ref.cls if is_row(ref) else type(ref.value) if isinstance(ref, Const) else None
    if isinstance(ref, Live) and type(ref.obj) in _CONTAINERS:
        cls = type(ref.obj)
    return None if cls is None else issubclass(cls, classes)


def _only_for_types(test: ast.expr) -> bool:
    return getattr(test, "attr", getattr(test, "id", "")) == "TYPE_CHECKING"
