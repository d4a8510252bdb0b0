"""An operator, a comparison or a condition → its value, and whether the code itself settles it."""

from __future__ import annotations

import ast
import operator
import re
from collections import deque
from typing import Any

from credit_migration.verification.source.code import Function, Scope, SourceClass
from credit_migration.verification.source.lookups import is_part_of_query
from credit_migration.verification.source.machine.conditions import Conditions
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.tables import is_model, is_row
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Arguments,
    Const,
    Holder,
    Instance,
    Live,
    Pattern,
    Rows,
    Value,
    joined,
    one,
)

_FOLDED = {ast.Add: operator.add, ast.Mod: operator.mod, ast.Mult: operator.mul}
_OPERATORS = {
    ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__", ast.MatMult: "__matmul__", ast.Div: "__truediv__",
    ast.Mod: "__mod__", ast.LShift: "__lshift__", ast.RShift: "__rshift__", ast.BitOr: "__or__",
    ast.BitAnd: "__and__", ast.BitXor: "__xor__", ast.FloorDiv: "__floordiv__", ast.Pow: "__pow__",
}  # fmt: skip

_JOINED = frozenset({dict, list, set, tuple})
"""Plain containers that an operator makes another one of."""


class Operators(Conditions):
    """The part of the machine that evaluates operators and tests."""

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Value:
        texts, regex, labels, known = [""], "", NO_LABELS, True
        for part in node.values:
            value = self.evaluate(part.value if isinstance(part, ast.FormattedValue) else part, scope)
            labels |= self.deep(value)
            options = [str(constant) for constant in value.constants()]
            if value.unknown or len(options) != len(value.refs) or not options or len(texts) * len(options) > 64:
                known = False
                regex += ".*"
            else:
                texts = [text + option for text in texts for option in options]
                regex += f"(?:{'|'.join(map(re.escape, options))})"
        if known:
            labels = labels.union(*(self.tables.sql(text) for text in texts))
            return joined(one(Const(text), labels) for text in texts)
        labels |= self.tables.sql(ast.unparse(node))
        return Value(frozenset({Pattern(regex)}), labels, True)

    def _binop(self, node: ast.BinOp, scope: Scope) -> Value:
        left, right = self.evaluate(node.left, scope), self.evaluate(node.right, scope)
        self.release(left | right, node)
        fold = _FOLDED.get(type(node.op))
        a, b = self.plain(left), self.plain(right)
        if fold is not None and isinstance(a, str) and b is not None:
            try:
                text = fold(a, tuple(b) if isinstance(b, list) else b)
            except (TypeError, ValueError):
                return UNKNOWN
            return one(Const(text), left.labels | right.labels | self.tables.sql(text))
        name = _OPERATORS.get(type(node.op), "")
        result = NOTHING
        for value, other, method in ((left, right, name), (right, left, name.replace("__", "__r", 1))):
            for ref, cls in self.objects_in(value):
                if method:
                    found = self.member(cls, method, Value(frozenset({ref}), value.labels), node)
                    result = result | (self.call(found, Arguments((other,)), node) if found else NOTHING)
        if any(
            isinstance(ref, Holder | Rows) or type(getattr(ref, "obj", None)) in _JOINED for ref in (left | right).refs
        ):
            holder = Holder(f"joined {self.site(node)}")
            self.hold(holder, ANY, self.elements(left, node) | self.elements(right, node))
            return one(holder, left.labels | right.labels) | result
        parts_of_query = Value(frozenset(r for r in (left | right).only(Instance) if is_part_of_query(r.cls)))
        result = result | parts_of_query
        if fold is not None and (left.only(Const, Pattern) or right.only(Const, Pattern)):
            parts = [re.escape(v) if isinstance(v := self.plain(value), str) else ".*" for value in (left, right)]
            return Value(frozenset({Pattern("".join(parts))}), self.deep(left) | self.deep(right), True) | result
        return Value(labels=self.deep(left) | self.deep(right), unknown=True) | result

    def objects_in(self, value: Value) -> list[tuple[Any, Any]]:
        """Return the objects of the host's own classes that a value may be, rows apart, and their classes."""
        made = [(ref, ref.cls) for ref in value.only(Instance) if not is_row(ref)]
        live = [(ref, type(ref.obj)) for ref in value.only(Live) if self.is_project_class(type(ref.obj))]
        return made + live

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Value:
        result, labels = NOTHING, NO_LABELS
        for value in node.values:
            with self.guarded(labels, self.conditions_in(value, scope)):
                found = self.evaluate(value, scope)
            is_whole = isinstance(node.op, ast.Or) or value is node.values[-1]
            passed_on = found if is_whole else self._without_containers(found)
            result = result | passed_on
            labels |= self.deep(found)
            verdict = self.decide(found)
            if verdict is not None and verdict is isinstance(node.op, ast.Or):
                break
        return result

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = self.evaluate(node.left, scope)
        others = [self.evaluate(other, scope) for other in node.comparators]
        if any(isinstance(op, ast.In | ast.NotIn) for op in node.ops):
            self.release(joined((left, *others)), node)
        labels = self.deep(left).union(*(self.deep(other) for other in others))
        for value in (left, *others):
            self._operator(value, ("__eq__", "__lt__", "__gt__", "__contains__"), node)
        if len(others) == 1:
            same = _same(left, others[0], node.ops[0])
            if same is not None:
                return one(Const(same, literal=True), labels)
        return Value(labels=labels, unknown=True)

    def _operator(self, value: Value, names: tuple[str, ...], node: ast.AST) -> None:
        for ref, cls in self.objects_in(value):
            for name in names:
                if name in self._special_names(cls):
                    method = self.member(cls, name, Value(frozenset({ref}), value.labels), node)
                    self.call(method or NOTHING, Arguments(rest=UNKNOWN), node)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.evaluate(node.operand, scope)
        verdict = self.decide(value)
        if isinstance(node.op, ast.Not) and verdict is not None:
            return one(Const(not verdict, literal=True), value.labels)
        parts_of_query = frozenset(ref for ref in value.only(Instance) if is_part_of_query(ref.cls))
        return Value(parts_of_query, self.deep(value), unknown=True)

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self.evaluate(node.test, scope)
        verdict = self.decide(test)
        result = NOTHING
        with self.guarded(self.deep(test), self.conditions_in(node.test, scope)):
            if verdict is not False:
                result = result | self.evaluate(node.body, scope)
            if verdict is not True:
                result = result | self.evaluate(node.orelse, scope)
        return result

    def decide(self, value: Value) -> bool | None:
        """Return the truth of a test that the code itself settles, ``None`` for all else: flags are not settled."""
        if value.unknown or not value.refs:
            return None
        truths = {self._truth(ref) for ref in value.refs}
        return truths.pop() if len(truths) == 1 else None

    def _without_containers(self, value: Value) -> Value:
        """Return what ``and`` may give of an operand before its last: a container that it gives is empty."""
        live = {r for r in value.only(Live) if isinstance(r.obj, list | dict | set | tuple | deque)}
        made = {r for r in value.only(Holder) if r not in self.generators}
        return Value(value.refs - live - made, value.labels, value.unknown)

    def _truth(self, ref: Any) -> bool | None:
        if isinstance(ref, Const):
            return bool(ref.value) if ref.literal else None
        return True if isinstance(ref, Function | SourceClass) else None


def _same(left: Value, right: Value, op: ast.cmpop) -> bool | None:
    """Return whether two classes, or two literals, are the same where the code settles it."""
    if left.unknown or right.unknown or len(left.refs) != 1 or len(right.refs) != 1:
        return None
    (a,), (b,) = left.refs, right.refs
    is_class = all(isinstance(r, Live) and is_model(r.obj) for r in (a, b))
    is_literal = all(isinstance(r, Const) and r.literal for r in (a, b))
    if not is_class and not is_literal:
        return None
    same: bool = a == b
    if isinstance(op, ast.Eq | ast.Is):
        return same
    return not same if isinstance(op, ast.NotEq | ast.IsNot) else None
