"""Moments of requests, and repeats → how many fall into one window, and which institutions they reach; pure."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from credit_migration.data import Catalogue, Repeat

LARGEST = 50
"""Repeats that a report lists, the most in one window first."""


def most_in_window(moments: Sequence[datetime], days: int) -> int:
    """Return the largest number of ``moments``, ascending, that lie less than ``days`` apart."""
    window, most, first = timedelta(days=days), 0, 0
    for last, moment in enumerate(moments):
        while moment - moments[first] >= window:
            first += 1
        most = max(most, last - first + 1)
    return most


@dataclass(kw_only=True, slots=True)
class _Reached:
    learners: int = 0
    last_learner: int | None = None
    repeats: int = 0
    requests: int = 0
    most: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Institution:
    """What the repeats mean for one institution; ``learners`` are different ones, ``repeats`` may share one."""

    organisation: str | None
    learners: int
    repeats: int
    requests: int
    most_in_window: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RepeatTotals:
    """All repeats: the largest, and by institution, the most affected first."""

    count: int
    largest: tuple[Repeat, ...]
    institutions: tuple[Institution, ...]


def total_repeats(repeats: Iterable[Repeat], catalogue: Catalogue) -> RepeatTotals:
    """Return the totals over ``repeats``, which come by learner, are read once and not kept."""
    reached: dict[str | None, _Reached] = defaultdict(_Reached)
    largest: list[tuple[tuple[int, ...], Repeat]] = []
    count = 0
    for count, repeat in enumerate(repeats, start=1):  # noqa: B007 - the last one is the count
        pathway = catalogue.pathways.get(repeat.pathway)
        found = reached[pathway.organisation if pathway else None]
        found.learners += repeat.user != found.last_learner
        found.last_learner = repeat.user
        found.repeats += 1
        found.requests += repeat.requests
        found.most = max(found.most, repeat.most_in_window)
        order = (repeat.most_in_window, repeat.requests, -repeat.user, -repeat.pathway, -repeat.program)
        (heapq.heappush if len(largest) < LARGEST else heapq.heappushpop)(largest, (order, repeat))
    institutions = [
        Institution(
            organisation=name,
            learners=found.learners,
            repeats=found.repeats,
            requests=found.requests,
            most_in_window=found.most,
        )
        for name, found in reached.items()
    ]
    institutions.sort(key=lambda found: (-found.requests, found.organisation is None, found.organisation))
    return RepeatTotals(
        count=count,
        largest=tuple(repeat for _, repeat in sorted(largest, reverse=True)),
        institutions=tuple(institutions),
    )
