"""The time left goes by rows, counted by the server, so gaps between ids and pathways of unlike size do not bend it."""

import csv
import io

import pytest

from credit_migration.management.progress import Progress
from tests import history

pytestmark = pytest.mark.django_db(transaction=True)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def skewed():
    """Nearly all rows along one pathway, half of them behind a gap of two thousand million ids."""
    history.make_catalogue()
    with_gap = [*range(1, 41), *range(2_000_000_001, 2_000_000_041)]
    for pk in with_gap:
        history.request(pk, 31 + pk % 6, {7: 22, 9: 23}.get(pk, 21), "2020-01-01")


@pytest.mark.parametrize(
    "command",
    [
        ("infer_program_candidates",),
        ("infer_program_candidates", "--all"),
        ("infer_program_candidates", "--pathway=22", "--all"),
        ("infer_program_candidates", "--after-pk=20", "--limit=30"),
        ("audit_credit_pathways", "--limit=10"),
        ("audit_credit_pathways",),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("skewed")
def test_expects_as_many_rows_as_come(run_command, tmp_path, monkeypatch, command):
    seen = []

    def watched(self, rows, *, total=None, done=0, unit=" rows", size=lambda row: 1):
        expected = total() if callable(total) else total
        passed = 0
        for row in rows:
            passed += size(row)
            yield row
        seen.append((expected, passed))

    monkeypatch.setattr(Progress, "__call__", watched)
    status, out, err = run_command(*command, "--format=csv")

    rows = len(list(csv.DictReader(io.StringIO(out))))
    assert (status, err) == (0, "")
    assert seen == [(rows, rows)]
    assert rows


def test_what_an_earlier_run_did_is_done_already():
    terminal = Terminal()
    assert list(Progress(terminal, enabled=True, label="audit")([1], total=4, done=3)) == [1]
    assert " 75%" in terminal.getvalue()
    assert "3.00/4.00" in terminal.getvalue()
