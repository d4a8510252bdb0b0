"""Writers in processes of their own, on the request table, as the running service has them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context

from django.db import connection, connections

from tests.operations.schema import TABLE

_fork = get_context("fork")


@dataclass(frozen=True, kw_only=True)
class Written:
    """What writers did: writes, the longest of them in seconds, and the errors they met."""

    count: int
    longest_s: float
    errors: tuple[str, ...]


class Writers:
    """Running writers; ``stop`` ends them and tells what they did."""

    def __init__(self, users: Sequence[int], pathway: int) -> None:
        connections.close_all()
        self._over = _fork.Event()
        self._results = _fork.Queue()
        self._processes = [
            _fork.Process(target=_write, args=(user, pathway, self._over, self._results)) for user in users
        ]
        for process in self._processes:
            process.start()

    def stop(self) -> Written:
        self._over.set()
        written = [self._results.get(timeout=60) for _ in self._processes]
        for process in self._processes:
            process.join(timeout=10)
        return Written(
            count=sum(one.count for one in written),
            longest_s=max(one.longest_s for one in written),
            errors=tuple(error for one in written for error in one.errors),
        )


@contextmanager
def writing(users: Sequence[int], pathway: int) -> Iterator[Writers]:
    """Let one writer a user ask, change and withdraw a request of its own, over and over."""
    writers = Writers(users, pathway)
    try:
        yield writers
    finally:
        writers._over.set()
        for process in writers._processes:
            process.join(timeout=20)


def _write(user: int, pathway: int, over, results) -> None:  # pragma: no cover - in a process of its own
    count, longest, errors = 0, 0.0, []
    insert = (
        f"INSERT INTO {TABLE} (created, modified, status, user_id, pathway_id)"
        f" VALUES ('2026-01-01 00:00:00', '2026-01-01 00:00:00', '', {user}, {pathway})"
    )
    find = f"SELECT id FROM {TABLE} WHERE user_id = {user} AND status = ''"
    # By primary key, as a model's save() and delete() do.
    update = f"UPDATE {TABLE} SET modified = '2026-01-02 00:00:00' WHERE id = %s"
    delete = f"DELETE FROM {TABLE} WHERE id = %s"
    with connection.cursor() as cursor:
        # Always to the end of a round, so that each leaves no row behind.
        while not over.is_set():
            row: list[object] = []
            for statement in (insert, find, update, delete):
                began = time.monotonic()
                try:
                    cursor.execute(statement, row if "%s" in statement else None)
                    row = list(cursor.fetchone()) if statement is find else row
                except Exception as exc:
                    errors.append(f"{type(exc).__name__}: {exc}")
                longest = max(longest, time.monotonic() - began)
                count += 1
            time.sleep(0.005)
    results.put(Written(count=count, longest_s=longest, errors=tuple(errors)))
    results.close()
    results.join_thread()
    os._exit(0)
