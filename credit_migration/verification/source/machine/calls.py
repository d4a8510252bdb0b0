"""A call → the code that it runs: a function of the host, a class, an object, or library code."""

from __future__ import annotations

import ast
import inspect
import types
import weakref
from collections.abc import Mapping
from typing import Any

from credit_migration.verification.source.code import Function, SourceClass
from credit_migration.verification.source.machine.functions import Functions
from credit_migration.verification.source.machine.wrappers import view_attributes, wrapped, wrapped_own
from credit_migration.verification.source.tables import is_model
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    ByName,
    Const,
    Instance,
    LibraryMethod,
    Live,
    Maybe,
    Pattern,
    Value,
    joined,
    one,
)


class Calls(Functions):
    """The part of the machine that follows calls."""

    def call(self, callee: Value, arguments: Arguments, node: ast.AST) -> Value:
        result, direct = NOTHING, self.direct
        for ref in callee.refs:
            self.direct = direct
            result = result | self._call_ref(ref, callee, arguments, node)
        self.direct = None
        if callee.unknown and not callee.refs:
            result = result | self.library(None, "", callee, arguments, node)
        return result

    def _call_ref(self, ref: Any, callee: Value, arguments: Arguments, node: ast.AST) -> Value:
        if isinstance(ref, Function):
            return self.run(ref, arguments, node)
        if isinstance(ref, Bound):
            return self._call_bound(ref, arguments, node)
        if isinstance(ref, Applied):
            self.direct = None
            given = dict(ref.kwargs) | dict(arguments.keywords)
            merged = Arguments((*ref.args, *arguments.positional), tuple(given.items()), arguments.rest)
            return self.call(ref.function, merged, node)
        if isinstance(ref, ByName):
            return self._call_by_name(ref, arguments, node)
        if isinstance(ref, LibraryMethod):
            return self.library(ref.obj, ref.name, ref.receiver, arguments, node)
        if isinstance(ref, SourceClass):
            return self.make(ref, arguments, node)
        if isinstance(ref, Instance):
            method = self.member(ref.cls, "__call__", Value(frozenset({ref}), callee.labels), node)
            receiver = Value(frozenset({ref}), callee.labels)
            return (
                self.library(None, "__call__", receiver, arguments, node)
                if method is None
                else self.call(method, arguments, node)
            )
        if isinstance(ref, Live):
            return self._call_live(ref, callee, arguments, node)
        self.release(arguments.joined(), node)
        return Value(labels=callee.labels | self.deep(arguments.joined()), unknown=True)

    def _call_by_name(self, ref: ByName, arguments: Arguments, node: ast.AST) -> Value:
        result = NOTHING
        for path in ref.names.strings() if arguments.positional else ():
            value = arguments.positional[0]
            for name in path.split("."):
                value = self.attribute(value, name, node)
            result = result | (value if ref.arguments is None else self.call(value, ref.arguments, node))
        if arguments.positional and (ref.names.unknown or ref.names.only(Pattern)):
            names = Value(frozenset(ref.names.only(Pattern)), unknown=ref.names.unknown)
            value = self.library(getattr, "getattr", None, Arguments((arguments.positional[0], names)), node)
            for maybe in value.only(Maybe) if ref.arguments is not None else ():
                with self.doubtful(node, maybe.what):
                    self.call(maybe.candidates, ref.arguments, node)
            result = result | value
        return result

    def _call_bound(self, ref: Bound, arguments: Arguments, node: ast.AST) -> Value:
        obj = ref.function.obj if isinstance(ref.function, Live) else None
        if not isinstance(obj, types.FunctionType) or wrapped_own(self.program, obj) or self.own_in_wrapper(obj):
            return self.call(one(ref.function), arguments.after(ref.receiver), node)
        if self.program.owns(obj.__code__.co_filename) or obj.__code__.co_filename == "<string>":
            self._unreadable(obj, node)
        return self.library(obj, obj.__name__, ref.receiver, arguments, node)

    def _dispatched(self, function: Any, arguments: Arguments, node: ast.AST) -> Value:
        """Follow a ``functools.singledispatch`` function to the implementations for what its first argument may be."""
        given = arguments.positional[0] if arguments.positional else UNKNOWN
        classes = [class_of(ref) for ref in given.refs]
        if given.unknown or not classes or None in classes:
            found = tuple(function.registry.values())
        else:
            found = tuple(dict.fromkeys(function.dispatch(cls) for cls in classes))
        return joined(self.call(self.of_live(one_), arguments, node) for one_ in found)

    def _call_live(self, ref: Live, callee: Value, arguments: Arguments, node: ast.AST) -> Value:
        obj = ref.obj
        if callable(getattr(obj, "dispatch", None)) and isinstance(getattr(obj, "registry", None), Mapping):
            return self._dispatched(obj, arguments, node)
        if isinstance(obj, types.FunctionType):
            function = self.program.function(obj)
            if function is not None:
                return self.run(function, arguments, node)
            if self.program.owns(obj.__code__.co_filename) or obj.__code__.co_filename == "<string>":
                self._unreadable(obj, node)
            return self._wrapper(obj, arguments, node)
        if isinstance(obj, types.MethodType):
            return self.call(one(Live(obj.__func__)), arguments.after(self.of_live(obj.__self__)), node)
        if isinstance(obj, type):
            return self.make(obj, arguments, node)
        if isinstance(obj, weakref.ref):
            return self.of_live(obj())
        if isinstance(obj, types.BuiltinFunctionType | types.BuiltinMethodType):
            return self.library(obj, obj.__name__, None, arguments, node)
        method = inspect.getattr_static(type(obj), "__call__", None)
        if isinstance(method, types.FunctionType) and self.program.function(method):
            return self.call(one(Bound(Live(method), one(ref))), arguments, node)
        return self._wrapper(obj, arguments, node) | self.library(obj, "__call__", one(ref), arguments, node)

    def _unreadable(self, obj: types.FunctionType, node: ast.AST) -> None:
        if self.program.owns(getattr(inspect.getmodule(obj), "__file__", None) or "") and not _is_generated(obj):
            self.wonder(node, f"'{obj.__qualname__}' is the host's, and its source can't be read")

    def _used_by_wrapper(self, held: Any, node: ast.AST) -> Value:
        """Follow what a library's wrapper may do with a class of the host, or an object of one, in its closure."""
        if isinstance(held, type):
            if is_model(held) or self.active.get(("wrapped", held)):
                return NOTHING
            self.active["wrapped", held] = 1
            result = self.use_classes(one(Live(held)), node)
            self.active["wrapped", held] = 0
            return result
        self._implicit(type(held), one(Live(held)), node)
        return self.call_overrides(Live(held), NOTHING.labels, NOTHING, node)

    def _wrapper(self, obj: Any, arguments: Arguments, node: ast.AST) -> Value:
        """Follow a library's wrapper to what it wraps: ``__wrapped__``, its closure, the task's ``run``."""
        self.direct = None
        inner = [found for found in wrapped(obj) if self.program.function(found)]
        result = joined(self.run_live(found, arguments, node) for found in inner)
        view = getattr(obj, "view_class", None) or (getattr(obj, "cls", None) if hasattr(obj, "actions") else None)
        if isinstance(view, type):
            result = result | self.use_view(view, view_attributes(obj), node)
        if not isinstance(obj, types.FunctionType):
            return result
        for held in self.own_in_wrapper(obj):
            result = result | self._used_by_wrapper(held, node)
        name = getattr(obj, "__name__", "")
        return result | self.library(obj, name, None, arguments, node) if not inner else result


def class_of(ref: Any) -> type | None:
    """Return the class of what a value may be, ``None`` if the process does not have it."""
    if isinstance(ref, Instance):
        return ref.cls if isinstance(ref.cls, type) else None
    if isinstance(ref, Live):
        return type(ref.obj)
    return type(ref.value) if isinstance(ref, Const) else None


def _is_generated(obj: types.FunctionType) -> bool:
    return obj.__name__.startswith("__") or obj.__module__ in {"builtins", "collections"}
