"""A rehearsal of the rollout: what each step did and proved, and how candidates compare with the truth."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class RehearsalOptions:
    """How large a history is rehearsed on, and which."""

    requests: int = 3_000
    seed: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """A step of the rehearsal: what was done, and what it proved, if it ``holds``."""

    step: str
    done: str
    proved: str
    holds: bool = True
    took_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class GradeTruth:
    """How many candidates of one grade name the program that the request was truly made for."""

    grade: str
    right: int
    wrong: int

    @property
    def candidates(self) -> int:
        return self.right + self.wrong


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """The candidates held against the truth about every legacy row."""

    grades: tuple[GradeTruth, ...]
    missing: tuple[tuple[str, int], ...]
    """Legacy rows for which no candidate is named, by the reason."""
    unknown: int
    """Candidates for rows that the truth does not know, or named more than once; always 0 where all is well."""
