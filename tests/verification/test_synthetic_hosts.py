import json
import os

import pytest

from tests.verification.synthetic import gone, surviving, undecidable

VARIANTS = [*surviving.VARIANTS, *gone.VARIANTS, *undecidable.VARIANTS]
STATUSES = {"ABSENT": 0, "PRESENT": 1, "INCONCLUSIVE": 3}

# They touch no database, so they run on one.
pytestmark = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL", "sqlite:").startswith("sqlite:"), reason="The hosts bring their own SQLite."
)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: f"{variant.answer.lower()}-{variant.name}")
def test_answers_rightly(verify_host, variant):
    answer = verify_host(variant.tree())

    report = answer.get("report")
    assert report is not None, answer["error"]
    assert (report["facts"]["verdict"], answer["status"]) == (variant.answer, STATUSES[variant.answer]), report[
        "findings"
    ]
    told = json.dumps(report)
    assert [name for name in variant.shows if name not in told] == []


def test_there_are_enough_of_each_kind():
    assert len(surviving.VARIANTS) >= 60
    assert len(gone.VARIANTS) >= 25
    assert len(undecidable.VARIANTS) >= 10
    assert len({variant.name for variant in VARIANTS}) == len(VARIANTS) >= 100
