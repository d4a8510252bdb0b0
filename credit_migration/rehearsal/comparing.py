"""Candidates and the truth → how many of each grade are right, wrong, missing; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from credit_migration.data import Comparison, GradeTruth


def compare(
    candidates: Iterable[tuple[int, int, str]], truth: Mapping[int, int], missing: Mapping[str, int]
) -> Comparison:
    """
    Return the candidates held against the truth.

    Args:
        candidates: (request id, program id, grade), in any order.
        truth: the program id that each request was made for, by request id.
        missing: legacy rows that have no candidate, by the reason.

    """
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    seen: set[int] = set()
    unknown = 0
    for request_id, program_id, grade in candidates:
        if request_id not in truth or request_id in seen:
            unknown += 1
            continue
        seen.add(request_id)
        (right if truth[request_id] == program_id else wrong)[grade] += 1
    grades = sorted({*right, *wrong})
    return Comparison(
        grades=tuple(GradeTruth(grade=grade, right=right[grade], wrong=wrong[grade]) for grade in grades),
        missing=tuple(missing.items()),
        unknown=unknown,
    )
