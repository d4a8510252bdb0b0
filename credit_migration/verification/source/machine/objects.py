"""A class that is called → the object that it makes, and what Python runs on the way."""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import types
from typing import Any

from django.db.models import Func

from credit_migration.verification.source.code import Function, SourceClass
from credit_migration.verification.source.machine.callbacks import Callbacks
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.machine.lazies import is_lazy
from credit_migration.verification.source.machine.wrappers import field_names, is_enum
from credit_migration.verification.source.tables import is_model
from credit_migration.verification.source.values import (
    NOTHING,
    Arguments,
    Bound,
    Const,
    Instance,
    LibraryMethod,
    Live,
    Value,
    joined,
    one,
)


class Objects(Callbacks):
    """The part of the machine that makes objects."""

    def make(self, cls: Any, arguments: Arguments, node: ast.AST) -> Value:
        """Follow the making of an object: metaclass, ``__new__``, ``__init__``, and what Python calls implicitly."""
        self.direct = None
        if isinstance(cls, type) and issubclass(cls, enum.Enum):
            return joined(map(self.of_live, cls)) | self._miss(Live(cls), arguments, node)
        if is_enum(cls):
            return enum_members(cls) | self._miss(cls, arguments, node)
        if isinstance(cls, type) and not self.is_project_class(cls):
            return self.library(cls, cls.__name__, None, arguments, node)
        if is_model(cls):
            self.release(arguments.joined(), node)
            self.store_fields(cls, arguments, node)
            if self.tables.is_request(cls):
                self.use_rows(node, "new", arguments)
                path, line = self.place(node)
                return Value(frozenset({Instance(cls, f"new {path}:{line}")}), self.tables.labels(cls))
            return self.tables.row(cls)
        self.made.add(cls)
        self._make_expression(cls, node)
        ref = Instance(cls, self.site(node))
        labels = frozenset({"message"}) if cls in self.shared.messages else frozenset()
        value = one(ref, labels)
        made = NOTHING
        if isinstance(cls, type) and self.is_own(type(cls), "__call__"):
            made = self.call(self.member(type(cls), "__call__", one(Live(cls)), node) or NOTHING, arguments, node)
        maker = self.member(cls, "__new__", None, node)
        if maker is not None and any(isinstance(found, Function) or self._reads(found) for found in maker.refs):
            made = made | self.call(maker, arguments.after(one(Live(cls) if isinstance(cls, type) else cls)), node)
        self._start(ref, value, arguments, node)
        self._implicit(cls, value, node)
        wrapped = self.set_up(ref, node) if is_lazy(cls) else NOTHING
        return (value if wrapped == NOTHING else wrapped) | made

    def _make_expression(self, cls: Any, node: ast.AST) -> None:
        """Follow a database function of the host's own to what it is called there."""
        if isinstance(cls, type) and issubclass(cls, Func) and isinstance(cls.function, str):
            named = Arguments((), (("function", one(Const(cls.function))),))
            self.library(Func, Func.__name__, None, named, node)

    def _start(self, ref: Instance, value: Value, arguments: Arguments, node: ast.AST) -> None:
        """Follow ``__init__``, the host's own or one that is not shown, which holds what it is given."""
        cls = ref.cls
        starter = self.member(cls, "__init__", value, node)
        if starter is None or starter.only(LibraryMethod) or _is_dataclass(cls, starter):
            self._fill(ref, cls, arguments)
            self._fill_defaults(ref, cls, arguments, node)
        elif not any(isinstance(found, Function) or self._reads(found) for found in _functions_of(starter)):
            self._fill_by_library(ref, starter, arguments)
        if starter is not None:
            self.call(starter, arguments, node)

    def _miss(self, cls: Any, arguments: Arguments, node: ast.AST) -> Value:
        """Follow what an enumeration does about a value that it may not have."""
        found = self.attribute(one(cls), "_missing_", node).only(Bound, Function)
        inner = {ref: getattr(ref, "function", ref) for ref in found}
        own = (ref for ref, function in inner.items() if isinstance(function, Function) or self._reads(function))
        return self.call(Value(frozenset(own)), arguments, node)

    def _reads(self, ref: Any) -> bool:
        return (
            isinstance(ref, Live) and isinstance(ref.obj, types.FunctionType) and bool(self.program.function(ref.obj))
        )

    def _fill(self, ref: Instance, cls: Any, arguments: Arguments) -> None:
        names = field_names(cls)
        for position, value in enumerate(arguments.positional):
            self.hold(ref, names[position] if position < len(names) else ANY, value)
        for name, value in arguments.keywords:
            self.hold(ref, name, value)
        if arguments.rest is not None:
            self.hold(ref, ANY, arguments.rest)

    def _fill_by_library(self, ref: Instance, starter: Value, arguments: Arguments) -> None:
        """Hold what a library's own ``__init__`` is given under the names that it gives them."""
        for found in _functions_of(starter):
            function = found.obj if isinstance(found, Live) else None
            if isinstance(function, types.FunctionType):
                names = inspect.getargs(function.__code__).args[1:]
                for name, value in (*zip(names, arguments.positional, strict=False), *arguments.keywords):
                    self.hold(ref, name, value)

    def _fill_defaults(self, ref: Instance, cls: Any, arguments: Arguments, node: ast.AST) -> None:
        """Hold what the fields of a dataclass are where they are not given, with what their factories make."""
        given = {*field_names(cls)[: len(arguments.positional)], *(name for name, _ in arguments.keywords)}
        for field in dataclasses.fields(cls) if dataclasses.is_dataclass(cls) else ():
            if field.name in given:
                continue
            if field.default is not dataclasses.MISSING:
                self.hold(ref, field.name, self.of_live(field.default))
            elif field.default_factory is not dataclasses.MISSING:
                made = self.call(self.of_live(field.default_factory), Arguments(), node)
                self.hold(ref, field.name, made)


def _functions_of(method: Value) -> list[Any]:
    """Return the functions of bound methods, those of others as they are."""
    return [ref.function if isinstance(ref, Bound) else ref for ref in method.refs]


def enum_members(cls: SourceClass) -> Value:
    """Return the members of an enumeration that the process does not have."""
    return joined(
        one(ref) for value in cls.scope.names.values() for ref in value.only(Instance) if ref.site.startswith("member ")
    )


def _is_dataclass(cls: Any, starter: Value) -> bool:
    return isinstance(cls, type) and hasattr(cls, "__dataclass_fields__") and "__init__" in vars(cls)
