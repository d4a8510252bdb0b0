"""A folder → the files below it that can take part when the host runs: Python, and texts that may name something."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

_NO_PROGRAM = {"tests", "test", "testing", "migrations", "node_modules", "docs", "build", "dist", "__pycache__"}
_TEST_FILES = ("test_", "conftest.py", "tests.py", "setup.py", "noxfile.py")
_TEXT_FILES = {
    ".html",
    ".txt",
    ".sql",
    ".j2",
    ".tpl",
    ".json",
    ".yml",
    ".yaml",
    ".toml",
    ".cfg",
    ".ini",
    ".sh",
    ".env",
    ".crontab",
    ".conf",
}
_TEXT_NAMES = {"crontab", "Procfile", "Makefile", "Dockerfile"}


def walk(root: Path, wanted: Callable[[str], bool]) -> Iterator[str]:
    """Yield the paths of the files with a wanted name; tests, migrations and virtual environments are left out."""
    for folder, folders, names in os.walk(root):
        if "pyvenv.cfg" in names:
            folders.clear()
            continue
        folders[:] = [name for name in folders if name not in _NO_PROGRAM and not name.startswith(".")]
        for name in names:
            if wanted(name):
                yield os.path.join(folder, name)  # noqa: PTH118 - twice as fast over a whole tree


def is_python(name: str) -> bool:
    return name.endswith(".py") and not name.startswith(_TEST_FILES) and not name.endswith("_test.py")


def is_text(name: str) -> bool:
    return Path(name).suffix in _TEXT_FILES or name in _TEXT_NAMES
