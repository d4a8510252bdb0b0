"""
How long ``check_migration_safety records`` takes with no, an empty and a migrated database, beside Django's own start.

``python -m tests.benchmarks.safety_check --repeats 5`` prints a Markdown table: the median and the slowest of whole
processes in seconds, the kinds of run taking turns so that a busy machine is unfair to none. The baseline is the same
project set up, doing nothing. Exit status 1 if a median is above 3 s.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.scratch import Scratch, make_empty, make_scratch

UNREACHABLE = "postgres://nobody@127.0.0.1:1/none"
START = ("shell", "--no-imports", "-c", "pass")
CHECK = ("check_migration_safety", "records", "--format=json")
LIMIT_S = 3.0


def measure(repeats: int, folder: Path) -> dict[str, list[float]]:
    """Return the seconds of each run, by kind."""
    empty, migrated = make_empty("benchmark_empty", folder), make_scratch("benchmark_migrated", folder)
    kinds = {
        "Django starts, and does nothing": (empty, START, {}),
        "no database": (empty, CHECK, {"DATABASE_URL": UNREACHABLE}),
        "an empty database": (empty, (*CHECK, "--database=default"), {}),
        "a migrated database": (migrated, (*CHECK, "--database=default"), {}),
    }
    taken: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(repeats):
        for kind, (database, arguments, extra) in kinds.items():
            taken[kind].append(seconds(database, arguments, extra))
    return taken


def seconds(database: Scratch, arguments: tuple[str, ...], extra: dict[str, str]) -> float:
    began = time.perf_counter()
    done = database.manage(*arguments, **extra)
    took = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stderr)
    return took


def table(taken: dict[str, list[float]]) -> str:
    rows = [f"| {kind} | {statistics.median(runs):.2f} | {max(runs):.2f} |" for kind, runs in taken.items()]
    return "\n".join(["| run | median s | slowest s |", "| --- | --- | --- |", *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="Runs of each kind. Default is 5.")
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as name:
        taken = measure(repeats, Path(name))
    sys.stdout.write(f"{table(taken)}\n")
    slowest = max(statistics.median(runs) for runs in taken.values())
    if slowest > LIMIT_S:
        raise SystemExit(f"A median of {slowest:.2f} s is above {LIMIT_S} s.")


if __name__ == "__main__":
    main()
