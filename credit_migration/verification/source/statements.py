"""A statement of the host's source → what it changes, and whether the code after it can run."""

from __future__ import annotations

import ast
import sys
import types
from typing import Any

from django.db.models import Model

from credit_migration.verification.source.calls import wrapped_own
from credit_migration.verification.source.channels import RECIPIENT_NAMES, to
from credit_migration.verification.source.expressions import Expressions
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
    Live,
    Scope,
    SourceClass,
    SourceModule,
    Value,
    joined,
    one,
)


class Statements(Expressions):
    """The whole machine: it reads statements, in every branch that the source does not rule out."""

    def execute(self, body: list[ast.stmt], scope: Scope) -> bool:
        """Read a block; return whether it ends here, so that nothing after it runs."""
        for statement in body:
            method = getattr(self, f"_do_{type(statement).__name__.lower()}", None)
            if method is not None and method(statement, scope):
                return True
        return False

    def _do_expr(self, node: ast.Expr, scope: Scope) -> None:
        self.evaluate(node.value, scope)

    def _do_return(self, node: ast.Return, scope: Scope) -> bool:
        value = UNKNOWN if node.value is None else self.evaluate(node.value, scope)
        scope.returned = (scope.returned or NOTHING) | value.plus(self.guards)
        return True

    def _do_raise(self, node: ast.Raise, scope: Scope) -> bool:
        if node.exc is not None:
            self.evaluate(node.exc, scope)
        return True

    def _do_continue(self, node: ast.stmt, scope: Scope) -> bool:
        return True

    _do_break = _do_continue

    def _do_assign(self, node: ast.Assign, scope: Scope) -> None:
        value = self.evaluate(node.value, scope)
        for target in node.targets:
            self.assign(target, value, scope)

    def _do_annassign(self, node: ast.AnnAssign, scope: Scope) -> None:
        if node.value is not None:
            self.assign(node.target, self.evaluate(node.value, scope), scope)

    def _do_augassign(self, node: ast.AugAssign, scope: Scope) -> None:
        before, value = self.evaluate(_loaded(node.target), scope), self.evaluate(node.value, scope)
        for ref in before.refs:
            if isinstance(ref, Holder) or (isinstance(ref, Live) and isinstance(ref.obj, list | set | dict)):
                self.hold(ref, ANY, self.elements(value, node))
            if isinstance(ref, Live):
                self.store(f"object {id(ref.obj)}", self.deep(value), node)
        for ref, cls in self.objects_in(before):
            for name in (
                "__iadd__",
                "__isub__",
                "__add__",
                "__ilshift__",
                "__irshift__",
                "__lshift__",
                "__ior__",
                "__imul__",
            ):
                method = self.member(cls, name, Value(frozenset({ref}), before.labels), node)
                self.call(method or NOTHING, Arguments((value,)), node)
        self.assign(node.target, before | value, scope)

    def assign(self, target: ast.expr, value: Value, scope: Scope) -> None:
        if isinstance(target, ast.Name):
            self._assign_name(target.id, value, scope)
        elif isinstance(target, ast.Attribute):
            self.assign_attribute(self.evaluate(target.value, scope), target.attr, value, target)
            self._tell(target.value, self.deep(value), target.attr, scope)
        elif isinstance(target, ast.Subscript):
            self._assign_item(target, value, scope)
        elif isinstance(target, ast.Starred):
            holder = Holder(f"rest {self.site(target)}")
            self.hold(holder, ANY, value)
            self.assign(target.value, one(holder, value.labels), scope)
        elif isinstance(target, ast.Tuple | ast.List):
            known = self._in_order(value)
            for index, part in enumerate(target.elts):
                exact = known is not None and len(known) == len(target.elts)
                found = known[index] if known is not None and exact else self._unpacked(value, index, part)
                self.assign(part, found, scope)

    def _unpacked(self, value: Value, index: int, node: ast.AST) -> Value:
        places = [self.heap[ref, index] for ref in value.only(Holder) if (ref, index) in self.heap]
        loose = joined(self.heap.get((ref, ANY), NOTHING) for ref in value.only(Holder))
        return joined(places) | loose if places else self.elements(value, node)

    def _assign_name(self, name: str, value: Value, scope: Scope) -> None:
        if name not in scope.outward:
            scope.names[name] = value
            return
        here = scope.parent
        while here is not None:
            if name in here.names:
                here.names[name] = here.names[name] | value
                return
            here = here.parent
        key = (scope.module.path, name)
        self.heap[key] = self.heap.get(key, NOTHING) | value
        self.store(f"global {scope.module.name}.{name}", self.deep(value), ast.Pass())

    def _tell(self, target: ast.expr, labels: Labels, name: str, scope: Scope) -> None:
        if isinstance(target, ast.Name) and target.id in scope.names:
            value = scope.names[target.id]
            if value.unknown and not value.refs:
                scope.names[target.id] = value.plus(to(labels) if name.lower() in RECIPIENT_NAMES else labels)

    def assign_attribute(self, target: Value, name: str, value: Value, node: ast.AST) -> None:
        """Let an object's attribute be a value: a setter runs, a row's field is put into its table."""
        for ref in target.refs:
            cls = ref.cls if isinstance(ref, Instance) else type(ref.obj) if isinstance(ref, Live) else None
            if isinstance(ref, Instance) and self._is_row(ref):
                self.store_field(ref.cls, name, value, node)
                self._row_field(ref, name, node)
            raw = next((vars(base)[name] for base in getattr(cls, "__mro__", ()) if name in vars(base)), None)
            setter = raw.fset if isinstance(raw, property) else getattr(type(raw), "__set__", None)
            receiver = Value(frozenset({ref}), target.labels)
            if isinstance(raw, property) and setter is not None:
                self.call(one(Live(setter)), Arguments((receiver, value)), node)
            elif isinstance(setter, types.FunctionType) and self.program.function(setter):
                self.call(one(Live(setter)), Arguments((self.of_live(raw), receiver, value)), node)
            if isinstance(cls, type) and self.is_own(cls, "__setattr__"):
                method = self.member(cls, "__setattr__", receiver, node) or NOTHING
                self.call(method, Arguments((UNKNOWN, value)), node)
            if isinstance(cls, SourceClass):
                self._source_setter(cls, name, receiver, value, node)
            if isinstance(ref, Instance) and not self._is_row(ref):
                self.use_classes(value, node)
            self.hold(ref, name, value)

    def _row_field(self, ref: Instance, name: str, node: ast.AST) -> None:
        if not self.tables.is_request(ref.cls):
            return
        program = self.tables.host.config.program_field
        if name in {program, f"{program}_id"}:
            if ref.site.startswith("new "):
                self.completed.add(ref.site.removeprefix("new "))
            else:
                self.use_rows(node, "fill")
        elif not ref.site.startswith("new "):
            self.use_rows(node, "change")

    def _source_setter(self, cls: SourceClass, name: str, receiver: Value, value: Value, node: ast.AST) -> None:
        for function in cls.scope.names.get(name, NOTHING).only(Function):
            if any(getattr(decorator, "attr", "") == "setter" for decorator in function.node.decorator_list):
                self.call(one(function), Arguments((receiver, value)), node)

    def _assign_item(self, target: ast.Subscript, value: Value, scope: Scope) -> None:
        owner, key = self.evaluate(target.value, scope), self.evaluate(target.slice, scope)
        for ref, cls in self.objects_in(owner):
            method = self.member(cls, "__setitem__", Value(frozenset({ref}), owner.labels), target)
            self.call(method or NOTHING, Arguments((key, value)), target)
        for ref in owner.refs:
            for name in self.key_of(key):
                self.hold(ref, name, value)
            if isinstance(ref, Live) and isinstance(ref.obj, dict | list):
                self.store(f"object {id(ref.obj)}", self.deep(value), target)
        names = [text.lower() for text in key.strings()]
        self._tell(target.value, self.deep(value), names[0] if names else "", scope)

    def _do_if(self, node: ast.If, scope: Scope) -> bool:
        test = self.evaluate(node.test, scope)
        verdict, labels = self.decide(test), self.deep(test)
        if verdict is None and _only_for_types(node.test):
            verdict = False
        switches = self.switches_in(node.test)
        about = labels - {"request", "learner", "own", "pathway", "address"}
        if "request" in labels and not about and (_refuses(node.body) or _refuses(node.orelse)):
            self.use_rows(node, "refuse")
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
                scope.names = _merged(after, scope.names)
            elif after is not None:
                scope.names = after
        if verdict is True:
            return ended
        if verdict is False:
            return other_ended
        if ended != other_ended:
            self.guards, self.switches = self.guards | labels, (*self.switches, *switches)
        return ended and other_ended

    def _narrow(self, test: ast.expr, scope: Scope, *, inside: bool) -> None:
        """Leave out what ``isinstance`` says that a name is not."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._narrow(test.operand, scope, inside=not inside)
        is_check = isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "isinstance"
        if not is_check or not isinstance(test.args[0], ast.Name) or len(test.args) != 2:  # type: ignore[attr-defined]
            return None
        name = test.args[0].id  # type: ignore[attr-defined]
        wanted = self.evaluate(test.args[1], scope)  # type: ignore[attr-defined]
        classes = tuple(r.obj for r in (wanted | self.elements(wanted, test)).only(Live) if isinstance(r.obj, type))
        value = scope.names.get(name)
        if value is None or not classes:
            return None
        rows = [r for r in value.only(Instance) if isinstance(r.cls, type) and issubclass(r.cls, Model)]
        out = frozenset(r for r in rows if issubclass(r.cls, classes) is not inside)
        if out and out != value.refs:
            scope.names[name] = Value(value.refs - out, value.labels, value.unknown)
        return None

    def _loop(self, node: Any, scope: Scope, bind: Any, labels: Labels, switches: tuple[str, ...] = ()) -> None:
        guards, before_switches = self.guards, self.switches
        for _ in range(2):
            before = dict(scope.names)
            bind()
            self.guards, self.switches = guards | labels, (*before_switches, *switches)
            self.execute(node.body, scope)
            scope.names = _merged(before, scope.names)
        self.guards, self.switches = guards, before_switches
        self.execute(node.orelse, scope)

    def _do_for(self, node: ast.For, scope: Scope) -> None:
        source = self.evaluate(node.iter, scope)
        items = self.elements(source, node.iter)
        self._loop(node, scope, lambda: self.assign(node.target, items, scope), self.deep(source))
        if isinstance(node.iter, ast.Name) and isinstance(node.target, ast.Name) and node.iter.id in scope.names:
            told = scope.names[node.target.id].labels - items.labels
            scope.names[node.iter.id] = scope.names[node.iter.id].plus(told)

    _do_asyncfor = _do_for

    def _do_while(self, node: ast.While, scope: Scope) -> None:
        test = self.evaluate(node.test, scope)
        if self.decide(test) is not False:
            again = lambda: self.evaluate(node.test, scope)  # noqa: E731
            self._loop(node, scope, again, self.deep(test), self.switches_in(node.test))

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
        return [self.all_held(ref) for ref in value.only(Holder)]

    def _special_call(self, value: Value, name: str, node: ast.AST) -> Value:
        result = NOTHING
        for ref in value.only(Instance, Live):
            if isinstance(ref, Instance) and not self._is_row(ref):
                method = self.member(ref.cls, name, Value(frozenset({ref}), value.labels), node)
            elif isinstance(ref, Live) and self.is_project_class(type(ref.obj)):
                method = self.member(type(ref.obj), name, one(ref), node)
            else:
                continue
            result = result | self.call(method or NOTHING, Arguments((UNKNOWN,) * (3 if "exit" in name else 0)), node)
        return result

    def _do_try(self, node: ast.Try, scope: Scope) -> bool:
        before = dict(scope.names)
        optional, self.is_optional = self.is_optional, True
        ended = self.execute(node.body, scope)
        self.is_optional = optional
        tried = scope.names
        read = joined(tried[name] for name in tried if before.get(name) != tried[name])
        labels = self.deep(read) if read != NOTHING else NO_LABELS
        if not ended:
            ended = self.execute(node.orelse, scope)
            tried = scope.names
        outcomes = [] if ended else [tried]
        all_ended = ended
        for handler in node.handlers:
            scope.names = _merged(before, tried)
            if handler.name:
                scope.names[handler.name] = UNKNOWN
            with self.guarded(labels):
                handled = self.execute(handler.body, scope)
            all_ended = all_ended and handled
            if not handled:
                outcomes.append(scope.names)
            elif not ended:
                self.guards |= labels & {"request", "pathway", "address"}
        if outcomes:
            scope.names = outcomes[0]
            for other in outcomes[1:]:
                scope.names = _merged(scope.names, other)
        return self.execute(node.finalbody, scope) or all_ended

    _do_trystar = _do_try

    def _do_match(self, node: ast.Match, scope: Scope) -> None:
        subject = self.evaluate(node.subject, scope)
        before, outcome = dict(scope.names), dict(scope.names)
        for case in node.cases:
            scope.names = dict(before)
            fits = self._fits(case.pattern, subject, scope)
            if fits is False:
                continue
            self._bind_pattern(case.pattern, subject, scope)
            if case.guard is not None:
                self.evaluate(case.guard, scope)
            with self.guarded(self.deep(subject)):
                self.execute(case.body, scope)
            outcome = _merged(outcome, scope.names)
            if fits and case.guard is None:
                break
        scope.names = outcome

    def _fits(self, pattern: ast.pattern, subject: Value, scope: Scope) -> bool | None:
        """Return whether a plain pattern fits where the code itself settles it, ``None`` for all else."""
        if isinstance(pattern, ast.MatchOr):
            found = {self._fits(part, subject, scope) for part in pattern.patterns}
            return True if True in found else None if None in found else False
        if not isinstance(pattern, ast.MatchValue):
            return None
        (known,) = subject.refs if len(subject.refs) == 1 and not subject.unknown else (None,)
        wanted = self.evaluate(pattern.value, scope)
        (other,) = wanted.refs if len(wanted.refs) == 1 and not wanted.unknown else (None,)
        if isinstance(known, Const) and isinstance(other, Const) and known.literal and other.literal:
            same: bool = known.value == other.value
            return same
        return None

    def _bind_pattern(self, pattern: ast.pattern, value: Value, scope: Scope) -> None:
        """Give the names of a pattern what they may stand for."""
        if isinstance(pattern, ast.MatchClass):
            for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
                self._bind_pattern(inner, self.attribute(value, name, pattern), scope)
            for inner in pattern.patterns:
                held = joined(self.all_held(ref) for ref in value.only(Holder, Instance))
                self._bind_pattern(inner, value | held, scope)
            return
        rest = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
        if isinstance(rest, str):
            scope.names[rest] = value | self.elements(value, pattern)
        for inner in (getattr(pattern, "pattern", None), *getattr(pattern, "patterns", ())):
            if isinstance(inner, ast.pattern):
                is_part = isinstance(pattern, ast.MatchSequence | ast.MatchMapping)
                self._bind_pattern(inner, self.elements(value, pattern) if is_part else value, scope)

    def _do_delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Attribute | ast.Subscript):
                self.evaluate(_loaded(target), scope)

    def _do_assert(self, node: ast.Assert, scope: Scope) -> None:
        self.evaluate(node.test, scope)

    def _do_global(self, node: ast.Global, scope: Scope) -> None:
        scope.outward |= set(node.names)

    _do_nonlocal = _do_global

    def _do_functiondef(self, node: Any, scope: Scope) -> None:
        owner = scope.owner
        in_class = isinstance(owner, SourceClass) and owner.scope is scope
        name = f"{scope.owner.node.name}.{node.name}" if in_class else node.name
        value = one(Function(node, scope.module, name, scope, owner=owner))
        for decorator in reversed(node.decorator_list):
            name = getattr(decorator, "attr", getattr(decorator, "id", ""))
            if name in {"property", "staticmethod", "classmethod", "cached_property", "setter", "abstractmethod"}:
                continue
            found = self.evaluate(decorator, scope)
            if scope.parent is None and scope.fallback is None and not self._is_hosts(found):
                self.registered.setdefault(scope.module.path, []).append(value)
                continue
            value = self.call(found, Arguments((value,)), decorator) | value
        scope.names[node.name] = value

    _do_asyncfunctiondef = _do_functiondef

    def _is_hosts(self, value: Value) -> bool:
        inner = [getattr(ref, "function", ref) for ref in value.refs]
        return any(
            isinstance(ref, Function) or (isinstance(ref, Live) and wrapped_own(self.program, ref.obj)) for ref in inner
        )

    def _do_classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = tuple(self.evaluate(base, scope) for base in node.bases)
        inner = Scope(scope.module, scope, fallback=scope.fallback)
        cls = SourceClass(node, scope.module, inner, bases)
        inner.owner = cls
        self.execute(node.body, inner)
        scope.names[node.name] = one(cls)
        inner.parent = scope

    def _do_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            found = self.dotted(alias.name if alias.asname else alias.name.partition(".")[0], ())
            self._missing(found, alias.name, node)
            self._imported(self.dotted(alias.name, ()) or NOTHING, node)
            self._assign_name(alias.asname or alias.name.partition(".")[0], found or UNKNOWN, scope)

    def _do_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        base = self._base(node, scope)
        self._missing(self.dotted(base, ()), base, node)
        self._imported(self.dotted(base, ()) or NOTHING, node)
        for alias in node.names:
            if alias.name == "*":
                self._import_all(base, scope)
                continue
            found = self.dotted(f"{base}.{alias.name}", ()) or UNKNOWN
            self._imported(found, node)
            self._assign_name(alias.asname or alias.name, found, scope)

    def _missing(self, found: Value | None, name: str, node: ast.AST) -> None:
        if found is None and self.at_import and not self.is_optional:
            self.wonder(node, f"what '{name}' is, which can't be imported here")

    def _imported(self, value: Value, node: ast.AST) -> None:
        """Follow what importing a module registers, when a function of the running program imports it."""
        if not self.stack:
            return
        for ref in value.only(SourceModule):
            self.source_scope(ref.module)
            for function in self.registered.get(ref.module.path, []):
                self.call(function, Arguments(rest=UNKNOWN), node)

    def _base(self, node: ast.ImportFrom, scope: Scope) -> str:
        if not node.level:
            return node.module or ""
        parts = scope.module.name.split(".")
        is_package = scope.module.path.endswith("__init__.py")
        parts = parts[: len(parts) - node.level + is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _import_all(self, base: str, scope: Scope) -> None:
        module = sys.modules.get(base)
        if module is not None:
            scope.names |= {n: self.of_live(o) for n, o in vars(module).items() if not n.startswith("_")}
            return
        for ref in (self.dotted(base, ()) or NOTHING).only(SourceModule):
            scope.names |= self.source_scope(ref.module).names


def _merged(first: dict[str, Value], second: dict[str, Value]) -> dict[str, Value]:
    if first is second:
        return first
    result = dict(first)
    for name, value in second.items():
        before = result.get(name)
        result[name] = value if before is None or before is value else before | value
    return result


def _loaded(target: Any) -> ast.expr:
    """Return the expression that reads what this one assigns to."""
    copy = ast.parse(ast.unparse(target), mode="eval").body
    for node in ast.walk(copy):
        if isinstance(node, ast.expr):
            node.lineno, node.col_offset = target.lineno, target.col_offset
    return copy


def _refuses(body: list[ast.stmt]) -> bool:
    """Return whether a branch ends a request with an error."""
    for node in (child for statement in body for child in ast.walk(statement)):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            status = next((k.value for k in node.keywords if k.arg in {"status", "status_code"}), None)
            code = getattr(status, "value", 0)
            if name in {"HttpResponseForbidden", "HttpResponseBadRequest", "HttpResponseNotAllowed"}:
                return True
            if isinstance(code, int) and code >= 400:
                return True
    return False


def _only_for_types(test: ast.expr) -> bool:
    return getattr(test, "attr", getattr(test, "id", "")) == "TYPE_CHECKING"
