"""
Audit and inference against SQL written by hand, in one run on one database: ratios, for seconds depend on the machine.

Opt-in: ``BENCHMARK_REQUESTS=1000000 python -m tests.run --no-coverage -- tests/benchmarks -s``. Each figure is the best
of ``BENCHMARK_REPEATS`` (2) runs of a whole process, its start included.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.scratch import Scratch, make_scratch

REQUESTS = int(os.environ.get("BENCHMARK_REQUESTS", 0))
REPEATS = int(os.environ.get("BENCHMARK_REPEATS", 2))
pytestmark = pytest.mark.skipif(not REQUESTS, reason="Set BENCHMARK_REQUESTS to a number of rows.")

ONE = (
    "SELECT pathway_id, MIN(program_id) AS program_id FROM catalog_pathway_programs "
    "GROUP BY pathway_id HAVING COUNT(*) = 1"
)
CLASSES = (
    "SELECT p.id, CASE COUNT(m.program_id) WHEN 0 THEN 'no' WHEN 1 THEN 'one' ELSE 'several' END AS class "
    "FROM catalog_pathway p LEFT JOIN catalog_pathway_programs m ON m.pathway_id = p.id GROUP BY p.id"
)
MONTH = {"sqlite": "substr(created, 1, 7)", "postgres": "date_trunc('month', created)"}
# Best: group by what the row has, then look at the few hundred pathways.
SUMMARY = (
    "SELECT c.class, p.org_name, g.status, g.m, SUM(g.n) FROM (SELECT pathway_id, status, {month} AS m, COUNT(*) AS n "
    "FROM records_usercreditpathway GROUP BY pathway_id, status, {month}) g "
    f"JOIN ({CLASSES}) c ON c.id = g.pathway_id JOIN catalog_pathway p ON p.id = g.pathway_id "
    "GROUP BY c.class, p.org_name, g.status, g.m"
)
# Best: the class once a pathway, all evidence by one join to the learner's shared records, grouped in key order.
EXPORT = (
    "SELECT r.id, MIN(r.user_id), MIN(r.pathway_id), MIN(r.status), MIN(r.created), MIN(o.program_id), "
    "MIN(CASE WHEN s.program_id = o.program_id THEN s.created END), "
    "COUNT(CASE WHEN s.program_id <> o.program_id AND s.created <= r.created THEN 1 END), MIN(c.created) "
    f"FROM records_usercreditpathway r JOIN ({ONE}) o ON o.pathway_id = r.pathway_id "
    "LEFT JOIN credentials_programcertificate k ON k.program_id = o.program_id "
    "LEFT JOIN core_user u ON u.id = r.user_id LEFT JOIN credentials_usercredential c ON c.username = u.username "
    "AND c.credential_id = k.id LEFT JOIN records_programcertrecord s ON s.user_id = r.user_id "
    "GROUP BY r.id ORDER BY r.id"
)
# The first that comes to mind: ask everything of each row.
NAIVE = (
    "SELECT r.*, (SELECT COUNT(*) FROM catalog_pathway_programs m WHERE m.pathway_id = r.pathway_id) AS programs, "
    "(SELECT MIN(s.created) FROM records_programcertrecord s JOIN catalog_pathway_programs m "
    "ON m.program_id = s.program_id WHERE s.user_id = r.user_id AND m.pathway_id = r.pathway_id) AS shared, "
    "(SELECT COUNT(*) FROM records_programcertrecord s WHERE s.user_id = r.user_id AND s.created <= r.created) AS n, "
    "(SELECT MIN(c.created) FROM credentials_usercredential c JOIN core_user u ON u.username = c.username "
    "JOIN credentials_programcertificate k ON k.id = c.credential_id JOIN catalog_pathway_programs m "
    "ON m.program_id = k.program_id WHERE u.id = r.user_id AND m.pathway_id = r.pathway_id) AS certified "
    "FROM records_usercreditpathway r WHERE (SELECT COUNT(*) FROM catalog_pathway_programs m "
    "WHERE m.pathway_id = r.pathway_id) = 1 ORDER BY r.id"
)


@pytest.fixture(scope="module")
def history(tmp_path_factory, django_db_blocker):
    """A simulated legacy history on the database under test."""
    folder = tmp_path_factory.mktemp("benchmark")
    tables = "records_usercreditpathway, records_programcertrecord, core_user, credentials_usercredential"
    with django_db_blocker.unblock():
        scratch = make_scratch("scratch_benchmark", folder)
        scratch.manage("migrate", "records", "0001", "--verbosity=0")
        done = scratch.manage("simulate_legacy_history", f"--requests={REQUESTS}", f"--truth={folder / 'truth.csv'}")
        assert done.returncode == 0, done.stderr
        scratch.execute(f"ANALYZE TABLE {tables}" if scratch.vendor == "mysql" else "ANALYZE")
    return scratch


def client(scratch: Scratch, sql: str, out: Path) -> float:
    """Let the server's own client write the rows of ``sql`` as text, and return its seconds."""
    parts = urlsplit(scratch.url)
    environment = {**os.environ, "PGPASSWORD": parts.password or "", "MYSQL_PWD": parts.password or ""}
    match scratch.vendor:
        case "postgres":
            command = ["psql", "-qAtX", scratch.url, "-c", f"COPY ({sql}) TO STDOUT (FORMAT csv)"]
        case "mysql":
            server = [f"-h{parts.hostname}", f"-P{parts.port}", f"-u{parts.username}"]
            command = [shutil.which("mariadb") or "mysql", "--quick", "-BN", *server, parts.path[1:], "-e", sql]
        case _:
            command = [sys.executable, "-c", SQLITE_CLIENT, scratch.url.removeprefix("sqlite:///"), sql]
    return best(command, environment, out)[0]


