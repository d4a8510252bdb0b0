"""What library code is given → what it may call of it: functions, overrides, special methods, views."""

from __future__ import annotations

import ast
import io
import types
from collections.abc import Iterator
from typing import Any

from django.views import View

from credit_migration.verification.source.code import Function, SourceClass
from credit_migration.verification.source.machine.attributes import Attributes
from credit_migration.verification.source.machine.wrappers import MAKES, is_special, wrapped_own
from credit_migration.verification.source.tables import UNSAVED, is_model, is_row
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    Holder,
    Instance,
    LibraryMethod,
    Live,
    Rows,
    Value,
    one,
)

_NOT_IMPLICIT = frozenset(
    {"__init__", "__new__", "__call__", "__get__", "__set__", "__init_subclass__", "__class_getitem__", "__repr__",
     "__prepare__", "__subclasshook__", "__getattr__", "__getattribute__", "__setattr__", "__set_name__"}
)  # fmt: skip
_BY_NAME = ("validate_", "clean_", "get_", "do_", "handle_", "perform_", "on_", "visit_", "render_", "process_",
            "from_db_", "as_")  # fmt: skip
_OF_ANY_CLASS = ("__call__", *(name for name in dir(io.TextIOWrapper) if not name.startswith("_")))
"""What library code calls on an object that it takes for a function or a file, of whatever class."""
HANDLERS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "list", "retrieve", "create", "update",
     "partial_update", "destroy"}
)  # fmt: skip


