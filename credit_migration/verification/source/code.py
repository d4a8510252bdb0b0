"""The host's source as it is read: modules, scopes, functions, and classes that are not live."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from credit_migration.verification.source.values import Arguments, Value


@dataclass(slots=True, eq=False)
class Module:
    """A file of the host, loaded or only read."""

    name: str
    path: str
    tree: ast.Module
    live: Any = None


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one call, of one class body, or of a module that is only read."""

    module: Module
    parent: Scope | None = None
    names: dict[str, Value] = field(default_factory=dict)
    returned: Value | None = None
    yielded: Value | None = None
    generator: Any = None
    """What stands for the generator that a call of this function makes."""
    owner: Any = None
    receiver: Value | None = None
    fallback: Any = None
    """The running function's namespaces: its closure, then its module's globals."""
    outward: frozenset[str] = frozenset()
    """Names that ``global`` or ``nonlocal`` give away to an outer scope."""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function whose source can be read."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    module: Module
    name: str
    scope: Scope | None = None
    live: Any = None
    owner: Any = None
    """The class whose ``super()`` it uses: a live class, or a class that is only read."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceClass:
    """A class of a module that is only read, or one made inside a function."""

    node: ast.ClassDef
    module: Module
    scope: Scope
    bases: tuple[Value, ...]
    metaclasses: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a generator function, or of a coroutine function: the body waits until something advances it."""

    function: Function
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Comprehension:
    """A generator expression. Python evaluates only its first iterable where the expression stands."""

    node: ast.GeneratorExp
    scope: Scope
    source: Value


@dataclass(frozen=True, slots=True)
class Mapping:
    """``map``, ``filter`` and their like: a function that is called for what is taken out."""

    function: Value
    iterables: tuple[Value, ...]
    is_filter: bool = False


Waiting: TypeAlias = Call | Comprehension | Mapping
"""What runs when it is advanced, and not before."""


@dataclass(frozen=True, slots=True)
class SourceModule:
    """A module that the host has not loaded."""

    module: Module
