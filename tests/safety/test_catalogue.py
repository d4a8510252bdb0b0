"""Every case of the catalogue, on every database: exactly what ``expected.md`` says is found, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from credit_migration.safety.unconnected import VENDORS, available_vendors
from tests.safety.cases import Project
from tests.safety.catalogue import BAD, GOOD

HARMLESS = {"I410", "W411", "W412", "W413"}
"""What a right expand or contract step is told too: what to mind, not what is wrong."""


def expected() -> dict[str, dict[str, set[str]]]:
    head, _, *rows = (Path(__file__).parent / "expected.md").read_text().splitlines()
    names = [cell.strip() for cell in head.strip("|").split("|")]
    table = {}
    for row in rows:
        name, common, *own = (cell.strip() for cell in row.strip().removeprefix("|").removesuffix("|").split("|"))
        table[name] = {vendor: set(f"{common} {ids}".split()) for vendor, ids in zip(names[2:], own, strict=True)}
    return table


EXPECTED = expected()


@pytest.mark.parametrize("case", [*BAD, *GOOD], ids=lambda case: case.name)
def test_finds_what_is_wrong_and_nothing_else(case, tmp_path):
    project = Project(tmp_path, case.before)
    project.add(case.text)

    vendors = available_vendors()
    assert {vendor: project.ids(vendor) for vendor in vendors} == {one: EXPECTED[case.name][one] for one in vendors}


@pytest.mark.parametrize("vendor", VENDORS)
def test_bad_ones_are_refused_and_good_ones_are_not(vendor):
    assert len(BAD) >= 40
    assert len(GOOD) >= 40
    assert [case.name for case in GOOD if EXPECTED[case.name][vendor] - HARMLESS] == []
    told_nothing = {case.name for case in BAD if not EXPECTED[case.name][vendor] - HARMLESS}
    # Each of these is wrong on the other databases alone.
    assert told_nothing <= ONLY_ELSEWHERE[vendor]


ONLY_ELSEWHERE = {
    "postgresql": set(),
    "mysql": {"lock-safe expand in a transaction"},
    "mariadb": {"lock-safe expand in a transaction"},
    "sqlite3": {
        "plain AddField",
        "plain AddField with a short name",
        "plain AddField without index",
        "plain AlterUniqueTogether",
        "index not concurrent",
        "index by SQL",
        "concurrent index in a transaction",
        "lock-safe expand in a transaction",
        "two columns at once",
        "column of another type",
    },
}