SQLITE_CLIENT = """
import csv, sqlite3, sys
csv.writer(sys.stdout, lineterminator="\\n").writerows(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]))
"""


def ours(scratch: Scratch, out: Path, *arguments: str) -> tuple[float, int]:
    """Run our command, and return its seconds and the most memory it took, in MB."""
    return best([sys.executable, "manage.py", *arguments], scratch.environment(), out)


def best(command: list[str], environment: dict[str, str], out: Path) -> tuple[float, int]:
    figures = []
    for _ in range(REPEATS):
        with out.open("w") as stream:
            started = time.perf_counter()
            process = subprocess.Popen(command, env=environment, stdout=stream)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode == 0, command
            figures.append((time.perf_counter() - started, usage.ru_maxrss // 1024))
    return min(figures)


def test_summary(history, tmp_path, capsys):
    month = MONTH.get(history.vendor, "EXTRACT(YEAR_MONTH FROM created)")
    by_hand = client(history, SUMMARY.format(month=month), tmp_path / "hand")
    start, _ = ours(history, tmp_path / "start", "version")
    audit, peak = ours(history, tmp_path / "audit", "audit_credit_pathways", "--format=json")
    with capsys.disabled():
        sys.stdout.write(
            f"\n{history.vendor}, {REQUESTS} requests: summary by hand {by_hand:.2f} s, "
            f"ours {audit - start:.2f} s after {start:.2f} s to start, {peak} MB\n"
        )
    assert audit - start <= 1.5 * by_hand + 0.5
    assert peak <= 100


def test_export(history, tmp_path, capsys):
    by_hand = client(history, EXPORT, tmp_path / "hand")
    naive = client(history, NAIVE, tmp_path / "naive")
    start, _ = ours(history, tmp_path / "start", "version")
    export, peak = ours(history, tmp_path / "export", "infer_program_candidates", "--format=csv")
    rows = sum(1 for _ in (tmp_path / "export").open()) - 1
    with capsys.disabled():
        sys.stdout.write(
            f"\n{history.vendor}, {rows} candidates: export by hand {by_hand:.2f} s, naive {naive:.2f} s, "
            f"ours {export - start:.2f} s after {start:.2f} s to start, {peak} MB\n"
        )
    assert export - start <= 1.5 * by_hand + 0.5
    assert peak <= 100
