"""``object.name`` → what it stands for, by the kind of object: live, made, a row, a module, ``super()``."""

from __future__ import annotations

import ast
import enum
import inspect
import sys
import types
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.conf import LazySettings
from django.db.models import Manager
from django.db.models.options import Options

from credit_migration.verification.source import channels
from credit_migration.verification.source.code import Function, SourceClass, SourceModule
from credit_migration.verification.source.machine.members import _MISSING, Members
from credit_migration.verification.source.machine.wrappers import hides_method
from credit_migration.verification.source.tables import is_model
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    Const,
    Instance,
    LibraryMethod,
    Live,
    Parent,
    Rows,
    Value,
    joined,
    one,
)

_OF_MODELS = frozenset({"_default_manager", "_base_manager"})
"""What the metaclass of models gives."""
_OF_OPTIONS = frozenset({"default_manager", "base_manager", "managers", "managers_map"})


class Attributes(Members):
    """The part of the machine that reads attributes."""

    def attribute(self, value: Value, name: str, node: ast.AST) -> Value:
        result = joined(self._of_ref(ref, value, name, node) for ref in value.refs)
        if value.unknown and not result.refs:
            result = result | self.tables.hints.get(name, NOTHING)
            bare = Value(labels=value.labels, unknown=True)
            result = result | Value(frozenset({LibraryMethod(name, bare)}), value.labels, True)
        return result

    def _of_ref(self, ref: Any, value: Value, name: str, node: ast.AST) -> Value:
        if isinstance(ref, Live):
            place = self.attribute_store(ref.obj, name)
            kept = self.stored(place) if place else NO_LABELS
            found = self._of_live_ref(ref, name, node)
            return found | Value(labels=kept, unknown=True) if kept else found
        if isinstance(ref, Instance):
            return self._of_instance(ref, value, name, node) | self.kept_elsewhere(ref)
        if isinstance(ref, Rows):
            return self._of_rows(ref, value, name)
        if isinstance(ref, Parent):
            return self._of_parent(ref, name, node)
        if isinstance(ref, SourceModule | SourceClass):
            return self._of_source(ref, name, node)
        return self._of_callable(ref, value, name)

    def attribute_store(self, obj: Any, name: str) -> str:
        """Return the name of the store that an attribute of the host's module, class or object is; empty for others."""
        if isinstance(obj, types.ModuleType):
            return f"global {obj.__name__}.{name}"
        is_own = self.is_project_class(obj if isinstance(obj, type) else type(obj))
        return f"{self.store_of(obj)}.{name}" if is_own else ""

    def _of_source(self, ref: SourceModule | SourceClass, name: str, node: ast.AST) -> Value:
        """Read an attribute of a module or a class that is only read."""
        if isinstance(ref, SourceClass):
            if name == "__name__":
                return one(Const(ref.node.name))
            found = self.member(ref, name, None, node)
            return self.of_source_metaclass(ref, name, node) if found is None else found
        if name in {"__name__", "__file__", "__path__"}:
            own = {"__name__": ref.module.name, "__file__": ref.module.path}
            return one(Const(own.get(name, str(Path(ref.module.path).parent))))
        names = self.source_scope(ref.module).names
        if name not in names and names.get("__getattr__", NOTHING).only(Function):
            return self.call(names["__getattr__"], Arguments((one(Const(name)),)), node)
        return names.get(name, UNKNOWN)

    def _of_callable(self, ref: Any, value: Value, name: str) -> Value:
        """Read an attribute of a function, a bound method, a partial or what a library gave."""
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
            return self.heap.get((ref, name), NOTHING) | self._of_live_type(obj, name, node)
        if isinstance(obj, LazySettings):
            return self._setting(obj, name)
        own = getattr(obj, "__dict__", None)
        if isinstance(own, dict) and name in own and not isinstance(obj, Apps):
            return self.of_live(own[name]) | self.heap.get((ref, name), NOTHING)
        if isinstance(obj, types.MethodType) and name in {"__func__", "__self__"}:
            return self.of_live(getattr(obj, name))
        if isinstance(obj, types.FunctionType | types.BuiltinFunctionType) and name in {"__name__", "__qualname__"}:
            return one(Const(getattr(obj, name)))
        if isinstance(obj, enum.Enum) and name in {"value", "name"}:
            return self.of_live(getattr(obj, name))
        return self.heap.get((ref, name), NOTHING) | self._of_live_class(ref, name, node)

    def _of_live_class(self, ref: Live, name: str, node: ast.AST) -> Value:
        """Read what an object of the process has by its class: a member, what ``__getattr__`` answers, or a method."""
        cls = type(ref.obj)
        if name == "__class__":
            return one(Live(cls))
        if isinstance(ref.obj, Options) and name in _OF_OPTIONS:
            return self.of_live(getattr(ref.obj, name))
        found = self.member(cls, name, one(ref), node)
        is_set = any(ref != Const(None) for ref in self.heap.get((ref, name), NOTHING).refs)
        if found is None and is_set:
            return NOTHING
        if found is None and self.is_own(cls, "__getattr__"):
            dynamic = self.member(cls, "__getattr__", one(ref), node) or NOTHING
            found = self.call(dynamic, Arguments((one(Const(name, literal=True)),)), node)
        return found or one(LibraryMethod(name, one(ref), ref.obj))

    def _of_live_type(self, obj: type, name: str, node: ast.AST) -> Value:
        if name in {"__mro__", "__bases__"} or (name in _OF_MODELS and is_model(obj)):
            return self.of_live(getattr(obj, name))
        if not any(name in vars(base) for base in obj.__mro__):
            found = self.of_metaclass(obj, name, node)
            if found is not None:
                return found
        return self.member(obj, name, None, node) or self._of_type(obj, name)

    def _setting(self, settings: Any, name: str) -> Value:
        obj = getattr(settings, name, _MISSING)
        if obj is _MISSING:
            return UNKNOWN
        return self.of_live(obj).plus(frozenset({channels.STAFF}) if name in channels.STAFFS else NO_LABELS)

    def _of_type(self, obj: type, name: str) -> Value:
        if name in {"__name__", "__module__", "__qualname__"}:
            return one(Const(getattr(obj, name)))
        if name in {"_meta", "__dict__", "__annotations__"}:
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
        return one(Live(channels.foreign(inner))) if _has_submodule(obj, name) else UNKNOWN

    def _of_instance(self, ref: Instance, value: Value, name: str, node: ast.AST) -> Value:
        receiver = Value(frozenset({ref}), value.labels)
        held = self.heap.get((ref, name), NOTHING)
        if isinstance(ref.cls, SourceClass):
            found = self.member(ref.cls, name, receiver, node)
            return held | (found or self._absent(ref, receiver, name, node, held))
        if held != NOTHING and hides_method(self.program, ref.cls, name):
            return held
        if name == "__class__":
            return one(Live(ref.cls))
        if is_model(ref.cls):
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
        held = self.heap.get((ref, name), NOTHING)
        if held != NOTHING:
            return held
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


def _has_submodule(package: types.ModuleType, name: str) -> bool:
    """Return whether a library's package has a module of this name, which the process has not loaded."""
    folders = [Path(folder) for folder in getattr(package, "__path__", ())]
    return any((folder / f"{name}.py").is_file() or (folder / name / "__init__.py").is_file() for folder in folders)
