"""What reading an entry sees happen, and what all entries of one host share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from credit_migration.data.verification import Condition
from credit_migration.verification.source.code import Function
from credit_migration.verification.source.values import Labels

COMMON = frozenset(
    {"get", "post", "put", "patch", "delete", "save", "send", "run", "handle", "create", "update", "dispatch", "clean",
     "filter", "all", "ready", "validate", "close", "start", "execute", "process", "call", "apply", "delay", "main"}
)  # fmt: skip
"""Names that tell nothing of which function is meant."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a way: a send, an award, a request recorded, a value put into a store, a doubt."""

    kind: str
    path: str
    line: int
    what: str
    labels: Labels
    calls: tuple[str, ...]
    switches: tuple[Condition, ...]
    doubt: tuple[str, int, str] | None = None
    """The undecided call that this way needs, if it needs one."""
    functions: tuple[Function, ...] = ()


@dataclass(frozen=True, slots=True)
class RowUse:
    """How one place of the source uses recorded requests: what it writes, reads by, or decides by."""

    path: str
    line: int
    verb: str
    keys: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    """Those of ``keys`` that are ``None`` there."""
    defaults: frozenset[str] = frozenset()
    is_open: bool = False
    """Whether the source does not show all that is given."""


@dataclass(slots=True)
class Shared:
    """What all entries of one host share: stores that one part fills and another drains, and what was visited."""

    stores: dict[str, Labels] = field(default_factory=dict)
    puts: int = 0
    """How often what ``stores`` tells of has changed."""
    drained: set[str] = field(default_factory=set)
    messages: set[Any] = field(default_factory=set)
    """The host's own classes whose objects the learner's request sends."""
    mentions: set[tuple[str, int, str]] = field(default_factory=set)
    """Places where a name of a function was followed to that function."""
    seen: set[tuple[str, int, str]] = field(default_factory=set)
    """Places where a name was read, followed or not; a name that was never read stands in code that can't run."""
    given: set[Any] = field(default_factory=set)
    """The host's classes of whose objects library code was given one."""
    ran: set[tuple[str, int]] = field(default_factory=set)
    made: set[tuple[str, int]] = field(default_factory=set)
    """Functions inside functions, lambdas among them, that were made where the code came to."""
    senders: dict[str, set[Any]] = field(default_factory=dict)
