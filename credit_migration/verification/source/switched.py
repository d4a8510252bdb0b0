"""Loaded modules → what they do at import while a switch says so, and what they did that a switch has undone."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from typing import Any

from credit_migration.verification.source.code import Module, Scope
from credit_migration.verification.source.machine.conditions import is_switch
from credit_migration.verification.source.program import Program
from credit_migration.verification.source.unheld import Unheld
from credit_migration.verification.source.values import Value

Body = tuple[Module, list[ast.stmt]]


class Switched:
    """Statements that a switch, set otherwise, would have run or left standing: the process shows one setting only."""

    def __init__(self, program: Program, unheld: Unheld) -> None:
        self.program = program
        self.bodies: list[Body] = [*self._under_switches(), *((m, [node]) for m, node in unheld.undone_by_switches)]
        self._left: tuple[tuple[tuple[Any, Value], ...], dict[Any, Any]] | None = None
        """What the first machine held afterwards, for all machines after it: to read the statements takes time."""

    def run(self, machine: Any) -> None:
        """Let a machine know what these statements put where other code finds it; what they send is told elsewhere."""
        if self._left is None:
            self._execute(machine)
            self._left = tuple(machine.heap.all()), dict(machine.generators)
        places, generators = self._left
        for place, value in places:
            machine.heap.add(place, value)
        machine.generators |= {ref: list(bodies) for ref, bodies in generators.items()}

    def _execute(self, machine: Any) -> None:
        events, importing = dict(machine.events), machine.at_import
        for module, body in self.bodies:
            names = {
                n.id for s in body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            }
            machine.module, machine.at_import = module, True
            machine.here = Scope(module, outward=frozenset(names))
            machine.execute(body, machine.here)
        machine.module, machine.at_import = None, importing
        machine.events.clear()
        machine.events |= events

    def _under_switches(self) -> Iterator[Body]:
        for module in self.program.modules():
            for node in module.tree.body if module.live is not None else ():
                if isinstance(node, ast.If) and is_switch(node.test):
                    yield from ((module, body) for body in (node.body, node.orelse) if self._names_own(module, body))

    def _names_own(self, module: Module, body: list[ast.stmt]) -> bool:
        """Return whether statements hand on, or define, a function or a class of the host."""
        for node in (child for statement in body for child in ast.walk(statement)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.decorator_list:
                return True
            found = vars(module.live).get(node.id) if isinstance(node, ast.Name) else None
            # An object is asked for its type alone, for a lazy one would be set up by anything else.
            if issubclass(type(found), type | types.FunctionType) and self.program.owns_object(found):
                return True
        return False
