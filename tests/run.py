"""
Runs the tests once a database, with one coverage figure over all: SQLite always, the others where they can be had.

``python -m tests.run [--require-all] [--only NAME …] [-- PYTEST_ARGUMENTS]``. What asks no database runs on SQLite
alone, as ``tests/conftest.py`` says; pytest counts it among the deselected on the others. Databases run side by side,
and the output of each is shown when it is whole. ``POSTGRESQL_URL`` and ``MARIADB_URL`` name servers to use; without
them private ones are started from the machine's own binaries.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, ExitStack, nullcontext

from tests import servers

SERVERS: dict[str, tuple[Callable[[], AbstractContextManager[str]], str, str]] = {
    "postgresql": (servers.postgresql, "psycopg", "apt-get install postgresql"),
    "mariadb": (servers.mariadb, "MySQLdb", "apt-get install mariadb-server libmariadb-dev pkg-config gcc"),
}
DATABASES = ("sqlite", *SERVERS)
COVERED_PERCENT = 88
"""Lines and branches of package, settings and tests that the whole run covers at least; the aim is 100."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--require-all", action="store_true", help="Fail if a database can't be had.")
    parser.add_argument("--only", nargs="+", choices=DATABASES, default=DATABASES, help="Run these databases only.")
    parser.add_argument("--jobs", type=int, default=len(DATABASES), help="Databases at once. Default is all of them.")
    parser.add_argument("--no-coverage", action="store_true", help="Measure no coverage.")
    parser.add_argument("pytest_arguments", nargs="*", help="Arguments for pytest, after --.")
    options = parser.parse_args()

    if not options.no_coverage:
        _coverage("erase")
    with ThreadPoolExecutor(max_workers=options.jobs) as pool:
        runs = [pool.submit(_run, name, options) for name in options.only]
        results = [_told(run) for run in as_completed(runs)]
    left_out = [result for result in results if isinstance(result, str)]
    status = max([result for result in results if isinstance(result, int)], default=0)
    if not options.no_coverage and not status:
        _coverage("combine", "-q")
        whole = not left_out and not options.pytest_arguments and tuple(options.only) == DATABASES
        status = _coverage("report", *([f"--fail-under={COVERED_PERCENT}"] if whole else []))
    for line in left_out:
        print(f"LEFT OUT {line}", flush=True)  # noqa: T201
    return 1 if left_out and options.require_all else status


def _run(name: str, options: argparse.Namespace) -> tuple[str, int, str] | str:
    """Return the database's name, pytest's exit status and its output; or why the database was left out."""
    with ExitStack() as stack:
        try:
            environment = _environment(name, stack)
        except FileNotFoundError as exc:
            return f"{name}: {exc}"
        runner = ["-m", "pytest"] if options.no_coverage else ["-m", "coverage", "run", "-m", "pytest"]
        command = [sys.executable, *runner, *options.pytest_arguments]
        # Hundreds of processes are started: without compiled files each would compile the whole toolkit anew.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return name, done.returncode, done.stdout


def _told(run: Future[tuple[str, int, str] | str]) -> int | str:
    result = run.result()
    if isinstance(result, str):
        return result
    name, status, output = result
    print(f"\n=== {name} ===\n{output}", flush=True)  # noqa: T201
    return status


def _coverage(*arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "coverage", *arguments]).returncode


def _environment(name: str, stack: ExitStack) -> dict[str, str]:
    """Return the environment of one database's run. Raises: FileNotFoundError with how to get what is missing."""
    if name == "sqlite":
        return {**os.environ, "DATABASE_URL": "sqlite:///:memory:"}
    start, driver, install = SERVERS[name]
    if importlib.util.find_spec(driver) is None:
        raise FileNotFoundError(f"its driver is not installed ({install}; then run this again).")
    given = os.environ.get(f"{name.upper()}_URL")
    url = stack.enter_context(nullcontext(given) if given else start())
    return {**os.environ, "DATABASE_URL": url}


if __name__ == "__main__":
    sys.exit(main())
