"""A call → the code that it runs: the host's functions are read, library code calls back what it was given."""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Model
from django.views import View

from credit_migration.verification.source.attributes import Attributes, functions_in
from credit_migration.verification.source.machine import ANY, DEEPEST_CALLS
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    ByName,
    Const,
    Function,
    Holder,
    Instance,
    LibraryMethod,
    Live,
    Rows,
    Scope,
    SourceClass,
    Value,
    joined,
    one,
)

_NOT_IMPLICIT = frozenset(
    {"__init__", "__new__", "__call__", "__get__", "__set__", "__init_subclass__", "__class_getitem__", "__repr__",
     "__prepare__", "__subclasshook__", "__getattr__", "__getattribute__", "__setattr__", "__set_name__"}
)  # fmt: skip
_BY_NAME = ("validate_", "clean_", "get_", "do_", "handle_", "perform_", "on_", "visit_", "render_", "process_")
HANDLERS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "list", "retrieve", "create", "update",
     "partial_update", "destroy"}
)  # fmt: skip
MODEL_WRITES = frozenset({"save", "asave", "save_base", "delete", "adelete"})


class Calls(Attributes):
    """The part of the machine that follows calls."""

    def library(self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
        """Follow a call of code that is not the host's."""
        raise NotImplementedError

    def call(self, callee: Value, arguments: Arguments, node: ast.AST) -> Value:
        result = NOTHING
        for ref in callee.refs:
            result = result | self._call_ref(ref, callee, arguments, node)
        if callee.unknown and not callee.refs:
            result = result | self.library(None, "", callee, arguments, node)
        return result

    def _call_ref(self, ref: Any, callee: Value, arguments: Arguments, node: ast.AST) -> Value:
        if isinstance(ref, Function):
            return self.run(ref, arguments, node)
        if isinstance(ref, Bound):
            return self._call_bound(ref, arguments, node)
        if isinstance(ref, Applied):
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
        return Value(labels=callee.labels | self.deep(arguments.joined()), unknown=True)

    def _call_by_name(self, ref: ByName, arguments: Arguments, node: ast.AST) -> Value:
        result = NOTHING
        for path in ref.names.strings() if arguments.positional else ():
            value = arguments.positional[0]
            for name in path.split("."):
                value = self.attribute(value, name, node)
            result = result | (value if ref.arguments is None else self.call(value, ref.arguments, node))
        return result

    def _call_bound(self, ref: Bound, arguments: Arguments, node: ast.AST) -> Value:
        obj = ref.function.obj if isinstance(ref.function, Live) else None
        if not isinstance(obj, types.FunctionType) or wrapped_own(self.program, obj):
            return self.call(one(ref.function), arguments.after(ref.receiver), node)
        if self.program.owns(obj.__code__.co_filename) or obj.__code__.co_filename == "<string>":
            self._unreadable(obj, node)
        return self.library(obj, obj.__name__, ref.receiver, arguments, node)

    def _call_live(self, ref: Live, callee: Value, arguments: Arguments, node: ast.AST) -> Value:
        obj = ref.obj
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
        if isinstance(obj, types.BuiltinFunctionType | types.BuiltinMethodType):
            return self.library(obj, obj.__name__, None, arguments, node)
        method = inspect.getattr_static(type(obj), "__call__", None)
        if isinstance(method, types.FunctionType) and self.program.function(method):
            return self.call(one(Bound(Live(method), one(ref))), arguments, node)
        return self._wrapper(obj, arguments, node) | self.library(obj, "__call__", one(ref), arguments, node)

    def _unreadable(self, obj: types.FunctionType, node: ast.AST) -> None:
        if self.program.owns(getattr(inspect.getmodule(obj), "__file__", None) or "") and not _is_generated(obj):
            self.wonder(node, f"'{obj.__qualname__}' is the host's, and its source can't be read")

    def _wrapper(self, obj: Any, arguments: Arguments, node: ast.AST) -> Value:
        """Follow a library's wrapper to what it wraps: ``__wrapped__``, its closure, the task's ``run``."""
        inner = [found for found in wrapped(obj) if self.program.function(found)]
        result = joined(self.run_live(found, arguments, node) for found in inner)
        view = getattr(obj, "view_class", None) or (getattr(obj, "cls", None) if hasattr(obj, "actions") else None)
        if isinstance(view, type):
            result = result | self.use_view(view, node)
        if not isinstance(obj, types.FunctionType):
            return result
        name = getattr(obj, "__name__", "")
        return result | self.library(obj, name, None, arguments, node) if not inner else result

    def use_view(self, cls: type, node: ast.AST) -> Value:
        """Follow a request to a view of the host, by whichever of its handlers."""
        made = self.make(cls, Arguments(rest=UNKNOWN), node)
        for ref in made.only(Instance):
            self.call_overrides(ref, made.labels, UNKNOWN, node, handlers=True)
        return made

    def run_live(self, function: types.FunctionType, arguments: Arguments, node: ast.AST) -> Value:
        found = self.program.function(function)
        return UNKNOWN if found is None else self.run(found, arguments, node)

    def run(self, function: Function, arguments: Arguments, node: ast.AST) -> Value:
        """Read what a function of the host does with these arguments, and return what it returns."""
        key = (function, arguments, self.guards, self.doubt is None)
        if key in self.memo:
            return self.memo[key]
        identity = (id(function.node), function.live is None)
        if self.active.get(identity, 0) >= 2 or len(self.stack) >= DEEPEST_CALLS:
            return Value(labels=self.deep(arguments.joined()), unknown=True)
        path, line = self.place(node)
        if not line:
            path, line = self.program.short(function.module.path), function.node.lineno
        step = f"{path}:{line} {function.name}"
        self.active[identity] = self.active.get(identity, 0) + 1
        self.stack.append((step, function))
        module, guards, switches, importing = self.module, self.guards, self.switches, self.at_import
        self.at_import = False
        self.memo[key] = NOTHING
        self.module = function.module
        self.shared.ran.add((function.module.path, function.node.lineno))
        try:
            result = self._body(function, arguments)
        finally:
            self.module, self.guards, self.switches, self.at_import = module, guards, switches, importing
            self.stack.pop()
            self.active[identity] -= 1
        self.memo[key] = result
        return result

    def _body(self, function: Function, arguments: Arguments) -> Value:
        node = function.node
        scope = Scope(function.module, function.scope, owner=function.owner, fallback=function.live)
        if function.scope is not None:
            scope.fallback = function.scope.fallback
            scope.owner = function.owner or function.scope.owner
        self.bind_parameters(node.args, arguments, scope, function)
        if isinstance(node, ast.Lambda):
            return self.evaluate(node.body, scope)
        self.execute(node.body, scope)
        result = scope.returned or NOTHING
        if scope.yielded is not None:
            holder = Holder(f"yields {self.site(node)}")
            self.hold(holder, ANY, scope.yielded)
            result = result | one(holder, scope.yielded.labels)
        return result

    def bind_parameters(self, spec: ast.arguments, arguments: Arguments, scope: Scope, function: Function) -> None:
        """Give each parameter its argument, its default, or what ``*args`` and ``**kwargs`` may hold."""
        names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
        keywords = dict(arguments.keywords)
        defaults = dict(zip(names[len(names) - len(spec.defaults) :], spec.defaults, strict=True))
        defaults |= {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None}
        for position, name in enumerate([*names, *(argument.arg for argument in spec.kwonlyargs)]):
            if position < len(names) and position < len(arguments.positional):
                value = arguments.positional[position]
            elif name in keywords:
                value = keywords.pop(name)
            else:
                value = arguments.rest or NOTHING
                if name in defaults:
                    value = value | self._default(function, name, defaults[name], scope)
            scope.names[name] = value if value != NOTHING else UNKNOWN
        if names and scope.receiver is None:
            scope.receiver = scope.names[names[0]]
        self._bind_rest(spec, arguments, names, keywords, scope)

    def _bind_rest(
        self, spec: ast.arguments, arguments: Arguments, names: list[str], keywords: dict[str, Value], scope: Scope
    ) -> None:
        place = scope.module.path
        if spec.vararg:
            extra = joined(arguments.positional[len(names) :]) | (arguments.rest or NOTHING)
            holder = Holder(
                f"*{spec.vararg.arg} {place}:{spec.vararg.lineno} {self.stack[-1][0] if self.stack else ''}"
            )
            for index, value in enumerate(arguments.positional[len(names) :]):
                self.hold(holder, index, value)
            self.hold(holder, ANY, arguments.rest or NOTHING)
            scope.names[spec.vararg.arg] = one(holder, extra.labels)
        if spec.kwarg:
            holder = Holder(f"**{spec.kwarg.arg} {place}:{spec.kwarg.lineno} {self.stack[-1][0] if self.stack else ''}")
            for name, value in keywords.items():
                self.hold(holder, name, value)
            self.hold(holder, ANY, arguments.rest or NOTHING)
            labels = joined(keywords.values()).labels | (arguments.rest or NOTHING).labels
            scope.names[spec.kwarg.arg] = one(holder, labels)

    def _default(self, function: Function, name: str, node: ast.expr, scope: Scope) -> Value:
        live = function.live
        if live is not None:
            spec = inspect.signature(live, follow_wrapped=False).parameters.get(name)
            if isinstance(node, ast.Constant):
                return one(Const(node.value, literal=True))
            if spec is not None and spec.default is not inspect.Parameter.empty:
                return self.of_live(spec.default)
        outer = function.scope or Scope(scope.module)
        return self.evaluate(node, outer)

    def make(self, cls: Any, arguments: Arguments, node: ast.AST) -> Value:
        """Follow the making of an object: metaclass, ``__new__``, ``__init__``, and what Python calls implicitly."""
        if isinstance(cls, type) and issubclass(cls, enum.Enum):
            return joined(map(self.of_live, cls))
        if isinstance(cls, type) and not self.is_project_class(cls):
            return self.library(cls, cls.__name__, None, arguments, node)
        if isinstance(cls, type) and issubclass(cls, Model):
            self.store_fields(cls, arguments, node)
            if self.tables.is_request(cls):
                self.use_rows(node, "new", arguments)
                path, line = self.place(node)
                return Value(frozenset({Instance(cls, f"new {path}:{line}")}), self.tables.labels(cls))
            return self.tables.row(cls)
        ref = Instance(cls, self.site(node))
        labels = frozenset({"message"}) if cls in self.shared.messages else frozenset()
        value = one(ref, labels)
        made = NOTHING
        if isinstance(cls, type) and self.is_own(type(cls), "__call__"):
            made = self.call(self.member(type(cls), "__call__", one(Live(cls)), node) or NOTHING, arguments, node)
        maker = self.member(cls, "__new__", None, node)
        if maker is not None and any(isinstance(found, Function) or self._reads(found) for found in maker.refs):
            made = made | self.call(maker, arguments.after(one(Live(cls) if isinstance(cls, type) else cls)), node)
        starter = self.member(cls, "__init__", value, node)
        if starter is None or starter.only(LibraryMethod) or _is_dataclass(cls, starter):
            self._fill(ref, cls, arguments)
            self._fill_defaults(ref, cls, arguments, node)
        if starter is not None:
            self.call(starter, arguments, node)
        self._implicit(cls, value, node)
        return value | made

    def _reads(self, ref: Any) -> bool:
        return (
            isinstance(ref, Live) and isinstance(ref.obj, types.FunctionType) and bool(self.program.function(ref.obj))
        )

    def store_fields(self, model: Any, arguments: Arguments, node: ast.AST) -> None:
        """Record what is put into the fields of a row."""
        raise NotImplementedError

    def _fill(self, ref: Instance, cls: Any, arguments: Arguments) -> None:
        names = field_names(cls)
        for position, value in enumerate(arguments.positional):
            self.hold(ref, names[position] if position < len(names) else ANY, value)
        for name, value in arguments.keywords:
            self.hold(ref, name, value)
        if arguments.rest is not None:
            self.hold(ref, ANY, arguments.rest)

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
            return {name for name in own if _is_special(name)} | set().union(*map(self._special_names, inherited))
        if not isinstance(cls, type):
            return set()
        if cls not in self.program.specials:
            self.program.specials[cls] = {n for n in dir(cls) if _is_special(n) and self.is_own(cls, n)}
        return self.program.specials[cls]

    def is_project_class(self, cls: type) -> bool:
        """Return whether the host wrote this class."""
        module = sys.modules.get(vars(cls).get("__module__", ""))
        return self.program.owns(getattr(module, "__file__", None) or "")

    def overrides(self, cls: Any) -> Iterator[str]:
        """Yield the methods of a host's class that its library bases, or the library by their name, may call."""
        if isinstance(cls, SourceClass):
            bases = [parent.obj for base in cls.bases for parent in base.refs if isinstance(parent, Live)]
            unknown = any(base.unknown for base in cls.bases)
            known = {name for base in bases if isinstance(base, type) for name in dir(base)}
            for name, value in cls.scope.names.items():
                if value.only(Function) and (unknown or name in known or (bases and name.startswith(_BY_NAME))):
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
        self, ref: Any, labels: frozenset[str], arguments: Value, node: ast.AST, *, handlers: bool = False
    ) -> Value:
        """Follow what library code may call on an object of the host; a view's handlers only when it is dispatched."""
        cls = ref.cls if isinstance(ref, Instance) else type(ref.obj)
        key = ("overrides", ref)
        if self.active.get(key, 0):
            return NOTHING
        receiver = Value(frozenset({ref}), labels)
        given = Arguments(rest=Value(labels=self.deep(arguments), unknown=True))
        result = NOTHING
        self.active[key] = 1
        skipped = HANDLERS if not handlers and isinstance(cls, type) and issubclass(cls, View) else frozenset()
        for name in self.overrides(cls):
            method = None if name in skipped else self.member(cls, name, receiver, node)
            if method is not None and method.only(Bound, Function):
                result = result | self.call(method, given, node)
        result = result | self.use_classes(result, node)
        self.active[key] = 0
        return result

    def use_classes(self, value: Value, node: ast.AST) -> Value:
        """Follow what library code may do with a host's class that it is given: make an object, call its overrides."""
        result = NOTHING
        for ref in value.only(Live, SourceClass):
            cls = ref.obj if isinstance(ref, Live) else ref
            is_class = isinstance(cls, SourceClass) or (isinstance(cls, type) and self.is_project_class(cls))
            if is_class and not (isinstance(cls, type) and issubclass(cls, Model)):
                made = self.make(cls, Arguments(rest=UNKNOWN), node)
                for instance in made.only(Instance):
                    self.call_overrides(instance, made.labels, UNKNOWN, node)
                result = result | made
        return result

    def escape(self, value: Value, others: Value, node: ast.AST) -> Value:
        """Follow what library code may do with a value that it was given: call it, or call its overrides."""
        result = NOTHING
        for ref in value.refs:
            if isinstance(ref, Function | Bound | Applied) or (
                isinstance(ref, Live) and not isinstance(ref.obj, type) and self._is_callback(ref.obj)
            ):
                result = result | self.call(one(ref, value.labels), Arguments(rest=others), node)
            elif isinstance(ref, LibraryMethod) and ref.receiver.refs and ref.name not in {"model", "objects"}:
                told = Value(labels=others.labels, unknown=True)
                result = result | self.library(ref.obj, ref.name, ref.receiver, Arguments(rest=told), node)
            elif isinstance(ref, Instance) and not self._is_row(ref):
                result = result | self.call_overrides(ref, value.labels, others, node)
            elif isinstance(ref, Holder):
                inner = self.all_held(ref)
                if inner.refs and inner != value:
                    result = result | self.escape(
                        Value(frozenset(r for r in inner.refs if not isinstance(r, Holder))), others, node
                    )
        return result

    def _is_callback(self, obj: Any) -> bool:
        if isinstance(obj, types.FunctionType | types.MethodType):
            return bool(wrapped_own(self.program, obj))
        return False

    def rows_in(self, value: Value) -> Value:
        """Return the rows that library code may give back for a model, a query or a row."""
        found = NOTHING
        for ref in value.refs:
            if isinstance(ref, Live) and isinstance(ref.obj, type) and issubclass(ref.obj, Model):
                found = found | self.tables.row(ref.obj)
            elif isinstance(ref, Rows):
                found = found | self.tables.row(ref.model, value.labels)
        return found


