"""Statements that a loaded module has run → those that name a function which nothing in the process holds any more."""

from __future__ import annotations

import ast
import collections
import gc
import sys
import types
import weakref
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from credit_migration.verification.source.code import Module
from credit_migration.verification.source.emptied import emptyings, is_under_a_switch, owners
from credit_migration.verification.source.program import Program

_CONTAINERS = (list, dict, set, collections.deque)


class Unheld:
    """
    What import left of a function that a module puts into a container, or takes off one.

    Made before anything else of this package refers to the host's functions, for it counts who does.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        named = {name: places for name, places in self._named.items() if all(map(self._is_settled, places))}
        self.undone_by_switches = [
            place for places in self._named.values() for place in places if self._is_undone_by_a_switch(place)
        ]
        """Statements that fill a plain container which code under a switch may empty."""
        functions = [found for module, name in self._wanted(named) for found in _functions(module, name)]
        free = _held_by_names_alone(functions) if functions else []
        self._nodes = {
            id(node)
            for found in free
            for _, statement in named[found.__name__]
            for node in ast.walk(statement)
            if getattr(node, "id", getattr(node, "attr", "")) == found.__name__
        }
        """The names of such functions in these statements."""

    def has(self, node: ast.AST) -> bool:
        """Return whether a node names a function that its statement, when it was run, left in no container."""
        return id(node) in self._nodes

    @cached_property
    def _named(self) -> dict[str, list[tuple[Module, ast.stmt]]]:
        """The statements, run once at import, that hand a name to a method of something, or put it under a key."""
        found: dict[str, list[tuple[Module, ast.stmt]]] = {}
        for module in self.program.modules():
            for statement in module.tree.body if module.live is not None else ():
                for node in _handed(statement):
                    found.setdefault(getattr(node, "id", getattr(node, "attr", "")), []).append((module, statement))
        return found

    def _wanted(self, named: dict[str, Any]) -> Iterator[tuple[Module, str]]:
        for module in self.program.modules():
            for node in module.tree.body if module.live is not None else ():
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in named:
                    yield module, node.name

    def _is_settled(self, place: tuple[Module, ast.stmt]) -> bool:
        """Return whether a statement fills or empties a plain container that no other code may empty later, or not."""
        return self._emptied(place) == []

    def _is_undone_by_a_switch(self, place: tuple[Module, ast.stmt]) -> bool:
        emptied = self._emptied(place)
        return bool(emptied) and all(is_under_a_switch(module.tree, node) for module, node in emptied or ())

    def _emptied(self, place: tuple[Module, ast.stmt]) -> list[tuple[Module, ast.AST]] | None:
        """Return where a statement's container may be emptied; ``None`` if it is no plain container of the process."""
        module, statement = place
        receiver = _receiver(statement)
        if receiver is None or type(_live(receiver, module)) not in {*_CONTAINERS, collections.defaultdict}:
            return None
        while isinstance(receiver, ast.Subscript):
            receiver = receiver.value
        names = [getattr(node, "id", getattr(node, "attr", "")) for node in owners(receiver)]
        return [
            (other, node)
            for other in self.program.modules()
            for node in emptyings(other.tree, names[0], set(names[1:]), once=other is module)
        ]


def _handed(statement: ast.stmt) -> Iterator[ast.expr]:
    """Yield the names that a statement hands to a method or puts under a key."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    parts: list[ast.expr] = []
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
        parts = [*call.args, *(keyword.value for keyword in call.keywords)]
    elif isinstance(statement, ast.Assign) and all(isinstance(target, ast.Subscript) for target in statement.targets):
        parts = [statement.value]
    yield from (part for part in parts if isinstance(part, ast.Name | ast.Attribute))


def _receiver(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return getattr(statement.value.func, "value", None)
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        return getattr(statement.targets[0], "value", None)
    return None


def _live(node: ast.expr, module: Module) -> Any:
    """Return what a plain expression stands for in the running module, without running any code of the host."""
    if isinstance(node, ast.Name):
        return vars(module.live).get(node.id)
    if isinstance(node, ast.Attribute):
        space = getattr(_live(node.value, module), "__dict__", None)
        return space.get(node.attr) if isinstance(space, dict) else None
    if isinstance(node, ast.Subscript):
        owner, key = _live(node.value, module), _live(node.slice, module)
        is_plain = isinstance(owner, dict) and isinstance(key, str | int | type)
        return dict.get(owner, key) if is_plain else None
    return node.value if isinstance(node, ast.Constant) else None


def _functions(module: Module, name: str) -> Iterator[types.FunctionType]:
    found = vars(module.live).get(name)
    if type(found) is types.FunctionType and found.__name__ == name:
        yield found


def _held_by_names_alone(functions: list[types.FunctionType]) -> list[types.FunctionType]:
    """Return those to which nothing refers but modules, by the function's own name; C code counts as something."""
    # Only this list may refer to them, and to one more function that nothing else refers to at all.
    functions[:] = [
        *{id(function): function for function in functions}.values(),
        types.FunctionType(_held_by_names_alone.__code__, {}),
    ]
    held, named = _referred(functions)
    counts = [sys.getrefcount(functions[place]) for place in range(len(functions))]
    *counted, own = counts
    return [
        function
        for function, count in zip(functions, counted, strict=False)
        if id(function) not in held and count - own == named[id(function)] and not weakref.getweakrefcount(function)
    ]


def _referred(functions: list[types.FunctionType]) -> tuple[set[int], dict[int, int]]:
    """Return by ``id`` what anything but a module refers to, and how many modules have each thing by its own name."""
    spaces = {id(vars(module)) for module in tuple(sys.modules.values()) if isinstance(module, types.ModuleType)}
    named: dict[int, int] = collections.Counter()
    held: set[int] = set()
    for referrer in gc.get_referrers(*functions):
        if isinstance(referrer, dict) and id(referrer) in spaces:
            for key, value in list(referrer.items()):
                if type(value) is types.FunctionType and key == value.__name__:
                    named[id(value)] += 1
                else:
                    held.add(id(value))
        elif referrer is not functions:
            held |= {id(value) for value in gc.get_referents(referrer)}
    return held, named
