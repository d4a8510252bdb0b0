"""An export that is killed, for real, leaves no half file, and goes on to the same bytes."""

import json
import stat
import subprocess
import sys

import pytest

from tests.exports.dying import PAGE_ROWS
from tests.scratch import ROOT, make_scratch

COMMANDS = {"candidates": ("infer_program_candidates", "--all"), "audit": ("audit_credit_pathways",)}
ENDS = {"SIGKILL": -9, "SIGTERM": 143, "SIGINT": 130, "FSIZE": 2}


@pytest.fixture(scope="module")
def service(tmp_path_factory, database_blocker):
    """A legacy service with some hundreds of requests."""
    folder = tmp_path_factory.mktemp("service")
    with database_blocker.unblock():
        scratch = make_scratch("scratch_exports", folder)
        scratch.manage("migrate", "records", "0001", "--verbosity=0")
        done = scratch.manage("simulate_legacy_history", "--requests=900", f"--truth={folder / 'truth.csv'}")
        assert done.returncode == 0, done.stderr
    return scratch


def run(service, how, page, *arguments):
    command = [sys.executable, "-m", "tests.exports.dying", how, str(page), *arguments]
    # A file that may grow no more is no place for the coverage of the process either.
    environment = {
        name: value
        for name, value in service.environment().items()
        if not (how == "FSIZE" and name.startswith("COVERAGE"))
    }
    return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)


@pytest.fixture(scope="module")
def wholes(service, tmp_path_factory):
    """What uninterrupted runs write, by the name of the command."""
    folder = tmp_path_factory.mktemp("wholes")
    for name, command in COMMANDS.items():
        done = run(service, "NEVER", 0, *command, "--format=csv", f"--output={folder / name}")
        assert done.returncode == 0, done.stderr
    return {name: (folder / name).read_bytes() for name in COMMANDS}


@pytest.mark.parametrize(
    ("how", "name"), [*((how, "candidates") for how in ENDS), ("SIGKILL", "audit")], ids=lambda part: part
)
def test_goes_on_to_the_same_bytes(service, wholes, tmp_path, how, name):
    file, partial, journal = (tmp_path / f"rows.csv{end}" for end in ("", ".partial", ".partial.json"))
    command, output, whole = (*COMMANDS[name], "--format=csv"), f"--output={file}", wholes[name]

    died = run(service, how, 3, *command, output)

    assert died.returncode == ENDS[how], died.stderr
    assert {path.name for path in tmp_path.iterdir()} == {partial.name, journal.name}
    assert [stat.S_IMODE(path.stat().st_mode) for path in (partial, journal)] == [0o600, 0o600]
    assert json.loads(journal.read_text())["written"] == 2 * PAGE_ROWS
    assert whole.startswith(partial.read_bytes()[: json.loads(journal.read_text())["position"]])
    if how != "SIGKILL":
        assert "--resume" in died.stderr
        assert "Traceback" not in died.stderr

    assert run(service, how, 2, *command, output, "--resume").returncode == ENDS[how]
    assert json.loads(journal.read_text())["written"] in (3 * PAGE_ROWS, 4 * PAGE_ROWS)
    ended = run(service, "NEVER", 0, *command, output, "--resume")

    assert ended.returncode == 0, ended.stderr
    assert "Nothing that it is made of has changed in between." in ended.stderr
    assert file.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [file]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
