"""The hook for pre-commit and the GitHub action's commands, run for real in a git repository, without a database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.scratch import ROOT

UNREACHABLE = "postgres://nobody@127.0.0.1:1/none"
APP = """
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [{before}]
    operations = [{operation}]
"""
CREATES = 'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True)), ("text", models.TextField())])'
INDEXES = 'migrations.AddIndex("note", models.Index(fields=["text"], name="notes_text"))'


@pytest.fixture
def repository(tmp_path) -> Path:
    """A project with an app of its own, whose first migration is staged; and a repository with the hook beside it."""
    project, hooks = tmp_path / "project", tmp_path / "hooks"
    (project / "notes" / "migrations").mkdir(parents=True)
    for package in ("notes", "notes/migrations"):
        (project / package / "__init__.py").write_text("")
    shutil.copy(ROOT / "manage.py", project)
    (project / "project_settings.py").write_text(
        'from settings.test import *\n\nINSTALLED_APPS = [*INSTALLED_APPS, "notes"]\n'
    )
    hooks.mkdir()
    shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
    for folder in (project, hooks):
        run(folder, "git", "init", "--quiet")
        run(folder, "git", "add", "--all")
        run(folder, "git", "commit", "--quiet", "--message=start")
    return project


def run(folder: Path, *command: str, **extra: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "project_settings",
        "DATABASE_URL": UNREACHABLE,
        "PRE_COMMIT_HOME": str(folder.parent / "cache"),
        **{f"GIT_{who}_{what}": "tests@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        **extra,
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def add(project: Path, name: str, before: str, operation: str) -> None:
    path = project / "notes" / "migrations" / f"{name}.py"
    path.write_text(APP.format(before=before, operation=operation))
    run(project, "git", "add", "--all")


def hook(project: Path) -> subprocess.CompletedProcess[str]:
    return run(project, "pre-commit", "try-repo", "../hooks", "check-migration-safety")


def test_the_hook_passes_a_right_migration_and_stops_a_wrong_one(repository):
    add(repository, "0001_initial", "", CREATES)
    passed = hook(repository)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "Passed" in passed.stdout

    add(repository, "0002_index", '("notes", "0001_initial")', INDEXES)
    stopped = hook(repository)
    assert stopped.returncode == 1
    assert "ERROR notes/migrations/0002_index.py:7: (credit_migration.E427) On PostgreSQL" in stopped.stdout


def test_the_action_tells_the_findings_at_their_lines_and_writes_sarif(repository):
    add(repository, "0001_initial", "", CREATES)
    run(repository, "git", "commit", "--quiet", "--message=initial")
    add(repository, "0002_index", '("notes", "0001_initial")', INDEXES)
    (step,) = yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]
    given = {"SINCE": "HEAD", "MANAGE": "manage.py", "ARGUMENTS": "--vendor postgresql", "SARIF": "found.sarif"}

    shell = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"])
    done = run(repository, *shell, **given)

    assert set(step["env"]) == set(given)
    assert (done.returncode, done.stderr) == (1, "")
    assert "::error file=notes/migrations/0002_index.py,line=7,title=" in done.stdout
    assert '"E427"' in (repository / "found.sarif").read_text().replace("credit_migration.", "")
