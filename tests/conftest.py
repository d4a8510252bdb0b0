"""What every test can ask for."""

from __future__ import annotations

import io
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from tests.scratch import Scratch, make_scratch

# A bare ``pytest`` runs on SQLite, as ``tests.run`` does first.
os.environ.setdefault("DATABASE_URL", "sqlite:///:memory:")
ON_SQLITE = os.environ["DATABASE_URL"].startswith("sqlite")
# Measured, a process takes half as long again: those of the run on SQLite are, and they run the same commands.
if not ON_SQLITE:
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
# A shell's job in the background ignores Ctrl-C, and so would the commands that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


LOOK_AT_THE_BACKEND = {"operations", "rehearsal", "safety", "schema", "settings"}
"""Folders whose tests answer by the kind of database, also where they ask none."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a server leave out what asks no database: it says there what it says in the run on SQLite."""
    if ON_SQLITE:
        return
    kept = [item for item in items if depends_on_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def depends_on_the_database(item: pytest.Item) -> bool:
    """Whether it is marked for the database, has a fixture that is, or lies where the backend decides."""
    asks = item.get_closest_marker("django_db") or {"db", "database_blocker"} & set(getattr(item, "fixturenames", ()))
    return bool(asks) or item.path.parent.name in LOOK_AT_THE_BACKEND


@pytest.fixture(scope="session")
def database_blocker(django_db_blocker: Any) -> Any:
    """pytest-django's own, by a name that only a test has that works with databases by itself."""
    return django_db_blocker


@pytest.fixture
def run_command() -> Callable[..., tuple[int, str, str]]:
    """Run a management command as its caller sees it: exit status, standard output, standard error."""

    def run(command: str | BaseCommand, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command(command, *arguments, stdout=out, stderr=err)
        except CommandError as exc:
            return exc.returncode, out.getvalue(), f"{err.getvalue()}{exc}"
        except SystemExit as exc:
            return int(exc.code or 0), out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    return run


@pytest.fixture
def whole_history() -> None:
    """The catalogue, legacy rows and recorded rows of ``tests.history``, in the database of the test."""
    from tests import history  # Its models are there only once Django has started.

    history.make_catalogue()
    history.make_legacy_rows()
    history.make_recorded_rows()


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory, database_blocker: Any) -> Iterator[Scratch]:
    """A migrated, empty database that other processes can reach; tests that change it take ``own_scratch``."""
    with database_blocker.unblock():
        yield make_scratch("scratch_shared", tmp_path_factory.mktemp("shared"))


@pytest.fixture
def own_scratch(tmp_path: Path, database_blocker: Any) -> Iterator[Scratch]:
    """A migrated, empty database for one test alone."""
    with database_blocker.unblock():
        yield make_scratch("scratch_own", tmp_path)
