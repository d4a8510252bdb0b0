"""What the tests of verification can ask for: the command on synthetic hosts, from one process that forks for each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.verification.synthetic.running import write

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def _server() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.verification.synthetic.running"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        yield server
        server.stdin.close()


@pytest.fixture
def verify_host(_server: subprocess.Popen[str], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Run a verifying command on a host made of these files: its exit status, and its report."""

    def verify(files: dict[str, str], *arguments: str) -> dict[str, Any]:
        write(tmp_path, files)
        line = "\t".join((str(tmp_path), *(arguments or ("verify_resend_removed",))))
        _server.stdin.write(f"{line}\n")
        _server.stdin.flush()
        return json.loads(_server.stdout.readline())

    return verify
