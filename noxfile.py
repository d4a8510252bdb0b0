"""The tests on each Django under each Python: ``nox``, or one cell by ``nox -s "tests(3.13-6.1)"``."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2026.10.20"
nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = True

CELLS = [("3.11", "5.2"), *((python, django) for python in ("3.12", "3.13") for django in ("5.2", "6.0", "6.1"))]
"""Python and Django; Django 6 needs Python 3.12 or newer."""

# Of the versions that pyenv holds, its shims on the PATH start only the chosen ones.
PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
os.environ["PATH"] = os.pathsep.join([*map(str, sorted(PYENV.glob("versions/3.1?.*/bin"))), os.environ["PATH"]])


@nox.session
@nox.parametrize(("python", "django"), CELLS, ids=map("-".join, CELLS))
def tests(session: nox.Session, django: str) -> None:
    """Run the tests on SQLite, or what is told after ``--``: ``nox -- --only postgresql``."""
    override = Path(session.create_tmp()) / "django.txt"
    override.write_text(f"django=={django}.*\n", encoding="utf-8")
    # As in the Makefile: the MySQL driver comes along where the library is that it is compiled against.
    mysql = shutil.which("mariadb_config") or shutil.which("mysql_config") or "mariadb" in session.posargs
    locks = ["requirements/dev.txt", *(["requirements/mysql.txt"] if mysql else [])]
    session.install(*(part for lock in locks for part in ("--requirement", lock)), "--overrides", str(override))
    session.run("python", "-c", "import django, sys; print('Django', django.__version__, 'Python', sys.version)")
    session.run("python", "-m", "tests.run", "--no-coverage", *(session.posargs or ["--only", "sqlite"]))