class Callbacks(Attributes):
    """The part of the machine that follows library code back into the host."""

    def overrides(self, cls: Any) -> Iterator[str]:
        """Yield the methods of a host's class that its library bases, or the library by their name, may call."""
        if isinstance(cls, SourceClass):
            bases = [parent.obj for base in cls.bases for parent in base.refs if isinstance(parent, Live)]
            unknown = any(base.unknown for base in cls.bases)
            known = {name for base in bases if isinstance(base, type) for name in dir(base)}
            for name, value in cls.scope.names.items():
                if name in MAKES or not value.only(Function):
                    continue
                if unknown or name in known or (bases and name.startswith(_BY_NAME)):
                    yield name
            return
        if cls not in self.program.overrides:
            self.program.overrides[cls] = tuple(self._live_overrides(cls))
        yield from self.program.overrides[cls]

    def _live_overrides(self, cls: type) -> Iterator[str]:
        library = [base for base in cls.__mro__ if base is not object and not self.is_project_class(base)]
        for name in dir(cls):
            known_to_library = any(name in vars(base) for base in library) or (library and name.startswith(_BY_NAME))
            known_to_library = known_to_library or (issubclass(cls, View) and name in HANDLERS)
            if known_to_library and name not in _NOT_IMPLICIT and self.is_own(cls, name):
                yield name

    def call_overrides(
        self,
        ref: Any,
        labels: frozenset[str],
        arguments: Value,
        node: ast.AST,
        *,
        handlers: bool = False,
        is_given: bool = False,
    ) -> Value:
        """
        Follow what library code may call on an object of the host.

        Args:
            handlers: whether a view is dispatched to, so that its handlers are called.
            is_given: whether library code was given the object, and may use it as a function or a file.

        """
        cls = ref.cls if isinstance(ref, Instance) else type(ref.obj)
        key = ("overrides", ref)
        if self.active.get(key, 0):
            return NOTHING
        receiver = Value(frozenset({ref}), labels)
        given = Arguments(rest=Value(labels=self.deep(arguments), unknown=True))
        again = (*key, labels, given, handlers, is_given, self.guards, self.doubt is None)
        if again in self.memo:
            return self.memo[again]
        result = NOTHING
        self.active[key] = 1
        skipped = HANDLERS if not handlers and isinstance(cls, type) and issubclass(cls, View) else frozenset()
        for name in dict.fromkeys((*self.overrides(cls), *(_OF_ANY_CLASS if is_given else ()))):
            method = None if name in skipped else self.member(cls, name, receiver, node)
            if method is not None and method.only(Bound, Function):
                result = result | self.call(method, given, node)
        result = result | self.use_classes(result, node)
        self.active[key] = 0
        self.memo[again] = result
        return result

    def use_classes(self, value: Value, node: ast.AST) -> Value:
        """Follow what library code may do with a host's class that it is given: make an object, call its overrides."""
        result = NOTHING
        for ref in value.only(Live, SourceClass):
            cls = ref.obj if isinstance(ref, Live) else ref
            is_class = isinstance(cls, SourceClass) or (isinstance(cls, type) and self.is_project_class(cls))
            if is_class and not is_model(cls):
                made = self.make(cls, Arguments(rest=UNKNOWN), node)
                for instance in made.only(Instance):
                    self.call_overrides(instance, made.labels, UNKNOWN, node)
                result = result | made
        return result

    def escape(self, value: Value, others: Value, node: ast.AST) -> Value:
        """Follow what library code may do with a value that it was given: call it, or call its overrides."""
        self.release(value, node)
        result = NOTHING
        for ref in value.refs:
            if isinstance(ref, Function | Bound | Applied) or (
                isinstance(ref, Live) and not isinstance(ref.obj, type) and self._is_callback(ref.obj)
            ):
                result = result | self.call(one(ref, value.labels), Arguments(rest=others), node)
            elif isinstance(ref, LibraryMethod) and ref.receiver.refs and ref.name not in {"model", "objects"}:
                told = Value(labels=others.labels, unknown=True)
                result = result | self.library(ref.obj, ref.name, ref.receiver, Arguments(rest=told), node)
            elif isinstance(ref, Instance) and not is_row(ref):
                self.shared.given.add(ref.cls)
                result = result | self.call_overrides(ref, value.labels, others, node, is_given=True)
            elif isinstance(ref, SourceClass) or (isinstance(ref, Live) and isinstance(ref.obj, type)):
                result = result | self.use_classes(one(ref), node)
            elif isinstance(ref, Holder):
                result = result | self._escape_held(ref, others, node)
        return result

    def _escape_held(self, ref: Holder, others: Value, node: ast.AST) -> Value:
        """Follow what library code may do with what a container has, at any depth."""
        key = ("escape", ref)
        inner = self.all_held(ref)
        again = (*key, inner.refs, others, self.guards, self.doubt is None)
        if self.active.get(key, 0):
            return NOTHING
        if again in self.memo:
            return self.memo[again]
        self.active[key] = 1
        result = self.escape(Value(inner.refs), others, node) if inner.refs else NOTHING
        self.active[key] = 0
        self.memo[again] = result
        return result

    def _is_callback(self, obj: Any) -> bool:
        if isinstance(obj, types.FunctionType | types.MethodType):
            return bool(wrapped_own(self.program, obj))
        return False

    def rows_in(self, value: Value) -> Value:
        """Return the rows that library code may give back for a model, a query or a row."""
        found = NOTHING
        for ref in value.refs:
            if isinstance(ref, Live) and is_model(ref.obj):
                found = found | self.tables.row(ref.obj, UNSAVED)
            elif isinstance(ref, Rows):
                found = found | self.tables.row(ref.model, value.labels | UNSAVED)
        return found

    def _implicit(self, cls: Any, value: Value, node: ast.AST) -> None:
        for name in sorted(self._special_names(cls) - _NOT_IMPLICIT):
            method = self.member(cls, name, value, node)
            if method is not None:
                self.call(method, Arguments(rest=UNKNOWN), node)

    def _special_names(self, cls: Any) -> set[str]:
        if isinstance(cls, SourceClass):
            own = set(cls.scope.names)
            inherited = [
                parent.obj if isinstance(parent, Live) else parent for base in cls.bases for parent in base.refs
            ]
            return {name for name in own if is_special(name)} | set().union(*map(self._special_names, inherited))
        if not isinstance(cls, type):
            return set()
        if cls not in self.program.specials:
            self.program.specials[cls] = {n for n in dir(cls) if is_special(n) and self.is_own(cls, n)}
        return self.program.specials[cls]

    def use_view(self, cls: type, attributes: dict[str, Any], node: ast.AST) -> Value:
        """Follow a request to a view of the host, by whichever of its handlers; its URL may set attributes on it."""
        made = self.make(cls, Arguments(rest=UNKNOWN), node)
        for ref in made.only(Instance):
            for name, attribute in attributes.items():
                self.hold(ref, name, self.of_live(attribute))
            self.call_overrides(ref, made.labels, UNKNOWN, node, handlers=True)
        return made
