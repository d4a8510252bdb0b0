"""Prometheus' own checker, for tests of what it reads."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

PROMTOOL = shutil.which("promtool")
REQUIRED = os.environ.get("CI") == "true"

needs_promtool = pytest.mark.skipif(
    PROMTOOL is None and not REQUIRED,
    reason="promtool is not installed (Debian: apt-get install prometheus); with CI=true it has to be.",
)


def promtool(*arguments: object, stdin: str = "") -> tuple[int, str]:
    """Return promtool's exit status and all that it said."""
    command = ["promtool", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout
