"""What Python's library keeps of the host's for the whole process → what it calls where the source names none of it."""

from __future__ import annotations

import ast
import codecs
import copyreg
import functools
import inspect
import shutil
import sqlite3
import sys
import types
from collections.abc import Iterator
from typing import Any

from credit_migration.verification.source.code import Module
from credit_migration.verification.source.machine.wrappers import wrapped_own
from credit_migration.verification.source.program import Program
from credit_migration.verification.source.values import NOTHING, Arguments

_ENCODING = frozenset({"encode", "decode"})
_ERRORS = frozenset({"strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace",
                     "surrogateescape", "surrogatepass"})  # fmt: skip
"""The handlers that Python itself registers."""

_PASSING_ON = ("send", "dispatch", "marshaled_dispatch", "call", "fire", "emit", "trigger", "notify", "publish", "run",
               "execute", "process", "invoke", "handle", "apply", "serve")  # fmt: skip
_KNOWN = frozenset({"django", "celery", "kombu", "logging", "rest_framework", "builtins"})
"""Packages whose objects are followed in ways of their own."""
_MOST_KEPT = 500


def by_text(name: str, arguments: Arguments) -> Iterator[Any]:
    """Yield what is registered under a text that a library's function is given: error handlers, formats of archives."""
    texts = dict(arguments.keywords).get("errors", NOTHING)
    if name in _ENCODING and len(arguments.positional) > 1:
        texts = arguments.positional[1]
    for text in texts.strings():
        if text not in _ERRORS:
            try:
                yield codecs.lookup_error(text)
            except LookupError:
                continue
    if name in {"make_archive", "unpack_archive"}:
        made, unpacked = shutil._ARCHIVE_FORMATS, shutil._UNPACK_FORMATS  # type: ignore[attr-defined]
        for text in arguments.joined().strings():
            yield from (kept[text][place] for kept, place in ((made, 0), (unpacked, 1)) if text in kept)


def as_parameter(cls: Any) -> Iterator[Any]:
    """Yield what makes a parameter of SQL of an object of a class."""
    for kept, key in ((sqlite3.adapters, (cls, sqlite3.PrepareProtocol)), (_psycopg2_adapters(), cls)):
        if key in kept:
            yield kept[key]


def of_columns(text: str) -> Iterator[Any]:
    """Yield what makes an object of a column whose type SQL names, as in ``SELECT x AS "x [letter]"``."""
    yield from (found for name, found in sqlite3.converters.items() if f"[{name.lower()}]" in text.lower())


def as_copy(cls: Any) -> Any:
    """Return what is registered to give the state of an object to be pickled or copied, ``None`` if nothing is."""
    return copyreg.dispatch_table.get(cls)


def set_off(program: Program, obj: Any, method: str) -> Iterator[Any]:
    """
    Yield what an object of a library may call when a method is called that passes something on.

    That are the functions of the host which it keeps, also in lists and dicts, and for remote procedures the methods of
    the objects.
    """
    package = type(obj).__module__.partition(".")[0]
    if not method.lstrip("_").startswith(_PASSING_ON) or package in _KNOWN:
        return
    todo: list[Any] = [getattr(obj, "__dict__", None)]
    seen: set[int] = set()
    while todo:
        held = todo.pop()
        if id(held) in seen or len(seen) > _MOST_KEPT:
            continue
        seen.add(id(held))
        # A lazy object would be set up by asking it for more than its type.
        kind = type(held)
        if issubclass(kind, dict):
            todo += held.values()
        elif issubclass(kind, list | tuple | set):
            todo += held
        elif issubclass(kind, types.FunctionType | types.MethodType | functools.partial):
            yield from (held,) if wrapped_own(program, held) else ()
        elif package == "xmlrpc" and program.owns_object(kind):
            yield from _methods(program, held)


def _methods(program: Program, obj: Any) -> Iterator[types.MethodType]:
    """Yield the public methods of an object of the host, bound to it."""
    for name in dir(type(obj)):
        raw = inspect.getattr_static(type(obj), name)
        if not name.startswith("_") and isinstance(raw, types.FunctionType) and program.function(raw):
            yield types.MethodType(raw, obj)


def given_at_import(program: Program, name: str) -> Iterator[tuple[Module, ast.expr]]:
    """Yield what loaded modules give, when they are imported, to a library's function of a name, under any ``if``."""
    for module in program.modules():
        todo: list[ast.AST] = list(module.tree.body) if module.live is not None else []
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == name:
                yield from ((module, argument) for argument in node.args)
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
                todo += ast.iter_child_nodes(node)


def _psycopg2_adapters() -> dict[Any, Any]:
    return getattr(sys.modules.get("psycopg2.extensions"), "adapters", {})
