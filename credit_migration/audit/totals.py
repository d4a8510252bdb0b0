"""Groups of legacy rows and the catalogue → totals that add up; pure functions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from credit_migration.data import Catalogue, LegacyGroup, PathwayClass


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassTotals:
    """Legacy rows with one thing in common, by class; ``key`` is ``None`` where the pathway is missing."""

    key: str | None
    one: int
    several: int
    none: int

    @property
    def rows(self) -> int:
        return self.one + self.several + self.none


def by_pathway(groups: Iterable[LegacyGroup]) -> dict[int, int]:
    """Return rows by pathway id, the most first and then by id."""
    rows: dict[int, int] = defaultdict(int)
    for group in groups:
        rows[group.pathway] += group.rows
    return dict(sorted(rows.items(), key=lambda item: (-item[1], item[0])))


def by_status(groups: Iterable[LegacyGroup], catalogue: Catalogue) -> tuple[ClassTotals, ...]:
    return _by(groups, catalogue, lambda group: group.status)


def by_month(groups: Iterable[LegacyGroup], catalogue: Catalogue) -> tuple[ClassTotals, ...]:
    return _by(groups, catalogue, lambda group: group.month)


def by_organisation(groups: Iterable[LegacyGroup], catalogue: Catalogue) -> tuple[ClassTotals, ...]:
    """Return totals by the institution's name as the pathway has it, the most rows first."""

    def organisation(group: LegacyGroup) -> str | None:
        pathway = catalogue.pathways.get(group.pathway)
        return pathway.organisation if pathway else None

    totals = _by(groups, catalogue, organisation)
    return tuple(sorted(totals, key=lambda total: (-total.rows, total.key is None, total.key)))


def _by(
    groups: Iterable[LegacyGroup], catalogue: Catalogue, key: Callable[[LegacyGroup], str | None]
) -> tuple[ClassTotals, ...]:
    rows: dict[str | None, dict[PathwayClass, int]] = defaultdict(lambda: dict.fromkeys(PathwayClass, 0))
    class_of = cache(catalogue.class_of)
    for group in groups:
        rows[key(group)][class_of(group.pathway)] += group.rows
    return tuple(
        ClassTotals(
            key=name,
            one=classes[PathwayClass.ONE],
            several=classes[PathwayClass.SEVERAL],
            none=classes[PathwayClass.NONE],
        )
        for name, classes in sorted(rows.items(), key=lambda item: (item[0] is None, item[0] or ""))
    )
