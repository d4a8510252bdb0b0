"""A folder → the files below it that can take part when the host runs: Python, and texts that may name something."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

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
DEEPEST_SETTING = 6
_TEXT_NAMES = {"crontab", "Procfile", "Makefile", "Dockerfile"}


DATA_FILES = {".json", ".yml", ".yaml", ".toml", ".cfg", ".ini"}


def dotted_texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the dotted paths in a setting, however deep in lists and dicts; ``module:name`` is one too."""
    if isinstance(value, str) and "." in value and all(map(str.isidentifier, value.replace(":", ".", 1).split("."))):
        yield value
    elif isinstance(value, dict) and depth < DEEPEST_SETTING:
        for key, item in value.items():
            yield from dotted_texts(key, depth + 1)
            yield from dotted_texts(item, depth + 1)
    elif isinstance(value, list | tuple | set) and depth < DEEPEST_SETTING:
        for item in value:
            yield from dotted_texts(item, depth + 1)


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
