"""``object.name`` → what it stands for, through the object's real class, its descriptors and the host's models."""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import operator
import sys
import types
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.conf import LazySettings
from django.db.models import Manager, Model, QuerySet
from django.db.models.manager import BaseManager, ManagerDescriptor

from credit_migration.verification.source import channels
from credit_migration.verification.source.machine import Machine
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    ByName,
    Const,
    Function,
    Instance,
    LibraryMethod,
    Live,
    Parent,
    Rows,
    SourceClass,
    SourceModule,
    Value,
    joined,
    one,
)

_PLAIN = (str, int, float, bool, bytes, type(None))
_MISSING = object()


class Attributes(Machine):
    """The part of the machine that reads attributes."""

    def of_live(self, obj: Any) -> Value:
        if type(obj).__module__ == "celery.local" and hasattr(type(obj), "_get_current_object"):
            obj = obj._get_current_object()
        if isinstance(obj, _PLAIN):
            return one(Const(obj))
        if isinstance(obj, BaseManager) and getattr(obj, "model", None) is not None:
            return self.tables.rows(obj.model, made_by=type(obj))
        if isinstance(obj, QuerySet):
            return self.tables.rows(obj.model, made_by=type(obj))
        if isinstance(obj, Model):
            return self.tables.row(type(obj))
        if isinstance(obj, operator.methodcaller | operator.attrgetter):
            return self._by_name(obj)
        if isinstance(obj, functools.partial):
            keywords = tuple((name, self.of_live(value)) for name, value in obj.keywords.items())
            return one(Applied(self.of_live(obj.func), tuple(map(self.of_live, obj.args)), keywords))
        labels = self.stored(f"object {id(obj)}") if not isinstance(obj, type | types.FunctionType) else NO_LABELS
        return one(Live(obj), labels)

    def _by_name(self, obj: Any) -> Value:
        made, given = obj.__reduce__()[:2]
        keywords = getattr(made, "keywords", {})
        names = joined(one(Const(name)) for name in (given if isinstance(obj, operator.attrgetter) else given[:1]))
        if isinstance(obj, operator.attrgetter):
            return one(ByName(names))
        named = tuple((key, self.of_live(value)) for key, value in keywords.items())
        return one(ByName(names, Arguments(tuple(map(self.of_live, given[1:])), named)))

    def attribute(self, value: Value, name: str, node: ast.AST) -> Value:
        result = joined(self._of_ref(ref, value, name, node) for ref in value.refs)
        if value.unknown and not result.refs:
            result = result | self.tables.hints.get(name, NOTHING)
            bare = Value(labels=value.labels, unknown=True)
            result = result | Value(frozenset({LibraryMethod(name, bare)}), value.labels, True)
        return result

    def _of_ref(self, ref: Any, value: Value, name: str, node: ast.AST) -> Value:  # noqa: C901 - one branch a kind
        if isinstance(ref, Live):
            return self._of_live_ref(ref, name, node)
        if isinstance(ref, Instance):
            return self._of_instance(ref, value, name, node)
        if isinstance(ref, Rows):
            return self._of_rows(ref, value, name)
        if isinstance(ref, SourceModule):
            if name in {"__name__", "__file__", "__path__"}:
                own = {"__name__": ref.module.name, "__file__": ref.module.path}
                return one(Const(own.get(name, str(Path(ref.module.path).parent))))
            return self.source_scope(ref.module).names.get(name, UNKNOWN)
        if isinstance(ref, SourceClass):
            if name == "__name__":
                return one(Const(ref.node.name))
            return self.member(ref, name, None, node) or UNKNOWN
        if isinstance(ref, Parent):
            return self._of_parent(ref, name, node)
        if isinstance(ref, Bound | Applied) and name in {"func", "__func__", "__wrapped__"}:
            return ref.function if isinstance(ref.function, Value) else one(ref.function)
        if isinstance(ref, Function) and name == "__name__":
            return one(Const(ref.name.rpartition(".")[2]))
        if isinstance(ref, LibraryMethod) and ref.receiver.only(Instance, Live) and ref.name.count(".") < 2:
            inner = LibraryMethod(f"{ref.name}.{name}", ref.receiver)
            return Value(frozenset({inner}), value.labels, True) | self.tables.hints.get(name, NOTHING)
        receiver = (
            Value(labels=value.labels, unknown=True)
            if isinstance(ref, LibraryMethod)
            else Value(frozenset({ref}), value.labels)
        )
        extra = self.tables.hints.get(name, NOTHING) if isinstance(ref, LibraryMethod) else NOTHING
        return Value(frozenset({LibraryMethod(name, receiver)}), value.labels, True) | extra

    def _of_live_ref(self, ref: Live, name: str, node: ast.AST) -> Value:
        obj = ref.obj
        if isinstance(obj, type) and channels.is_foreign(obj):
            return one(Live(channels.foreign(f"{vars(obj)['foreign']}.{name}")))
        if isinstance(obj, types.ModuleType):
            return self._of_module(obj, name, node)
        if isinstance(obj, type):
            return self.heap.get((ref, name), NOTHING) | (
                self.member(obj, name, None, node) or self._of_type(obj, name)
            )
        if isinstance(obj, LazySettings):
            return self._setting(obj, name)
        own = getattr(obj, "__dict__", None)
        if isinstance(own, dict) and name in own and not isinstance(obj, Apps):
            return self.of_live(own[name]) | self.heap.get((ref, name), NOTHING)
        if isinstance(obj, types.MethodType) and name in {"__func__", "__self__"}:
            return self.of_live(getattr(obj, name))
        if isinstance(obj, types.FunctionType | types.BuiltinFunctionType) and name in {"__name__", "__qualname__"}:
            return one(Const(getattr(obj, name)))
        if name == "__class__":
            return one(Live(type(obj)))
        if isinstance(obj, enum.Enum) and name in {"value", "name"}:
            return self.of_live(getattr(obj, name))
        found = self.member(type(obj), name, one(ref), node)
        return self.heap.get((ref, name), NOTHING) | (found or one(LibraryMethod(name, one(ref), obj)))

    def _setting(self, settings: Any, name: str) -> Value:
        obj = getattr(settings, name, _MISSING)
        return UNKNOWN if obj is _MISSING else self.of_live(obj)

    def _of_type(self, obj: type, name: str) -> Value:
        if name in {"__name__", "__module__", "__qualname__"}:
            return one(Const(getattr(obj, name)))
        if name == "_meta" or name == "__dict__":
            return self.of_live(getattr(obj, name, None))
        return one(LibraryMethod(name, one(Live(obj)), obj))

    def _of_module(self, obj: types.ModuleType, name: str, node: ast.AST) -> Value:
        held = self.heap.get((Live(obj), name), NOTHING)
        if name in vars(obj):
            return held | self.of_live(vars(obj)[name])
        if held != NOTHING:
            return held
        inner = f"{obj.__name__}.{name}"
        if inner in sys.modules:
            return self.of_live(sys.modules[inner])
        unloaded = self.program.named(inner)
        if unloaded is not None:
            return one(SourceModule(unloaded))
        dynamic = vars(obj).get("__getattr__")
        if isinstance(dynamic, types.FunctionType) and self.program.function(dynamic):
            return self.call(one(Live(dynamic)), Arguments((one(Const(name)),)), node)
        return UNKNOWN

    def _of_instance(self, ref: Instance, value: Value, name: str, node: ast.AST) -> Value:
        receiver = Value(frozenset({ref}), value.labels)
        held = self.heap.get((ref, name), NOTHING)
        if isinstance(ref.cls, SourceClass):
            found = self.member(ref.cls, name, receiver, node)
            return held | (found or self._absent(ref, receiver, name, node, held))
        if name == "__class__":
            return one(Live(ref.cls))
        if issubclass(ref.cls, Model):
            found = self.member(ref.cls, name, receiver, node) if self.is_own(ref.cls, name) else None
            if found is None:
                found = self.tables.attribute(ref.cls, name, value.labels)
            return held | (
                found or self.member(ref.cls, name, receiver, node) or self._absent(ref, receiver, name, node, held)
            )
        found = self.member(ref.cls, name, receiver, node)
        return held | (found or self._absent(ref, receiver, name, node, held))

    def _absent(self, ref: Instance, receiver: Value, name: str, node: ast.AST, held: Value) -> Value:
        """Read an attribute that the class does not have: ``__getattr__``, or what a library put there."""
        is_own = isinstance(ref.cls, SourceClass) or self.is_own(ref.cls, "__getattr__")
        dynamic = self.member(ref.cls, "__getattr__", receiver, node) if is_own else None
        if dynamic is not None and dynamic.refs and not dynamic.only(LibraryMethod):
            return self.call(dynamic, Arguments((one(Const(name)),)), node)
        if held != NOTHING:
            return self.heap.get((ref, "*"), NOTHING)
        loose = self.heap.get((ref, "*"), NOTHING)
        return (
            Value(frozenset({LibraryMethod(name, receiver)}), receiver.labels, True)
            | loose
            | self.tables.hints.get(name, NOTHING)
        )

    def _of_rows(self, ref: Rows, value: Value, name: str) -> Value:
        receiver = Value(frozenset({ref}), value.labels)
        for manager in ref.model._meta.managers:
            if name in vars(manager) and type(manager) in self.row_classes(ref) and callable(vars(manager)[name]):
                return self.of_live(vars(manager)[name]) | one(LibraryMethod(name, receiver))
        for cls in self.row_classes(ref):
            raw = inspect.getattr_static(cls, name, None)
            if isinstance(raw, types.FunctionType) and self.program.function(raw):
                return one(Bound(Live(raw), receiver))
        if name == "model":
            return one(Live(ref.model))
        return Value(frozenset({LibraryMethod(name, receiver)}), value.labels)

    def row_classes(self, ref: Rows) -> tuple[type, ...]:
        """Return the manager and query set classes that a manager of this model has."""
        made_by = ref.made_by or type(getattr(ref.model, "_default_manager", Manager()))
        query = getattr(made_by, "_queryset_class", None)
        return (made_by,) if query is None else (made_by, query)

    def _of_parent(self, ref: Parent, name: str, node: ast.AST) -> Value:
        cls = ref.cls
        if isinstance(cls, SourceClass):
            for base in cls.bases:
                for parent in base.refs:
                    target = parent.obj if isinstance(parent, Live) else parent
                    found = self.member(target, name, ref.receiver, node)
                    if found is not None:
                        return found
            return one(LibraryMethod(name, ref.receiver))
        result = NOTHING
        for receiver in ref.receiver.refs:
            own = (
                receiver.cls if isinstance(receiver, Instance) else receiver.obj if isinstance(receiver, Live) else None
            )
            own = own.model if isinstance(own, Rows) else own
            own = own if own is None or isinstance(own, type) else type(own)
            if isinstance(receiver, Rows):
                own = next((made for made in self.row_classes(receiver) if issubclass(made, cls)), cls)
            order = own.__mro__ if isinstance(own, type) and issubclass(own, cls) else cls.__mro__
            for parent in order[order.index(cls) + 1 :]:
                if name in vars(parent):
                    bound = self.bind(
                        vars(parent)[name], parent, Value(frozenset({receiver}), ref.receiver.labels), name, node
                    )
                    result = result | bound
                    break
        return result if result != NOTHING else one(LibraryMethod(name, ref.receiver))

    def is_own(self, cls: type, name: str) -> bool:
        """Return whether the host itself wrote this attribute of a class."""
        key = (cls, name)
        if key not in self.program.own_attributes:
            raw = next((vars(parent)[name] for parent in cls.__mro__ if name in vars(parent)), None)
            self.program.own_attributes[key] = any(self.program.function(function) for function in functions_in(raw))
        return self.program.own_attributes[key]

    def member(self, cls: Any, name: str, receiver: Value | None, node: ast.AST) -> Value | None:
        """Return a class attribute as it is on ``receiver``, or on the class itself; ``None`` if there is none."""
        if isinstance(cls, SourceClass):
            return self._source_member(cls, name, receiver, node)
        if not isinstance(cls, type):
            return None
        raw = inspect.getattr_static(cls, name, _MISSING)
        if raw is _MISSING:
            return None
        return self.bind(raw, cls, receiver, name, node)

    def _source_member(self, cls: SourceClass, name: str, receiver: Value | None, node: ast.AST) -> Value | None:
        if name in cls.scope.names:
            value = cls.scope.names[name]
            if receiver is None:
                return value
            functions = value.only(Function)
            decorated = {
                getattr(decorator, "id", getattr(decorator, "attr", ""))
                for function in functions
                for decorator in getattr(function.node, "decorator_list", ())
            }
            bound = joined(one(Bound(function, receiver)) for function in functions)
            if "staticmethod" in decorated:
                return value
            if decorated & {"property", "cached_property"}:
                return self.call(bound, Arguments(), node)
            rest = Value(value.refs - set(functions), value.labels, value.unknown)
            return bound | rest
        for base in cls.bases:
            for parent in base.refs:
                found = self.member(parent.obj if isinstance(parent, Live) else parent, name, receiver, node)
                if found is not None:
                    return found
        return None

    def bind(  # noqa: C901 - one branch for each kind of descriptor
        self, raw: Any, cls: Any, receiver: Value | None, name: str, node: ast.AST
    ) -> Value:
        """Return what a raw class attribute gives: a method, a property's value, a descriptor's answer."""
        if isinstance(raw, staticmethod):
            return self.of_live(raw.__func__)
        if isinstance(raw, classmethod):
            return one(Bound(Live(raw.__func__), receiver if receiver and receiver.only(Live) else one(Live(cls))))
        if isinstance(raw, types.FunctionType):
            return one(Live(raw)) if receiver is None else one(Bound(Live(raw), receiver))
        if isinstance(raw, ManagerDescriptor):
            manager = vars(raw)["manager"]
            return self.of_live(getattr(cls, name, manager) if hasattr(manager, "model") else manager)
        getter = raw.fget if isinstance(raw, property) else getattr(raw, "func", None)
        if isinstance(raw, functools.partialmethod):
            bound = self.bind(raw.func, cls, receiver, name, node)
            keywords = tuple((key, self.of_live(value)) for key, value in raw.keywords.items())
            return one(Applied(bound, tuple(map(self.of_live, raw.args)), keywords))
        if isinstance(raw, property | functools.cached_property) or type(raw).__name__ == "cached_property":
            if receiver is None or getter is None:
                return self.of_live(raw)
            return self.call(one(Bound(Live(getter), receiver)), Arguments(), node)
        if isinstance(raw, functools.singledispatchmethod):
            return joined(self.bind(found, cls, receiver, name, node) for found in raw.dispatcher.registry.values())
        reader = inspect.getattr_static(type(raw), "__get__", None)
        if isinstance(reader, types.FunctionType) and self.program.function(reader):
            instance = receiver or one(Const(None))
            return self.call(one(Bound(Live(reader), self.of_live(raw))), Arguments((instance, one(Live(cls)))), node)
        if isinstance(raw, types.BuiltinFunctionType | types.WrapperDescriptorType | types.MethodDescriptorType):
            return one(LibraryMethod(name, receiver or one(Live(cls)), raw))
        if receiver is not None and callable(raw) and hasattr(raw, "__wrapped__"):
            return one(Bound(Live(raw), receiver))
        return self.of_live(raw)


def functions_in(raw: Any) -> tuple[types.FunctionType, ...]:
    """Return the functions behind a raw class attribute or a wrapper."""
    inner = getattr(raw, "__func__", raw)
    parts = (inner, getattr(inner, "fget", None), getattr(inner, "func", None), getattr(inner, "__wrapped__", None))
    reader = inspect.getattr_static(type(raw), "__get__", None)
    return tuple(part for part in (*parts, reader) if isinstance(part, types.FunctionType))
