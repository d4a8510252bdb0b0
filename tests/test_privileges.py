"""The account of docs/privileges.md is enough for every reading command, and can't write."""

import re

import pytest

from tests.databases import with_parts
from tests.scratch import ROOT

COMMANDS = [
    ("audit_credit_pathways",),
    ("infer_program_candidates", "--all"),
    ("report_credit_requests",),
    ("show_credit_rollout",),
    ("check_migration_safety",),
]
HEADINGS = {"postgres": "PostgreSQL", "mysql": "MariaDB and MySQL"}
DROP = {
    "postgres": ("DROP OWNED BY credit_reader", "DROP ROLE credit_reader"),
    "mysql": ("DROP USER credit_reader@'%'",),
}


@pytest.fixture
def reader(scratch, django_db_blocker):
    """The URL of the scratch database for the account that the page makes."""
    if scratch.vendor == "sqlite":
        pytest.skip("SQLite has no accounts")
    page = (ROOT / "docs" / "privileges.md").read_text()
    block = re.search(rf"## {HEADINGS[scratch.vendor]}\n\n```sql\n(.*?)```", page, re.DOTALL).group(1)
    statements = [part.strip() for part in block.replace("credentials.", "scratch_shared.").split(";") if part.strip()]
    with django_db_blocker.unblock():
        scratch.execute(*statements)
        yield with_parts(scratch.url, user="credit_reader", password="choose-one")
        scratch.execute(*DROP[scratch.vendor])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_account_is_enough(scratch, reader, command):
    done = scratch.manage(*command, "--format=json", DATABASE_URL=reader)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_account_can_not_write(scratch, reader):
    done = scratch.manage(
        "shell", "--verbosity=0", "--command",
        "from django.contrib.sites.models import Site; from django.apps import apps; "
        "apps.get_model('catalog', 'Program').objects.update(title='x')",
        DATABASE_URL=reader,
    )  # fmt: skip
    assert done.returncode != 0
    assert "denied" in done.stderr
