"""A container that a module of the host has → where code could take something off it, or put another in its place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from credit_migration.verification.source.machine.conditions import is_switch

_TAKING_OFF = frozenset(
    {"remove", "discard", "pop", "popitem", "popleft", "clear", "update", "difference_update", "intersection_update",
     "__setitem__", "__delitem__"}
)  # fmt: skip
_ONCE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Delete)
_LATER = (ast.Lambda, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.GeneratorExp)


def owners(container: ast.expr) -> Iterator[ast.expr]:
    """Yield what stands for a container, and for the objects that have it."""
    node: Any = container
    while isinstance(node, ast.Name | ast.Attribute):
        yield node
        node = getattr(node, "value", None)


def emptyings(tree: ast.Module, name: str, of: set[str], *, once: bool) -> Iterator[ast.AST]:
    """
    Yield where code that may run, or not, could take something off a container of this name, or replace it.

    Args:
        tree: a module of the host.
        name: of the container.
        of: the names of the objects that have it.
        once: whether what the module does at import is known to have been done.

    """
    done = {child for node in tree.body if isinstance(node, _ONCE) for child in _run_with(node)} if once else set()
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        named = getattr(node, "id", getattr(node, "attr", ""))
        if isinstance(node, ast.alias):
            is_emptied = node.asname not in {None, name} and node.name == name
        elif isinstance(node, ast.Constant):
            is_emptied = node.value == name
        elif named in of:
            is_emptied = (
                not isinstance(getattr(node, "ctx", None), ast.Load) and above.get(above.get(node, node)) is not tree
            )
        else:
            is_emptied = named == name and not _is_harmless(node, above)
        if is_emptied and node not in done:
            yield node


def is_under_a_switch(tree: ast.Module, node: ast.AST) -> bool:
    """Return whether a place is run at import if a switch says so."""
    return any(
        child is node
        for statement in tree.body
        if isinstance(statement, ast.If) and is_switch(statement.test)
        for part in (*statement.body, *statement.orelse)
        if isinstance(part, _ONCE)
        for child in _run_with(part)
    )


def _run_with(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield what is run with a statement, and not when something that it makes is called."""
    todo: list[ast.AST] = [statement]
    while todo:
        node = todo.pop()
        yield node
        todo += [
            child for child in ast.iter_child_nodes(node) if not isinstance(child, (*_LATER, ast.IfExp, ast.BoolOp))
        ]


def _is_harmless(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Return whether a container is only read there, or something is added to it."""
    while isinstance(above.get(node), ast.Subscript) and above[node].value is node:  # type: ignore[attr-defined]
        node = above[node]
        if not isinstance(node.ctx, ast.Load):  # type: ignore[attr-defined]
            return False
    parent = above.get(node)
    if isinstance(parent, ast.Attribute):
        return (
            parent.attr not in _TAKING_OFF
            and isinstance(parent.ctx, ast.Load)
            and isinstance(above.get(parent), ast.Call)
        )
    if isinstance(parent, ast.Assign | ast.AnnAssign):
        return parent.value is not node and _is_made_first(node, above)
    if isinstance(parent, ast.Call):
        return isinstance(node, ast.Subscript) and parent.func is node
    is_read = isinstance(node, ast.Subscript) or isinstance(parent, ast.For | ast.comprehension | ast.Compare)
    return is_read and not isinstance(parent, ast.Starred | ast.Return)


def _is_made_first(node: ast.AST, above: dict[ast.AST, ast.AST]) -> bool:
    """Return whether this is the assignment in ``__init__`` that makes an object's container."""
    while node in above and not isinstance(node, ast.FunctionDef):
        node = above[node]
    return getattr(node, "name", "") == "__init__"
