"""Each way in which an operator's day goes wrong: one line, a hint, the right exit status, and nothing half-written."""

import os
import resource
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.databases import with_parts
from tests.scratch import ROOT, make_scratch

COMMAND = ("audit_credit_pathways", "--database=default")
ROWS = 3000

REACH_HINT = "Check that the server is up, and this alias's host, port, user and password in the settings.\n"
FILE_HINT = "Check this alias's NAME in the settings: a file in an existing folder, both readable by you.\n"
PLACE_HINT = (
    "Give --output a file in an existing folder that you may write to, with room on its disk; nothing was left there.\n"
)


@pytest.fixture
def server_only(scratch):
    if scratch.vendor == "sqlite":
        pytest.skip("SQLite has no server, accounts or passwords")


@pytest.fixture(scope="module")
def full(tmp_path_factory, database_blocker):
    """A database with more legacy rows than a pipe holds."""
    with database_blocker.unblock():
        filled = make_scratch("scratch_full", tmp_path_factory.mktemp("full"))
    done = filled.manage("shell", "--verbosity=0", "--command", FILL)
    assert done.returncode == 0, done.stderr
    return filled


FILL = f"""
from model_bakery import baker
from credit_migration.reference_host.core.models import User
from credit_migration.reference_host.records.models import UserCreditPathway
pathway = baker.make("catalog.Pathway", site_id=1, email="registrar@example.edu")
pathway.programs.add(baker.make("catalog.Program", site_id=1))
users = User.objects.bulk_create([User(username=f"learner{{n}}") for n in range({ROWS})])
users = User.objects.all()
UserCreditPathway.objects.bulk_create([UserCreditPathway(user=user, pathway=pathway) for user in users])
"""


def told(done):
    return done.returncode, done.stdout, done.stderr


def test_unknown_alias(scratch):
    status, out, err = told(scratch.manage("audit_credit_pathways", "--database=replica"))
    assert (status, out) == (2, "")
    assert err == (
        "CommandError: The settings have no database 'replica'.\n"
        "Use --database with one of these: default, rehearsal.\n"
    )


@pytest.mark.usefixtures("server_only")
def test_server_down(scratch):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"{scratch.vendor}://tests:secret@127.0.0.1:{closed.getsockname()[1]}/credentials"
        status, out, err = told(scratch.manage(*COMMAND, DATABASE_URL=url))
    assert (status, out) == (2, "")
    assert err.startswith("CommandError: The database 'default' can't be reached: ")
    assert err.endswith(REACH_HINT)
    assert err.count("\n") == 2


@pytest.mark.usefixtures("server_only")
def test_wrong_password(scratch):
    url = scratch.url.replace(":secret@", ":wrong@")
    status, out, err = told(scratch.manage(*COMMAND, DATABASE_URL=url))
    assert (status, out) == (2, "")
    assert err.startswith("CommandError: The database 'default' can't be reached: ")
    assert err.endswith(REACH_HINT)


def test_sqlite_file_in_a_missing_folder(scratch, tmp_path):
    status, out, err = told(scratch.manage(*COMMAND, DATABASE_URL=f"sqlite:///{tmp_path}/gone/credentials.sqlite3"))
    assert (status, out) == (2, "")
    assert err == (f"CommandError: The database 'default' can't be reached: unable to open database file\n{FILE_HINT}")


def test_database_without_the_tables(own_scratch):
    done = own_scratch.manage("migrate", "records", "zero", "--verbosity=0")
    assert done.returncode == 0, done.stderr
    assert told(own_scratch.manage(*COMMAND)) == (
        2,
        "",
        "CommandError: The database 'default' has no table 'records_usercreditpathway'.\n"
        "Check that --database names the Credentials database and that its migrations have run: "
        "python manage.py showmigrations.\n",
    )


def test_host_without_the_configured_model(scratch, tmp_path):
    (tmp_path / "other_settings.py").write_text(
        "from settings.base import *\nCREDIT_MIGRATION_REQUEST_MODEL = 'records.CreditRequest'\n"
    )
    done = scratch.manage(
        *COMMAND, DJANGO_SETTINGS_MODULE="other_settings", PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)])
    )
    assert told(done) == (
        2,
        "",
        "CommandError: The host project has no model 'records.CreditRequest'.\n"
        "Set CREDIT_MIGRATION_REQUEST_MODEL to the label of its model, for example 'records.UserCreditPathway', "
        "and see that its app is there.\n",
    )


def test_code_with_program_on_a_table_without_it_is_the_legacy_state(own_scratch):
    assert own_scratch.manage("migrate", "records", "0001", "--verbosity=0").returncode == 0
    status, out, err = told(own_scratch.manage(*COMMAND))
    assert (status, err) == (0, "")
    assert "legacy" in out


