"""Where the rollout stands: the facts that prove it, and each stage's standing."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from credit_migration.data.report import Finding
from credit_migration.data.schema import SchemaState


class Stage(enum.StrEnum):
    """The stages of the rollout, in their order."""

    AUDITED = "audited"
    EXPANDED = "expanded"
    CODE_DEPLOYED = "code-deployed"
    CONTRACTED = "contracted"
    RE_REQUESTS_OPEN = "re-requests-open"
    WATCHED = "watched"


class Standing(enum.StrEnum):
    """How a stage stands."""

    DONE = "done"
    DUE = "due"
    """Nothing keeps it from being done now."""
    BLOCKED = "blocked"
    UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeFacts:
    """What the checks of the host's code say: whether it is the code of after the decision. ``None``: nobody knows."""

    ready: bool | None = None
    detail: str = "the host's code was not checked"
    command: str = "python manage.py verify_resend_removed"


ELSEWHERE = "in the service itself"
"""Where to type a command that a project beside the service can't run for it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFacts:
    """The migration that takes one step of the schema, and whether it has run on the database."""

    app: str
    name: str
    applied: bool
    before: str = "zero"
    """The name of the app's migration before it."""
    applied_at: datetime | None = None
    is_plain: bool = False
    """It changes the table with Django's own operations, which wait for locks without a limit."""

    @property
    def key(self) -> str:
        return f"{self.app}.{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatsOfDay:
    """Requests along one pathway on one day (``YYYY-MM-DD``, UTC) that their learners had made before."""

    day: str
    pathway: int
    organisation: str | None
    requests: int
    learners: int
    last_24_hours: int
    """How many of the requests are of the 24 hours before the run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RolloutFacts:
    """All that the standings are decided over, read in one snapshot."""

    app: str
    model: str
    table: str
    column: str
    field_name: str
    state: SchemaState
    rows: int
    one_program: int
    several_programs: int
    no_program: int
    """Legacy rows whose pathway maps to one program, several, none."""
    recorded: int
    first_recorded: datetime | None
    newest_recorded: datetime | None
    first_second: datetime | None
    """When the first request was recorded for a learner and pathway that had one already."""
    first_reopened: datetime | None
    """The same, of the requests since the contract migration ran: a unique of three lets other programs in before."""
    new_null: int
    """Rows created since the first recorded program that have none."""
    code_has_program: bool
    code_uniques: tuple[str, ...]
    """Uniques of the model's ``Meta`` that still keep a learner from asking again, as lists of fields."""
    gating: tuple[str, ...]
    """Names of the database's uniques that still do."""
    expand: StepFacts | None
    contract: StepFacts | None
    now: datetime
    watch_days: int
    max_new_null_rows: int = 0
    """How many of ``new_null`` are known and allowed."""
    drift: tuple[Finding, ...] = ()
    code: CodeFacts = field(default_factory=CodeFacts)
    is_beside: bool = False
    """The database belongs to a service whose code and migrations are not in this project."""
    repeats: tuple[RepeatsOfDay, ...] = ()
    """Of the last ``watch_days`` days, the newest day first."""
    credit_pathways: tuple[int, ...] = ()
    """Ids of all pathways along which credit can be requested."""

    @property
    def legacy_rows(self) -> int:
        return self.one_program + self.several_programs + self.no_program


@dataclass(frozen=True, kw_only=True, slots=True)
class StageStanding:
    """A stage, how it stands, the fact that proves it, and what to type for it."""

    stage: Stage
    standing: Standing
    fact: str
    command: str
