"""
Runs the tests once a database, with one coverage figure over all: SQLite always, the others where they can be had.

``python -m tests.run [--require-all] [--only NAME …] [-- PYTEST_ARGUMENTS]``. ``POSTGRESQL_URL`` and ``MARIADB_URL``
name servers to use; without them private ones are started from the machine's own binaries.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext

from tests import servers

SERVERS: dict[str, tuple[Callable[[], AbstractContextManager[str]], str, str]] = {
    "postgresql": (servers.postgresql, "psycopg", "apt-get install postgresql"),
    "mariadb": (servers.mariadb, "MySQLdb", "apt-get install mariadb-server libmariadb-dev pkg-config gcc"),
}
DATABASES = ("sqlite", *SERVERS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--require-all", action="store_true", help="Fail if a database can't be had.")
    parser.add_argument("--only", nargs="+", choices=DATABASES, default=DATABASES, help="Run these databases only.")
    parser.add_argument("--no-coverage", action="store_true", help="Measure no coverage.")
    parser.add_argument("pytest_arguments", nargs="*", help="Arguments for pytest, after --.")
    options = parser.parse_args()

    left_out, status = [], 0
    if not options.no_coverage:
        subprocess.run([sys.executable, "-m", "coverage", "erase"], check=True)
    for name in options.only:
        with ExitStack() as stack:
            try:
                environment = _environment(name, stack)
            except FileNotFoundError as exc:
                left_out.append(f"{name}: {exc}")
                continue
            print(f"\n=== {name} ===", flush=True)  # noqa: T201
            runner = ["-m", "pytest"] if options.no_coverage else ["-m", "coverage", "run", "-m", "pytest"]
            done = subprocess.run([sys.executable, *runner, *options.pytest_arguments], env=environment)
            status = status or done.returncode
    if not options.no_coverage and not status:
        subprocess.run([sys.executable, "-m", "coverage", "combine", "-q"], check=True)
        whole = not left_out and not options.pytest_arguments and tuple(options.only) == DATABASES
        report = subprocess.run([sys.executable, "-m", "coverage", "report", *(["--fail-under=100"] if whole else [])])
        status = report.returncode
    for line in left_out:
        print(f"LEFT OUT {line}", flush=True)  # noqa: T201
    return 1 if left_out and options.require_all else status


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
