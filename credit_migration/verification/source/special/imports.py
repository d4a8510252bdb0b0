"""Modules, entry points and dotted paths by a text → what they name. Imports nothing."""

from __future__ import annotations

import ast
import re
import types
from importlib import metadata
from pathlib import Path
from typing import Any

from credit_migration.verification.source.code import Function, SourceClass
from credit_migration.verification.source.kept_names import dotted_paths
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
    Pattern,
    Value,
    joined,
    one,
)

_ENDS_AS = re.compile(r"\\\.\w{3,}\)?$")
"""The pattern of a dotted text that is shown to end in a name of its own."""


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
    modules = [module.name for module in m.program.modules()]
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