def wrapped(obj: Any) -> tuple[types.FunctionType, ...]:
    """Return the functions that a wrapper holds: in ``__wrapped__``, ``run``, ``func`` and its closure."""
    found: list[types.FunctionType] = []
    todo: list[Any] = [obj]
    seen: set[int] = set()
    while todo:
        current = todo.pop()
        if id(current) in seen or len(seen) > 200:
            continue
        seen.add(id(current))
        todo += list(_inside(current, found))
    return tuple(dict.fromkeys(found))


def _inside(obj: Any, found: list[types.FunctionType]) -> Iterable[Any]:
    if isinstance(obj, types.MethodType | staticmethod | classmethod):
        return (obj.__func__,)
    if isinstance(obj, types.FunctionType):
        found.append(obj)
        cells = []
        for cell in obj.__closure__ or ():
            try:
                cells.append(cell.cell_contents)
            except ValueError:
                continue
        callables = (types.FunctionType, types.MethodType, dict, list, tuple)
        return (
            *(c for c in cells if isinstance(c, callables) or hasattr(c, "__wrapped__")),
            vars(obj).get("__wrapped__"),
        )
    if isinstance(obj, dict):
        return tuple(obj.values()) if len(obj) < 64 else ()
    if isinstance(obj, list | tuple):
        return tuple(obj) if len(obj) < 64 else ()
    if isinstance(obj, type) or obj is None:
        return ()
    names = ("__wrapped__", "run", "func")
    return tuple(inspect.getattr_static(obj, name, None) for name in names)


def wrapped_own(program: Any, obj: Any) -> tuple[types.FunctionType, ...]:
    return tuple(found for found in wrapped(obj) if program.function(found))


def field_names(cls: Any) -> list[str]:
    """Return the fields that a class is made with, in order, where it does not say so by ``__init__``."""
    if isinstance(cls, SourceClass):
        return [
            item.target.id
            for item in cls.node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
    return [*getattr(cls, "_fields", ()), *getattr(cls, "__dataclass_fields__", ())]


def _is_dataclass(cls: Any, starter: Value) -> bool:
    return isinstance(cls, type) and hasattr(cls, "__dataclass_fields__") and "__init__" in vars(cls)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _is_generated(obj: types.FunctionType) -> bool:
    return obj.__name__.startswith("__") or obj.__module__ in {"builtins", "collections"}


__all__ = ["Calls", "functions_in"]
