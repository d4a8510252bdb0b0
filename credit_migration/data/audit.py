"""What the audit is asked, and what it counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from credit_migration.data.export import Continued
from credit_migration.data.requests import Filters


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditOptions:
    """What the audit is asked. ``rows`` adds every legacy row as the report's records."""

    filters: Filters = field(default_factory=Filters)
    since: datetime | None = None
    """The cutover, from which on each new row should have a program; ``None`` takes the first recorded program."""
    max_legacy_rows: int | None = None
    max_new_null_rows: int = 0
    rows: bool = False
    export: bool = False
    """Say in the report what a later run needs to go on with a file of its rows."""
    continued: Continued | None = None
    """Go on with the rows after an earlier run's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LegacyGroup:
    """How many of the selected legacy rows have this pathway, status and month (``YYYY-MM``, UTC)."""

    pathway: int
    status: str
    month: str
    rows: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateGroup:
    """Requests of one learner along one pathway, where there are several."""

    user: int
    pathway: int
    rows: int
    recorded: int
    """Those of them that have a program."""
    programs: int
    """How many different programs these have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Duplicates:
    """What would keep a unique from coming back: over learner and pathway, and over these and the program."""

    pairs: int = 0
    pair_rows: int = 0
    triples: int = 0
    """Pairs of which two rows or more have the same program."""
    null_pairs: int = 0
    """Pairs of which two rows or more have no program."""
    largest: tuple[DuplicateGroup, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TableFacts:
    """The request table as a whole, whatever the filters."""

    rows: int
    recorded: int
    """Rows that have a program."""
    first_recorded: datetime | None = None
    """When the first of them was last saved; the row may be older, where a program was filled in later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CutoverFacts:
    """The rows on either side of the cutover that are not as they should be."""

    cutover: datetime
    new_null: tuple[tuple[int, int], ...] = ()
    """Pathway id and how many of its rows were created since the cutover and have no program."""
    filled: int = 0
    """Rows from before the cutover that have a program."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditFacts:
    """All that the audit read, from one snapshot."""

    table: TableFacts
    groups: tuple[LegacyGroup, ...]
    duplicates: Duplicates
    cutover: CutoverFacts | None = None
    orphans_user: int = 0
    last_pk: int | None = None
    """The highest primary key among the selected legacy rows: the next page is ``--after-pk`` this."""
