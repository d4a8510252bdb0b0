"""A database of its own for tests that run ``manage.py`` as another process, on the server under test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.databases import execute, with_parts

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Scratch:
    """A migrated database that other processes can reach."""

    url: str
    state_dir: Path

    @property
    def vendor(self) -> str:
        return self.url.partition(":")[0]

    def environment(self, **extra: str) -> dict[str, str]:
        state = {"CREDIT_MIGRATION_STATE_DIR": str(self.state_dir), "DATABASE_URL": self.url}
        return {**os.environ, **state, "DJANGO_SETTINGS_MODULE": "settings.base", **extra}

    def manage(self, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py`` to its end."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, env=self.environment(**extra), capture_output=True, text=True, cwd=ROOT)

    @contextmanager
    def started(self, *arguments: str, **extra: str) -> Iterator[subprocess.Popen[str]]:
        """Start ``manage.py`` with its output in pipes; it does not outlive the block."""
        command, pipe = [sys.executable, "manage.py", *arguments], subprocess.PIPE
        environment = self.environment(**extra)
        with subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as process:
            try:
                yield process
            finally:
                process.kill()

    def execute(self, *statements: str) -> list[tuple[object, ...]]:
        return execute(self.url, *statements)


def make_scratch(name: str, folder: Path) -> Scratch:
    """Create and migrate the database ``name`` on the server under test; on SQLite a file in ``folder``."""
    scratch = make_empty(name, folder)
    done = scratch.manage("migrate", "--verbosity=0")
    assert done.returncode == 0, done.stderr
    return scratch


def make_empty(name: str, folder: Path) -> Scratch:
    """Create the database ``name``, with no table in it, on the server under test; on SQLite a file in ``folder``."""
    server_url = os.environ["DATABASE_URL"]
    if server_url.startswith("sqlite"):
        return Scratch(url=f"sqlite:///{folder / name}.sqlite3", state_dir=folder)
    force = " WITH (FORCE)" if server_url.startswith("postgres") else ""
    execute(server_url, f"DROP DATABASE IF EXISTS {name}{force}", f"CREATE DATABASE {name}")
    return Scratch(url=with_parts(server_url, name=name), state_dir=folder)
