"""A lazy object → what it stands for once something uses it. The host's own set-up is read, and not run."""

from __future__ import annotations

import ast
from typing import Any

from django.conf import LazySettings
from django.utils.functional import LazyObject, Promise, SimpleLazyObject, empty

from credit_migration.verification.source.code import SourceClass
from credit_migration.verification.source.machine.memory import Memory
from credit_migration.verification.source.machine.wrappers import wrapped_own
from credit_migration.verification.source.values import NOTHING, Arguments, Instance, Live, Value, one

_WRAPPED = "_wrapped"


def is_lazy(kind: Any) -> bool:
    """Return whether objects of a class stand for another object; the settings are read by their names."""
    if isinstance(kind, SourceClass):
        return any(is_lazy(getattr(ref, "obj", ref)) for base in kind.bases for ref in base.only(Live, SourceClass))
    return isinstance(kind, type) and issubclass(kind, LazyObject | Promise) and not issubclass(kind, LazySettings)


class Lazies(Memory):
    """The part of the machine that reads lazy objects. Asking one for its class would run its set-up."""

    def of_lazy(self, obj: Any) -> Value:
        """Return what a lazy object of the process stands for; itself if a library sets it up."""
        kind, node = type(obj), ast.Pass()
        if issubclass(kind, Promise):
            function, args, kwargs = obj.__reduce__()[1][:3]
            if not wrapped_own(self.program, function):
                return one(Live(obj))
            named = tuple((name, self.of_live(value)) for name, value in kwargs.items())
            return self.call(self.of_live(function), Arguments(tuple(map(self.of_live, args)), named), node)
        space = object.__getattribute__(obj, "__dict__")
        if space.get(_WRAPPED, empty) is not empty:
            return self.of_live(space[_WRAPPED])
        if issubclass(kind, SimpleLazyObject):
            is_own = bool(wrapped_own(self.program, space["_setupfunc"]))
            return self.call(self.of_live(space["_setupfunc"]), Arguments(), node) if is_own else one(Live(obj))
        self.kept.append(obj)
        found = self.set_up(Instance(kind, f"lazy {id(obj)}"), node)
        return one(Live(obj)) if found == NOTHING else found

    def set_up(self, ref: Instance, node: ast.AST) -> Value:
        """Return what the set-up of a lazy object of the host wraps."""
        method = self.member(ref.cls, "_setup", one(ref), node)
        if method is not None and not self.active.get(("set up", ref)):
            self.active["set up", ref] = 1
            self.call(method, Arguments(), node)
            self.active["set up", ref] = 0
        return self.heap.get((ref, _WRAPPED), NOTHING)
