"""An expression of the host's source → what it may stand for."""

from __future__ import annotations

import ast
import enum
import operator
import re
import types
from typing import Any

from django.core.management import get_commands
from django.db.models import Model

from credit_migration.verification.source import special
from credit_migration.verification.source.channels import RECIPIENT_NAMES, to
from credit_migration.verification.source.library import Library
from credit_migration.verification.source.machine import ANY
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Arguments,
    Const,
    Function,
    Holder,
    Instance,
    Labels,
    LibraryMethod,
    Live,
    Maybe,
    Parent,
    Pattern,
    Rows,
    Scope,
    SourceClass,
    Value,
    joined,
    one,
)

TEXT_SUFFIXES = frozenset({"html", "txt", "sql", "j2", "jinja", "tpl", "xml", "md"})
_FOLDED = {ast.Add: operator.add, ast.Mod: operator.mod, ast.Mult: operator.mul}
_OPERATORS = {
    ast.Add: "__add__", ast.Sub: "__sub__", ast.Mult: "__mul__", ast.MatMult: "__matmul__", ast.Div: "__truediv__",
    ast.Mod: "__mod__", ast.LShift: "__lshift__", ast.RShift: "__rshift__", ast.BitOr: "__or__",
    ast.BitAnd: "__and__", ast.BitXor: "__xor__", ast.FloorDiv: "__floordiv__", ast.Pow: "__pow__",
}  # fmt: skip


