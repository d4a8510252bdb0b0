"""Attributes, imports and models by a text → what they name."""

from __future__ import annotations

import ast
import re
import sys
import types
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import LazySettings
from django.urls import ResolverMatch

from credit_migration.verification.source.code import Function, SourceClass, SourceModule
from credit_migration.verification.source.kept_names import dotted_paths
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

_ENDS_AS = re.compile(r"\\\.\w{3,}\)?$")
"""The pattern of a dotted text that is shown to end in a name of its own."""


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
    """Return the default of a setting as what it is now: a constant there settles no more than the setting would."""
    refs = frozenset(Const(ref.value) if isinstance(ref, Const) else ref for ref in default.refs)
    return Value(refs, default.labels, default.unknown)


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
            cls = ref.cls if isinstance(ref, Instance) else getattr(ref, "obj", None)
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


@special(("importlib", "import_module"), ("builtins", "__import__"), ("django.utils.module_loading", "import_string"),
         ("pydoc", "locate"), ("pkgutil", "resolve_name"), ("celery.utils.imports", "symbol_by_name"),
         ("kombu.utils.imports", "symbol_by_name"), ("importlib", "__import__"))  # fmt: skip
def import_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    name = arguments.get(0, "name")
    result = _modules_like(m, name, node)
    if result != NOTHING:
        return result
    for text in name.strings():
        found = m.dotted(text, arguments.get(1, "package").strings())
        if found is None:
            m.wonder(node, f"'{text}', imported by this text, is not there")
        else:
            m.mention(node, text.rpartition(".")[2], found)
            result = result | found
    if name.unknown or name.only(Pattern):
        m.wonder(node, f"what is imported by a text that the source does not show: {shown(node)}")
        result = result | joined(_kept_paths(m))
    return result if result != NOTHING else UNKNOWN


def _kept_paths(m: Any) -> list[Value]:
    """Return the host's own functions and classes that its settings or its data files name by a dotted path."""
    known = m.program.kept_paths
    if known is None:
        known = m.program.kept_paths = tuple(
            text for text in dotted_paths(m.program) if _is_hosts(m, m.dotted(text, ()))
        )
    return [m.dotted(text, ()) for text in known]


def _is_hosts(m: Any, found: Value | None) -> bool:
    return found is not None and (
        bool(found.only(Function, SourceClass))
        or any(
            isinstance(ref.obj, types.FunctionType | type) and m.program.owns_object(ref.obj)
            for ref in found.only(Live)
        )
    )


def _modules_like(m: Any, name: Value, node: ast.AST) -> Value:
    """Return the host's modules that a text may name of which the source shows how it starts."""
    patterns = [
        re.compile(ref.regex)
        for ref in name.only(Pattern)
        if not ref.regex.startswith(".*") or _ENDS_AS.search(ref.regex)
    ]
    if not patterns:
        return NOTHING
    modules = [module.name for module in map(m.program.file, m.program.files()) if module is not None]
    wanted = [text for text in modules if any(pattern.fullmatch(text) for pattern in patterns)]
    found = joined(m.dotted(text, ()) or NOTHING for text in wanted)
    m.imported(found, node)
    return found


@special(("importlib.metadata", "entry_points"))
def entry_points(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    """List the installed entry points of the group, or one that may be any."""
    groups = dict(arguments.keywords).get("group", NOTHING).strings()
    outer = Holder(f"entry points {m.site(node)}")
    for group in groups:
        m.hold(outer, ANY, joined(one(Live(found)) for found in metadata.entry_points(group=group)))
    if not groups:
        m.hold(outer, ANY, one(Instance(metadata.EntryPoint, m.site(node))))
    return one(outer)


@special(("importlib.metadata", "EntryPoint.load"))
def load_entry_point(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    result = NOTHING
    for ref in (receiver or NOTHING).refs:
        found = m.dotted(ref.obj.value, ()) if isinstance(ref, Live) else None
        if found is None:
            named = f"'{ref.obj.value}', which an entry point names, is there" if isinstance(ref, Live) else "is loaded"
            m.wonder(node, f"whether {named}" if isinstance(ref, Live) else f"which entry point {named}: {shown(node)}")
        result = result | (found or UNKNOWN)
    return result


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
    return UNKNOWN if space is None else one(Live(space))


@special(("builtins", "vars"))
def attributes_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    spaces = [getattr(ref.obj, "__dict__", None) for ref in arguments.get(0, "").only(Live)]
    live = [dict(space) if not isinstance(space, dict) else space for space in spaces if space is not None]
    m.kept += live
    made = joined(map(one, arguments.get(0, "").only(Instance)))
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


@special(("pkgutil", "iter_modules"), ("pkgutil", "walk_packages"))
def modules_of_a_package(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    """List what the package's folders have, as files: nothing is imported for it."""
    path = arguments.get(0, "path")
    folders = {Path(text) for text in (*path.strings(), *m.elements(path, node).strings())}
    prefix = arguments.get(1, "prefix").strings() or ("",)
    found = [path for path in map(Path, m.program.files()) if path.parent in folders or path.parent.parent in folders]
    stems = {path.parent.name if path.stem == "__init__" else path.stem for path in found} - {f.name for f in folders}
    names = joined(one(Const(f"{start}{stem}")) for start in prefix for stem in sorted(stems))
    if not stems:
        return UNKNOWN
    outer, info = Holder(f"modules {m.site(node)}"), Instance(types.SimpleNamespace, f"module {m.site(node)}")
    for key in ("name", ANY):
        m.hold(info, key, names)
    m.hold(outer, ANY, one(info))
    return one(outer)
