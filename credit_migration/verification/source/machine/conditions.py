"""A condition that asks a setting, a switch or the like → what its names hold now, and where they get that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from credit_migration.data.report import Location
from credit_migration.data.verification import Condition, Held
from credit_migration.verification.source.code import Module, Scope, SourceClass, SourceModule
from credit_migration.verification.source.machine.items import Items
from credit_migration.verification.source.values import Instance, Live, Value

_WORDS = ("settings", "waffle", "switch", "flag", "toggle", "enabled", "environ", "feature", "config")
_SHOWN = bool | int | float | None
"""Kinds of values that are shown; a text may be a secret."""
_ASKS = frozenset({"is_enabled", "is_active"})


class Conditions(Items):
    """The part of the machine that tells what a condition asks."""

    def conditions_in(self, node: ast.expr, scope: Scope) -> tuple[Condition, ...]:
        text = _condition(node)
        if not text:
            return ()
        path, line = self.place(node)
        held = tuple(dict.fromkeys(self._held_in(node, scope)))
        return (Condition(text=text, location=Location(path=path, line=line), held=held),)

    def _held_in(self, node: ast.AST, scope: Scope) -> Iterator[Held]:
        """Yield the names and attributes of a condition that no call stands in; of a setting its name says all."""
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in _ASKS:
                yield from self._toggles(node.func.value, scope)
            for argument in node.args:
                yield from self._held_in(argument, scope)
        elif isinstance(node, ast.Attribute | ast.Name):
            value = self._named(node, scope)
            # An object or nothing is no switch.
            if value is not None and value.constants() and not (value.constants() == (None,) and value.unknown):
                yield Held(name=ast.unparse(node), now=_now(value), defined=self._defined(node, scope))
        else:
            for child in ast.iter_child_nodes(node):
                yield from self._held_in(child, scope)

    def _toggles(self, node: ast.expr, scope: Scope) -> Iterator[Held]:
        """Yield the object that is asked whether a switch is on, where it says which one."""
        value = self._named(node, scope)
        for ref in value.only(Live) if value is not None else ():
            name = getattr(ref.obj, "name", None)
            if isinstance(name, str):
                yield Held(name=ast.unparse(node), now="", defined=self._defined(node, scope), toggle=name)

    def _named(self, node: ast.expr, scope: Scope) -> Value | None:
        """Return what a name, or an attribute of one, holds; ``None`` for all else, and for settings."""
        if isinstance(node, ast.Name):
            return self.lookup(node.id, scope)
        if (
            not isinstance(node, ast.Attribute)
            or getattr(node.value, "attr", getattr(node.value, "id", "")) == "settings"
        ):
            return None
        owner = self._named(node.value, scope)
        return None if owner is None else self.attribute(owner, node.attr, node)

    def _defined(self, node: ast.expr, scope: Scope) -> Location | None:
        if isinstance(node, ast.Name):
            return self._assigned(scope.module.tree.body, node.id, scope.module)
        owner = self._named(node.value, scope) if isinstance(node, ast.Attribute) else None
        name = getattr(node, "attr", "")
        for ref in owner.only(Instance, Live, SourceClass, SourceModule) if owner is not None else ():
            found = self._defined_in(ref, name)
            if found is not None:
                return found
        return None

    def _defined_in(self, ref: Any, name: str) -> Location | None:
        """Return where an attribute of a module, a class, or an object of a class is assigned in the host."""
        if isinstance(ref, SourceModule):
            return self._assigned(ref.module.tree.body, name, ref.module)
        obj = ref.cls if isinstance(ref, Instance) else ref.obj if isinstance(ref, Live) else ref
        if isinstance(obj, SourceClass):
            return self._assigned([obj.node], name, obj.module)
        path = getattr(obj, "__file__", None)
        if isinstance(path, str):
            module = self.program.file(path) if self.program.owns(path) else None
            return self._assigned(module.tree.body, name, module) if module is not None else None
        for cls in (obj if isinstance(obj, type) else type(obj)).__mro__:
            found = self.program.class_node(cls)
            if found is not None and (place := self._assigned([found[1]], name, found[0])) is not None:
                return place
        return None

    def _assigned(self, body: list[Any], name: str, module: Module) -> Location | None:
        lines = _lines(tuple(body), name)
        return Location(path=self.program.short(module.path), line=lines[-1]) if lines else None


def is_switch(test: ast.expr) -> bool:
    """Return whether a condition may ask a switch."""
    return bool(_condition(test))


@lru_cache(maxsize=8192)
def _condition(node: ast.expr) -> str:
    """Return the text of a condition that may ask a switch; empty for another."""
    text = ast.unparse(node)
    return text if any(word in text.lower() for word in _WORDS) else ""


@lru_cache(maxsize=1024)
def _lines(body: tuple[ast.stmt, ...], name: str) -> list[int]:
    return [node.lineno for statement in body for node in _assignments(statement, name)]


def _assignments(statement: ast.stmt, name: str) -> Iterator[ast.expr]:
    """Yield what a statement assigns to a name; in the methods of a class, to that attribute of ``self``."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    for inner in statement.body if isinstance(statement, ast.ClassDef) else ():
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (node for node in _stores(inner) if isinstance(node, ast.Attribute) and _is_own(node, name))
        else:
            yield from _assignments(inner, name)
    if not isinstance(statement, ast.ClassDef):
        yield from (node for node in _stores(statement) if isinstance(node, ast.Name) and node.id == name)


def _stores(body: ast.AST) -> Iterator[ast.expr]:
    return (node for node in ast.walk(body) if isinstance(getattr(node, "ctx", None), ast.Store))  # type: ignore[misc]


def _is_own(node: ast.Attribute, name: str) -> bool:
    return node.attr == name and getattr(node.value, "id", "") == "self"


def _now(value: Value) -> str:
    shown = sorted(
        {repr(one) if isinstance(one, _SHOWN) else f"set ({type(one).__name__})" for one in value.constants()}
    )
    return " or ".join([*shown, "another value"] if value.unknown else shown)
