"""``verify_resend_removed`` over every variant of the synthetic host, as an operator runs it there."""

from __future__ import annotations

import re

import pytest

from tests.synthetic_hosts.bases import CAMPUS, LAYERED
from tests.synthetic_hosts.runner import verify
from tests.synthetic_hosts.variants import VARIANTS

pytest.importorskip("credit_migration.management.commands.verify_resend_removed")

STATUS = {"PRESENT": 1, "ABSENT": 0, "INCONCLUSIVE": 3}
UNDECIDED_AT_MOST = 0.1
ONE_IN = {CAMPUS: 8, LAYERED: 12}
"""So many hosts on a base make one that is asked in every run of the tests; the rest is marked ``rest``."""


def ordinary(variants):
    """Return the variants as parameters, evenly chosen from all families for the ordinary run."""
    return [
        pytest.param(variant, id=variant.name, marks=() if place % one_in == 0 else pytest.mark.rest)
        for base, one_in in ONE_IN.items()
        for place, variant in enumerate(variant for variant in variants if variant.base is base)
    ]


@pytest.fixture(scope="module")
def answers(asked):
    return asked(verify)


def verdict_of(answer):
    return "ERROR" if answer.exception() else answer.result()[1]["facts"]["verdict"]


@pytest.mark.parametrize("variant", ordinary(VARIANTS))
def test_verdict_is_right_or_open(variant, answers):
    """A decidable host may be left open, if few are; the opposite verdict is never right, and never an open clean."""
    status, report = answers[variant.name].result()
    verdict = report["facts"]["verdict"]

    assert verdict in ({variant.verdict, "INCONCLUSIVE"}), variant.description
    assert status == STATUS[verdict]


@pytest.mark.parametrize("variant", [param for param in ordinary(VARIANTS) if param.values[0].path])
def test_path_shows_how_the_award_comes_to_the_hook(variant, answers):
    _, report = answers[variant.name].result()

    assert shows_path(variant, report) or report["facts"]["verdict"] == "INCONCLUSIVE", report["findings"]


def shows_path(variant, report):
    paths = ["\n".join(finding["path"]) for finding in report["findings"]]
    return any(all(re.search(rf"\b{name}\b", path) for name in variant.path) for path in paths)


def test_no_verdict_is_false_and_few_are_open(answers):
    asked_of = [variant for variant in VARIANTS if variant.name in answers]
    given = {variant: verdict_of(answers[variant.name]) for variant in asked_of}
    decidable = [variant for variant in asked_of if variant.verdict != "INCONCLUSIVE"]
    left_open = [variant.name for variant in decidable if given[variant] == "INCONCLUSIVE"]

    assert [v.name for v in asked_of if given[v] == "ABSENT" != v.verdict] == [], "false ABSENT"
    assert [v.name for v in asked_of if given[v] == "PRESENT" != v.verdict] == [], "false PRESENT"
    assert [v.name for v in asked_of if given[v] == "ERROR"] == []
    assert len(left_open) <= UNDECIDED_AT_MOST * len(decidable), left_open
