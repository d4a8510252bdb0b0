"""Seed and size → the programs and pathways of the years, with every change of a pathway's program list."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from credit_migration.reference_host.records.history.moments import DAY, END, START


class Course(enum.Enum):
    """What happens to a pathway's program list over the years."""

    STEADY_ONE = enum.auto()
    """One program throughout: the one case in which today's list is proof."""
    STEADY_SEVERAL = enum.auto()
    GAINED = enum.auto()
    """One program, then more: what was unique is ambiguous today."""
    LOST = enum.auto()
    """Several programs, then one left: what is unique today was ambiguous then."""
    REPLACED = enum.auto()
    """A program gives way to a new one, which no earlier request can have meant."""
    HANDED_OVER = enum.auto()
    """A program gives way to an older one: today's list looks right for earlier requests, and is not."""
    EMPTIED = enum.auto()
    RETIRED = enum.auto()
    """One program, and then the pathway takes no more requests."""
    INDUSTRY = enum.auto()
    """Another type of pathway, along which no credit is requested."""


C = Course
COURSES = (
    C.STEADY_ONE, C.STEADY_SEVERAL, C.LOST, C.GAINED, C.STEADY_ONE, C.REPLACED, C.HANDED_OVER, C.EMPTIED,
    C.STEADY_ONE, C.LOST, C.RETIRED, C.STEADY_SEVERAL, C.INDUSTRY, C.GAINED,
)  # fmt: skip
"""Dealt out in this order, so that even a small history has each."""
SITES = (1, 2)
FIRST_YEARS_SHARE = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    id: int
    site_id: int
    created_us: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """A program's time on a pathway's list; ``until_us`` is ``None`` while it is still there."""

    program_id: int
    from_us: int
    until_us: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pathway:
    id: int
    site_id: int
    course: Course
    created_us: int
    closed_us: int | None
    """When it stopped to take requests; ``None`` if it still takes them."""
    memberships: tuple[Membership, ...]

    @property
    def program_ids(self) -> tuple[int, ...]:
        """The program list at the end, in its order."""
        return tuple(member.program_id for member in self.memberships if member.until_us is None)

    @property
    def changed_us(self) -> int:
        """When its list or its status last changed."""
        moments = [moment for member in self.memberships for moment in (member.from_us, member.until_us) if moment]
        return max(self.created_us, self.closed_us or 0, *moments)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The programs and pathways, and what was offered when."""

    programs: tuple[Program, ...]
    pathways: tuple[Pathway, ...]
    _offers: dict[int, tuple[list[int], list[tuple[int, ...]]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        offers = {program.id: _offers(program.id, self.pathways) for program in self.programs}
        object.__setattr__(self, "_offers", offers)

    def offered(self, program_id: int, moment_us: int) -> tuple[int, ...]:
        """Return the ids of the pathways along which credit for the program could be requested at that moment."""
        moments, pathway_ids = self._offers[program_id]
        at = bisect_right(moments, moment_us) - 1
        return pathway_ids[at] if at >= 0 else ()


def make_catalogue(rng: Random, requests: int) -> Catalogue:
    """
    Return a catalogue that fits a history of ``requests`` requests: 30 pathways and up, growing by the square root.

    Args:
        rng: the source of chance; only its ``random()`` is drawn from, which Python keeps reproducible.
        requests: how many requests the history will have.

    """
    programs: list[Program] = []
    pathways = tuple(_pathway(rng, number, programs) for number in range(30 + int(requests**0.5) // 10))
    return Catalogue(tuple(programs), pathways)


def _pathway(rng: Random, number: int, programs: list[Program]) -> Pathway:
    course = COURSES[number % len(COURSES)]
    site_id = SITES[number % 6 == 5]
    created = START if rng.random() < FIRST_YEARS_SHARE else START + int(rng.random() * 0.5 * (END - START))
    changed = created + int((0.2 + 0.6 * rng.random()) * (END - created))

    def new(*, by_us: int) -> int:
        programs.append(
            Program(id=len(programs) + 1, site_id=site_id, created_us=by_us - DAY - int(rng.random() * 200 * DAY))
        )
        return programs[-1].id

    def known(*, by_us: int, apart_from: Sequence[int] = ()) -> int:
        there = [p.id for p in programs if (p.site_id, p.id in apart_from) == (site_id, False) and p.created_us < by_us]
        return there[int(rng.random() * len(there))] if there else new(by_us=by_us)

    first = known(by_us=created) if rng.random() < 0.2 else new(by_us=created)
    more = (
        [new(by_us=created) for _ in range(1 + int(rng.random() * 3))] if course in (C.STEADY_SEVERAL, C.LOST) else []
    )
    steady = Membership(program_id=first, from_us=created)
    ended = Membership(program_id=first, from_us=created, until_us=changed)
    match course:
        case C.STEADY_SEVERAL:
            members = [steady, *(Membership(program_id=p, from_us=created) for p in more)]
        case C.GAINED:
            members = [steady, Membership(program_id=new(by_us=changed), from_us=changed)]
            members.append(
                Membership(program_id=known(by_us=changed, apart_from=[first, len(programs)]), from_us=changed)
            )
        case C.LOST:
            members = [steady, *(Membership(program_id=p, from_us=created, until_us=changed) for p in more)]
        case C.REPLACED:
            members = [ended, Membership(program_id=new(by_us=changed), from_us=changed)]
        case C.HANDED_OVER:
            members = [ended, Membership(program_id=known(by_us=created, apart_from=[first]), from_us=changed)]
        case C.EMPTIED:
            members = [ended]
        case _:
            members = [steady]
    return Pathway(
        id=number + 1,
        site_id=site_id,
        course=course,
        created_us=created,
        closed_us=changed if course is C.RETIRED else None,
        memberships=tuple(members),
    )


def _offers(program_id: int, pathways: Sequence[Pathway]) -> tuple[list[int], list[tuple[int, ...]]]:
    """Return the moments at which a program's offered pathways change, and the ids from each moment on."""
    spans = [
        (member.from_us, min(member.until_us or END, pathway.closed_us or END), pathway.id)
        for pathway in pathways
        for member in pathway.memberships
        if member.program_id == program_id and pathway.course is not C.INDUSTRY
    ]
    moments = sorted({moment for start, end, _ in spans for moment in (start, end)})
    return moments, [tuple(id_ for start, end, id_ in spans if start <= moment < end) for moment in moments]
