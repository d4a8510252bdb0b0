"""A function that the host runs by itself, and how to read it; what all that look for such functions share."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from credit_migration.data.report import Location
from credit_migration.data.verification import Entry, EntryKind
from credit_migration.verification.source.machine.statements import Statements
from credit_migration.verification.source.machine.wrappers import MAKES, wrapped_own
from credit_migration.verification.source.values import NOTHING, UNKNOWN, Arguments, Instance, Value, one


@dataclass(frozen=True, slots=True)
class Root:
    """A function that the host runs by itself, and how to read it."""

    entry: Entry
    callee: Value = NOTHING
    arguments: Arguments = field(default_factory=lambda: Arguments(rest=UNKNOWN))
    cls: Any = None
    """A class of which library code makes an object; then ``methods`` are what it may call."""
    methods: tuple[str, ...] = ()
    body: tuple[ast.stmt, ...] = ()
    module: Any = None
    model: Any = None
    """Whose admin this is of."""
    attributes: tuple[tuple[str, Any], ...] = ()
    """What is set on the object of ``cls`` beside what the class has."""


class Finder:
    """What every part of this package asks: the machine, the host's files, its models and what is connected."""

    def __init__(self, machine: Statements) -> None:
        self.machine, self.program, self.wiring = machine, machine.program, machine.wiring
        self.tables = machine.tables
        self.broken: list[tuple[str, str]] = []
        """What the host could not import when it was asked, and why."""

    def entry(self, kind: EntryKind, obj: Any, wired: str, switch: str = "") -> Entry:
        own = wrapped_own(self.program, obj)
        target = own[0] if own else obj
        name = getattr(target, "__qualname__", type(target).__qualname__)
        return Entry(kind=kind, name=name, location=self.location(target), wired=wired, switch=switch)

    def own_methods(self, cls: type) -> tuple[str, ...]:
        """Return what the host itself wrote of a class, the making of its objects apart."""
        return tuple(name for name in dir(cls) if self.machine.is_own(cls, name) and name not in MAKES)

    def location(self, obj: Any) -> Location | None:
        code = getattr(obj, "__code__", None)
        if code is not None:
            return Location(path=self.program.short(code.co_filename), line=code.co_firstlineno)
        found = self.program.class_node(obj) if isinstance(obj, type) else None
        if found is not None:
            module, node = found
            return Location(path=self.program.short(module.path), line=node.lineno)
        return None


def request_arguments() -> Arguments:
    """Return the arguments of a view: a request, and what its address has."""
    return Arguments((one(Instance(HttpRequest, "request")),), (), UNKNOWN)


def raw_attribute(cls: type, name: str) -> Any:
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
