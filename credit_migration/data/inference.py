"""The program that a legacy row could mean: facts, grade and reasons. A report line, never an instruction to write."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from credit_migration.data.export import Continued
from credit_migration.data.requests import Filters


@dataclass(frozen=True, kw_only=True, slots=True)
class InferenceOptions:
    """What inference is asked."""

    filters: Filters = field(default_factory=Filters)
    ambiguous: bool = False
    """List the rows of several-program pathways too, told apart from the candidates."""
    totals: bool = True
    """Count candidates by grade, pathway and evidence; the row-level formats can do without."""
    first: int | None = None
    """Read no more lines than this, where a person will see no more; the totals are of all."""
    export: bool = False
    """Say in the report what a later run needs to go on with a file of its rows."""
    continued: Continued | None = None
    """Go on with the rows after an earlier run's."""


class When(enum.StrEnum):
    """When something happened, as seen from the moment of the request."""

    BEFORE = "before"
    AFTER = "after"
    NEVER = "never"
    UNKNOWN = "unknown"
    """The host has no such table."""


class Grade(enum.StrEnum):
    """How far the evidence carries a candidate. It is never far enough to write it."""

    CORROBORATED = "corroborated"
    PLAUSIBLE = "plausible"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """
    What the tables say about one candidate, each a fact of its own.

    It holds no ids and no moments, so that a few hundred values cover millions of rows and each is graded once.
    """

    shared: When
    """The learner's shared record of this program. The legacy flow made it, at the latest, just before the row."""
    shared_at_once: bool
    """It was made within ``SHARED_AT_ONCE_S`` before the row: by the request itself."""
    other_shared: bool
    """The learner had shared other programs too by then, any of which the pathway may have had."""
    other_shared_at_once: bool
    """One of these was made within ``SHARED_AT_ONCE_S`` before the row as well."""
    program_newer: bool
    """The program was created after the request."""
    certificate: When
    """The learner's certificate for this program; learners may request before they complete it."""
    program_status: str
    pathway_status: str
    same_site: bool
    """Pathway and program belong to one site."""
    credit_pathway: bool
    other_requests: bool
    """The learner has other rows along this pathway."""
    other_program_recorded: bool
    """One of these other rows names another program: the pathway had it, or has it under another site."""


SHARED_AT_ONCE_S = 10
"""
Seconds between the shared record and the row that one request made both.

The legacy flow made the record, sent the mail, then stored the row. Ten seconds hold a slow mail server, and no learner
who shares one program by its link and asks for credit for another.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A grade, and each reason for it in words."""

    grade: Grade
    reasons: tuple[str, ...]
