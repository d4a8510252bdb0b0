"""Attributes, imports and models by a text → what they name."""

from __future__ import annotations

import ast
import re
import types
from pathlib import Path
from typing import Any

from django.urls import ResolverMatch

from credit_migration.verification.source.code import Function, SourceClass, SourceModule
from credit_migration.verification.source.machine.heap import ANY
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
    for text in name.strings():
        found = m.attribute(target, text, node)
        m.mention(node, text, found)
        result = result | found
    if len(arguments.positional) > 2:
        result = result | arguments.positional[2]
    if name.unknown or name.only(Pattern):
        patterns = [re.compile(ref.regex) for ref in name.only(Pattern)]
        wanted = [n for n in _names(m, target) if not patterns or any(p.fullmatch(n) for p in patterns)]
        candidates = joined(m.attribute(target, n, node) for n in wanted)
        text = f"which attribute 'getattr' reads: {shown(node)}"
        result = result | Value(frozenset({Maybe(candidates, text)}), target.labels, True)
    return result


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
    result = _modules_like(m, name)
    if result != NOTHING:
        return result
    for text in name.strings():
        found = m.dotted(text, arguments.get(1, "package").strings())
        if found is None:
            m.wonder(node, f"'{text}', imported by this text, is not there")
        else:
            m.mention(node, text.rpartition(".")[2], found)
            result = result | found
    if name.unknown or name.only(Pattern) or not name.refs:
        m.wonder(node, f"what is imported by a text that the source does not show: {shown(node)}")
    return result if result != NOTHING else UNKNOWN


def _modules_like(m: Any, name: Value) -> Value:
    """Return the host's modules that a text may name of which the source shows how it starts."""
    patterns = [re.compile(ref.regex) for ref in name.only(Pattern) if not ref.regex.startswith(".*")]
    if not patterns:
        return NOTHING
    known = [module.name for module in map(m.program.file, m.program.files()) if module is not None]
    wanted = [text for text in known if any(pattern.fullmatch(text) for pattern in patterns)]
    return joined(m.dotted(text, ()) or NOTHING for text in wanted)


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
    return joined(one(Live(space)) for space in live) | (NOTHING if live else UNKNOWN)


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
    classes = [ref.obj for ref in (receiver or NOTHING).only(Live) if isinstance(ref.obj, type)]
    holder = Holder(f"subclasses {m.site(node)}")
    for cls in classes:
        m.hold(holder, ANY, joined(map(one, map(Live, type.__subclasses__(cls)))))
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
