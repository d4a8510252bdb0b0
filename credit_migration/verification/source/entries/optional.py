"""Imports that fail here at the top of a loaded module, and that the host goes on without → what they would connect."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import chain

from django.conf import settings

from credit_migration.verification.source.code import Module
from credit_migration.verification.source.entries.root import Finder, Root
from credit_migration.verification.source.files import dotted_texts

_PASSED_OVER = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_IMPORTS = frozenset({"import_module", "import_string", "__import__", "locate", "resolve_name"})
_WHY = "it is not installed here, and the host goes on without what it would connect"


def optional(finder: Finder) -> Iterator[Root]:
    """
    Yield nothing, and note what the host would hand a package that is not there, or would take from it.

    A library that is missing, and only used where it is there, opens no question; what is put on a list, a bus or a
    signal does.
    """
    for module in finder.program.modules():
        if module.live is not None:
            for statement in module.tree.body:
                for block in _guarded(statement):
                    later = [] if _falls_back(statement) else module.tree.body
                    for name in sorted({*_connected(finder, block, later), *_named(finder, block, statement)}):
                        finder.broken.append((f"'{name}' at {_place(finder, module, block[0])}", _WHY))
    yield from ()


def _place(finder: Finder, module: Module, node: ast.stmt) -> str:
    return f"{finder.program.short(module.path)}:{node.lineno}"


def _guarded(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield each block at the top of a module of which a failing import is passed over."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return
    if isinstance(statement, ast.Try) and any(map(_catches, statement.handlers)):
        yield [*statement.body, *statement.orelse]
    elif isinstance(statement, ast.With) and any(_suppresses(item.context_expr) for item in statement.items):
        yield statement.body
    else:
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt):
                yield from _guarded(child)


def _catches(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(_PASSED_OVER & _words(handler.type))


def _suppresses(call: ast.expr) -> bool:
    words = _words(call) if isinstance(call, ast.Call) else set()
    return "suppress" in words and bool(_PASSED_OVER & words)


def _words(node: ast.AST) -> set[str]:
    return {getattr(one, "id", getattr(one, "attr", "")) for one in ast.walk(node)}


def _falls_back(statement: ast.stmt) -> bool:
    """Return whether something else takes the place of what is not there."""
    handlers = [node for node in ast.walk(statement) if isinstance(node, ast.ExceptHandler)]
    kinds = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef
    return any(isinstance(node, kinds) for handler in handlers for node in ast.walk(handler))


def _connected(finder: Finder, block: list[ast.stmt], later: list[ast.stmt]) -> Iterator[str]:
    """Yield the modules that are not there, and of which the block, or the module later, hands something on."""
    imports = [(node, alias) for node in _inside(block) if isinstance(node, ast.Import | ast.ImportFrom)
               for alias in node.names if not getattr(node, "level", 0)]  # fmt: skip
    parts = (*_given(block), *_given(_at_import(later))) if imports else ()
    for node, alias in imports:
        name = (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        package = name.partition(".")[0]
        bound = alias.asname or alias.name.partition(".")[0]
        if finder.machine.dotted(package, ()) is None and any(_tells(part, bound, package) for part in parts):
            yield name


def _at_import(body: list[ast.stmt]) -> list[ast.stmt]:
    return [node for node in body if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]


def _given(block: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield what the block hands to calls, and adds to what is there."""
    for node in _inside(block):
        if isinstance(node, ast.Call):
            yield from (*node.args, *(keyword.value for keyword in node.keywords))
        elif isinstance(node, ast.AugAssign):
            yield node.value


def _tells(part: ast.AST, bound: str, package: str) -> bool:
    texts = (one.value for one in ast.walk(part) if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return bound in _words(part) or any(text.partition(".")[0] == package for text in texts)


def _named(finder: Finder, block: list[ast.stmt], statement: ast.stmt) -> Iterator[str]:
    """Yield what the block imports by a text, its own or of the settings around it, and what is not there."""
    calls = [node for node in _inside(block) if isinstance(node, ast.Call) and _words(node.func) & _IMPORTS]
    if not calls:
        return
    asked = (one.attr for one in ast.walk(statement) if isinstance(one, ast.Attribute) and one.attr.isupper())
    values = (getattr(settings, name, None) for name in sorted(set(asked)))
    own = (one.value for call in calls for one in ast.walk(call) if isinstance(one, ast.Constant))
    for text in chain.from_iterable(map(dotted_texts, (*values, *own))):
        if finder.machine.dotted(text, ()) is None:
            yield text


def _inside(block: list[ast.stmt]) -> Iterator[ast.AST]:
    return chain.from_iterable(map(ast.walk, block))
