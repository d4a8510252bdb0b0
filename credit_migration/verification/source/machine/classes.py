"""``class`` inside the host's source → the class that it makes, and what Python runs while it is made."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from credit_migration.verification.source.code import Function, Scope, SourceClass
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.machine.patterns import Patterns
from credit_migration.verification.source.machine.wrappers import is_enum, wrapped_own
from credit_migration.verification.source.values import UNKNOWN, Arguments, Const, Holder, Instance, Live, Value, one


class Classes(Patterns):
    """The part of the machine that makes classes that the process does not have."""

    def _do_classdef(self, node: ast.ClassDef, scope: Scope) -> None:
        bases = tuple(self.evaluate(base, scope) for base in node.bases)
        given = {k.arg: self.evaluate(k.value, scope) for k in node.keywords if k.arg is not None}
        made_by = given.pop("metaclass", None)
        inner = Scope(scope.module, scope, fallback=scope.fallback)
        cls = SourceClass(node, scope.module, inner, bases, () if made_by is None else made_by.only(Live, SourceClass))
        inner.owner = cls
        self.execute(node.body, inner)
        inner.parent = scope
        value = scope.names[node.name] = one(cls)
        if is_enum(cls):
            self._make_members(cls)
        self._tell_attributes(cls)
        self._tell_bases(cls, tuple(given.items()))
        for decorator in reversed(node.decorator_list):
            found = self.evaluate(decorator, scope)
            if self._is_hosts(found):
                value = value | self.call(found, Arguments((value,)), decorator)
        scope.names[node.name] = value

    def _is_hosts(self, value: Value) -> bool:
        inner = [getattr(ref, "function", ref) for ref in value.refs]
        return any(
            isinstance(ref, Function) or (isinstance(ref, Live) and wrapped_own(self.program, ref.obj)) for ref in inner
        )

    def _make_members(self, cls: SourceClass) -> None:
        """Turn what the body of an enumeration assigns into its members."""
        for name, raw in list(cls.scope.names.items()):
            if name.startswith("_") or raw.only(Function):
                continue
            member = Instance(cls, f"member {name} of {cls.module.path}:{cls.node.lineno}")
            self.hold(member, "name", one(Const(name, literal=True)))
            self.hold(member, "value", raw)
            given = self.in_order(raw)
            cls.scope.names[name] = one(member, raw.labels)
            for function in _functions(self.member(cls, "__init__", None, cls.node)):
                self.call(one(function), Arguments((one(member), *((raw,) if given is None else given))), cls.node)

    def _tell_attributes(self, cls: SourceClass) -> None:
        """Run ``__set_name__`` of what the body assigns."""
        for name, value in list(cls.scope.names.items()):
            for ref, kind in self.objects_in(value):
                if kind is cls:
                    continue
                teller = self.member(kind, "__set_name__", one(ref), cls.node)
                if teller is not None:
                    self.call(teller, Arguments((one(cls), one(Const(name)))), cls.node)

    def _tell_bases(self, cls: SourceClass, keywords: tuple[tuple[str, Value], ...]) -> None:
        """Let the bases know their new class: by ``__subclasses__``, ``__init_subclass__`` or a metaclass."""
        ancestors = list(_ancestors(cls))
        for base in dict.fromkeys(ancestors):
            self.subclassed.setdefault(base, []).append(cls)
        told = (self._own_of(base, "__init_subclass__") for base in ancestors)
        for function in next((found for found in told if found), ()):
            self.call(one(function), Arguments((one(cls),), keywords), cls.node)
        for meta in dict.fromkeys(_metaclasses(cls, ancestors)):
            self._make_by(meta, cls, keywords)

    def _own_of(self, ref: Any, name: str) -> tuple[Any, ...]:
        """Return the functions of the host that a class itself has under a name."""
        if isinstance(ref, SourceClass):
            return _functions(ref.scope.names.get(name))
        space = vars(ref.obj) if isinstance(ref.obj, type) and self.is_project_class(ref.obj) else {}
        return _functions(self.bind(space[name], ref.obj, None, name, ast.Pass())) if name in space else ()

    def _make_by(self, meta: Any, cls: SourceClass, keywords: tuple[tuple[str, Value], ...]) -> None:
        """Follow a metaclass of the host, which may change what the body assigned."""
        space = Holder(f"body of {cls.module.path}:{cls.node.lineno}")
        for name, value in cls.scope.names.items():
            self.hold(space, name, value)
        for name, first in (("__new__", one(meta)), ("__init__", one(cls))):
            for function in self._own_of(meta, name):
                given = (first, one(Const(cls.node.name)), UNKNOWN, one(space))
                self.call(one(function), Arguments(given, keywords), cls.node)
        cls.scope.names |= {name: value for name, value in self.heap.of(space) if isinstance(name, str) and name != ANY}


def _ancestors(cls: SourceClass) -> Iterator[Any]:
    """Yield the classes that a class is made from, the nearest first; of a live one its whole MRO."""
    for base in cls.bases:
        for ref in base.only(Live, SourceClass):
            if isinstance(ref, SourceClass):
                yield ref
                yield from _ancestors(ref)
            else:
                yield from map(Live, getattr(ref.obj, "__mro__", ()))


def _metaclasses(cls: SourceClass, ancestors: list[Any]) -> Iterator[Any]:
    """Yield the metaclasses that the source of a class names, and those of its live bases."""
    for ref in (cls, *ancestors):
        yield from ref.metaclasses if isinstance(ref, SourceClass) else (Live(type(ref.obj)),)


def _functions(value: Value | None) -> tuple[Any, ...]:
    """Return the functions that a class attribute stands for, free of what they are bound to."""
    refs = () if value is None else value.refs
    inner = [getattr(ref, "function", ref) for ref in refs]
    return tuple(ref for ref in inner if isinstance(ref, Function) or hasattr(getattr(ref, "obj", None), "__code__"))
