"""
Measures the audit and the export of candidates against SQL written by hand, in the server's own client, in one run.

``python -m tests.benchmarks.requests --rows 5000000`` fills SQLite and private PostgreSQL and MariaDB servers;
``POSTGRESQL_URL`` and ``MARIADB_URL`` name others. Ours and theirs take turns, whole processes each; what our process
needs to start is measured by itself and taken off before a ratio is made. Results go to a JSON file and a table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from tests import servers
from tests.benchmarks import by_hand
from tests.benchmarks.request_load import one_program
from tests.scratch import ROOT

# What a server of this size would be given, of memory above all; the tests' servers have the defaults.
SERVERS = {
    "postgresql": lambda: servers.postgresql("-c", "shared_buffers=1GB", "-c", "max_wal_size=8GB"),
    "mariadb": lambda: servers.mariadb("--innodb-buffer-pool-size=2G", "--innodb-log-file-size=1G"),
}
DATABASES = ("sqlite", *SERVERS)


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A whole process: seconds, and the most memory it took, in MB."""

    seconds: float
    peak_mb: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="Requests; 0.8 times as many shared records.")
    parser.add_argument("--runs", type=int, default=3, help="Runs of each; the table has the median.")
    parser.add_argument("--state", choices=("legacy", "target"), default="legacy", help="State of the schema.")
    parser.add_argument("--only", nargs="+", choices=DATABASES, default=list(DATABASES), help="Databases to measure.")
    parser.add_argument("--no-naive", action="store_true", help="Leave out the export that a beginner would write.")
    parser.add_argument("--output", type=Path, default=Path("var/requests.json"), help="JSON file to extend.")
    options = parser.parse_args()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    for name in options.only:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="credit_migration_")))
            url = stack.enter_context(_database(name, folder))
            os.environ.update(
                DATABASE_URL=url, CREDIT_MIGRATION_STATE_DIR=str(folder), DJANGO_SETTINGS_MODULE="settings.base"
            )
            subprocess.run(
                [sys.executable, "-m", "tests.benchmarks.request_load", str(options.rows), options.state], check=True
            )
            result = {"database": name, "rows": options.rows, "state": options.state, **measure(name, options, folder)}
        known = json.loads(options.output.read_text()) if options.output.exists() else []
        options.output.write_text(json.dumps([*known, result], indent=1))
        print(table([result]), flush=True)  # noqa: T201
    return 0


def _database(name: str, folder: Path) -> Any:
    if name == "sqlite":
        return nullcontext(f"sqlite:///{folder / 'requests.sqlite3'}")
    given = os.environ.get(f"{name.upper()}_URL")
    return nullcontext(given) if given else SERVERS[name]()


def measure(name: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    commands = {
        "start": _ours("audit_credit_pathways", "--help"),
        "summary by hand": _client(name, by_hand.summary(name)),
        "audit by hand": _client(name, by_hand.audit(name, options.state)),
        "audit": _ours("audit_credit_pathways", "--format=json"),
        "export by hand": _client(name, by_hand.export(one_program()), copy=True),
        "export": _ours("infer_program_candidates", "--format=csv"),
    }
    if not options.no_naive:
        commands["export naive"] = _client(name, by_hand.NAIVE, copy=True)
    figures: dict[str, list[Measured]] = {case: [] for case in commands}
    for _ in range(options.runs):
        for case, command in commands.items():
            figures[case].append(_run(command, folder / "out"))
    return {
        case: {
            "seconds": [round(figure.seconds, 3) for figure in found],
            "peak_mb": max(figure.peak_mb for figure in found),
        }
        for case, found in figures.items()
    }


def _ours(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _client(name: str, sql: str, *, copy: bool = False) -> list[str]:
    """Return the command by which the server's own client writes the rows as text."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    if name == "sqlite":
        return ["sqlite3", "-readonly", "-csv", parts.path, sql]
    if name == "postgresql":
        # To compile the big query takes longer than it saves.
        os.environ["PGOPTIONS"] = "-c jit=off"
        return ["psql", "-qAtX", parts.geturl(), "-c", f"COPY ({sql}) TO STDOUT (FORMAT csv)" if copy else sql]
    os.environ["MYSQL_PWD"] = parts.password or ""
    server = [f"-h{parts.hostname}", f"-P{parts.port}", f"-u{parts.username}"]
    return ["mariadb", "--quick", "-BN", *server, parts.path[1:], "-e", sql]


def _run(command: list[str], out: Path) -> Measured:
    with out.open("w") as stream:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=stream, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command} ended with {process.returncode}.")
    return Measured(seconds=time.perf_counter() - started, peak_mb=usage.ru_maxrss // 1024)


def table(results: list[dict[str, Any]]) -> str:
    """Return a Markdown table: medians in seconds, ours without what a process needs to start."""
    lines = [
        "| database | state | requests | audit: ours, s | by hand, s | ratio | classes only by hand, s "
        "| export: ours, s | by hand, s | ratio | naive, s | naive to ours | peak, MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for result in results:
        took = {case: median(figure["seconds"]) for case, figure in result.items() if isinstance(figure, dict)}
        audit, export = took["audit"] - took["start"], took["export"] - took["start"]
        naive = took.get("export naive")
        peak = max(result["audit"]["peak_mb"], result["export"]["peak_mb"])
        lines.append(
            f"| {result['database']} | {result['state']} | {result['rows']:,} | {audit:.2f} "
            f"| {took['audit by hand']:.2f} | {audit / took['audit by hand']:.2f} | {took['summary by hand']:.2f} "
            f"| {export:.2f} | {took['export by hand']:.2f} | {export / took['export by hand']:.2f} "
            f"| {f'{naive:.1f} | {naive / export:.1f}' if naive else '- | -'} | {peak} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
