"""A wrapper, a descriptor or a class → the functions of the host that are inside."""

from __future__ import annotations

import ast
import enum
import functools
import inspect
import itertools
import types
from collections.abc import Callable, Iterable
from typing import Any

from credit_migration.verification.source.code import SourceClass
from credit_migration.verification.source.contents import items_of, pairs_of

_OWN_CLASS = frozenset({"__class__", "cls"})


def wrapped(obj: Any) -> tuple[types.FunctionType, ...]:
    """Return the functions that a wrapper holds: in ``__wrapped__``, ``run``, ``func`` and its closure."""
    found: list[types.FunctionType] = []
    _walk(obj, lambda current: _inside(current, found))
    return tuple(dict.fromkeys(found))


def _walk(obj: Any, inside: Callable[[Any], Iterable[Any]]) -> None:
    """Go through an object and what is inside of it, each once, the first 200."""
    todo, seen = [obj], set[int]()
    while todo:
        current = todo.pop()
        if id(current) not in seen and len(seen) <= 200:
            seen.add(id(current))
            todo += inside(current)


def _inside(obj: Any, found: list[types.FunctionType]) -> Iterable[Any]:
    if isinstance(obj, types.MethodType | staticmethod | classmethod):
        return (obj.__func__,)
    if isinstance(obj, types.FunctionType):
        found.append(obj)
        cells = _closed_over(obj)
        callables = (types.FunctionType, types.MethodType, dict, list, tuple)
        return (
            *(c for c in cells if isinstance(c, callables) or hasattr(c, "__wrapped__")),
            vars(obj).get("__wrapped__"),
        )
    if isinstance(obj, dict | list | tuple):
        held = items_of(obj) or [value for _, value in pairs_of(obj)]
        return tuple(held) if len(held) < 64 else ()
    if isinstance(obj, type) or obj is None:
        return ()
    names = ("__wrapped__", "run", "func", "awaitable")
    return tuple(inspect.getattr_static(obj, name, None) for name in names)


def _made_with(callback: Any) -> list[dict[str, Any]]:
    """Return what the objects of a class-based view are made with, as Django and REST framework keep it."""
    kept = [inspect.getattr_static(callback, name, None) for name in ("view_initkwargs", "initkwargs")]
    return [given for given in kept if isinstance(given, dict)]


def view_attributes(callback: Any) -> dict[str, Any]:
    """Return the attributes that a URL's ``as_view()`` sets on the objects of a view."""
    return {name: value for given in _made_with(callback) for name, value in given.items()}


def wrapped_own(program: Any, obj: Any) -> tuple[types.FunctionType, ...]:
    return tuple(found for found in wrapped(obj) if program.function(found))


def held_by_wrapper(program: Any, obj: types.FunctionType) -> tuple[Any, ...]:
    """Return what a library's wrapper has in its closure, and in those of the library's functions there."""
    found: list[Any] = []

    def inside(current: Any) -> Iterable[Any]:
        # A lazy object would be set up by asking it for more than its type.
        kind = type(current)
        if kind is types.FunctionType:
            return () if program.function(current) else _closed_over(current)
        if issubclass(kind, list | tuple):
            return tuple(current)
        if kind is types.MethodType:
            return (current.__func__, current.__self__)
        found.append(current)
        return ()

    _walk(obj, inside)
    return tuple(found)


def _closed_over(function: types.FunctionType) -> list[Any]:
    found = []
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            held = cell.cell_contents
        except ValueError:
            continue
        # The class that a method is of, and what a view's objects are made with, are no part of what is wrapped.
        if name not in _OWN_CLASS and not any(held is given for given in _made_with(function)):
            found.append(held)
    return found


def functions_in(raw: Any) -> tuple[types.FunctionType, ...]:
    """Return the functions behind a raw class attribute or a wrapper."""
    inner = getattr(raw, "__func__", raw)
    parts = (inner, getattr(inner, "fget", None), getattr(inner, "func", None), getattr(inner, "__wrapped__", None))
    reader = inspect.getattr_static(type(raw), "__get__", None)
    return tuple(part for part in (*parts, reader) if isinstance(part, types.FunctionType))


def field_names(cls: Any) -> list[str]:
    """Return the fields that a class is made with, in order, where it does not say so by ``__init__``."""
    if isinstance(cls, SourceClass):
        return [
            item.target.id
            for item in cls.node.body
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
        ]
    return [*getattr(cls, "_fields", ()), *getattr(cls, "__dataclass_fields__", ())]


def is_enum(cls: Any) -> bool:
    """Return whether a class is an enumeration, as Python's own are."""
    if isinstance(cls, SourceClass):
        return any(is_enum(getattr(ref, "obj", ref)) for base in cls.bases for ref in base.refs)
    return isinstance(cls, type) and issubclass(cls, enum.Enum)


MAKES = frozenset({"__init__", "__new__"})


def is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


@functools.cache
def hides_method(program: Any, cls: Any, name: str) -> bool:
    """Return whether each object of a class of the process has an attribute in the method's place from its start."""
    if not isinstance(cls, type) or not isinstance(inspect.getattr_static(cls, name, None), types.FunctionType):
        return False
    starter = inspect.getattr_static(cls, "__init__", None)
    found = program.function(starter) if isinstance(starter, types.FunctionType) else None
    if found is None or not isinstance(found.node, ast.FunctionDef) or not found.node.args.args:
        return False
    own = found.node.args.args[0].arg
    before = itertools.takewhile(lambda part: not isinstance(part, ast.Return | ast.If | ast.Try), found.node.body)
    targets = [target for part in before if isinstance(part, ast.Assign) for target in part.targets]
    is_set = any(isinstance(t, ast.Attribute) and t.attr == name and getattr(t.value, "id", "") == own for t in targets)
    return is_set and not {name, ""} & taken_away(program)


@functools.lru_cache(maxsize=1)
def taken_away(program: Any) -> frozenset[str]:
    """Return the attributes that some code of the host deletes; an empty text among them stands for any."""
    found: set[str] = set()
    for module in program.modules():
        for node in ast.walk(module.tree):
            targets = node.targets if isinstance(node, ast.Delete) else ()
            found |= {target.attr for target in targets if isinstance(target, ast.Attribute)}
            if getattr(node, "id", getattr(node, "attr", "")) in {"delattr", "__dict__", "__delattr__", "vars"}:
                found.add("")
    return frozenset(found)
