"""What the verification of the host's code hands on: calls, ways to a send, doubts, and the verdict."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from credit_migration.data.report import Location


class Answer(enum.Enum):
    """Whether a credit request can leave without the learner asking."""

    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    INCONCLUSIVE = "INCONCLUSIVE"


class EntryKind(enum.Enum):
    """What makes the host run a function without another function of the host calling it."""

    RECEIVER = "signal receiver"
    VIEW = "view"
    SERIALIZER = "serializer"
    ADMIN = "admin"
    TASK = "Celery task"
    SCHEDULE = "schedule"
    COMMAND = "management command"
    MODEL = "model"
    MIDDLEWARE = "middleware"
    STARTUP = "start of an app"
    SCRIPT = "script"
    OVERRIDE = "override of a library method"
    RAN = "function that ran during an award"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A function that the host runs by itself, and what makes it run."""

    kind: EntryKind
    name: str
    location: Location | None
    wired: str
    """Who connected it, in the reader's words."""
    switch: str = ""
    """The setting or condition that leaves it unconnected at present; empty if it is connected."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """A name or an attribute that a condition asks: what it holds in the running process, and where it gets that."""

    name: str
    now: str
    defined: Location | None = None
    toggle: str = ""
    """The waffle switch or flag that the object stands for; empty for any other object."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A condition on settings, switches or the like, and the names in it that the source shows the values of."""

    text: str
    location: Location
    held: tuple[Held, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A way from an entry to code that sends, as ``file:line name`` from the outermost caller to the send."""

    entry: Entry
    calls: tuple[str, ...]
    send: Location
    channel: str
    tells: tuple[str, ...]
    """What of the credit request flows into the send or decides that it happens."""
    switches: tuple[Condition, ...] = ()
    """Conditions on settings or switches along the way. A switch that is off is not a removal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubt:
    """A place on a way from an entry that the source does not decide, and what would decide it."""

    location: Location | None
    what: str
    decide: str
    calls: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Leftover:
    """A function that could send a credit request and that nothing calls any more."""

    name: str
    location: Location


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """How much was looked at."""

    modules: int
    unloaded: int
    functions: int
    entries: tuple[Entry, ...]
    settings_module: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFacts:
    """What the host's source says about D5."""

    ways: tuple[Way, ...]
    doubts: tuple[Doubt, ...]
    leftovers: tuple[Leftover, ...]
    allowed: tuple[Way, ...]
    """The learner's own requests."""
    looked: Looked


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class RanFunction:
    """A function of the host that ran during an award: ``file`` is its absolute path, ``line`` where it starts."""

    module: str
    qualname: str
    file: str
    line: int
    """As ``co_firstlineno``: the line of the first decorator, if it has any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """Something that left during the probe, and from where."""

    trial: str
    channel: str
    recipients: tuple[str, ...]
    calls: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProbeFacts:
    """What awarding certificates in a scratch database did."""

    ran: bool
    why_not: str = ""
    trials: tuple[str, ...] = ()
    sent: tuple[Sent, ...] = ()
    unclear: tuple[Sent, ...] = ()
    """What left, or still goes on, without telling to whom: connections, processes, files, threads."""
    touched: tuple[str, ...] = ()
    """SQL on the table of requests during an award, without a mail."""
    failed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """The ways of awarding that this host does not have, each with the reason."""
    unwatched: str = ""
    """What this machine does not let the probe see."""
    functions_ran: tuple[RanFunction, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """A trigger of the database on a table that an award writes."""

    name: str
    table: str
    statement: str
    location: Location | None = None
    """The line of the migration that makes it; ``None`` for one that the database itself has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """A place of the host's source that connects a receiver to a signal, or disconnects it."""

    connects: bool
    receiver: str
    """The expression that names it; empty where only a ``dispatch_uid`` does."""
    signal: str
    location: Location
    inside: str
    """The function that does it; empty at the top of a module."""
    condition: str
    """The conditions that it stands under; empty if it is done in any case."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Switch:
    """A setting, variable, waffle switch or attribute that a condition on a way asks, and what it says now."""

    name: str
    now: str
    condition: str
    entry: str
    """The entry from which that way starts."""
    defined: Location | None = None
    """Where it gets its value: the setting's line, the switch's declaration, the read of the variable."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The answer, and on what it rests."""

    answer: Answer
    basis: str


class Breach(enum.Enum):
    """A decision of ADR 0005 that a place of the host's code is against, and how."""

    NO_PROGRAM = "a row is recorded without its program"
    MAYBE_NO_PROGRAM = "a row may be recorded without its program"
    OVERWRITES = "an earlier request is overwritten"
    FILLS = "the program of an earlier row is filled in"
    GATES = "earlier rows decide whether a request is taken or sent"
    OFFERS = "earlier rows decide what is offered"
    SHOWS = "a pathway is shown as requested, whatever the program"
    UNIQUE = "the model refuses a second request"
    ADMIN = "the admin's form takes a row without a program"
    ADMIN_FILLS = "the admin's form fills the program of an earlier row in"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A place of the host's code that is against a decision."""

    breach: Breach
    location: Location
    detail: str = ""
