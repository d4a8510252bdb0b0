"""The account of docs/privileges.md is enough for the reading commands, and each grant of it is needed."""

import json
import re

import pytest

from tests.databases import execute, with_parts
from tests.scratch import ROOT

COMMANDS = ("audit_credit_pathways", "infer_program_candidates", "report_credit_requests")
HEADINGS = {"postgres": "PostgreSQL", "mysql": "MariaDB and MySQL"}


def grants(vendor):
    """The statements that the page shows for a vendor."""
    page = (ROOT / "docs" / "privileges.md").read_text()
    block = re.search(rf"## {HEADINGS[vendor]}\n\n```sql\n(.*?)```", page, re.DOTALL)[1]
    return [statement.strip() for statement in block.replace("auditor@'%'", "auditor@'127.0.0.1'").split(";\n")][:-1]


@pytest.fixture
def auditor(own_scratch):
    if own_scratch.vendor == "sqlite":
        pytest.skip("SQLite has no accounts.")
    statements = grants(own_scratch.vendor)
    account = "auditor" if own_scratch.vendor == "postgres" else "auditor@'127.0.0.1'"
    execute(own_scratch.url, *statements)
    yield own_scratch, statements, with_parts(own_scratch.url, user="auditor")
    gone = [f"DROP OWNED BY {account}", f"DROP ROLE {account}"]
    execute(own_scratch.url, *(gone if own_scratch.vendor == "postgres" else [f"DROP USER {account}"]))


def test_the_account_is_enough(auditor):
    scratch, _, url = auditor
    for command in COMMANDS:
        done = scratch.manage(command, "--format=json", DATABASE_URL=url)
        assert (done.returncode, done.stderr) == (0, ""), command
        assert json.loads(done.stdout)["command"] == command


@pytest.mark.parametrize("command", ["show_credit_rollout", "check_migration_safety"])
def test_the_account_sees_the_schema_as_it_is(auditor, command):
    scratch, _, url = auditor
    as_owner, as_auditor = (
        json.loads(scratch.manage(command, "--format=json", **environment).stdout)
        for environment in ({}, {"DATABASE_URL": url})
    )
    assert {**as_auditor, "run": None} == {**as_owner, "run": None}


def test_what_is_missing_is_named(auditor):
    scratch, statements, url = auditor
    for statement in statements[1:-1]:
        revoked = statement.replace("GRANT", "REVOKE").replace(" TO ", " FROM ")
        execute(scratch.url, revoked)
        done = scratch.manage("infer_program_candidates", "--format=csv", DATABASE_URL=url)
        assert done.returncode == 2, statement
        named = re.findall(r"(?:records|catalog|credentials|core|django)_\w+", done.stderr)
        assert named, done.stderr
        assert named[0] in statement
        execute(scratch.url, statement)
