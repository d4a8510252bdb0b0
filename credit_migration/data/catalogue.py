"""Pathways and their programs as they are now: the small tables that decide what a legacy row could mean."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


class PathwayClass(enum.StrEnum):
    """How many programs a pathway maps to now; a legacy row is in the class of its pathway."""

    ONE = "one_program"
    SEVERAL = "several_programs"
    NONE = "no_program"
    """Also the class of a row whose pathway is not there any more."""

    @classmethod
    def of(cls, programs: int) -> PathwayClass:
        """Return the class of a pathway that maps to so many programs; it is the same from two on."""
        return (cls.NONE, cls.ONE, cls.SEVERAL)[min(programs, 2)]


CREDIT = "credit"
"""The type of the pathways along which learners request credit."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgramFacts:
    """A program as the catalogue has it now. ``id`` is Credentials' own, ``uuid`` the one Open edX shares."""

    id: int
    uuid: UUID
    title: str
    site: int
    status: str
    created: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class PathwayFacts:
    """A pathway as the catalogue has it now, with the ids of its programs in ascending order."""

    id: int
    uuid: UUID
    name: str
    organisation: str
    site: int
    type: str
    status: str
    programs: tuple[int, ...] = ()

    @property
    def pathway_class(self) -> PathwayClass:
        return PathwayClass.of(len(self.programs))

    @property
    def is_credit(self) -> bool:
        return self.type == CREDIT


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """All pathways and programs by id."""

    pathways: Mapping[int, PathwayFacts]
    programs: Mapping[int, ProgramFacts]
    dangling: tuple[tuple[int, int], ...] = ()
    """Pairs of pathway and program id in the through table of which one side is missing."""

    def class_of(self, pathway: int) -> PathwayClass:
        """Return the class of the rows of a pathway, by its id; one that is missing maps to no program."""
        found = self.pathways.get(pathway)
        return found.pathway_class if found else PathwayClass.NONE

    def of_class(self, wanted: PathwayClass) -> tuple[int, ...]:
        """Return the ids of the pathways of a class, ascending."""
        return tuple(pk for pk, pathway in sorted(self.pathways.items()) if pathway.pathway_class is wanted)
