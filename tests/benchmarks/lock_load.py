"""Writers in processes of their own, each at a steady pace, and a transaction that is held open."""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from django.db import connection, connections

TABLE = "records_usercreditpathway"
WRITERS, WRITES_PER_S = 4, 200
_fork = get_context("fork")


@dataclass(frozen=True, kw_only=True)
class Write:
    """One write: when it began, on the machine's monotonic clock, how long it took, and its error if it failed."""

    began_s: float
    took_ms: float
    error: str = ""


class Load:
    """Writers that run until ``stop``, which returns all their writes."""

    def __init__(self, *, users: list[int], pathway: int, program: int, rows: int) -> None:
        connections.close_all()
        self._over, self._results = _fork.Event(), _fork.Queue()
        self._processes = [
            _fork.Process(target=_write, args=(user, pathway, program, rows, self._over, self._results), daemon=True)
            for user in users[:WRITERS]
        ]
        for process in self._processes:
            process.start()

    def stop(self) -> list[Write]:
        self._over.set()
        writes = [write for _ in self._processes for write in self._results.get(timeout=120)]
        for process in self._processes:
            process.join(timeout=20)
        return writes


def _write(user: int, pathway: int, program: int, rows: int, over: Any, results: Any) -> None:
    chance, writes, pause_s, mine = random.Random(user), [], WRITERS / WRITES_PER_S, 0
    moment = "'2026-01-01 00:00:00'"
    due = time.monotonic() + chance.uniform(0, pause_s)
    with connection.cursor() as cursor:
        while not over.is_set() or mine:
            time.sleep(max(0.0, due - time.monotonic()))
            due = max(due + pause_s, time.monotonic())
            turn = chance.random()
            if mine:
                sql, values = f"DELETE FROM {TABLE} WHERE id = %s", [mine]
            elif turn < 0.3:
                sql = f"INSERT INTO {TABLE} (created, modified, status, user_id, pathway_id)"
                sql, values = f"{sql} VALUES ({moment}, {moment}, '', %s, %s) RETURNING id", [user, pathway]
            elif turn < 0.9:
                sql = f"UPDATE {TABLE} SET modified = {moment} WHERE id = %s"
                values = [chance.randint(1, rows)]
            else:
                sql, values = "UPDATE catalog_program SET modified = %s WHERE id = %s", ["2026-01-01", program]
            began, error = time.monotonic(), ""
            try:
                cursor.execute(sql, values)
                mine = cursor.fetchone()[0] if "RETURNING" in sql else 0 if "DELETE" in sql else mine
            except Exception as exc:
                error = f"{type(exc).__name__}: {exc}"
            writes.append(Write(began_s=began, took_ms=(time.monotonic() - began) * 1000, error=error))
    results.put(writes)
    results.close()
    results.join_thread()
    os._exit(0)


def hold_transaction(seconds: float) -> Any:
    """Start a process that reads the table in a transaction, and keeps it open; return it once it has read."""
    connections.close_all()
    ready = _fork.Event()
    process = _fork.Process(target=_hold, args=(seconds, ready), daemon=True)
    process.start()
    ready.wait(timeout=30)
    return process


def _hold(seconds: float, ready: Any) -> None:
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {TABLE} LIMIT 1")
        cursor.fetchall()
        ready.set()
        time.sleep(seconds)
    connection.rollback()
    os._exit(0)
