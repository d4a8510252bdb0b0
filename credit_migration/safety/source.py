"""A migration's file → where its operations stand, and whether its Python code writes the program of a request."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from credit_migration.data import Location
from credit_migration.data.safety import HostNames, Writes

_WRITING_CALLS = frozenset(
    {"create", "update", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "acreate", "aupdate"}
)


def shown_path(path: Path) -> str:
    """Return the path as a report shows it: from the working folder where it lies in there."""
    absolute = path.resolve()
    return absolute.relative_to(Path.cwd()).as_posix() if absolute.is_relative_to(Path.cwd()) else str(absolute)


def operation_lines(path: Path) -> dict[int, int]:
    """Return the line of each operation of the file's ``Migration``, by position from 0; none without a plain list."""
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.ClassDef) and node.name == "Migration":
            for item in node.body:
                if isinstance(item, ast.Assign) and _names(item.targets) == ["operations"]:
                    elements = item.value.elts if isinstance(item.value, ast.List | ast.Tuple) else []
                    return {position: element.lineno for position, element in enumerate(elements)}
    return {}


def code_writes_program(code: Callable[..., Any], names: HostNames) -> tuple[Writes, Location | None]:
    """
    Return whether a ``RunPython`` function writes the request's program, and the line that does.

    The function and all that it calls by name in its own file are read. It is about the request where it names that
    model; a write is an assignment to the field, or the field among the arguments of a call that writes.
    """
    try:
        path = Path(inspect.getsourcefile(code) or "")
        tree = _parsed(path)
    except (OSError, TypeError, SyntaxError):
        return Writes.UNKNOWN, None
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    reached = _reached(getattr(code, "__name__", ""), functions)
    if not reached:
        return Writes.UNKNOWN, None
    model = names.request.rpartition(".")[2]
    if not any(_mentions(function, model) for function in reached):
        return Writes.NO, None
    for function in reached:
        for node in ast.walk(function):
            if _writes(node, {names.program_field, names.program_column}):
                return Writes.YES, Location(path=shown_path(path), line=node.lineno)  # type: ignore[attr-defined]
    return Writes.NO, None


@lru_cache(maxsize=256)
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _names(nodes: list[ast.expr]) -> list[str]:
    return [node.id for node in nodes if isinstance(node, ast.Name)]


def _reached(name: str, functions: dict[str, ast.FunctionDef]) -> list[ast.FunctionDef]:
    reached: dict[str, ast.FunctionDef] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in functions and current not in reached:
            reached[current] = functions[current]
            waiting += [
                node.func.id
                for node in ast.walk(functions[current])
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            ]
    return list(reached.values())


def _mentions(function: ast.FunctionDef, model: str) -> bool:
    return any(
        (isinstance(node, ast.Constant) and isinstance(node.value, str) and _last(node.value) == model.lower())
        or (isinstance(node, ast.Name) and node.id == model)
        for node in ast.walk(function)
    )


def _last(text: str) -> str:
    return text.rpartition(".")[2].lower()


def _writes(node: ast.AST, fields: set[str]) -> bool:
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(target, ast.Attribute) and target.attr in fields for target in targets)
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name) and node.func.id == "setattr":
        return any(isinstance(arg, ast.Constant) and arg.value in fields for arg in node.args)
    if not (isinstance(node.func, ast.Attribute) and node.func.attr in _WRITING_CALLS):
        return False
    return any(word in fields for word in _given(node))


def _given(call: ast.Call) -> Iterator[str]:
    """Yield the names of fields that a writing call is given: its keywords, and the texts among its arguments."""
    for keyword in call.keywords:
        yield keyword.arg or ""
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.keyword):
                yield node.arg or ""
