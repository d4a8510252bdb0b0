"""Candidates against the truth."""

from __future__ import annotations

from credit_migration.data import Comparison, GradeTruth
from credit_migration.rehearsal.comparing import compare


def test_each_grade_is_right_and_wrong_on_its_own():
    candidates = [(1, 7, "plausible"), (2, 7, "plausible"), (3, 9, "corroborated")]

    assert compare(candidates, {1: 7, 2: 8, 3: 9, 4: 9}, {"several_programs": 1}) == Comparison(
        grades=(
            GradeTruth(grade="corroborated", right=1, wrong=0),
            GradeTruth(grade="plausible", right=1, wrong=1),
        ),
        missing=(("several_programs", 1),),
        unknown=0,
    )


def test_a_row_that_is_named_twice_or_is_not_there_is_told_apart():
    compared = compare([(1, 7, "plausible"), (1, 7, "plausible"), (5, 7, "plausible")], {1: 7}, {})

    assert compared == Comparison(grades=(GradeTruth(grade="plausible", right=1, wrong=0),), missing=(), unknown=2)
