"""``object[key]``, and what a loop over an object yields."""

from __future__ import annotations

import ast
import enum
import inspect
import types
from typing import Any

from credit_migration.verification.source.code import SourceClass, SourceModule
from credit_migration.verification.source.contents import item_of, items_of, pairs_of
from credit_migration.verification.source.machine.heap import ANY, FILLS_ITSELF
from credit_migration.verification.source.machine.library import Library
from credit_migration.verification.source.machine.objects import enum_members
from credit_migration.verification.source.machine.wrappers import is_enum
from credit_migration.verification.source.tables import STORED, is_row
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Arguments,
    Bound,
    Const,
    Holder,
    Instance,
    LibraryMethod,
    Live,
    Rows,
    Value,
    joined,
    one,
)


class Items(Library):
    """The part of the machine that reads what containers and iterable objects hold."""

    def key_of(self, key: Value) -> list[Any]:
        """Return the keys under which a value is held: plain constants, objects, or any."""
        self.release(key, ast.Pass())
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
                if ref.site.startswith(FILLS_ITSELF):
                    self.hold_key(ref, key)
                found = self.all_held(ref) if ANY in keys else joined(self.held(ref, name) for name in keys)
                result = result | (found if found != NOTHING else self.heap.get((ref, ANY), NOTHING))
            elif isinstance(ref, Live) and isinstance(ref.obj, dict | list | tuple):
                result = result | self._live_item(ref, key)
                for name in ("__getitem__", "__missing__"):
                    result = result | self._call_own(ref, name, Arguments((key,)), node)
            elif isinstance(ref, Rows):
                result = result | self.tables.row(ref.model, value.labels) | Value(frozenset({ref}), value.labels)
            elif isinstance(ref, Instance) and not is_row(ref):
                method = self.member(ref.cls, "__getitem__", Value(frozenset({ref}), value.labels), node)
                result = result | (self.call(method, Arguments((key,)), node) if method else self.all_held(ref))
            elif isinstance(ref, Const) and isinstance(ref.value, str | bytes):
                result = result | UNKNOWN
            elif isinstance(ref, SourceClass | SourceModule | Live):
                result = result | self._keyed(ref, key, node)
            else:
                result = result | Value(labels=value.labels, unknown=True)
        return result

    def _keyed(self, ref: Any, key: Value, node: ast.AST) -> Value:
        """Return what a class, or an object of the process that is no container, gives for a key in brackets."""
        if isinstance(ref, SourceModule):
            names = tuple(self.source_scope(ref.module).names) if key.unknown else key.strings()
            return joined(self.attribute(one(ref), name, node) for name in names)
        if isinstance(ref, SourceClass) and is_enum(ref):
            return enum_members(ref)
        result = NOTHING
        if isinstance(ref, SourceClass) or isinstance(ref.obj, type):
            result = self._of_class(ref, key, node)
        if isinstance(ref, Live):
            result = result | self.call(self.attribute(one(ref), "__getitem__", node), Arguments((key,)), node)
            if isinstance(ref.obj, type) and issubclass(ref.obj, enum.Enum):
                result = result | joined(map(self.of_live, ref.obj))
        return result

    def _of_class(self, ref: Any, key: Value, node: ast.AST) -> Value:
        """Return what the class itself says, which is the class with its parameters where the host does not say."""
        cls = ref if isinstance(ref, SourceClass) else ref.obj
        is_own = isinstance(cls, SourceClass) or self.is_own(cls, "__class_getitem__")
        method = self.member(cls, "__class_getitem__", one(ref), node) if is_own else None
        if method is None or method.only(LibraryMethod):
            return one(ref)
        return self.call(method, Arguments((key,)) if method.only(Bound) else Arguments((one(ref), key)), node)

    def _live_item(self, ref: Live, key: Value) -> Value:
        obj, result = ref.obj, self.heap.get((ref, ANY), NOTHING)
        for wanted in self.key_of(key):
            index = wanted.obj if isinstance(wanted, Live) else wanted
            try:
                result = result | self.of_live(item_of(obj, index)) | self.heap.get((ref, wanted), NOTHING)
            except (LookupError, TypeError):
                pool = items_of(obj) or [value for _, value in pairs_of(obj)]
                if wanted == ANY and len(pool) <= 96:
                    result = result | joined(map(self.of_live, pool)) | self.all_held(ref)
        return result | self._put_elsewhere(obj)

    def _put_elsewhere(self, obj: Any) -> Value:
        """Return what another part may have put into a container of the process."""
        labels = self.stored(self.store_of(obj))
        return Value(labels=labels, unknown=bool(labels))

    def elements(self, value: Value, node: ast.AST) -> Value:
        result = Value(labels=value.labels, unknown=value.unknown)
        for ref in value.refs:
            if isinstance(ref, Holder):
                result = result | (self.resume(ref, node) if self.waits(ref) else self.all_held(ref))
                result = result | self.keys_held(ref)
            elif isinstance(ref, Rows):
                result = result | self.tables.row(ref.model, value.labels | STORED)
                self._iterate_rows(ref, value, node)
            elif isinstance(ref, Live):
                result = result | self._live_elements(ref) | self._iterate_live(ref, node)
            elif is_row(ref):
                result = result | Value(frozenset({ref}), value.labels)
            elif isinstance(ref, Instance):
                result = result | self._iterate(ref, value, node)
            elif ref == Const(None):
                result = result | one(ref)
            elif isinstance(ref, SourceClass) and is_enum(ref):
                result = result | enum_members(ref)
            else:
                result = result | Value(labels=value.labels, unknown=True)
        return result

    def _live_elements(self, ref: Live) -> Value:
        obj = ref.obj
        result = self.all_held(ref) | self._put_elsewhere(obj)
        if isinstance(obj, dict):
            return result | joined(self.of_live(part) for pair in pairs_of(obj)[:96] for part in pair)
        items = items_of(obj)
        if items is not None:
            return result | joined(map(self.of_live, items[:96]))
        if isinstance(obj, type):
            members = getattr(obj, "__members__", None)
            return (
                result | joined(map(self.of_live, members.values()))
                if isinstance(members, types.MappingProxyType)
                else UNKNOWN
            )
        return result | Value(unknown=True)

    def _iterate_rows(self, ref: Rows, value: Value, node: ast.AST) -> None:
        """Follow what the host's own query set, or what it iterates by, does as its rows are read."""
        if self.active.get(("iterated", ref)):
            return
        self.active["iterated", ref] = 1
        iterables = self.heap.get((ref, "_iterable_class"), NOTHING)
        for cls in self.row_classes(ref):
            for name in ("__init__", "__iter__", "__aiter__", "_fetch_all", "iterator"):
                raw = inspect.getattr_static(cls, name, None)
                if isinstance(raw, types.FunctionType) and self.program.function(raw):
                    self.call(one(Bound(Live(raw), Value(frozenset({ref}), value.labels))), Arguments(), node)
        for ref_ in iterables.refs:
            made = self.call(
                one(ref_), Arguments(keywords=(("queryset", Value(frozenset({ref}), value.labels)),)), node
            )
            self.elements(Value(frozenset(made.only(Instance))), node)
        self.active["iterated", ref] = 0

    def _call_own(self, ref: Live, name: str, arguments: Arguments, node: ast.AST) -> Value:
        """Follow a special method that the host wrote for an object of the process."""
        if not self.is_own(type(ref.obj), name):
            return NOTHING
        return self.call(self.member(type(ref.obj), name, one(ref), node) or NOTHING, arguments, node)

    def _iterate_live(self, ref: Live, node: ast.AST) -> Value:
        """Follow a loop over an object of the process, or over a class, where the host wrote the class or its own."""
        taken = joined(self._call_own(ref, name, Arguments(), node) for name in ("__next__", "__anext__"))
        made = joined(self._call_own(ref, name, Arguments(), node) for name in ("__iter__", "__aiter__"))
        return taken | self.elements(Value(made.refs - {ref}, made.labels, made.unknown), node)

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

    def in_order(self, value: Value) -> list[Value] | None:
        """Return the elements of a list or tuple whose every place is known."""
        if len(value.refs) != 1 or value.unknown:
            return None
        (ref,) = value.refs
        if isinstance(ref, Live) and isinstance(ref.obj, list | tuple):
            return [self.of_live(item) for item in items_of(ref.obj) or ()]
        if not isinstance(ref, Holder) or ref in self.generators:
            return None
        if (ref, ANY) in self.heap and self.heap[ref, ANY] != NOTHING:
            return None
        places = {key: held for key, held in self.heap.of(ref) if isinstance(key, int)}
        return [places[index] for index in sorted(places)]
