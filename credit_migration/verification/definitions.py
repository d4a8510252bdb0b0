"""The name of a setting or of a waffle switch → the line of the host that defines it."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

from credit_migration.data.report import Location
from credit_migration.verification.source.code import Module
from credit_migration.verification.source.program import Program

_DECLARES = re.compile(r"(switch|flag|sample|toggle)$", re.IGNORECASE)
_MAKES = frozenset({"create", "get_or_create", "update_or_create"})


def setting_defined(name: str, settings_module: str, program: Program) -> Location | None:
    """Return the last line that assigns a setting, in the settings module or one that it takes its names from."""
    return _setting(name, settings_module, program, set())


def toggle_defined(name: str, program: Program) -> Location | None:
    """Return where the host declares a waffle switch or flag by its name, or makes its row."""
    for path in program.files():
        module = program.file(path)
        for node in ast.walk(module.tree) if module is not None else ():
            if isinstance(node, ast.Call) and name in _texts(node) and _declares(node):
                return Location(path=program.short(path), line=node.lineno)
    return None


def _setting(name: str, dotted: str, program: Program, seen: set[str]) -> Location | None:
    module = _module(dotted, program)
    if module is None or dotted in seen:
        return None
    seen.add(dotted)
    for node in reversed(list(_statements(module.tree.body))):
        if isinstance(node, ast.ImportFrom):
            if {name, "*"} & {alias.name for alias in node.names}:
                found = _setting(name, _base(node, module), program, seen)
                if found is not None:
                    return found
        elif any(_assigns(child, name) for child in ast.walk(node)):
            return Location(path=program.short(module.path), line=node.lineno)
    return None


def _module(dotted: str, program: Program) -> Module | None:
    path = getattr(sys.modules.get(dotted), "__file__", None)
    return program.file(path) if path and program.owns(path) else program.named(dotted)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module in order, those under conditions one by one; none of a function or class."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        inner = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt | ast.ExceptHandler)]
        for child in inner:
            yield from _statements(child.body if isinstance(child, ast.ExceptHandler) else [child])
        if not inner:
            yield node


def _assigns(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def _base(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    parts = parts[: len(parts) - node.level + module.path.endswith("__init__.py")]
    return ".".join([*parts, *([node.module] if node.module else [])])


def _texts(node: ast.Call) -> set[str]:
    given = (*node.args, *(keyword.value for keyword in node.keywords))
    return {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def _declares(node: ast.Call) -> bool:
    called = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if called in _MAKES:
        return bool(re.search(r"\b(Switch|Flag|Sample)\b", ast.unparse(node.func)))
    return bool(_DECLARES.search(called))
