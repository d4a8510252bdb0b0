"""``show_credit_rollout`` as the monitor: the line for cron that the runbook shows, run as cron runs it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import pytest

from tests.scratch import ROOT

PAGE = (ROOT / "runbooks" / "6-watch.md").read_text()
LINES = re.findall(r"^\d+ \* \* \* \* (.+)$", PAGE, re.MULTILINE)

RECORD = """
from datetime import timedelta
from django.utils import timezone
from model_bakery import baker
from credit_migration.reference_host.records.models import UserCreditPathway
pathway = baker.make("catalog.Pathway", site_id=1, email="registrar@example.edu", pathway_type="credit")
program = baker.make("catalog.Program", site_id=1)
for given in ({programs}):
    baker.make("records.UserCreditPathway", user=baker.make("core.User"), pathway=pathway, program=given)
UserCreditPathway.objects.filter(program=None).update(created=timezone.now() + timedelta(hours=1))
"""


def cron(scratch, line: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """Run a line as cron does: by ``sh``, with nothing but its own words; ``changed`` are of the environment."""
    told = line.replace("/path/to/venv/bin/python", shlex.quote(sys.executable))
    told = told.replace("/path/to/credentials ", f"{shlex.quote(str(ROOT))} ")
    return subprocess.run(
        ["sh", "-c", told], env=scratch.environment(**changed), cwd="/", capture_output=True, text=True
    )


@pytest.fixture
def recorded(own_scratch):
    def record(programs: str):
        done = own_scratch.manage("shell", "--verbosity=0", "--command", RECORD.format(programs=programs))
        assert done.returncode == 0, done.stderr
        return own_scratch

    return record


def test_cron_line_is_quiet_while_all_is_well(recorded):
    done = cron(recorded("program, program"), LINES[0])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_cron_line_tells_of_a_missed_writer_until_it_is_allowed(recorded):
    scratch = recorded("program, None")

    done = cron(scratch, LINES[0])

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("exit status 1\nCredit rollout\n==============\n")
    (finding,) = re.findall(r"^ERROR .*", done.stdout, re.MULTILINE)
    assert re.fullmatch(
        r"ERROR records_usercreditpathway: \(credit_migration\.E602\) 1 rows of records_usercreditpathway were created "
        r"since \S+Z, when the first program was recorded, and have none \(allowed: 0\)\.",
        finding,
    )

    done = cron(scratch, LINES[0].replace("--max-new-null-rows 0", "--max-new-null-rows 1"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_cron_line_tells_of_a_database_that_can_not_be_read(own_scratch, tmp_path):
    done = cron(own_scratch, LINES[0], DATABASE_URL=f"sqlite:///{tmp_path}/gone/credentials.sqlite3")
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "exit status 2\n"
        "CommandError: The database 'default' can't be reached: unable to open database file\n"
        "Check this alias's NAME in the settings: a file in an existing folder, both readable by you.\n",
        "",
    )


def test_cron_line_tells_of_a_stage_that_nobody_can_decide(own_scratch):
    done = cron(own_scratch, LINES[0].replace("show_credit_rollout", "show_credit_rollout --skip-code"))
    assert done.returncode == 3
    assert done.stdout.startswith("exit status 3\nCredit rollout\n")


def test_cron_line_tells_of_a_folder_that_is_not_there(own_scratch):
    done = cron(own_scratch, LINES[0].replace("/path/to/credentials ", "/nowhere "))
    assert done.returncode == 2
    assert done.stdout == "exit status 2\n\n"
    assert "/nowhere" in done.stderr


def test_cron_line_for_metrics_writes_them(own_scratch, tmp_path):
    file = tmp_path / "credit_rollout.prom"
    done = cron(own_scratch, re.sub(r"--output \S+", f"--output {shlex.quote(str(file))}", LINES[1]))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "credit_rollout_missed_rows 0.0\n" in file.read_text()
