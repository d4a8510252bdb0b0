"""Conditions on the ways → the settings, variables, switches and attributes that they ask, and what each says now."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from credit_migration.data.report import Location
from credit_migration.data.verification import Condition, SourceFacts, Switch
from credit_migration.verification.definitions import setting_defined, toggle_defined
from credit_migration.verification.source.program import Program

_SHOWN = bool | int | float | None
"""Kinds of values that are shown; a text may be a secret."""
_ASKS = ("switch_is_active", "flag_is_active", "sample_is_active", "is_active", "is_enabled")


def read_switches(source: SourceFacts, toggles: Mapping[str, bool | None], program: Program) -> tuple[Switch, ...]:
    """
    Return each switch on a way once a condition and entry, with what it says now and the line that defines it.

    Args:
        source: the ways.
        toggles: what the database says of waffle's switches and flags, by name.
        program: the host's files, where definitions are looked for.

    """
    found = []
    for way in source.ways:
        entry = f"{way.entry.kind.value} {way.entry.name}"
        for condition in way.switches:
            for name, now, defined in _asked(condition, toggles, program):
                found.append(Switch(name=name, now=now, condition=condition.text, entry=entry, defined=defined))
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.name, one.condition, one.entry, str(one.defined))))


def toggle_names(source: SourceFacts) -> tuple[str, ...]:
    """Return the names of the waffle switches and flags that conditions on the ways ask for."""
    conditions = {condition for way in source.ways for condition in way.switches}
    names = {name for one in conditions for kind, name in _in_text(one) if kind == "waffle"}
    names |= {held.toggle for one in conditions for held in one.held if held.toggle}
    return tuple(sorted(names))


def _asked(
    condition: Condition, toggles: Mapping[str, bool | None], program: Program
) -> Iterator[tuple[str, str, Location | None]]:
    names = list(dict.fromkeys(_in_text(condition)))
    for kind, name in names:
        if kind == "setting":
            now = _shown(getattr(settings, name)) if hasattr(settings, name) else "not set"
            yield f"settings.{name}", now, setting_defined(name, settings.SETTINGS_MODULE, program)
        elif kind == "variable":
            now = "set" if name in os.environ else "not set"
            yield f"environment variable {name}", now, condition.location
        else:
            yield f"waffle {name}", _toggle(toggles, name), toggle_defined(name, program)
    for held in condition.held:
        if held.toggle:
            yield f"waffle {held.toggle}", _toggle(toggles, held.toggle), held.defined
        else:
            yield held.name, held.now, held.defined
    if not names and not condition.held:
        yield condition.text, "not known from outside the code", condition.location


def _in_text(condition: Condition) -> Iterator[tuple[str, str]]:
    return _names(ast.parse(condition.text, mode="eval"))


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