class Expressions(Library):
    """The part of the machine that evaluates expressions."""

    here: Scope

    def evaluate(self, node: ast.expr, scope: Scope) -> Value:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is not None:
            value: Value = method(node, scope)
            return value
        return joined(
            self.evaluate(child, scope) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)
        )

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        labels = self.text_labels(node.value) if isinstance(node.value, str) and len(node.value) > 4 else NO_LABELS
        return one(Const(node.value, literal=True), labels)

    def text_labels(self, text: str) -> Labels:
        """Return what a text tells of: by itself, or as the name of a file of the host that names the table."""
        labels = self.tables.text(text)
        if len(text) < 120 and "\n" not in text and text.rpartition(".")[2] in TEXT_SUFFIXES:
            for path, content in self.program.texts():
                if path.endswith(f"/{text.lstrip('./')}"):
                    labels |= self.tables.text(content)
        return labels

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        value = self.lookup(node.id, scope)
        self.shared.seen.add((*self.place(node), node.id))
        self.mention(node, node.id, value)
        if node.id in scope.names and scope.parent is None:
            self.shared.mentions.add((*self.place(node), node.id))
        return value

    def mention(self, node: ast.expr, name: str, value: Value) -> None:
        """Remember that this place was followed to functions of the host."""
        for ref in value.refs:
            inner = ref.function if hasattr(ref, "function") else ref
            target = inner.obj if isinstance(inner, Live) else inner
            is_library = isinstance(ref, LibraryMethod) and bool(ref.receiver.refs)
            if (
                is_library
                or isinstance(target, types.FunctionType | type | Function | SourceClass | types.MethodType)
                or hasattr(target, "run")
            ):
                path, line = self.place(node)
                self.shared.mentions.add((path, line, name))
                return

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        value = self.attribute(self.evaluate(node.value, scope), node.attr, node)
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
        try:
            result = self._maybe(callee, arguments, node) | self.call(callee, arguments, node)
        finally:
            if before is not None:
                self.here = before
        if isinstance(node.func, ast.Attribute):
            self._told(node.func.value, arguments, scope)
        return result

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
        return frozenset[str]().union(*(self.tables.sql(text) for value in arguments.all() for text in value.strings()))

    def _super(self, scope: Scope) -> Value:
        here: Scope | None = scope
        while here is not None and (here.owner is None or here.receiver is None):
            here = here.parent
        if here is None or here.receiver is None:
            return UNKNOWN
        return one(Parent(here.owner, here.receiver))

    def _arguments(self, node: ast.Call, scope: Scope) -> Arguments:  # noqa: C901 - a call's four kinds of argument
        positional: list[Value] = []
        rest: Value | None = None
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                spread = self.evaluate(argument.value, scope)
                known = self._in_order(spread)
                if known is not None and rest is None:
                    positional += known
                else:
                    rest = (rest or NOTHING) | self.elements(spread, node) | UNKNOWN
            elif rest is not None:
                rest = rest | self.evaluate(argument, scope)
            else:
                positional.append(self.evaluate(argument, scope))
        keywords: list[tuple[str, Value]] = []
        for keyword in node.keywords:
            value = self.evaluate(keyword.value, scope)
            if keyword.arg is not None:
                keywords.append((keyword.arg, value))
                continue
            for ref in value.only(Holder):
                keywords += [(k, v) for k, v in self.heap.of(ref) if isinstance(k, str) and k != ANY]
            for ref in value.only(Live):
                if isinstance(ref.obj, dict):
                    keywords += [(str(k), self.of_live(v)) for k, v in ref.obj.items()]
            loose = joined(self.heap.get((ref, ANY), NOTHING) for ref in value.only(Holder))
            if value.unknown or loose != NOTHING or not value.refs:
                rest = (rest or NOTHING) | loose | Value(labels=value.labels, unknown=True)
        return Arguments(tuple(positional), tuple(dict(keywords).items()), rest)

    def _in_order(self, value: Value) -> list[Value] | None:
        """Return the elements of a list or tuple whose every place is known."""
        if len(value.refs) != 1 or value.unknown:
            return None
        (ref,) = value.refs
        if isinstance(ref, Live) and isinstance(ref.obj, list | tuple):
            return [self.of_live(item) for item in ref.obj]
        if not isinstance(ref, Holder) or ((ref, ANY) in self.heap and self.heap[ref, ANY] != NOTHING):
            return None
        places = {key: held for key, held in self.heap.of(ref) if isinstance(key, int)}
        return [places[index] for index in sorted(places)]

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return one(Function(node, scope.module, "<lambda>", scope, owner=scope.owner))

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
        holders = Value(frozenset(left.only(Holder) + right.only(Holder) + left.only(Rows) + right.only(Rows)))
        if holders.refs:
            holder = Holder(f"joined {self.site(node)}")
            self.hold(holder, ANY, self.elements(left, node) | self.elements(right, node))
            return one(holder, left.labels | right.labels) | result
        if fold is not None and (left.only(Const, Pattern) or right.only(Const, Pattern)):
            parts = [re.escape(v) if isinstance(v := self.plain(value), str) else ".*" for value in (left, right)]
            return Value(frozenset({Pattern("".join(parts))}), self.deep(left) | self.deep(right), True) | result
        return Value(labels=self.deep(left) | self.deep(right), unknown=True) | result

    def objects_in(self, value: Value) -> list[tuple[Any, Any]]:
        """Return the objects of the host's own classes that a value may be, rows apart, and their classes."""
        made = [(ref, ref.cls) for ref in value.only(Instance) if not self._is_row(ref)]
        live = [(ref, type(ref.obj)) for ref in value.only(Live) if self.is_project_class(type(ref.obj))]
        return made + live

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Value:
        result, labels = NOTHING, NO_LABELS
        for value in node.values:
            with self.guarded(labels, self.switches_in(value)):
                found = self.evaluate(value, scope)
            result = result | found
            labels |= self.deep(found)
            verdict = self.decide(found)
            if verdict is not None and verdict is isinstance(node.op, ast.Or):
                break
        return result

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        left = self.evaluate(node.left, scope)
        others = [self.evaluate(other, scope) for other in node.comparators]
        labels = self.deep(left).union(*(self.deep(other) for other in others))
        for value in (left, *others):
            self._operator(value, ("__eq__", "__lt__", "__gt__", "__contains__"), node)
        if len(others) == 1:
            same = _same(left, others[0], node.ops[0])
            if same is not None:
                return one(Const(same, literal=True), labels)
        return Value(labels=labels, unknown=True)

    def _operator(self, value: Value, names: tuple[str, ...], node: ast.AST) -> None:
        for ref in value.only(Instance):
            for name in names:
                if not self._is_row(ref) and name in self._special_names(ref.cls):
                    method = self.member(ref.cls, name, Value(frozenset({ref}), value.labels), node)
                    self.call(method or NOTHING, Arguments(rest=UNKNOWN), node)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope) -> Value:
        value = self.evaluate(node.operand, scope)
        verdict = self.decide(value)
        if isinstance(node.op, ast.Not) and verdict is not None:
            return one(Const(not verdict, literal=True), value.labels)
        return Value(labels=self.deep(value), unknown=True)

    def decide(self, value: Value) -> bool | None:
        """Return the truth of a test that the code itself settles, ``None`` for all else: flags are not settled."""
        if value.unknown or not value.refs:
            return None
        truths = {self._truth(ref) for ref in value.refs}
        return truths.pop() if len(truths) == 1 else None

    def _truth(self, ref: Any) -> bool | None:
        if isinstance(ref, Const):
            return bool(ref.value) if ref.literal else None
        return True if isinstance(ref, Function | SourceClass) else None

    def switches_in(self, node: ast.expr) -> tuple[str, ...]:
        text = ast.unparse(node)
        words = ("settings", "waffle", "switch", "flag", "toggle", "enabled", "environ", "feature", "config")
        return (text,) if any(word in text.lower() for word in words) else ()

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Value:
        test = self.evaluate(node.test, scope)
        verdict = self.decide(test)
        result = NOTHING
        with self.guarded(self.deep(test), self.switches_in(node.test)):
            if verdict is not False:
                result = result | self.evaluate(node.body, scope)
            if verdict is not True:
                result = result | self.evaluate(node.orelse, scope)
        return result

    def _container(self, node: Any, scope: Scope) -> Value:
        holder = Holder(f"made {self.site(node)}")
        labels = NO_LABELS
        for index, item in enumerate(node.elts):
            value = self.evaluate(item.value if isinstance(item, ast.Starred) else item, scope)
            labels |= value.labels
            if isinstance(item, ast.Starred):
                self.hold(holder, ANY, self.elements(value, node))
            else:
                self.hold(holder, index, value)
        return one(holder, labels)

    _list = _tuple = _set = _container

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        holder = Holder(f"made {self.site(node)}")
        labels = NO_LABELS
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.evaluate(item, scope)
            labels |= value.labels
            if key is None:
                self.hold(holder, ANY, self.elements(value, node))
                for ref in value.only(Holder):
                    for name, held in self.heap.of(ref):
                        self.hold(holder, name, held)
                continue
            for name in self.key_of(self.evaluate(key, scope)):
                self.hold(holder, name, value)
        return one(holder, labels)

    def key_of(self, key: Value) -> list[Any]:
        """Return the keys under which a value is held: plain constants, objects, or any."""
        if key.unknown or not key.refs:
            return [ANY]
        found = [ref.value if isinstance(ref, Const) else ref if isinstance(ref, Live) else ANY for ref in key.refs]
        is_kept = any(
            isinstance(ref, Const) and not ref.literal and isinstance(ref.value, str | bool) for ref in key.refs
        )
        return [*found, ANY] if is_kept else found

    def item(self, value: Value, key: Value, node: ast.AST) -> Value:
        result = Value(labels=value.labels, unknown=value.unknown)
        for ref in value.refs:
            if isinstance(ref, Holder):
                keys = self.key_of(key)
                found = self.all_held(ref) if ANY in keys else joined(self.held(ref, name) for name in keys)
                result = result | (found if found != NOTHING else self.heap.get((ref, ANY), NOTHING))
            elif isinstance(ref, Live) and isinstance(ref.obj, dict | list | tuple):
                result = result | self._live_item(ref, key)
            elif isinstance(ref, Rows):
                result = result | self.tables.row(ref.model, value.labels) | Value(frozenset({ref}), value.labels)
            elif isinstance(ref, Instance) and not self._is_row(ref):
                method = self.member(ref.cls, "__getitem__", Value(frozenset({ref}), value.labels), node)
                result = result | (self.call(method, Arguments((key,)), node) if method else self.all_held(ref))
            elif isinstance(ref, Const) and isinstance(ref.value, str | bytes):
                result = result | UNKNOWN
            elif isinstance(ref, Live):
                result = result | self.call(self.attribute(one(ref), "__getitem__", node), Arguments((key,)), node)
                if isinstance(ref.obj, type) and issubclass(ref.obj, enum.Enum):
                    result = result | joined(map(self.of_live, ref.obj))
            else:
                result = result | Value(labels=value.labels, unknown=True)
        return result

    def _live_item(self, ref: Live, key: Value) -> Value:
        obj, result = ref.obj, self.heap.get((ref, ANY), NOTHING)
        for wanted in self.key_of(key):
            index = wanted.obj if isinstance(wanted, Live) else wanted
            try:
                result = result | self.of_live(obj[index]) | self.heap.get((ref, wanted), NOTHING)
            except (LookupError, TypeError):
                pool = list(obj.values()) if isinstance(obj, dict) else list(obj)
                if wanted == ANY and len(pool) <= 96:
                    result = result | joined(map(self.of_live, pool)) | self.all_held(ref)
        return result | Value(labels=self.stored(f"object {id(obj)}"))

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        value, key = self.evaluate(node.value, scope), self.evaluate(node.slice, scope)
        if isinstance(node.slice, ast.Slice):
            text = self.plain(value)
            bounds = [None if b is None else self.plain(self.evaluate(b, scope)) for b in
                      (node.slice.lower, node.slice.upper, node.slice.step)]  # fmt: skip
            if isinstance(text, str):
                return one(Const(text[slice(*bounds)]), value.labels)
            return value | Value(labels=key.labels)
        found = self.item(value, key, node)
        self.mention(node, "", found)
        return found

    def _comprehension(self, node: Any, scope: Scope) -> Value:
        inner = Scope(scope.module, scope, owner=scope.owner, receiver=scope.receiver, fallback=scope.fallback)
        labels: Labels = NO_LABELS
        switches: tuple[str, ...] = ()
        before = self.guards, self.switches
        for part in node.generators:
            source = self.evaluate(part.iter, inner)
            labels |= self.deep(source)
            self.assign(part.target, self.elements(source, node), inner)
            for test in part.ifs:
                labels |= self.deep(self.evaluate(test, inner))
                switches += self.switches_in(test)
            self.guards, self.switches = self.guards | labels, (*self.switches, *switches)
        holder = Holder(f"comprehension {self.site(node)}")
        if isinstance(node, ast.DictComp):
            keys = self.key_of(self.evaluate(node.key, inner))
            value = self.evaluate(node.value, inner)
            for key in keys:
                self.hold(holder, key, value)
        else:
            value = self.evaluate(node.elt, inner)
            self.hold(holder, ANY, value)
        self.guards, self.switches = before
        return one(holder, value.labels | labels)

    _listcomp = _setcomp = _dictcomp = _generatorexp = _comprehension

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        self.assign(node.target, value, scope)
        return value

    def _await(self, node: ast.Await, scope: Scope) -> Value:
        return self.evaluate(node.value, scope)

    def _yield(self, node: ast.Yield, scope: Scope) -> Value:
        value = UNKNOWN if node.value is None else self.evaluate(node.value, scope)
        scope.yielded = (scope.yielded or NOTHING) | value
        return UNKNOWN

    def _yieldfrom(self, node: ast.YieldFrom, scope: Scope) -> Value:
        value = self.evaluate(node.value, scope)
        scope.yielded = (scope.yielded or NOTHING) | self.elements(value, node)
        return value

    def elements(self, value: Value, node: ast.AST) -> Value:
        result = Value(labels=value.labels, unknown=value.unknown)
        for ref in value.refs:
            if isinstance(ref, Holder):
                result = result | self.all_held(ref)
            elif isinstance(ref, Rows):
                result = result | self.tables.row(ref.model, value.labels)
            elif isinstance(ref, Live):
                result = result | self._live_elements(ref)
            elif isinstance(ref, Instance) and self._is_row(ref):
                result = result | Value(frozenset({ref}), value.labels)
            elif isinstance(ref, Instance):
                result = result | self._iterate(ref, value, node)
            else:
                result = result | Value(labels=value.labels, unknown=True)
        return result

    def _live_elements(self, ref: Live) -> Value:
        obj = ref.obj
        result = self.all_held(ref) | Value(labels=self.stored(f"object {id(obj)}"))
        if isinstance(obj, dict):
            return result | joined(map(self.of_live, [*list(obj)[:96], *list(obj.values())[:96]]))
        if isinstance(obj, list | tuple | set | frozenset):
            return result | joined(map(self.of_live, list(obj)[:96]))
        if isinstance(obj, type):
            members = getattr(obj, "__members__", None)
            return (
                result | joined(map(self.of_live, members.values()))
                if isinstance(members, types.MappingProxyType)
                else UNKNOWN
            )
        return result | Value(unknown=True)

    def _iterate(self, ref: Instance, value: Value, node: ast.AST) -> Value:
        result = self.heap.get((ref, ANY), NOTHING)
        receiver = Value(frozenset({ref}), value.labels)
        for name in ("__iter__", "__next__", "__aiter__", "__anext__"):
            method = self.member(ref.cls, name, receiver, node)
            if method is not None:
                found = self.call(method, Arguments(), node)
                result = result | (
                    found
                    if "next" in name
                    else self.elements(Value(found.refs - receiver.refs, found.labels, found.unknown), node)
                )
        return result | Value(labels=value.labels, unknown=True)

    def command(self, name: str) -> Value | None:
        """Return the class of one of the host's management commands, ``None`` if it is a library's."""
        app = get_commands().get(name)
        if not isinstance(app, str):
            return None
        return self.dotted(f"{app}.management.commands.{name}.Command", ())

    def dotted(self, text: str, package: tuple[str, ...]) -> Value | None:
        return special.dotted(self, text, package)

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        raise NotImplementedError


def _same(left: Value, right: Value, op: ast.cmpop) -> bool | None:
    """Return whether two classes, or two literals, are the same where the code settles it."""
    if left.unknown or right.unknown or len(left.refs) != 1 or len(right.refs) != 1:
        return None
    (a,), (b,) = left.refs, right.refs
    is_class = all(isinstance(r, Live) and isinstance(r.obj, type) and issubclass(r.obj, Model) for r in (a, b))
    is_literal = all(isinstance(r, Const) and r.literal for r in (a, b))
    if not is_class and not is_literal:
        return None
    same: bool = a == b
    if isinstance(op, ast.Eq | ast.Is):
        return same
    return not same if isinstance(op, ast.NotEq | ast.IsNot) else None
