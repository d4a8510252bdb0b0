"""One learner's life with the legacy service → the rows that it left in each table, and what they truly meant."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from credit_migration.reference_host.records.history.catalogue import Catalogue, Program
from credit_migration.reference_host.records.history.moments import DAY, END, MINUTE, SECOND


class Act(enum.IntEnum):
    """What somebody does in the legacy service."""

    SHARE = 1
    """The learner makes the public link, and requests nothing."""
    SEND = 2
    """The learner presses a button that the page offers: it offers none for a pathway that is marked as sent."""
    SEND_AGAIN = 3
    """A second click on a page that was open already."""
    RESET = 4
    """Staff take the mark off, so that the learner can send again."""


@dataclass(slots=True)
class Request:
    """A row of the request table, and the program that its first request was for."""

    created_us: int
    modified_us: int
    status: str
    program_id: int


@dataclass(slots=True)
class Traces:
    """What one learner left behind: by program, by pathway, by program."""

    records: dict[int, int] = field(default_factory=dict)
    """Program → when it was first shared."""
    requests: dict[int, Request] = field(default_factory=dict)
    """Pathway → the one row that the legacy table has for it."""
    awards: dict[int, tuple[int, bool]] = field(default_factory=dict)
    """Program → when its certificate was awarded, and whether it was revoked later."""


Deed: TypeAlias = tuple[int, Act, int, int]
"""When, what, for which program, along which pathway (0 for none)."""
ENROLMENTS = (0.4, 0.75, 0.92)
"""Chances of at most one, two, three programs; some learners take four."""
ONE_SITTING_SHARE = 0.2
"""Learners who see to all of their programs in one sitting, so that the moments of one say little of the other."""
DRAWS = 8
"""How often a learner looks for a program that an institution gives credit for, before any other will do."""


def live(rng: Random, catalogue: Catalogue, programs: list[Program], popularity: list[float], joined_us: int) -> Traces:
    """
    Return what a learner who joined at ``joined_us`` left behind at the end of the history.

    Args:
        rng: the source of chance.
        catalogue: what was offered when.
        programs: the programs of the learner's site.
        popularity: their cumulated shares of the enrolments.
        joined_us: microseconds since 1970.

    """
    traces = Traces()
    deeds: list[Deed] = []
    chance = rng.random()
    at_once = rng.random() < ONE_SITTING_SHARE
    for _ in range(1 + sum(chance > share for share in ENROLMENTS)):
        for _ in range(DRAWS):
            program = programs[_place(popularity, rng.random())]
            if catalogue.offered(program.id, joined_us + 120 * DAY):
                break
        enrolled = max(joined_us, program.created_us) + int(rng.random() * 120 * DAY)
        sitting = deeds[0][0] if at_once and deeds else 0
        _study(rng, catalogue, program.id, enrolled, sitting, traces, deeds)
    deeds.sort()
    for deed in deeds:
        _do(traces, deed)
    # Now and then somebody has a public record taken down again.
    if traces.records and rng.random() < 0.002:
        traces.records.popitem()
    return traces


def _place(shares: list[float], chance: float) -> int:
    low, high = 0, len(shares) - 1
    while low < high:
        middle = (low + high) // 2
        if shares[middle] < chance:
            low = middle + 1
        else:
            high = middle
    return low


def _study(
    rng: Random,
    catalogue: Catalogue,
    program_id: int,
    enrolled_us: int,
    sitting_us: int,
    traces: Traces,
    deeds: list[Deed],
) -> None:
    """Add one enrolment: perhaps a certificate, and perhaps something done with the record."""
    finished = enrolled_us + int((60 + rng.random() * 300) * DAY)
    if rng.random() < 0.5 and finished < END:
        traces.awards.setdefault(program_id, (finished, rng.random() < 0.02))
    inclination = rng.random()
    if inclination < 0.06:
        return
    when = _when(rng, enrolled_us, finished, sitting_us)
    if when >= END:
        return
    if inclination < 0.18:
        deeds.append((when, Act.SHARE, program_id, 0))
        return
    offered = catalogue.offered(program_id, when)
    if not offered:
        return
    first = int(rng.random() * len(offered))
    for step in range(len(offered) if rng.random() < 0.25 else 1):
        pathway_id = offered[(first + step) % len(offered)]
        _send(rng, program_id, pathway_id, when + step * MINUTE, deeds)


def _when(rng: Random, enrolled_us: int, finished_us: int, sitting_us: int) -> int:
    """Return when a record is shared: a third ask before they complete the program, most others soon after."""
    if enrolled_us < sitting_us:
        return sitting_us + int((5 + rng.random() * 90) * SECOND)
    if rng.random() < 0.35:
        return enrolled_us + int(rng.random() * (finished_us - enrolled_us))
    return finished_us + int(rng.random() ** 2 * 200 * DAY)


def _send(rng: Random, program_id: int, pathway_id: int, when_us: int, deeds: list[Deed]) -> None:
    deeds.append((when_us, Act.SEND, program_id, pathway_id))
    afterwards = rng.random()
    if afterwards < 0.10:
        deeds.append((when_us + int(1 + rng.random() * 10 * MINUTE), Act.SEND_AGAIN, program_id, pathway_id))
    elif afterwards < 0.14:
        reset = when_us + int(rng.random() * 60 * DAY)
        deeds.append((reset, Act.RESET, program_id, pathway_id))
        if afterwards < 0.12:
            deeds.append((reset + int(rng.random() * 30 * DAY), Act.SEND, program_id, pathway_id))


def _do(traces: Traces, deed: Deed) -> None:
    """Do what the legacy service did: get or create the shared record, then update or create the row."""
    when, act, program_id, pathway_id = deed
    if when >= END:
        return
    row = traces.requests.get(pathway_id)
    if act is Act.RESET:
        if row is not None:
            row.status, row.modified_us = "", when
        return
    if act is Act.SEND and row is not None and row.status == "sent":
        return
    # The record came first, a few milliseconds before the mail and the row.
    traces.records.setdefault(program_id, when - 5_000)
    if act is Act.SHARE:
        return
    if row is None:
        traces.requests[pathway_id] = Request(created_us=when, modified_us=when, status="sent", program_id=program_id)
    else:
        row.status, row.modified_us = "sent", when
