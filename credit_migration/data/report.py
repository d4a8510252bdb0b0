"""What every command hands over: findings, tables, and the report that holds them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from credit_migration.data.export import Export
from credit_migration.data.metrics import Gauge

Scalar: TypeAlias = str | int | float | bool | datetime | UUID | None


class Level(enum.IntEnum):
    """How much a finding matters. The values are those of ``django.core.checks``."""

    INFO = 20
    WARNING = 30
    ERROR = 40


class ExitStatus(enum.IntEnum):
    """What a command tells its shell."""

    CLEAN = 0
    FINDINGS = 1
    UNUSABLE = 2
    UNDECIDED = 3
    INTERRUPTED = 130
    CLOSED_PIPE = 141


@dataclass(frozen=True, kw_only=True, slots=True)
class Location:
    """A place in a source file, ``line`` counted from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that somebody should know of, with what to do next. Made from the catalogue, see ``messages``."""

    id: str
    level: Level
    msg: str
    hint: str
    obj: str | None = None
    location: Location | None = None
    path: tuple[str, ...] = ()
    """The call path that leads there, outermost caller first, as ``file:line name``."""
    undecided: bool = False
    """Nobody could tell: this is neither a fault nor a clean bill."""


class Kind(enum.Enum):
    """What a column holds, for formats that have types."""

    TEXT = enum.auto()
    CATEGORY = enum.auto()
    """Text with few values."""
    INTEGER = enum.auto()
    FLAG = enum.auto()
    MOMENT = enum.auto()
    """A moment in UTC, as ISO 8601 text or as ``datetime``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiver:
    """A finding that somebody accepts: which, where, why, and until when."""

    id: str
    reason: str
    until: date
    where: str
    """A migration such as ``records.0002_expand``, a file, or a file and line; empty for everywhere."""
    source: Location
    """Where the waiver itself stands."""
    in_source: bool = False
    """Whether it is a comment at the finding, not an entry of ``pyproject.toml``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waived:
    """A finding with the waiver that accepts it."""

    finding: Finding
    waiver: Waiver


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """A column of a section: the machine's name and the reader's title."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    detail: bool = False
    """Left out where a person reads on a terminal; every other format has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """How a section can be drawn: stacked bars, or lines where ``label`` is a point in time."""

    label: str
    """The column that names a bar or a point."""
    series: tuple[str, ...]
    """The columns that are drawn, one colour each."""
    over_time: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A table of a report. ``rows`` hold one value a column, and may be read only once when they are streamed."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Scalar, ...]]
    note: str = ""
    total: int | None = None
    """How many rows there are, where that is known before they are read."""
    chart: Chart | None = None
    csv_lines: Iterable[str] | None = None
    """The rows as ``csv_line`` writes them, where that can be made faster than cell by cell; read instead of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """What differs between two runs over the same data: the database, the moment, and the proof that it only read."""

    database: str
    vendor: str
    server_version: str
    taken_at: datetime
    isolation: str
    read_only: str
    """How the database itself was told to refuse writes, as it answered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """
    What a command found.

    ``run`` is the only part that may differ between two databases with the same data. ``records`` is the row-level
    table: streamed, the whole body of CSV output, and read at most once.
    """

    command: str
    title: str
    facts: Mapping[str, Scalar]
    sections: tuple[Section, ...] = ()
    records: Section | None = None
    findings: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()
    """Findings that somebody accepts for now; a section tells them too."""
    run: Run | None = None
    next_step: str = ""
    export: Export | None = None
    """Set where a file of the records can be gone on with by a later run."""
    metrics: tuple[Gauge, ...] = ()
    """Figures for a monitoring system; what else there is does not repeat them."""

    def status(self, fail_level: Level) -> ExitStatus:
        """Return the exit status: a proven finding outweighs an open question, and that a clean bill."""
        if any(not finding.undecided and finding.level >= fail_level for finding in self.findings):
            return ExitStatus.FINDINGS
        if any(finding.undecided for finding in self.findings):
            return ExitStatus.UNDECIDED
        return ExitStatus.CLEAN
