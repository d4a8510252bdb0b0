"""Conditions on the ways → the settings, variables and waffle switches that they ask, and what each says now."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from credit_migration.data.verification import SourceFacts, Switch

_SHOWN = bool | int | float | None
"""Kinds of values that are shown; a text may be a secret."""
_ASKS = ("switch_is_active", "flag_is_active", "sample_is_active", "is_active", "is_enabled")


def read_switches(source: SourceFacts, toggles: Mapping[str, bool | None]) -> tuple[Switch, ...]:
    """
    Return each switch on a way once a condition and entry.

    Args:
        source: the ways.
        toggles: what the database says of waffle's switches and flags, by name.

    """
    found = []
    for way in source.ways:
        for condition in way.switches:
            for name, now in _asked(condition, toggles):
                entry = f"{way.entry.kind.value} {way.entry.name}"
                found.append(Switch(name=name, now=now, condition=condition, entry=entry))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.name, one.condition, one.entry)))


def toggle_names(source: SourceFacts) -> tuple[str, ...]:
    """Return the names of the waffle switches and flags that conditions on the ways ask for."""
    conditions = {condition for way in source.ways for condition in way.switches}
    names = {name for text in conditions for kind, name in _names(ast.parse(text, mode="eval")) if kind == "waffle"}
    return tuple(sorted(names))


def _asked(condition: str, toggles: Mapping[str, bool | None]) -> Iterator[tuple[str, str]]:
    names = list(dict.fromkeys(_names(ast.parse(condition, mode="eval"))))
    for kind, name in names:
        if kind == "setting":
            yield f"settings.{name}", _shown(getattr(settings, name)) if hasattr(settings, name) else "not set"
        elif kind == "variable":
            yield f"environment variable {name}", "set" if name in os.environ else "not set"
        else:
            yield f"waffle {name}", _toggle(toggles, name)
    if not names:
        yield condition, "not known from outside the code"


def _names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _last(node.value) == "settings":
            yield "setting", node.attr
        elif isinstance(node, ast.Subscript) and _last(node.value) == "environ":
            yield from (("variable", text) for text in _texts([node.slice]))
        elif isinstance(node, ast.Call):
            yield from _called(node)


def _called(node: ast.Call) -> Iterator[tuple[str, str]]:
    name = _last(node.func)
    owner = _last(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if name == "getattr" and node.args and _last(node.args[0]) == "settings":
        yield from (("setting", text) for text in _texts(node.args[1:2]))
    elif name == "getenv" or (name == "get" and owner == "environ"):
        yield from (("variable", text) for text in _texts(node.args[:1]))
    elif name in _ASKS:
        yield from (("waffle", text) for text in _texts(node.args))


def _last(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _texts(nodes: list[Any]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, _SHOWN) else f"set ({type(value).__name__})"


def _toggle(toggles: Mapping[str, bool | None], name: str) -> str:
    if name not in toggles:
        return "no row in the database, so its default"
    active = toggles[name]
    return "on" if active else "off" if active is not None else "for some"
