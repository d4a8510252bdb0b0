"""
Measures what writers feel of a long export: 200 writes a second from other processes, before it and during it.

``python -m tests.benchmarks.writers --rows 2000000`` fills private PostgreSQL and MariaDB servers and prints the
ratios of one run; the goal is 1.5 at most. The export's own figures are checked too: it must have as many lines as its
snapshot had candidates, whatever was written meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import django

from tests.benchmarks.requests import SERVERS
from tests.scratch import ROOT

BASELINE_S = 10.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=2_000_000, help="Requests.")
    parser.add_argument("--runs", type=int, default=3, help="Exports, one after the other.")
    parser.add_argument("--only", nargs="+", choices=SERVERS, default=list(SERVERS), help="Databases to measure.")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return measure(options.one, options.rows, options.runs)
    for name in options.only:
        with tempfile.TemporaryDirectory(prefix="credit_migration_") as folder, SERVERS[name]() as url:
            environment = {
                **os.environ,
                "DATABASE_URL": url,
                "CREDIT_MIGRATION_STATE_DIR": folder,
                "DJANGO_SETTINGS_MODULE": "settings.base",
            }
            command = [sys.executable, "-m", __spec__.name, "--one", name, "--rows", str(options.rows)]
            subprocess.run([*command, "--runs", str(options.runs)], env=environment, check=True)
    return 0


def measure(name: str, rows: int, runs: int) -> int:
    from tests.benchmarks.lock_load import WRITERS, Load
    from tests.benchmarks.request_load import PATHWAYS, fill

    django.setup()
    from model_bakery import baker

    fill(rows, state="legacy")
    # Along a pathway without a program the writers can insert, and none of their rows is a candidate.
    free = baker.make("catalog.Pathway", pk=PATHWAYS + 1, pathway_type="credit").pk
    for _ in range(runs):
        writers = Load(users=list(range(1, WRITERS + 1)), pathway=free, program=1, rows=rows)
        time.sleep(BASELINE_S)
        began = time.monotonic()
        lines, candidates = export()
        ended = time.monotonic()
        writes = writers.stop()
        if lines != candidates:
            raise SystemExit(f"The export has {lines} lines, and its snapshot had {candidates} candidates.")
        before = [write for write in writes if began - BASELINE_S + 1 < write.began_s < began]
        during = [write for write in writes if began <= write.began_s < ended]
        print(json.dumps({"database": name, "rows": rows, **compared(before, during, ended - began)}), flush=True)  # noqa: T201
    return 0


def export() -> tuple[int, int]:
    """Return how many lines the export has, and how many candidates its own totals say that there are."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "candidates.json"
        command = [sys.executable, "manage.py", "infer_program_candidates", "--format=json", f"--output={path}"]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        if done.returncode not in (0, 1):
            raise SystemExit(f"{command} ended with {done.returncode}.")
        with path.open() as stream:
            lines = sum('"request_id"' in line for line in stream)
        with path.open() as stream:
            facts = next(line for line in stream if '"legacy_rows_one_program"' in line)
        return lines, int("".join(filter(str.isdigit, facts.rpartition(":")[2])))


def compared(before: list[Any], during: list[Any], seconds: float) -> dict[str, Any]:
    figures: dict[str, Any] = {"export_s": round(seconds, 1), "writes": len(during)}
    for case, found in (("before", before), ("during", during)):
        took = sorted(write.took_ms for write in found)
        figures[case] = {
            "median_ms": round(median(took), 2),
            "p99_ms": round(took[int(len(took) * 0.99)], 2),
            "longest_ms": round(took[-1], 1),
            "failed": sum(bool(write.error) for write in found),
        }
    for name in ("median", "p99"):
        figures[f"ratio_{name}"] = round(figures["during"][f"{name}_ms"] / figures["before"][f"{name}_ms"], 2)
    return figures


if __name__ == "__main__":
    sys.exit(main())
