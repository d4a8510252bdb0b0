"""Runs ``migrate`` in a process of its own and kills it, or its connection, at a chosen or a random moment."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context

from django.core.management import call_command
from django.db import Error, connection, connections

CHANGING = ("ALTER", "CREATE", "DROP", "SET", "LOCK", "INSERT", "DELETE")
_fork = get_context("fork")


@dataclass(frozen=True, kw_only=True)
class Kill:
    """
    How and when a migration dies.

    ``boundary`` counts from 0 the moments before and after each statement that changes something; ``None`` is
    ``after_s`` seconds from its start.
    """

    connection_only: bool
    boundary: int | None = None
    after_s: float = 0.0

    def __str__(self) -> str:
        how = "KILL of its connection" if self.connection_only else "SIGKILL"
        return f"{how} {f'at boundary {self.boundary}' if self.boundary is not None else f'after {self.after_s:.3f} s'}"


class Boundaries:
    """Counts the moments around changing statements, and calls back at each."""

    def __init__(self, reached: Callable[[int], None] = lambda _: None) -> None:
        self.count = 0
        self.reached = reached

    def __call__(self, execute, sql, params, many, context):
        if not sql.lstrip().upper().startswith(CHANGING):
            return execute(sql, params, many, context)
        self._pass()
        result = execute(sql, params, many, context)
        self._pass()
        return result

    def _pass(self) -> None:
        self.reached(self.count)
        self.count += 1


def measure(to: str) -> tuple[int, float]:
    """Migrate undisturbed; return how many boundaries there were and how long it took, in seconds."""
    boundaries, began = Boundaries(), time.monotonic()
    with connection.execute_wrapper(boundaries):
        call_command("migrate", "records", to, verbosity=0)
    return boundaries.count, time.monotonic() - began


def migrate_and_kill(to: str, kill: Kill) -> int:
    """Migrate in a process of its own and kill it; return its exit status, negative for a signal."""
    # Neither process may use the other's socket.
    connections.close_all()
    started, tell_started = _fork.Pipe(duplex=False)
    child = _fork.Process(target=_migrate, args=(to, kill, tell_started))
    child.start()
    backend = started.recv()
    if kill.boundary is None:
        time.sleep(kill.after_s)
        if kill.connection_only:
            _kill_connection(backend)
        elif child.pid and child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
    child.join(timeout=120)
    assert child.exitcode is not None, f"the migration hung after {kill}"
    return child.exitcode


def _migrate(to: str, kill: Kill, tell_started) -> None:  # pragma: no cover - in a process that is killed
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    backend = _backend()

    def die(count: int) -> None:
        if count == kill.boundary:
            if kill.connection_only:
                _kill_connection(backend)
            else:
                os.kill(os.getpid(), signal.SIGKILL)

    tell_started.send(backend)
    try:
        with connection.execute_wrapper(Boundaries(die)):
            call_command("migrate", "records", to, verbosity=0)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _backend() -> int:
    sql = "SELECT pg_backend_pid()" if connection.vendor == "postgresql" else "SELECT connection_id()"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def _kill_connection(backend: int) -> None:  # pragma: no cover - at random moments, or in the process killed
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
            else:
                cursor.execute("KILL CONNECTION %s", [backend])
    except Error as exc:
        # 1094: it has ended by itself.
        assert "1094" in str(exc)  # noqa: PT017 - not what is tested here
    finally:
        other.close()
