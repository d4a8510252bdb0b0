"""Small questions about pieces of Python's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def without_first(call: ast.Call) -> ast.Call:
    return ast.Call(func=call.func, args=call.args[1:], keywords=call.keywords)


def gathers(call: ast.Call) -> bool:
    """Return whether a ``setdefault`` starts a container, so that rows are grouped and none is overwritten."""
    return any(isinstance(value, ast.List | ast.Set | ast.Dict | ast.Call) for value in call.args[1:2])


def is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def attribute_of(node: ast.expr, row: str) -> str:
    """Return the field of ``row`` that an expression such as ``row.pathway.id`` begins with."""
    while isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Name) and node.value.id == row:
            return node.attr
        node = node.value
    return ""


def loops(node: ast.stmt) -> list[ast.For | ast.AsyncFor]:
    return [node] if isinstance(node, ast.For | ast.AsyncFor) else []


def blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if block:
            yield block
    for handler in getattr(node, "handlers", ()):
        yield handler.body
    for case in getattr(node, "cases", ()):
        yield case.body


def own_expressions(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield the expressions of a statement that are not in a block of its own."""
    for name, value in ast.iter_fields(node):
        if name in ("body", "orelse", "finalbody", "handlers", "cases"):
            continue
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, ast.AST):
                yield item
