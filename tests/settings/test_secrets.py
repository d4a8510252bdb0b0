"""A database's password is never told: not in a report, an error or a traceback, whatever keeps it from being used."""

import os
import socket
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.scratch import ROOT

SECRET = "s3cr3t"
COMMANDS = {
    "audit_credit_pathways": (),
    "infer_program_candidates": (),
    "report_credit_requests": (),
    "show_credit_rollout": ("--skip-code",),
    "check_migration_safety": (),
    "rehearse_credit_rollout": (),
    "migrate": (),
}


@pytest.fixture
def url(scratch):
    if scratch.vendor == "sqlite":
        pytest.skip("SQLite has no server, accounts or passwords")
    return scratch.url


def changed(url, *, password=SECRET, port=None, name=None):
    parts = urlsplit(url)
    netloc = f"{parts.username}:{password or parts.password}@{parts.hostname}:{port or parts.port}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{name}" if name else parts.path))


def untold(done, secret=SECRET):
    """Assert that a command failed in the operator's words, and told the password nowhere."""
    told = done.stdout + done.stderr
    assert done.returncode not in (0, 3), told
    assert done.stderr.strip(), told
    assert secret not in told


@pytest.mark.parametrize("traceback", [(), ("--traceback",)], ids=["plain", "traceback"])
@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_password_is_not_told(scratch, url, command, traceback):
    untold(scratch.manage(command, *COMMANDS[command], *traceback, DATABASE_URL=changed(url)))


@pytest.mark.parametrize("traceback", [(), ("--traceback",)], ids=["plain", "traceback"])
def test_password_for_a_server_that_is_down_is_not_told(scratch, url, traceback):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        down = changed(url, port=closed.getsockname()[1])
        done = scratch.manage(
            "audit_credit_pathways", "--database=credentials", *traceback, CREDENTIALS_DATABASE_URL=down
        )
    untold(done)


@pytest.mark.parametrize("traceback", [(), ("--traceback",)], ids=["plain", "traceback"])
def test_password_for_a_database_that_is_not_there_is_not_told(scratch, url, traceback):
    # The right password, so that the server gets as far as the name.
    missing = changed(url, password=None, name="no_such_database")
    secret = f":{urlsplit(url).password}@"
    done = scratch.manage(
        "audit_credit_pathways", "--database=credentials", *traceback, CREDENTIALS_DATABASE_URL=missing
    )
    untold(done, secret)
    assert "no_such_database" in done.stderr


@pytest.mark.parametrize("option", ["sslmode=nonsense", "nonsense=1"])
def test_password_beside_an_option_that_the_driver_refuses_is_not_told(scratch, url, option):
    untold(scratch.manage("audit_credit_pathways", "--traceback", DATABASE_URL=f"{changed(url)}?{option}"))


BAD = [
    f"mysql://reader:{SECRET}/w0rd@replica/credentials",
    f"postgres://reader:{SECRET}#w0rd@replica:5432/credentials",
    f"mysql://reader:{SECRET}@replica:port/credentials",
    f"mysql://reader:{SECRET}@[::1/credentials",
    f"maria://reader:{SECRET}@replica/credentials",
    f"reader:{SECRET}@replica/credentials",
    SECRET,
]


@pytest.mark.parametrize("variable", ["DATABASE_URL", "CREDENTIALS_DATABASE_URL"])
@pytest.mark.parametrize("url", BAD)
def test_url_that_is_none_is_not_told(scratch, url, variable):
    done = scratch.manage("audit_credit_pathways", "--traceback", **{variable: url})
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        f"The environment variable {variable} is no database URL. It is not shown, since it may hold a password.\n"
        "Write it as mysql://USER:PASSWORD@HOST:3306/NAME, postgres://… or sqlite:///FILE; in the password, "
        "percent-encode what has a meaning in a URL: %2F for /, %3A for :, %40 for @, %23 for #.\n",
    )


@pytest.mark.parametrize("form", ["text", "json"])
def test_url_in_a_host_that_does_not_import_is_not_told(tmp_path, form):
    url = f"maria://reader:{SECRET}@w0rd@replica/credentials"
    (tmp_path / "broken_settings.py").write_text(f"raise ValueError('no backend for {url}')\n")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "broken_settings",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]),
    }
    command = [sys.executable, "-m", "credit_migration", "verify_resend_removed", f"--format={form}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 3
    for told in (done.stdout, done.stderr):
        assert "maria://reader:…@replica/credentials" in told.replace("\\u2026", "…")
        assert SECRET not in told
        assert "w0rd" not in told
