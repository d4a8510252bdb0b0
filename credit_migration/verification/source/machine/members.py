"""An attribute of a class → what it is on an object: a method, a property's value, a descriptor's answer."""

from __future__ import annotations

import ast
import functools
import inspect
import operator
import sys
import types
from collections import ChainMap
from typing import Any

from django.db.models import Model, QuerySet
from django.db.models.manager import BaseManager, ManagerDescriptor

from credit_migration.verification.source.code import Function, SourceClass
from credit_migration.verification.source.machine.lazies import is_lazy
from credit_migration.verification.source.machine.names import Names
from credit_migration.verification.source.machine.wrappers import functions_in, held_by_wrapper, wrapped_own
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    ByName,
    Const,
    LibraryMethod,
    Live,
    Value,
    joined,
    one,
)

_PLAIN = (str, int, float, bool, bytes, type(None))
_MISSING = object()
_GENERATORS = (types.GeneratorType, types.AsyncGeneratorType, types.CoroutineType)


class Members(Names):
    """The part of the machine that reads classes as Python does, by their MRO and descriptors."""

    def of_live(self, obj: Any) -> Value:
        if is_lazy(type(obj)):
            return self.of_lazy(obj)
        if type(obj).__module__ == "celery.local" and hasattr(type(obj), "_get_current_object"):
            obj = obj._get_current_object()
        if isinstance(obj, str):
            return one(Const(obj), self.text_labels(obj))
        if isinstance(obj, _PLAIN):
            return one(Const(obj))
        if isinstance(obj, types.MappingProxyType) or (
            type(obj) is ChainMap and all(type(m) is dict for m in obj.maps)
        ):
            obj = dict(obj)
            self.kept.append(obj)
        if isinstance(obj, BaseManager) and getattr(obj, "model", None) is not None:
            return self.tables.rows(obj.model, made_by=type(obj))
        if isinstance(obj, QuerySet):
            return self.tables.rows(obj.model, made_by=type(obj))
        if isinstance(obj, Model):
            return self.tables.row(type(obj))
        return self._of_object(obj)

    def _of_object(self, obj: Any) -> Value:
        if isinstance(obj, operator.methodcaller | operator.attrgetter):
            return self._by_name(obj)
        if isinstance(obj, _GENERATORS) and (found := self.live_generator(obj)) != NOTHING:
            return found
        if isinstance(obj, functools.partial):
            keywords = tuple((name, self.of_live(value)) for name, value in obj.keywords.items())
            return one(Applied(self.of_live(obj.func), tuple(map(self.of_live, obj.args)), keywords))
        labels = self.stored(self.store_of(obj)) if not isinstance(obj, type | types.FunctionType) else NO_LABELS
        return one(Live(obj), labels)

    def _by_name(self, obj: Any) -> Value:
        made, given = obj.__reduce__()[:2]
        # With keywords, a partial has the name of the method.
        given = (*getattr(made, "args", ()), *given)
        keywords = getattr(made, "keywords", {})
        names = joined(one(Const(name)) for name in (given if isinstance(obj, operator.attrgetter) else given[:1]))
        if isinstance(obj, operator.attrgetter):
            return one(ByName(names))
        named = tuple((key, self.of_live(value)) for key, value in keywords.items())
        return one(ByName(names, Arguments(tuple(map(self.of_live, given[1:])), named)))

    def is_own(self, cls: type, name: str) -> bool:
        """Return whether the host itself wrote this attribute of a class."""
        key = (cls, name)
        if key not in self.program.own_attributes:
            raw = next((vars(parent)[name] for parent in cls.__mro__ if name in vars(parent)), None)
            self.program.own_attributes[key] = any(
                self.program.function(function) for function in functions_in(raw)
            ) or self._is_wrapped_by_own(raw)
        return self.program.own_attributes[key]

    def _is_wrapped_by_own(self, raw: Any) -> bool:
        """Return whether a library wrapped a class attribute in something that the host wrote."""
        return (
            isinstance(raw, types.FunctionType)
            and not self.program.function(raw)
            and (bool(wrapped_own(self.program, raw)) or bool(self.own_in_wrapper(raw)))
        )

    def own_in_wrapper(self, function: types.FunctionType) -> list[Any]:
        """Return the host's classes, and objects of them, that a library's wrapper keeps."""
        if not function.__closure__ or self.program.function(function):
            return []
        known = self.program.in_wrappers.get(function)
        if known is None:
            kept = held_by_wrapper(self.program, function)
            known = [h for h in kept if self.is_project_class(h if issubclass(type(h), type) else type(h))]
            self.program.in_wrappers[function] = known
        return known

    def is_project_class(self, cls: type) -> bool:
        """Return whether the host wrote this class."""
        module = sys.modules.get(vars(cls).get("__module__", ""))
        return self.program.owns(getattr(module, "__file__", None) or "")

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

    def _source_member(
        self, cls: SourceClass, name: str, receiver: Value | None, node: ast.AST, origin: SourceClass | None = None
    ) -> Value | None:
        """Return an attribute of a class that is only read; ``origin`` is the class that was asked, if not this one."""
        origin = origin or cls
        if name in cls.scope.names:
            value = cls.scope.names[name]
            functions = value.only(Function)
            decorated = {
                getattr(decorator, "id", getattr(decorator, "attr", ""))
                for function in functions
                for decorator in getattr(function.node, "decorator_list", ())
            }
            if "classmethod" in decorated:
                asked = (receiver or NOTHING).only(SourceClass)
                owner = Value(frozenset(asked)) if asked else one(origin)
                return joined(one(Bound(function, owner)) for function in functions)
            if receiver is None:
                return value
            bound = joined(one(Bound(function, receiver)) for function in functions)
            if "staticmethod" in decorated:
                return value
            if decorated & {"property", "cached_property"}:
                return self.call(bound, Arguments(), node)
            rest = Value(value.refs - set(functions), value.labels, value.unknown)
            return bound | self._answered(rest, receiver, cls, node)
        for base in cls.bases:
            for parent in base.refs:
                if isinstance(parent, SourceClass):
                    found = self._source_member(parent, name, receiver, node, origin)
                else:
                    found = self.member(getattr(parent, "obj", parent), name, receiver, node)
                if found is not None:
                    return found
        return None

    def _answered(self, value: Value, receiver: Value, cls: SourceClass, node: ast.AST) -> Value:
        """Return what the descriptors among the attributes of a class that is only read answer."""
        result = Value(value.refs, value.labels, value.unknown)
        for ref, kind in self.objects_in(value):
            reader = self.member(kind, "__get__", one(ref), node)
            if reader is not None:
                result = Value(result.refs - {ref}, result.labels, result.unknown)
                result = result | self.call(reader, Arguments((receiver, one(cls))), node)
        return result

    def of_metaclass(self, obj: type, name: str, node: ast.AST) -> Value | None:
        """Return what the host's own metaclass has, or makes up, for an attribute that its class lacks."""
        meta = type(obj)
        if self.is_own(meta, name):
            return self.member(meta, name, one(Live(obj)), node)
        if not hasattr(meta, name) and self.is_own(meta, "__getattr__"):
            dynamic = self.member(meta, "__getattr__", one(Live(obj)), node) or NOTHING
            return self.call(dynamic, Arguments((one(Const(name, literal=True)),)), node)
        return None

    def of_source_metaclass(self, ref: SourceClass, name: str, node: ast.AST) -> Value:
        """Return what the metaclass of a class that is only read has, or makes up, for an attribute."""
        for meta in (getattr(found, "obj", found) for found in ref.metaclasses):
            found = self.member(meta, name, one(ref), node)
            dynamic = self.member(meta, "__getattr__", one(ref), node) if found is None else None
            if dynamic is not None:
                found = self.call(dynamic, Arguments((one(Const(name, literal=True)),)), node)
            if found is not None:
                return found
        return UNKNOWN

    def bind(self, raw: Any, cls: Any, receiver: Value | None, name: str, node: ast.AST) -> Value:
        """Return what a raw class attribute gives: a method, a property's value, a descriptor's answer."""
        if isinstance(raw, staticmethod):
            return self.of_live(raw.__func__)
        if isinstance(raw, classmethod):
            return one(Bound(Live(raw.__func__), receiver if receiver and receiver.only(Live) else one(Live(cls))))
        if isinstance(raw, types.FunctionType):
            return one(Live(raw)) if receiver is None else one(Bound(Live(raw), receiver))
        if isinstance(raw, property | functools.cached_property) or type(raw).__name__ == "cached_property":
            return self._bind_property(raw, receiver, node)
        if isinstance(raw, functools.partialmethod):
            bound = self.bind(raw.func, cls, receiver, name, node)
            keywords = tuple((key, self.of_live(value)) for key, value in raw.keywords.items())
            return one(Applied(bound, tuple(map(self.of_live, raw.args)), keywords))
        if isinstance(raw, functools.singledispatchmethod):
            return joined(self.bind(found, cls, receiver, name, node) for found in raw.dispatcher.registry.values())
        return self._bind_descriptor(raw, cls, receiver, name, node)

    def _bind_property(self, raw: Any, receiver: Value | None, node: ast.AST) -> Value:
        getter = raw.fget if isinstance(raw, property) else getattr(raw, "func", None)
        if receiver is None or getter is None:
            return self.of_live(raw)
        return self.call(one(Bound(Live(getter), receiver)), Arguments(), node)

    def _bind_descriptor(self, raw: Any, cls: Any, receiver: Value | None, name: str, node: ast.AST) -> Value:
        """Return what a manager, a descriptor of the host, a method written in C or a plain value gives."""
        if isinstance(raw, ManagerDescriptor):
            manager = vars(raw)["manager"]
            return self.of_live(getattr(cls, name, manager) if hasattr(manager, "model") else manager)
        reader = inspect.getattr_static(type(raw), "__get__", None)
        if isinstance(reader, types.FunctionType) and self.program.function(reader):
            instance = receiver or one(Const(None))
            return self.call(one(Bound(Live(reader), self.of_live(raw))), Arguments((instance, one(Live(cls)))), node)
        if isinstance(raw, types.BuiltinFunctionType | types.WrapperDescriptorType | types.MethodDescriptorType):
            return one(LibraryMethod(name, receiver or one(Live(cls)), raw))
        if isinstance(raw, types.MemberDescriptorType):
            slots = [getattr(ref.obj, name, None) for ref in (receiver.only(Live) if receiver else ())]
            return joined(map(self.of_live, slots)) if slots else UNKNOWN
        if receiver is not None and callable(raw) and hasattr(raw, "__wrapped__"):
            return one(Bound(Live(raw), receiver))
        return self.of_live(raw)
