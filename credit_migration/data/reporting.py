"""What is asked of the report on recorded requests."""

from __future__ import annotations

from dataclasses import dataclass, field

from credit_migration.data.requests import Filters


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportingOptions:
    """What is asked: D7, requests by program and pathway; D8, learners who ask for the same again and again."""

    filters: Filters = field(default_factory=Filters)
    more_than: int = 3
    """A learner who made more requests than this for one program along one pathway, within the window, repeats."""
    window_days: int = 30
    repeats_first: bool = False
    """Put the repeats first, so that they are what CSV holds."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestGroup:
    """How many requests for a program along a pathway were created in a month (``YYYY-MM``, UTC)."""

    pathway: int
    program: int
    month: str
    requests: int = 0
    legacy_candidates: int = 0
    """Legacy rows whose pathway has this one program now. Nobody knows what they meant: never add the two up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeat:
    """A learner's requests for one program along one pathway, where some window holds too many."""

    user: int
    pathway: int
    program: int
    requests: int
    most_in_window: int
