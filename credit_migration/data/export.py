"""A row-level file that an interrupted run left in part, and what must be the same for another run to go on with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Continued:
    """Where an earlier run stopped."""

    after: int
    """The highest request id that was written."""
    upto: int
    """The highest request id that there was when the export began: what came later is in no part of it."""
    written: int
    """Rows up to ``after``."""
    began: datetime
    """The moment of the first snapshot."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What is not as it was at the first snapshot, as far as the tables tell."""

    requests: int
    """Requests of the export's range that were saved since."""
    evidence: int
    """Shared records and certificates that were made since."""
    rows_then: int
    """Rows that the earlier runs wrote."""
    rows_now: int
    """Rows that would be in their place now."""

    def __bool__(self) -> bool:
        return bool(self.requests or self.evidence or self.rows_then != self.rows_now)


@dataclass(frozen=True, kw_only=True, slots=True)
class Export:
    """The rows of a report as a file that can be gone on with."""

    identity: Mapping[str, str]
    """What two runs must have in common, by its name in words."""
    upto: int
    changes: Changes | None = None
    """Of a run that goes on with an earlier one."""
