"""An expression of the host's source → what it may stand for."""

from __future__ import annotations

import ast
import inspect

from django.core.management import get_commands

from credit_migration.verification.source.channels import RECIPIENT_NAMES, to
from credit_migration.verification.source.code import Function, Scope
from credit_migration.verification.source.contents import pairs_of
from credit_migration.verification.source.kept_names import missing
from credit_migration.verification.source.machine.displays import Displays
from credit_migration.verification.source.machine.events import COMMON
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.machine.state import EndsHereError
from credit_migration.verification.source.special.paths import dotted
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Arguments,
    Const,
    Holder,
    Labels,
    LibraryMethod,
    Live,
    Maybe,
    NotSent,
    Parent,
    Value,
    joined,
    one,
)

_METHODS = {kind: f"_{kind.__name__.lower()}" for kind in ast.expr.__subclasses__()}


class Expressions(Displays):
    """The part of the machine that evaluates expressions."""

    here: Scope

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        method = getattr(self, _METHODS[type(node)], None)
        if method is not None:
            value: Value = method(node, scope)
            return value
        return joined(
            self.evaluate(child, scope) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
        )

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        labels = self.text_labels(node.value) if isinstance(node.value, str) else NO_LABELS
        return one(Const(node.value, literal=True), labels)

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        value = self.lookup(node.id, scope)
        self.shared.seen.add((*self.place(node), node.id))
        self.mention(node, node.id, value)
        absent = missing(self.program, scope.module)
        if node.id in absent and value.constants() == (None,):
            self.wonder(node, f"what '{absent[node.id]}' does, which is not there")
        if node.id in scope.names and scope.parent is None:
            self.shared.mentions.add((*self.place(node), node.id))
        return value

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        owner = self.evaluate(node.value, scope)
        if not owner.unknown and owner.refs == {NotSent()}:
            raise EndsHereError
        value = self.attribute(owner, node.attr, node)
        self.shared.seen.add((*self.place(node), node.attr))
        self.mention(node, node.attr, value)
        return value

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return self._super(scope)
        callee = self.evaluate(node.func, scope)
        arguments = self._arguments(node, scope)
        before = getattr(self, "here", None)
        self.here = scope
        name = getattr(node.func, "attr", "")
        if name in COMMON and self._is_blind(callee, name, arguments):
            self.record("blind", node, name)
        if isinstance(node.func, ast.Name) and callee.unknown and self._is_blind(callee, "", arguments):
            self.wonder(node, f"which function '{node.func.id}' is")
        self.direct = node
        try:
            result = self._maybe(callee, arguments, node) | self.call(callee, arguments, node)
        finally:
            if before is not None:
                self.here = before
        if isinstance(node.func, ast.Attribute):
            self._told(node.func.value, arguments, scope)
        return result

    def _is_blind(self, callee: Value, name: str, arguments: Arguments) -> bool:
        """Return whether a method is called, of what the source does not show, with something about a learner."""
        if not all(isinstance(ref, LibraryMethod) and self._has_no(ref.receiver, name) for ref in callee.refs):
            return False
        return bool(self.deep(arguments.joined()) & {"learner", "own", "request"})

    def _has_no(self, receiver: Value, name: str) -> bool:
        """Return whether nothing that a value may be has an attribute of this name."""
        classes = [getattr(ref, "cls", None) for ref in receiver.refs]
        return all(isinstance(cls, type) and inspect.getattr_static(cls, name, None) is None for cls in classes)

    def _maybe(self, callee: Value, arguments: Arguments, node: ast.Call) -> Value:
        """Follow a call that the source may or may not make."""
        result = NOTHING
        for ref in callee.only(Maybe):
            with self.doubtful(node, ref.what):
                result = result | self.call(ref.candidates, arguments, node)
        return result

    def _told(self, target: ast.expr, arguments: Arguments, scope: Scope) -> None:
        """Let a name whose object is unknown tell of what its methods were given."""
        names = []
        while isinstance(target, ast.Attribute | ast.Subscript):
            names.append(getattr(target, "attr", ""))
            target = target.value
        if isinstance(target, ast.Name) and target.id in scope.names:
            value = scope.names[target.id]
            labels = self.deep(arguments.joined()) | self._sql_in(arguments)
            if value.unknown and not value.refs:
                scope.names[target.id] = value.plus(to(labels) if RECIPIENT_NAMES & set(names) else labels)

    def _sql_in(self, arguments: Arguments) -> Labels:
        texts = {text for value in arguments.all() for text in value.strings()}
        return frozenset[str]().union(*(self.tables.sql(text) | self.read_by_sql(text) for text in texts))

    def _super(self, scope: Scope) -> Value:
        here: Scope | None = scope
        while here is not None and (here.owner is None or here.receiver is None):
            here = here.parent
        if here is None or here.receiver is None:
            return UNKNOWN
        return one(Parent(here.owner, here.receiver))

    def _arguments(self, node: ast.Call, scope: Scope) -> Arguments:
        positional, rest = self._given_by_place(node, scope)
        keywords, more = self._given_by_name(node, scope)
        if more is not None:
            rest = (rest or NOTHING) | more
        return Arguments(positional, tuple(dict(keywords).items()), rest)

    def _given_by_place(self, node: ast.Call, scope: Scope) -> tuple[tuple[Value, ...], Value | None]:
        """Return the arguments whose place is known, and what the others may be."""
        positional: list[Value] = []
        rest: Value | None = None
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                spread = self.evaluate(argument.value, scope)
                known = self.in_order(spread)
                if known is not None and rest is None:
                    positional += known
                else:
                    rest = (rest or NOTHING) | self.elements(spread, node) | UNKNOWN
            elif rest is not None:
                rest = rest | self.evaluate(argument, scope)
            else:
                positional.append(self.evaluate(argument, scope))
        return tuple(positional), rest

    def _given_by_name(self, node: ast.Call, scope: Scope) -> tuple[list[tuple[str, Value]], Value | None]:
        """Return the arguments whose name is known, and what the others may be."""
        keywords: list[tuple[str, Value]] = []
        rest: Value | None = None
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                keywords.append((keyword.arg, value))
                continue
            for ref in value.only(Holder):
                keywords += [(k, v) for k, v in self.heap.of(ref) if isinstance(k, str) and k != ANY]
            for ref in value.only(Live):
                if isinstance(ref.obj, dict):
                    keywords += [(str(k), self.of_live(v)) for k, v in pairs_of(ref.obj)]
            loose = joined(self.heap.get((ref, ANY), NOTHING) for ref in value.only(Holder))
            if value.unknown or loose != NOTHING or not value.refs:
                rest = (rest or NOTHING) | loose | Value(labels=value.labels, unknown=True)
        return keywords, rest

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        self.shared.made.add((scope.module.path, node.lineno))
        return one(Function(node, scope.module, "<lambda>", scope, owner=scope.owner))

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    def _await(self, node: ast.Await, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        waiting = [ref for ref in value.only(Holder) if ref in self.generators]
        rest = Value(value.refs.difference(waiting), value.labels, value.unknown)
        return rest | joined(self.resume(ref, node) for ref in waiting)

    def _yield(self, node: ast.Yield, scope: Scope) -> Value:
        value = UNKNOWN if node.value is None else self.evaluate(node.value, scope)
        scope.yielded = (scope.yielded or NOTHING) | value
        return self.sent_into(scope.generator)

    def _yieldfrom(self, node: ast.YieldFrom, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        scope.yielded = (scope.yielded or NOTHING) | self.elements(value, node)
        self.delegate(scope.generator, value, node)
        return value

    def command(self, name: str) -> Value | None:
        """Return the class of one of the host's management commands, ``None`` if it is a library's."""
        app = get_commands().get(name)
        if not isinstance(app, str):
            return None
        return self.dotted(f"{app}.management.commands.{name}.Command", ())

    def dotted(self, text: str, package: tuple[str, ...]) -> Value | None:
        return dotted(self, text, package)
