"""A function as it is written in a file → how to read it as if something called it, with unknown arguments."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterable, Iterator
from typing import Any

from credit_migration.data import RanFunction
from credit_migration.data.report import Location
from credit_migration.data.verification import Entry, EntryKind
from credit_migration.verification.source.code import Function, Module, SourceClass
from credit_migration.verification.source.entries.root import Finder, Root
from credit_migration.verification.source.machine.statements import Statements
from credit_migration.verification.source.mentions import functions
from credit_migration.verification.source.values import UNKNOWN, Arguments, Live, one

Owners = tuple[ast.ClassDef, ...]


def written_root(machine: Statements, module: Module, node: Any, owners: Owners, entry: Entry) -> Root | None:
    """Return the root of a function of a module or, with ``owners``, of a class; ``None`` if the class is not there."""
    if owners:
        cls = owner_of(machine, module, owners)
        return None if cls is None else Root(entry, cls=cls, methods=(node.name,))
    found = machine.global_of(module, node.name)
    live = [r.obj for r in found.only(Live)] if found is not None else []
    same = [o for o in live if isinstance(o, types.FunctionType) and o.__code__.co_firstlineno <= node.lineno]
    if any(o.__code__.co_filename == module.path for o in same) or (found and found.only(Function)):
        return Root(entry, found, Arguments(rest=UNKNOWN))  # type: ignore[arg-type]
    return Root(entry, one(Function(node, module, node.name)), Arguments(rest=UNKNOWN))


def owner_of(machine: Statements, module: Module, owners: Owners) -> Any:
    """Return the class that these nested definitions make, live or only read; ``None`` if it is not there."""
    value = None
    for owner in owners:
        found = (
            machine.global_of(module, owner.name) if value is None else machine.member(value, owner.name, None, owner)
        )
        refs = [] if found is None else found.only(Live, SourceClass)
        if not refs:
            return None
        value = refs[0].obj if isinstance(refs[0], Live) else refs[0]
    return value


def ran_roots(finder: Finder, ran: Iterable[RanFunction], reached: set[tuple[str, int]]) -> Iterator[Root]:
    """Yield the functions that an award ran, and that no way from an entry reached."""
    for one_ in ran:
        module = finder.program.file(one_.file) if finder.program.owns(one_.file) else None
        found = _definition(finder, module, one_) if module is not None else None
        if module is None or found is None or (module.path, found[0].lineno) in reached:
            continue
        node, owners = found
        location = Location(path=finder.program.short(one_.file), line=node.lineno)
        entry = Entry(kind=EntryKind.RAN, name=one_.qualname, location=location, wired="seen by the probe")
        if owners is None:
            yield Root(entry, one(Function(node, module, one_.qualname)), Arguments(rest=UNKNOWN))
        elif root := written_root(finder.machine, module, node, owners, entry):
            yield root


def _definition(finder: Finder, module: Module, ran: RanFunction) -> tuple[Any, Owners | None] | None:
    """Return the function's node, and its classes; ``None`` for these if it is made inside another function."""
    nodes = finder.program.nodes(module).get((ran.line, ran.qualname.rpartition(".")[2]), [])
    owners = {id(node): classes for node, classes in functions(module.tree, ())}
    return (nodes[0], owners.get(id(nodes[0]))) if len(nodes) == 1 else None
