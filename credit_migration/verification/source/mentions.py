"""A file of the host → its functions, and the places where a name or a text may stand for one of them."""

from __future__ import annotations

import ast
import gc
import re
import types
from collections.abc import Iterator
from functools import cache
from typing import Any

from credit_migration.verification.source.code import Module


def functions(node: ast.AST, owners: tuple[ast.ClassDef, ...]) -> Iterator[tuple[Any, tuple[ast.ClassDef, ...]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child, owners
        elif isinstance(child, ast.ClassDef):
            yield from functions(child, (*owners, child))
        elif isinstance(child, ast.If | ast.Try | ast.With):
            yield from functions(child, owners)


def could_send(node: Any) -> bool:
    return any(isinstance(child, ast.Call) for child in ast.walk(node))


def exported(tree: ast.Module) -> set[ast.AST]:
    """Return what names a function and calls nothing: the texts of ``__all__``, what ``wraps`` is given, a uid."""
    found = _exported_names(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "dispatch_uid":
            found |= set(ast.walk(node))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {
            "wraps",
            "update_wrapper",
        }:
            found |= set(ast.walk(node))
    return found


def _exported_names(tree: ast.Module) -> set[ast.AST]:
    for node in tree.body:
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        if any(getattr(target, "id", "") == "__all__" for target in targets):
            return set(ast.walk(node))
    return set()


@cache
def called_or_wired(tree: ast.Module) -> frozenset[ast.AST]:
    """Return the names that are called where they stand, or given to a signal, whose receivers the process shows."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    wired = (call for call in calls if getattr(call.func, "attr", "") in {"connect", "disconnect"})
    given = (child for call in wired for value in (*call.args, *call.keywords) for child in ast.walk(value))
    return frozenset({*(call.func for call in calls), *given})


def inner_around(tree: ast.Module, node: ast.AST) -> tuple[int, ...]:
    """Return the first lines of the functions inside functions, lambdas among them, that a node stands in."""
    return _inner(tree).get(node, ())


@cache
def _inner(tree: ast.Module) -> dict[ast.AST, tuple[int, ...]]:
    found: dict[ast.AST, tuple[int, ...]] = {}
    todo: list[tuple[ast.AST, tuple[int, ...], bool]] = [(tree, (), False)]
    while todo:
        node, around, is_inside = todo.pop()
        found[node] = around
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            around = (*around, node.lineno) if is_inside or isinstance(node, ast.Lambda) else around
            is_inside = True
        todo += [(child, around, is_inside) for child in ast.iter_child_nodes(node)]
    return found


def names_it(node: ast.AST, name: str, pattern: re.Pattern[str]) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name
    if isinstance(node, ast.Attribute):
        return node.attr == name and not isinstance(node.ctx, ast.Del)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(pattern.search(node.value))


@cache
def local_names(tree: ast.Module) -> frozenset[ast.AST]:
    """Return the names in functions that stand for parameters and variables there, and for nothing outside."""
    return frozenset(_local(tree, frozenset()))


def _local(node: ast.AST, bound: frozenset[str]) -> Iterator[ast.AST]:
    if isinstance(node, ast.Name) and node.id in bound:
        yield node
    body: list[ast.AST] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        body = node.body if isinstance(node.body, list) else [node.body]  # type: ignore[assignment]
    inner = _bound_in(node, body, bound) if body else bound
    for child in ast.iter_child_nodes(node):
        yield from _local(child, inner if child in body else bound)


def _bound_in(function: Any, body: list[Any], outer: frozenset[str]) -> frozenset[str]:
    """Return the names that are variables in a function: what it imports or defines, or declares outer, is none."""
    spec = function.args
    given = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs, *filter(None, (spec.vararg, spec.kwarg))]
    names, others = {argument.arg for argument in given}, set()
    todo = list(body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            others |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Global | ast.Nonlocal):
            others |= set(node.names)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            others.add(node.name)
        elif not isinstance(node, ast.Lambda):
            todo += ast.iter_child_nodes(node)
    return (outer | names) - others


def texts_of_names(body: ast.AST) -> set[ast.AST]:
    """Return the texts that something looks a name up by: ``getattr`` and its like, dotted paths."""
    found: set[ast.AST] = set()
    for node in ast.walk(body):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {
                "getattr",
                "methodcaller",
                "attrgetter",
                "import_string",
                "send_task",
                "signature",
                "resolve_name",
            }:
                found |= {child for child in ast.walk(node) if isinstance(child, ast.Constant)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            found.add(node)
    return found


def texts_kept(tree: ast.Module) -> set[ast.AST]:
    """Return the texts in what a module assigns: a name there may be looked up from anywhere."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign)]
    return {child for node in assigned for child in ast.walk(node) if isinstance(child, ast.Constant)}


def taken_off(module: Module, node: ast.AST, name: str) -> bool:
    """Return whether the running module's table, in which its source names a function, has it no longer."""
    for statement in module.tree.body if module.live is not None else ():
        if isinstance(statement, ast.Assign) and any(child is node for child in ast.walk(statement.value)):
            kept = [getattr(module.live, getattr(target, "id", ""), None) for target in statement.targets]
            return isinstance(statement.value, ast.Dict | ast.List | ast.Set) and not any(
                _may_hold(k, name) for k in kept
            )
    return False


def is_deleted(module: Module, function: Any) -> bool:
    """Return whether a loaded module deletes a function again, and nothing in the process has it."""
    is_its_own = module.live is not None and function in module.tree.body
    if not is_its_own or not any(_deletes(statement, function.name) for statement in module.tree.body):
        return False
    return not any(
        type(obj) is types.FunctionType
        and (obj.__code__.co_filename, obj.__code__.co_name) == (module.path, function.name)
        for obj in gc.get_objects()
    )


def _deletes(statement: ast.stmt, name: str) -> bool:
    return isinstance(statement, ast.Delete) and any(getattr(t, "id", "") == name for t in statement.targets)


def _may_hold(value: Any, name: str) -> bool:
    """Return whether a table may still have a function of this name; it may if something in it is no plain thing."""
    if isinstance(value, dict):
        return any(_may_hold(item, name) for pair in value.items() for item in pair)
    if isinstance(value, list | tuple | set | frozenset):
        return any(_may_hold(item, name) for item in value)
    if isinstance(value, types.FunctionType | type):
        return value.__name__ == name
    return not isinstance(value, str | int | float | bool)
