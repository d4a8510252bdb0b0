"""Attributes, models and URLs by a text → what they name."""

from __future__ import annotations

import ast
import re
import sys
import types
from typing import Any

from django.conf import LazySettings
from django.urls import ResolverMatch

from credit_migration.verification.source.channels import STAFF
from credit_migration.verification.source.code import Function, SourceClass, SourceModule
from credit_migration.verification.source.machine.heap import ANY, OPAQUE_TEXT
from credit_migration.verification.source.special.registry import shown, special
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Arguments,
    Const,
    Holder,
    Instance,
    Live,
    Maybe,
    Pattern,
    Value,
    joined,
    one,
)


@special(("builtins", "getattr"))
def get_attribute(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    target, name = arguments.get(0, ""), arguments.get(1, "")
    result = NOTHING
    default = arguments.positional[2] if len(arguments.positional) > 2 else NOTHING
    for text in name.strings():
        found = NOTHING if default != NOTHING and _not_set(target, text) else m.attribute(target, text, node)
        m.mention(node, text, found)
        result = result | found
    if default != NOTHING:
        result = result | (default if result != NOTHING else _kept(default))
    if name.unknown or name.only(Pattern):
        patterns = [re.compile(ref.regex) for ref in name.only(Pattern)]
        wanted = [n for n in _names(m, target) if not patterns or any(p.fullmatch(n) for p in patterns)]
        candidates = joined(m.attribute(target, n, node) for n in wanted)
        if (
            wanted
            and patterns
            and len(patterns) == len(name.refs)
            and all(_begins(ref.regex) for ref in name.only(Pattern))
        ):
            return result | candidates
        text = f"which attribute 'getattr' reads: {shown(node)}"
        labels = target.labels if name.strings() or _is_pythons(target) else target.labels | {OPAQUE_TEXT}
        result = result | Value(frozenset({Maybe(candidates, text)}), labels, True)
    return result


def _is_pythons(target: Value) -> bool:
    """Return whether this is a module that comes with Python, where no text names an institution."""
    modules = [ref.obj for ref in target.only(Live) if isinstance(ref.obj, types.ModuleType)]
    known = all(module.__name__.partition(".")[0] in sys.stdlib_module_names for module in modules)
    return bool(modules) and known and not target.unknown and len(modules) == len(target.refs)


def _not_set(target: Value, name: str) -> bool:
    """Return whether this is a setting that the settings do not have."""
    return bool(target.refs) and all(
        isinstance(ref, Live) and isinstance(ref.obj, LazySettings) and not hasattr(ref.obj, name)
        for ref in target.refs
    )


def _kept(default: Value) -> Value:
    """Return the default of a setting, which settles no more than the setting would, nor whose address it is."""
    refs = frozenset(Const(ref.value) if isinstance(ref, Const) else ref for ref in default.refs)
    return Value(refs, default.labels - {STAFF}, default.unknown)


def _begins(regex: str) -> bool:
    """Return whether a text is shown to begin in a way of its own, so that it can only name one of a family."""
    return bool(re.match(r"(\(\?:)?\w{2,}", regex))


def _names(m: Any, target: Value) -> list[str]:
    """Return the names of the host's own functions and classes on an object."""
    found: list[str] = []
    for ref in target.refs:
        if isinstance(ref, Live) and isinstance(ref.obj, types.ModuleType | dict):
            space = ref.obj if isinstance(ref.obj, dict) else vars(ref.obj)
            found += [n for n, o in list(space.items()) if isinstance(o, types.FunctionType) and m.program.function(o)]
        elif isinstance(ref, SourceModule):
            found += [n for n, v in m.source_scope(ref.module).names.items() if v.only(Function)]
        else:
            cls = (
                ref.cls
                if isinstance(ref, Instance)
                else ref
                if isinstance(ref, SourceClass)
                else getattr(ref, "obj", None)
            )
            cls = cls if isinstance(cls, type | SourceClass) or cls is None else type(cls)
            if isinstance(cls, type):
                found += [n for n in dir(cls) if m.is_own(cls, n)]
            elif isinstance(cls, SourceClass):
                found += [n for n, v in cls.scope.names.items() if v.only(Function)]
    return found


@special(("builtins", "setattr"))
def set_attribute(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    target, name, value = arguments.get(0, ""), arguments.get(1, ""), arguments.get(2, "")
    for text in name.strings() or (ANY,):
        m.assign_attribute(target, text, value, node)
    return NOTHING


@special(("typing", "get_type_hints"), ("inspect", "get_annotations"))
def hints_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    spaces = [getattr(ref.obj, "__annotations__", None) for ref in arguments.get(0, "").only(Live)]
    return joined(m.of_live(space) for space in spaces if isinstance(space, dict)) | UNKNOWN


@special(("dataclasses", "fields"))
def fields_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    classes = [ref.cls if isinstance(ref, Instance) else ref.obj for ref in arguments.get(0, "").only(Instance, Live)]
    outer = Holder(f"fields {m.site(node)}")
    for cls in classes:
        m.hold(outer, ANY, joined(map(m.of_live, getattr(cls, "__dataclass_fields__", {}).values())))
    return one(outer)


@special(("builtins", "globals"))
def global_names(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    live = m.here.fallback
    space = live.__globals__ if live is not None else vars(m.module.live) if m.module.live is not None else None
    return one(SourceModule(m.module)) if space is None else one(Live(space))


@special(("builtins", "vars"))
def attributes_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    spaces = [getattr(ref.obj, "__dict__", None) for ref in arguments.get(0, "").only(Live)]
    live = [dict(space) if not isinstance(space, dict) else space for space in spaces if space is not None]
    m.kept += live
    made = joined(map(one, arguments.get(0, "").only(Holder, Instance)))
    return joined(one(Live(space)) for space in live) | made | (NOTHING if live else UNKNOWN)


@special(("inspect", "getmembers"))
def members_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    target = arguments.get(0, "")
    outer, pair = Holder(f"members {m.site(node)}"), Holder(f"member {m.site(node)}")
    m.hold(pair, 0, UNKNOWN)
    m.hold(pair, 1, joined(m.attribute(target, name, node) for name in _names(m, target)))
    m.hold(outer, ANY, one(pair))
    return one(outer)


@special(("builtins", "dir"))
def names_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    outer = Holder(f"names {m.site(node)}")
    m.hold(outer, ANY, joined(one(Const(name)) for name in _names(m, arguments.get(0, ""))))
    return one(outer)


@special(("django.contrib.auth", "get_user_model"))
def user_model(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(Live(m.tables.host.user))


@special(("", "get_model"))
def model_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    first, second = arguments.get(0, "app_label"), arguments.get(1, "model_name")
    found = [m.tables.named(label, name) for label in first.strings() for name in second.strings() or ("",)]
    models = [model for model in found if model is not None]
    if not models:
        m.wonder(node, f"which model '{shown(node)}' gives")
        return UNKNOWN
    return joined(one(Live(model)) for model in models)


@special(("django.urls.base", "reverse"), ("django.urls", "reverse"), ("django.urls.base", "reverse_lazy"),
         ("rest_framework.reverse", "reverse"))  # fmt: skip
def url_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return joined(one(Const(f"url:{text}")) for text in arguments.get(0, "viewname").strings()) | UNKNOWN


@special(("django.urls.base", "resolve"))
def resolved(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    match = Instance(ResolverMatch, m.site(node))
    m.hold(match, "func", joined(one(Live(view)) for view in m.pages(arguments)))
    return one(match)


@special(("builtins", "locals"), ("gc", "get_objects"))
def members(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return UNKNOWN


@special(("", "__subclasses__"))
def subclasses(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    holder = Holder(f"subclasses {m.site(node)}")
    for ref in (receiver or NOTHING).only(Live, SourceClass):
        is_live = isinstance(ref, Live) and isinstance(ref.obj, type)
        live: list[type] = type.__subclasses__(ref.obj) if is_live else []
        m.hold(holder, ANY, joined(map(one, [*map(Live, live), *m.subclassed.get(ref, ())])))
    return one(holder)
