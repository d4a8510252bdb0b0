"""Proofs → the summary."""

from __future__ import annotations

from pathlib import Path

from credit_migration.data import ExitStatus, Level, Proof
from credit_migration.rehearsal.telling import tell

HOLDS = Proof(step="Expand", done="migrate", proved="The schema reads 'partial'", took_s=1.234)
FAILS = Proof(step="Legacy rows", done="Checksum", proved="Every row is the same", holds=False)


def told(*proofs):
    return tell(proofs, None, facts={"seed": 1}, folder=Path("var"), files=[("a.txt", "A")])


def test_a_proof_that_fails_is_an_error_with_its_step():
    report = told(HOLDS, FAILS)

    assert report.status(Level.ERROR) is ExitStatus.FINDINGS
    assert [(finding.id, finding.obj, finding.msg) for finding in report.findings] == [
        (
            "credit_migration.E701",
            "Legacy rows",
            "The step 'Legacy rows' did not prove what it should: Every row is the same.",
        )
    ]
    assert report.facts == {"seed": 1, "reports": "var", "proofs_that_hold": "1 of 2"}


def test_without_candidates_there_is_nothing_to_compare():
    report = told(HOLDS)

    assert report.status(Level.ERROR) is ExitStatus.CLEAN
    assert [(section.name, list(section.rows)) for section in report.sections] == [
        ("steps", [(1, "Expand", "migrate", "The schema reads 'partial'", True, 1.23)]),
        ("files", [("a.txt", "A")]),
    ]
