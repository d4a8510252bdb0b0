"""The methods of an admin, its form and its model → what they refuse of a request's program."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Any

from credit_migration.verification.source.program import Program

_REFUSES = frozenset({"clean", "full_clean", "save", "save_model", "validate"})
_REQUIRES = frozenset({"get_form", "formfield_for_foreignkey", "formfield_for_dbfield", "__init__"})
_HIDES = frozenset({"get_readonly_fields", "get_fields", "get_fieldsets", "get_exclude"})
_EARLIER = frozenset(
    {"initial", "changed_data", "has_changed", "change", "obj", "instance", "original", "pk", "id", "_state", "adding"}
)
"""What tells a row that is there from a new one."""


def forbids_omitting(classes: Iterable[type], field: str, program: Program) -> bool:
    """
    Return whether the host's own code in one of the classes makes the field required, or refuses a row without it.

    A method that only is there guards nothing: it must forbid adding, set ``required`` on the field, or raise.
    """
    return any(
        _is_never(method, "has_add_permission") or _guards(method, field, "required")
        for method in _methods(classes, program)
    )


def forbids_filling(classes: Iterable[type], field: str, program: Program) -> bool:
    """
    Return whether the host's own code in one of the classes keeps the field of a row that is there as it is.

    It must forbid changing, decide by the row whether the field is read-only or shown, disable the field, or raise with
    regard to what the row was. To require the field forbids nothing here: it makes staff fill it in.
    """
    return any(
        _is_never(method, "has_change_permission")
        or (method.name in _HIDES and any(_names(node, field) for node in ast.walk(method)))
        or (_guards(method, field, "disabled") and _looks_at_the_row(method))
        for method in _methods(classes, program)
    )


def _methods(classes: Iterable[type], program: Program) -> Iterator[ast.FunctionDef]:
    """Yield the host's methods of each class that Python finds first."""
    for cls in classes:
        seen: set[str] = set()
        for base in cls.__mro__:
            found = program.class_node(base)
            for node in found[1].body if found is not None else ():
                if isinstance(node, ast.FunctionDef) and node.name not in seen:
                    yield node
            seen |= set(vars(base))


def _is_never(method: ast.FunctionDef, name: str) -> bool:
    answers = [node.value for node in ast.walk(method) if isinstance(node, ast.Return)] if method.name == name else []
    return bool(answers) and all(isinstance(one, ast.Constant) and one.value is False for one in answers)


def _guards(method: ast.FunctionDef, field: str, option: str) -> bool:
    inside = list(ast.walk(method))
    if not any(_names(node, field) for node in inside):
        return False
    if method.name in _REQUIRES and any(_sets(node, option) for node in inside):
        return True
    refuses = method.name in _REFUSES or method.name == f"clean_{field}"
    return refuses and any(isinstance(node, ast.Raise) or _adds_error(node) for node in inside)


def _looks_at_the_row(method: ast.FunctionDef) -> bool:
    inside = list(ast.walk(method))
    passed_on = {id(node) for call in inside if _calls_super(call) for node in ast.walk(call)}
    names = {getattr(node, "attr", getattr(node, "id", "")) for node in inside if id(node) not in passed_on}
    return method.name in _REQUIRES or bool(names & _EARLIER)


def _calls_super(node: ast.AST) -> bool:
    owner = getattr(getattr(node, "func", None), "value", None)
    return isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "super"


def _names(node: ast.AST, field: str) -> bool:
    names = {field, f"{field}_id", f"clean_{field}"}
    named = getattr(node, "attr", getattr(node, "id", getattr(node, "name", getattr(node, "value", None))))
    return isinstance(named, str) and named in names


def _adds_error(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "add_error"


def _sets(node: ast.AST, option: str) -> bool:
    """Return whether something named ``option`` is made true here: an attribute, an item or an argument."""
    if isinstance(node, ast.Assign):
        return any(_is(target, option) for target in node.targets) and _is_true(node.value)
    if isinstance(node, ast.keyword):
        return node.arg == option and _is_true(node.value)
    if isinstance(node, ast.Dict):
        return any(_says(key, option) and _is_true(one) for key, one in zip(node.keys, node.values, strict=True))
    return False


def _is(target: ast.expr, option: str) -> bool:
    is_item = isinstance(target, ast.Subscript) and _says(target.slice, option)
    return is_item or getattr(target, "attr", "") == option


def _says(node: Any, text: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == text


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
