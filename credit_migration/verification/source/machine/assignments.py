"""An assignment → the name, the attribute or the item that holds the value then."""

from __future__ import annotations

import ast
import types
from typing import Any

from credit_migration.verification.source.channels import RECIPIENT_NAMES, STAFF, File, to
from credit_migration.verification.source.code import Function, Scope, SourceClass
from credit_migration.verification.source.machine.expressions import Expressions
from credit_migration.verification.source.machine.heap import ANY, GLOBAL
from credit_migration.verification.source.tables import is_row
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Arguments,
    Holder,
    Instance,
    Labels,
    Live,
    Value,
    joined,
    one,
)


class Assignments(Expressions):
    """The part of the machine that reads assignments."""

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
                self.store(self.store_of(ref.obj), self.deep(value), node)
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
            known = self.in_order(value)
            for index, part in enumerate(target.elts):
                exact = known is not None and len(known) == len(target.elts)
                found = known[index] if known is not None and exact else self._unpacked(value, index, part)
                self.assign(part, found.plus(value.labels & {STAFF}), scope)

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
        self.release(value, ast.Pass())
        self.heap.add(key, value)
        self.store(f"global {scope.module.name}.{name}", self.deep(value), ast.Pass())

    def _tell(self, target: ast.expr, labels: Labels, name: str, scope: Scope) -> None:
        if isinstance(target, ast.Name) and target.id in scope.names:
            value = scope.names[target.id]
            if value.unknown and not value.refs:
                scope.names[target.id] = value.plus(to(labels) if name.lower() in RECIPIENT_NAMES else labels)

    def assign_attribute(self, target: Value, name: str, value: Value, node: ast.AST) -> None:
        """Let an object's attribute be a value: a setter runs, a row's field is put into its table."""
        self._release_to(target, value, node)
        for ref in target.refs:
            cls = ref.cls if isinstance(ref, Instance) else type(ref.obj) if isinstance(ref, Live) else None
            if is_row(ref):
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
            if isinstance(ref, Instance) and not is_row(ref):
                self.use_classes(value, node)
            if isinstance(cls, type) and any(
                name in vars(base) for base in cls.__mro__ if not self.is_project_class(base)
            ):
                self.escape(value, UNKNOWN, node)
            self.hold(ref, name, value)
            self._store_attribute(ref, name, value, node)

    def _store_attribute(self, ref: Any, name: str, value: Value, node: ast.AST) -> None:
        """Record what an object keeps that outlives the call, where another part may take it from."""
        if isinstance(ref, Live) and (place := self.attribute_store(ref.obj, name)):
            self.store(place, self.deep(value), node)
        elif isinstance(ref, Instance) and GLOBAL in ref.site:
            self.store(f"object {ref.site}", self.deep(value), node)

    def _release_to(self, owner: Value, value: Value, node: ast.AST) -> None:
        """Run what waits in a value that an object gets of which the source does not show all."""
        if owner.unknown or not owner.refs:
            self.release(value, node)

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
        kept = cls.scope.names.get(name)
        parents = (ref for base in cls.bases for ref in base.only(SourceClass)) if kept is None else ()
        for parent in parents:
            self._source_setter(parent, name, receiver, value, node)
        for function in (kept or NOTHING).only(Function):
            if any(getattr(decorator, "attr", "") == "setter" for decorator in function.node.decorator_list):
                self.call(one(function), Arguments((receiver, value)), node)
        for ref, kind in self.objects_in(kept or NOTHING):
            setter = self.member(kind, "__set__", one(ref), node)
            self.call(setter or NOTHING, Arguments((receiver, value)), node)

    def _assign_item(self, target: ast.Subscript, value: Value, scope: Scope) -> None:
        owner, key = self.evaluate(target.value, scope), self.evaluate(target.slice, scope)
        for ref, cls in self.objects_in(owner):
            method = self.member(cls, "__setitem__", Value(frozenset({ref}), owner.labels), target)
            self.call(method or NOTHING, Arguments((key, value)), target)
        self._release_to(owner, value, target)
        if owner.unknown and not owner.refs:
            self.escape(value, UNKNOWN, target)
        if any(ref.cls is File for ref in owner.only(Instance)):
            self.store("files", self.deep(value | key), target)
        for ref in owner.refs:
            for name in self.key_of(key):
                self.hold(ref, name, value)
            if isinstance(ref, Holder):
                self.hold_key(ref, key)
            if isinstance(ref, Live) and isinstance(ref.obj, dict | list):
                self.store(self.store_of(ref.obj), self.deep(value), target)
        names = [text.lower() for text in key.strings()]
        self._tell(target.value, self.deep(value), names[0] if names else "", scope)

    def _do_delete(self, node: ast.Delete, scope: Scope) -> None:
        for target in node.targets:
            if isinstance(target, ast.Attribute | ast.Subscript):
                self.evaluate(_loaded(target), scope)


def _loaded(target: Any) -> ast.expr:
    """Return the expression that reads what this one assigns to."""
    copy = ast.parse(ast.unparse(target), mode="eval").body
    for node in ast.walk(copy):
        if isinstance(node, ast.expr):
            node.lineno, node.col_offset = target.lineno, target.col_offset
    return copy
