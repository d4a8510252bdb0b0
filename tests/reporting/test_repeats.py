from datetime import UTC, datetime, timedelta

import pytest

from credit_migration.data import Catalogue, Repeat
from credit_migration.reporting.repeats import LARGEST, Institution, most_in_window, total_repeats


@pytest.mark.parametrize(
    ("days", "window", "most"),
    [
        ([], 30, 0),
        ([0], 30, 1),
        ([0, 29.99], 30, 2),
        ([0, 30], 30, 1),
        ([0, 1, 40, 41, 42, 90], 30, 3),
        ([0, 0, 0], 1, 3),
    ],
)
def test_most_in_window(days, window, most):
    start = datetime(2022, 1, 1, tzinfo=UTC)
    assert most_in_window([start + timedelta(days=day) for day in days], window) == most


def test_keeps_the_largest_only_and_counts_learners_once_an_institution():
    repeats = [
        Repeat(user=pk, pathway=pathway, program=1, requests=5, most_in_window=4 + (pk == 7))
        for pk in range(LARGEST + 20)
        for pathway in (1, 2)
    ]
    totals = total_repeats(iter(repeats), Catalogue(pathways={}, programs={}))

    assert totals.count == len(repeats)
    assert len(totals.largest) == LARGEST
    assert totals.largest[0] == Repeat(user=7, pathway=1, program=1, requests=5, most_in_window=5)
    assert totals.largest[2].user == 0
    assert totals.institutions == (
        Institution(
            organisation=None, learners=LARGEST + 20, repeats=len(repeats), requests=5 * len(repeats), most_in_window=5
        ),
    )