@pytest.mark.usefixtures("server_only")
def test_no_select_permission(scratch):
    grant = {
        "postgres": (
            "DROP OWNED BY reader",
            "GRANT SELECT ON django_migrations, catalog_pathway TO reader",
        ),
        "mysql": ("GRANT SELECT ON scratch_shared.django_migrations TO reader@'127.0.0.1'",),
    }[scratch.vendor]
    create = {
        "postgres": "CREATE ROLE reader LOGIN PASSWORD 'secret'",
        "mysql": "CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'secret'",
    }[scratch.vendor]
    drop = {"postgres": "DROP ROLE IF EXISTS reader", "mysql": "DROP USER IF EXISTS reader@'127.0.0.1'"}[scratch.vendor]
    scratch.execute(create, *grant)
    try:
        done = scratch.manage(*COMMAND, DATABASE_URL=with_parts(scratch.url, user="reader"))
    finally:
        scratch.execute(*(["DROP OWNED BY reader"] if scratch.vendor == "postgres" else []), drop)
    status, out, err = told(done)
    assert (status, out) == (2, "")
    assert err.startswith("CommandError: The account of database 'default' may not ")
    assert "records_usercreditpathway" in err
    assert "Grant it SELECT on " in err
    assert err.count("\n") == 2


def test_output_in_a_missing_folder(scratch, tmp_path):
    file = tmp_path / "gone" / "report.json"
    assert told(scratch.manage(*COMMAND, f"--output={file}")) == (
        2,
        "",
        f"CommandError: The report can't be written to '{file}': No such file or directory.\n{PLACE_HINT}",
    )


def test_output_in_a_read_only_folder(scratch):
    # Even root can't make a file there, so this holds for every account that runs the tests.
    status, out, err = told(scratch.manage(*COMMAND, "--output=/sys/report.json"))
    assert (status, out) == (2, "")
    assert err in {
        f"CommandError: The report can't be written to '/sys/report.json': {reason}.\n{PLACE_HINT}"
        for reason in ("Permission denied", "Read-only file system", "Operation not permitted")
    }


def test_output_that_does_not_fit(full, tmp_path):
    file = tmp_path / "out" / "report.csv"
    file.parent.mkdir()
    done = subprocess.run(
        [sys.executable, "manage.py", *COMMAND, "--format=csv", f"--output={file}"],
        env=full.environment(PYTHONDONTWRITEBYTECODE="1", COVERAGE_PROCESS_START="", COVERAGE_PROCESS_CONFIG=""),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert told(done) == (
        2,
        "",
        f"CommandError: The report can't be written to '{file}': File too large.\n{PLACE_HINT}",
    )
    assert list(file.parent.iterdir()) == []


def test_full_disk_behind_standard_output(full):
    with open("/dev/full", "w") as disk:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "manage.py", *COMMAND, "--format=csv"],
            env=full.environment(),
            stdout=disk,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
    assert (done.returncode, done.stderr) == (
        2,
        "CommandError: The report can't be written to standard output: No space left on device.\n"
        "Make room on its disk, or use --output FILE, which leaves nothing half-written.\n",
    )


def test_closed_pipe_ends_quietly(full):
    with full.started(*COMMAND, "--format=csv") as process:
        assert process.stdout.readline().startswith("request_id,")
        process.stdout.close()
        assert (process.wait(timeout=60), process.stderr.read()) == (141, "")


@pytest.fixture
def in_the_middle(full):
    """A command in the middle of its report: the pipe is full, and nobody reads on."""
    with full.started(*COMMAND, "--format=csv") as process:
        assert process.stdout.readline().startswith("request_id,")
        time.sleep(0.5)
        yield process


def test_ctrl_c(in_the_middle):
    in_the_middle.send_signal(signal.SIGINT)
    assert in_the_middle.wait(timeout=60) == 130
    assert in_the_middle.stderr.read() == "Interrupted: the report is not whole, and nothing was changed.\n"


@pytest.mark.usefixtures("server_only")
def test_server_gone_in_the_middle(full, in_the_middle, database_blocker):
    with database_blocker.unblock():
        _end_sessions(full)
    _, err = in_the_middle.communicate(timeout=60)
    assert in_the_middle.returncode == 2
    assert err.startswith("CommandError: The database 'default' went away in the middle: ")
    assert err.endswith("\nNothing was changed. Run the command again when the server is back.\n")


def _end_sessions(full):
    if full.vendor == "postgres":
        full.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = 'scratch_full' AND pid <> pg_backend_pid()"
        )
    else:
        sessions = "SELECT id FROM information_schema.processlist WHERE db = 'scratch_full' AND id <> connection_id()"
        for (session,) in full.execute(sessions):
            full.execute(f"KILL {session}")
