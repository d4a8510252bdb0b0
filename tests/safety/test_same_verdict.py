"""``check_migration_safety`` says the same of the records app with no, an empty and a migrated database."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.scratch import Scratch, make_empty

UNREACHABLE = "postgres://nobody@127.0.0.1:1/none"


@pytest.fixture
def empty(tmp_path, database_blocker) -> Scratch:
    with database_blocker.unblock():
        return make_empty("scratch_empty", tmp_path)


def verdict(done: subprocess.CompletedProcess[str]) -> tuple[list[dict], list[dict], str]:
    report = json.loads(done.stdout)
    of_records = [one for one in report["findings"] if one["obj"].startswith("records.")]
    statements = [one for one in report["records"] if one["migration"].startswith("records.")]
    return of_records, statements, done.stderr


def test_the_verdict_needs_no_database_and_no_state(empty, scratch):
    named = ("check_migration_safety", "records", "--format=json")
    without = scratch.manage(*named, DATABASE_URL=UNREACHABLE)
    asked = [database.manage(*named, "--database=default") for database in (empty, scratch)]

    assert len(verdict(without)[0]) == 5
    assert {one.returncode for one in (without, *asked)} == {0}
    assert [verdict(one) for one in asked] == [verdict(without)] * 2


def test_on_an_empty_database_everything_is_unapplied(empty, scratch):
    """The statements of Django's own apps are told too, so only those of the records app are compared."""
    unapplied = empty.manage("check_migration_safety", "--format=json")

    assert json.loads(unapplied.stdout)["facts"]["selected"] == "not applied on database 'default'"
    assert verdict(unapplied) == verdict(scratch.manage("check_migration_safety", "records", "--format=json"))
