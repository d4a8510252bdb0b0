"""One database: fill the table, run each way under load, and extend the JSON file by what the writers saw."""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

import django

BASELINE_S, AFTER_S, NOISY_MS = 8.0, 1.0, 50.0
STEP = re.compile(r"(?P<does>.*): (?P<ms>[0-9]+) ms(?:, after (?P<retries>[0-9]+) retr.*)?$")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    django.setup()
    parser = argparse.ArgumentParser()
    for name in ("--rows", "--runs", "--open-transaction-s", "--noisy-retries"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--ways", nargs="+", required=True)
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    from tests.benchmarks.lock_ways import available

    ways = {name: way for name, way in available().items() if name in options.ways}
    load = fill(options.rows)
    for number in range(options.runs):
        for name, way in ways.items():
            for _ in range(options.noisy_retries + 1):
                run = {"way": name, "rows": options.rows, **measure(way, load, options.open_transaction_s)}
                print(json.dumps({**run, "slowest": run["slowest"][:2]}), flush=True)  # noqa: T201
                runs = json.loads(options.output.read_text()) if options.output.exists() else []
                options.output.write_text(json.dumps([*runs, {**run, "number": number}], indent=1))
                back_to_legacy()
                if not run["noisy"]:
                    break
    return 0


def measure(way: Any, load: dict[str, Any], open_transaction_s: int) -> dict[str, Any]:
    from django.db import connection

    from credit_migration.schema.backends import get_backend
    from tests.benchmarks.lock_load import Load, hold_transaction

    steps = Steps()
    writers = Load(**load)
    time.sleep(BASELINE_S)
    holder = hold_transaction(open_transaction_s) if open_transaction_s else None
    connection.ensure_connection()
    error, began = "", time.monotonic()
    try:
        with steps:
            way()
    except Exception as exc:
        error = f"{type(exc).__name__}: {exc}"
    ended = time.monotonic()
    time.sleep(AFTER_S)
    writes = writers.stop()
    if holder:
        holder.join(timeout=60)
    before = [write for write in writes if write.began_s < began - 0.2 and write.began_s > began - BASELINE_S + 1]
    during = [write for write in writes if began <= write.began_s + write.took_ms / 1000 and write.began_s <= ended]
    baseline = summary(before)
    return {
        "database": get_backend(connection).name,
        "server_version": get_backend(connection).server_version(),
        "open_transaction_s": open_transaction_s,
        "duration_s": round(ended - began, 3),
        "error": error,
        "noisy": baseline["longest_ms"] > NOISY_MS,
        "baseline": baseline,
        "change": summary(during),
        "errors": sorted({write.error for write in during if write.error}),
        "steps": [
            {"at_s": round(at - began, 3), "does": does, "ms": ms, "retries": retries, "short": "build" not in does}
            for at, does, ms, retries in steps.taken
        ],
        "slowest": [
            {"at_s": round(write.began_s - began, 3), "ms": round(write.took_ms, 1)}
            for write in sorted(during, key=lambda write: -write.took_ms)[:8]
        ],
    }


def summary(writes: list[Any]) -> dict[str, Any]:
    took = sorted(write.took_ms for write in writes)
    return {
        "writes": len(took),
        "longest_ms": round(took[-1], 2),
        "p999_ms": round(took[min(len(took) - 1, int(len(took) * 0.999))], 2),
        "failed": sum(bool(write.error) for write in writes),
    }


class Steps(logging.Handler):
    """Collects what the operations log of their steps."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[float, str, int, int]] = []

    def __enter__(self) -> Steps:
        logger = logging.getLogger("credit_migration.operations")
        logger.setLevel(logging.INFO)
        logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("credit_migration.operations").removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if found := STEP.match(record.getMessage()):
            ms, retries = int(found["ms"]), int(found["retries"] or 0)
            self.taken.append((time.monotonic() - ms / 1000, found["does"], ms, retries))


def fill(rows: int) -> dict[str, Any]:
    """Make a legacy table of ``rows`` requests, ten a learner; return what the writers work on."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.db import connection
    from model_bakery import baker

    from tests.benchmarks.lock_load import TABLE, WRITERS

    call_command("migrate", verbosity=0)
    connection.cursor().execute(f"DELETE FROM {TABLE}")
    call_command("migrate", "records", "zero", verbosity=0)
    call_command("migrate", "records", "0001_legacy", verbosity=0)
    get_user_model().objects.all().delete()
    series = (
        f"generate_series(1, {rows // 10}) AS s(seq)"
        if connection.vendor == "postgresql"
        else f"(SELECT seq FROM seq_1_to_{rows // 10}) s"
    )
    ids = [baker.make("catalog.Pathway", pathway_type="credit").pk for _ in range(10)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_user (id, password, is_superuser, username, first_name, last_name, email, is_staff,"
            " is_active, date_joined) SELECT s.seq, '', false, concat('learner', s.seq), '', '', '', false, true,"
            f" '2026-01-01' FROM {series}"
        )
        cursor.execute(
            f"INSERT INTO {TABLE} (created, modified, status, user_id, pathway_id)"
            " SELECT '2026-01-01', '2026-01-01', 'sent', u.id, p.id FROM core_user u CROSS JOIN catalog_pathway p"
            f" WHERE p.id IN ({', '.join(map(str, ids))}) ORDER BY p.id, u.id"
        )
        cursor.execute(f"ANALYZE {'' if connection.vendor == 'postgresql' else 'TABLE '}{TABLE}")
        users = list(range(rows // 10 + 1, rows // 10 + 1 + WRITERS))
        for user in users:
            cursor.execute(
                "INSERT INTO core_user (id, password, is_superuser, username, first_name, last_name, email, is_staff,"
                " is_active, date_joined) VALUES (%s, '', false, %s, '', '', '', false, true, '2026-01-01')",
                [user, f"writer{user}"],
            )
    return {"users": users, "pathway": ids[0], "program": baker.make("catalog.Program").pk, "rows": rows}


def back_to_legacy() -> None:
    """Bring the table back by the operations themselves, whichever way it was changed."""
    from django.core.management import call_command
    from django.db import connection

    connection.close()
    call_command("migrate", "records", "0003_contract", fake=True, verbosity=0)
    call_command("migrate", "records", "0001_legacy", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {'' if connection.vendor == 'postgresql' else 'TABLE '}records_usercreditpathway")


if __name__ == "__main__":
    sys.exit(main())
