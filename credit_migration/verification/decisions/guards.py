"""The methods of an admin, its form and its model → whether one of them lets no row pass without a program."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from credit_migration.verification.source.program import Program

_REFUSES = frozenset({"clean", "full_clean", "save", "save_model", "validate", "has_add_permission"})
_REQUIRES = frozenset({"get_form", "formfield_for_foreignkey", "formfield_for_dbfield", "__init__"})


def is_guarded(classes: Iterable[type], field: str, program: Program) -> bool:
    """
    Return whether the host's own code in one of the classes makes the field required, or refuses a row without it.

    A method that only is there guards nothing: it must forbid adding, set ``required`` on the field, or raise.
    """
    methods = [found for cls in classes for found in _methods(cls, program)]
    return any(_guards(method, field) for method in methods)


def _methods(cls: type, program: Program) -> Iterator[ast.FunctionDef]:
    """Yield the host's methods of a class that Python finds first."""
    seen: set[str] = set()
    for base in cls.__mro__:
        found = program.class_node(base)
        for node in found[1].body if found is not None else ():
            if isinstance(node, ast.FunctionDef) and node.name not in seen:
                yield node
        seen |= set(vars(base))


def _guards(method: ast.FunctionDef, field: str) -> bool:
    inside = list(ast.walk(method))
    if method.name == "has_add_permission":
        answers = [node.value for node in inside if isinstance(node, ast.Return)]
        return bool(answers) and all(isinstance(one, ast.Constant) and one.value is False for one in answers)
    if not any(_names(node, field) for node in inside):
        return False
    if method.name in _REQUIRES:
        return any(map(_sets_required, inside))
    refuses = method.name in _REFUSES or method.name == f"clean_{field}"
    return refuses and any(isinstance(node, ast.Raise) or _adds_error(node) for node in inside)


def _names(node: ast.AST, field: str) -> bool:
    names = {field, f"{field}_id", f"clean_{field}"}
    named = getattr(node, "attr", getattr(node, "id", getattr(node, "name", getattr(node, "value", None))))
    return isinstance(named, str) and named in names


def _adds_error(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_error"


def _sets_required(node: ast.AST) -> bool:
    """Return whether something named ``required`` is made true here: an attribute, an item or an argument."""
    if isinstance(node, ast.Assign):
        named = any(_is_required(target) for target in node.targets)
        return named and _is_true(node.value)
    if isinstance(node, ast.keyword):
        return node.arg == "required" and _is_true(node.value)
    if isinstance(node, ast.Dict):
        return any(_says(key) and _is_true(value) for key, value in zip(node.keys, node.values, strict=True))
    return False


def _is_required(target: ast.expr) -> bool:
    return getattr(target, "attr", "") == "required" or (isinstance(target, ast.Subscript) and _says(target.slice))


def _says(node: Any) -> bool:
    return isinstance(node, ast.Constant) and node.value == "required"


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
