"""A container of the process → whether the host's source does nothing with it but fill it."""

from __future__ import annotations

import ast
import collections
from functools import cache
from typing import Any

from credit_migration.verification.source.program import Program

_FILLS = frozenset({"append", "appendleft", "add", "insert", "extend", "update", "setdefault", "clear"})
_CONTAINERS = (list, dict, set, collections.deque)


def is_only_filled(program: Program, container: Any) -> bool:
    """Return whether a container is a global of the host that no code takes anything out of, nor hands on."""
    if type(container) not in _CONTAINERS:
        return False
    names = {
        name
        for module in program.modules()
        for name, value in (vars(module.live).items() if module.live is not None else ())
        if value is container
    }
    return are_only_filled(program, names)


def are_only_filled(program: Program, names: set[str]) -> bool:
    """Return whether no code of the host does more with what has these names than fill it; ``False`` for no name."""
    return bool(names) and all(names.isdisjoint(_names_used(module.tree)) for module in program.modules())


@cache
def _names_used(tree: ast.Module) -> frozenset[str]:
    """Return the names of which a module does more than to fill what they stand for."""
    used: set[str] = set()
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and not _is_filled(node, above):
            used.add(getattr(node, "id", getattr(node, "attr", "")))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            used.add(node.value)
        elif isinstance(node, ast.alias) and node.asname not in {None, node.name}:
            used.add(node.name)
    return frozenset(used)


def _is_filled(node: ast.Name | ast.Attribute, above: dict[ast.AST, ast.AST]) -> bool:
    """Return whether a name is bound there, or what it stands for is given something and nothing comes of it."""
    if not isinstance(node.ctx, ast.Load):
        return True
    parent = above[node]
    if isinstance(parent, ast.Subscript):
        return parent.value is node and not isinstance(parent.ctx, ast.Load)
    call = above.get(parent)
    return (
        isinstance(parent, ast.Attribute)
        and parent.attr in _FILLS
        and isinstance(call, ast.Call)
        and call.func is parent
        and isinstance(above.get(call), ast.Expr)
    )
