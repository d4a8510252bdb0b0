"""
Measures how long writers wait while the schema changes: a database, a way, a number of rows → JSON and a picture.

``python -m tests.benchmarks.locks --rows 1000000 --runs 5`` measures plain Django and the lock-safe operations on
private PostgreSQL and MariaDB servers; ``POSTGRESQL_URL`` and ``MARIADB_URL`` name others. ``--ways all`` adds
pt-online-schema-change and django-pg-zero-downtime-migrations where they are installed. A run whose writers were slow
before the change had begun says nothing of the change: it is marked noisy, kept in the JSON, and repeated.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from contextlib import ExitStack, nullcontext
from pathlib import Path
from statistics import median
from typing import Any

from tests.run import SERVERS

WAYS = ("ours", "plain", "pt-osc", "pg-zero-downtime")
TITLES = {
    "ours": "credit_migration",
    "plain": "plain Django",
    "pt-osc": "pt-online-schema-change",
    "pg-zero-downtime": "django-pg-zero-downtime-migrations",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="Rows of the table.")
    parser.add_argument("--runs", type=int, default=5, help="Quiet runs of each way.")
    parser.add_argument("--ways", nargs="+", choices=[*WAYS, "all"], default=["ours", "plain"], help="Ways to measure.")
    parser.add_argument("--only", nargs="+", choices=SERVERS, default=list(SERVERS), help="Databases to measure.")
    parser.add_argument("--open-transaction-s", type=int, default=0, help="Hold a transaction open for so long.")
    parser.add_argument("--noisy-retries", type=int, default=3, help="How many noisy runs a way may repeat.")
    parser.add_argument("--output", type=Path, default=Path("var/locks.json"), help="JSON file to extend.")
    parser.add_argument("--picture", type=Path, help="Draw the JSON file here: .svg or .png; needs matplotlib.")
    parser.add_argument("--draw-only", action="store_true", help="Measure nothing.")
    options = parser.parse_args()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    for name in () if options.draw_only else options.only:
        given, (start, _, _) = os.environ.get(f"{name.upper()}_URL"), SERVERS[name]
        with ExitStack() as stack:
            url = stack.enter_context(nullcontext(given) if given else start())
            worker = [
                sys.executable,
                "-m",
                "tests.benchmarks.lock_runs",
                "--rows",
                options.rows,
                "--runs",
                options.runs,
            ]
            worker += ["--open-transaction-s", options.open_transaction_s, "--noisy-retries", options.noisy_retries]
            worker += ["--output", options.output, "--ways", *(WAYS if "all" in options.ways else options.ways)]
            done = subprocess.run(list(map(str, worker)), env={**os.environ, "DATABASE_URL": url})
            if done.returncode:
                return done.returncode
    runs = json.loads(options.output.read_text())
    print(table(runs))  # noqa: T201
    if options.picture:
        draw(runs, options.picture)
    return 0


def grouped(runs: list[dict[str, Any]]) -> dict[tuple[str, int, int, str], list[dict[str, Any]]]:
    groups: dict[tuple[str, int, int, str], list[dict[str, Any]]] = {}
    for run in runs:
        if run["error"]:
            continue
        key = (run["database"], run["rows"], run["open_transaction_s"], run["way"])
        groups.setdefault(key, []).append(run)
    return groups


def table(runs: list[dict[str, Any]]) -> str:
    """Return a Markdown table: the median of the quiet runs, and of the noisy ones only where there is no other."""
    lines = [
        "| database | rows | open transaction | way | longest write, ms: median (each) | p99.9, ms "
        "| longest short step, ms: median (most) | failed writes | total s | to plain | to baseline | runs quiet/all |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    groups = grouped(runs)
    for (database, rows, held, way), found in sorted(groups.items()):
        quiet = [run for run in found if not run["noisy"]]
        shown = quiet or found
        longest = median(run["change"]["longest_ms"] for run in shown)
        plain = [run for run in groups.get((database, rows, held, "plain"), []) if not run["noisy"]]
        ratio = f"{median(run['change']['longest_ms'] for run in plain) / longest:.0f}x" if plain else "-"
        short = [max((step["ms"] for step in run["steps"] if step["short"]), default=0) for run in shown]
        lines.append(
            f"| {database} {found[0]['server_version']} | {rows:,} | {f'{held} s' if held else 'none'} | {TITLES[way]} "
            f"| {longest:.0f} ({', '.join(format(run['change']['longest_ms'], '.0f') for run in shown)}) "
            f"| {median(run['change']['p999_ms'] for run in shown):.0f} "
            f"| {f'{median(short):.0f} ({max(short)})' if any(short) else '-'} "
            f"| {sum(run['change']['failed'] for run in shown)} "
            f"| {median(run['duration_s'] for run in shown):.1f} | {ratio} "
            f"| {median(run['change']['longest_ms'] / run['baseline']['longest_ms'] for run in shown):.1f}x "
            f"| {len(quiet)}/{len(found)} |"
        )
    return "\n".join(lines)


def draw(runs: list[dict[str, Any]], picture: Path) -> None:
    """Draw the longest write of each quiet run, a dot a run, on a logarithmic scale."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    groups = sorted(grouped(runs).items(), reverse=True)
    figure, axes = pyplot.subplots(figsize=(9, 1.2 + 0.42 * len(groups)), layout="constrained")
    for place, (key, found) in enumerate(groups):
        shown = [run for run in found if not run["noisy"]] or found
        values = [run["change"]["longest_ms"] for run in shown]
        colour = {"ours": "#1a7f5a", "plain": "#b3413b"}.get(key[-1], "#7d7d7d")
        axes.barh(place, median(values), color=colour, alpha=0.75)
        axes.plot(values, [place] * len(values), "o", color="black", markersize=3)
        axes.annotate(f" {median(values):,.0f} ms", (max(values), place), va="center", fontsize=8)
    axes.set_yticks(
        range(len(groups)),
        [
            f"{TITLES[way]} · {database} · {rows / 1e6:g}M rows{f' · {held} s open transaction' if held else ''}"
            for (database, rows, held, way), _ in groups
        ],
        fontsize=8,
    )
    axes.set_xscale("log")
    axes.margins(x=0.25)
    axes.set_xlabel("longest write, ms (bar: median, dots: runs)")
    figure.savefig(picture, metadata={"Date": None} if picture.suffix == ".svg" else None)


if __name__ == "__main__":
    sys.exit(main())
