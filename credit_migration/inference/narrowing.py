"""A legacy row of a several-program pathway → what narrows it: a lead for a person, never a candidate; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from credit_migration.data import PathwayFacts, ProgramFacts

LEADS_AT = 1
"""Of so many of a pathway's programs shared by then, the one is a lead."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """What narrows an ambiguous row; ``program`` is set where the learner had shared one of its programs only."""

    program: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ages:
    """The moments (ISO 8601 text, ascending) at which the programs of a pathway were created."""

    moments: tuple[str, ...]

    @classmethod
    def of(cls, programs: Iterable[ProgramFacts]) -> Ages:
        texts = (f"{program.created.isoformat(timespec='microseconds')[:26]}Z" for program in programs)
        return cls(moments=tuple(sorted(texts)))

    def existing(self, moment: str) -> int:
        """Return how many of the programs existed at the moment."""
        return bisect_right(self.moments, moment)


def narrow(pathway: PathwayFacts, ages: Ages, created: str, shared: int, shared_program: int | None) -> Lead:
    """
    Return what narrows a legacy row of this pathway.

    Args:
        created: the moment of the request, ISO 8601 in UTC.
        shared: how many of the pathway's programs the learner had shared by then.
        shared_program: the lowest id of these.

    """
    count = len(pathway.programs)
    existing = ages.existing(created)
    reasons = [f"the learner had shared {shared} of the pathway's {count} programs by then"]
    if existing < count:
        reasons.append(f"{existing} of the {count} existed by then")
    return Lead(program=shared_program if shared == LEADS_AT else None, reasons=tuple(reasons))
