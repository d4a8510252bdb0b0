"""The host's source → who connects and disconnects which receiver, at which line and under which condition."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from credit_migration.data.report import Location
from credit_migration.data.verification import Connection
from credit_migration.verification.source.program import Program

_VERBS = {"connect", "disconnect"}
_NAMES_RECEIVER = {"receiver", "dispatch_uid"}


@dataclass(frozen=True, slots=True)
class _Around:
    inside: str = ""
    condition: str = ""


def read_connections(program: Program) -> tuple[Connection, ...]:
    """Return each call of a signal's ``connect`` or ``disconnect`` in the host's own files, by file and line."""
    found = []
    for path in program.files():
        module = program.file(path)
        if module is not None:
            names = vars(module.live) if module.live is not None else {}
            found += [
                _connection(call, around, program.short(path))
                for call, around in _calls(module.tree, _Around())
                if _is_of_signal(call, names)
            ]
    return tuple(sorted(found, key=lambda one: (one.location.path, one.location.line)))


def _calls(node: ast.AST, around: _Around) -> Iterator[tuple[ast.Call, _Around]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _VERBS:
        yield node, around
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        around = _Around(f"{around.inside}.{node.name}".lstrip("."), around.condition)
    if isinstance(node, ast.If):
        test = ast.unparse(node.test)
        yield from _all(node.body, _under(around, test))
        yield from _all(node.orelse, _under(around, f"not ({test})"))
        return
    yield from _all(ast.iter_child_nodes(node), around)


def _all(nodes: Any, around: _Around) -> Iterator[tuple[ast.Call, _Around]]:
    for node in nodes:
        yield from _calls(node, around)


def _under(around: _Around, test: str) -> _Around:
    return _Around(around.inside, " and ".join(filter(None, (around.condition, test))))


def _is_of_signal(call: ast.Call, names: dict[str, Any]) -> bool:
    """Return whether the call's object is a signal; where it can't be told, whether the arguments are a signal's."""
    obj = _live(call.func.value, names)  # type: ignore[attr-defined]
    if obj is not None:
        return isinstance(obj, Signal)
    return bool(_NAMES_RECEIVER & {keyword.arg for keyword in call.keywords}) or _words(call, {"sender"})


def _words(call: ast.Call, words: set[str]) -> bool:
    return bool(call.args) and bool(words & {str(keyword.arg) for keyword in call.keywords})


def _live(node: ast.expr, names: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = _live(node.value, names)
        return vars(owner).get(node.attr) if hasattr(owner, "__dict__") else None
    return None


def _connection(call: ast.Call, around: _Around, path: str) -> Connection:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    receiver = call.args[0] if call.args else given.get("receiver", given.get("dispatch_uid"))
    return Connection(
        connects=call.func.attr == "connect",  # type: ignore[attr-defined]
        receiver=ast.unparse(receiver) if receiver is not None else "",
        signal=ast.unparse(call.func.value),  # type: ignore[attr-defined]
        location=Location(path=path, line=call.lineno),
        inside=around.inside,
        condition=around.condition,
    )
