"""Findings that somebody accepts for some time, in ``pyproject.toml`` or at the line."""

from __future__ import annotations

from datetime import date

import pytest

from credit_migration import messages
from credit_migration.data import Location
from credit_migration.safety.waivers.applying import apply_waivers
from credit_migration.safety.waivers.reading import read_waivers

TODAY = date(2026, 9, 1)
PATH = "records/migrations/0002.py"


def finding(line: int = 3, obj: str = "records.0002"):
    return messages.finding("E430", obj=obj, location=Location(path=PATH, line=line), operation="Rename")


def write(folder, text: str, name: str = PATH) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def outcome(folder, *findings, today: date = TODAY) -> tuple[list[str], list[str], list[str]]:
    waivers, broken = read_waivers(findings, folder)
    left, waived = apply_waivers(findings, waivers, today)
    return ([one.id[17:] for one in left], [one.waiver.reason for one in waived], [one.msg for one in broken])


def toml(where: str = "", until: str = "2026-09-01", id_: str = "E430") -> str:
    return f'[[tool.credit_migration.waivers]]\nid = "{id_}"\nwhere = "{where}"\nuntil = {until}\nreason = "Small."\n'


@pytest.mark.parametrize("where", ["", "records.0002", PATH, f"{PATH}:3"])
def test_project_waives_where_it_says(tmp_path, where):
    write(tmp_path, toml(where), "pyproject.toml")
    assert outcome(tmp_path, finding()) == ([], ["Small."], [])


@pytest.mark.parametrize("where", ["records.0003", "other.py", f"{PATH}:4"])
def test_project_waives_nowhere_else(tmp_path, where):
    write(tmp_path, toml(where), "pyproject.toml")
    assert outcome(tmp_path, finding()) == (["E430"], [], [])


def test_another_id_waives_nothing(tmp_path):
    write(tmp_path, toml(id_="E401"), "pyproject.toml")
    assert outcome(tmp_path, finding()) == (["E430"], [], [])


@pytest.mark.parametrize(
    "text",
    [
        "1  # a word\n2\n3  # credit_migration: waive E430 until 2027-01-31: nobody runs it\n",
        "1\n# credit_migration: waive E430 until 2027-01-31: nobody runs it\n3\n",
    ],
)
def test_line_waives_itself_or_the_next(tmp_path, text):
    write(tmp_path, text)
    assert outcome(tmp_path, finding()) == ([], ["nobody runs it"], [])


def test_comment_within_a_text_is_none(tmp_path):
    write(tmp_path, '1\n2\n"# credit_migration: waive E430 until 2027-01-31: no"\n')
    assert outcome(tmp_path, finding()) == (["E430"], [], [])


def test_expired_waiver_is_a_finding_and_waives_nothing(tmp_path):
    write(tmp_path, toml(), "pyproject.toml")
    findings = [finding(), finding(9)]
    waivers, _ = read_waivers(findings, tmp_path)

    left, waived = apply_waivers(findings, waivers, date(2026, 9, 2))

    assert waived == []
    assert [(one.id, one.msg) for one in left[2:]] == [
        ("credit_migration.W450", "The waiver of E430 expired on 2026-09-01: Small.")
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "credit_migration: waive E430: no date",
        "credit_migration: waive E430 until 2027-13-31: no such month",
        "credit_migration: waive E430 until 2027-01-31",
        "credit_migration: waive E999 until 2027-01-31: no such id",
        "credit_migration: waive E430 for 2027-01-31: another word",
    ],
)
def test_comment_that_can_not_be_read_is_a_finding(tmp_path, comment):
    write(tmp_path, f"1\n2\n3  # {comment}\n")
    assert outcome(tmp_path, finding()) == (["E430"], [], [f"This waiver can't be read: # {comment}"])


@pytest.mark.parametrize(
    "text",
    [
        toml(until='"2026-09-01"'),
        toml(until="2026-09-01T10:00:00"),
        toml(id_="E999"),
        toml() + 'more = "x"\n',
        '[tool.credit_migration]\nwaivers = ["E430"]\n',
        "[tool.credit_migration",
    ],
)
def test_project_waiver_that_can_not_be_read_is_a_finding(tmp_path, text):
    write(tmp_path, text, "pyproject.toml")
    left, waived, broken = outcome(tmp_path, finding())
    assert (left, waived, len(broken)) == (["E430"], [], 1)
    assert broken[0].startswith("This waiver can't be read: ")


def test_file_that_can_not_be_read_waives_nothing(tmp_path):
    write(tmp_path, "'''never ends")
    assert outcome(tmp_path, finding()) == (["E430"], [], [])
    assert outcome(tmp_path / "nowhere", finding()) == (["E430"], [], [])
