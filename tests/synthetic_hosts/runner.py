"""A variant → its host on disk, and what a process in that host answered."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

from tests.synthetic_hosts.bases import HERE, Base
from tests.synthetic_hosts.overlay import Variant

PROJECT = HERE.parent.parent
TIMEOUT_S = 120
MEASURED_ONE_IN = 8
"""Where coverage is measured, one host in so many is: measured, a host takes half as long again."""
Answer = TypeVar("Answer")


def lay(variant: Variant, root: Path) -> None:
    """Copy the base to ``root`` and lay the variant over it, with a migrated database. Raises: DoesNotApply."""
    _copy(variant.base, root)
    shutil.copy(migrated_database(variant.base), root / variant.base.database)
    for step in variant.steps:
        step.apply(root)
    if variant.new_tables:
        _manage(root, "migrate", "--run-syncdb", "--verbosity=0")
    if variant.sql:
        _python(root, "-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])",
                str(root / variant.base.database), ";\n".join(variant.sql))  # fmt: skip


def verify(variant: Variant) -> tuple[int, dict[str, Any]]:
    """Return the exit status and the report of ``verify_resend_removed`` in the variant's host."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "host"
        lay(variant, root)
        measured = crc32(variant.name.encode()) % MEASURED_ONE_IN == 0
        done = _run(root, "manage.py", "verify_resend_removed", "--format", "json", measured=measured)
    try:
        return done.returncode, json.loads(done.stdout)
    except json.JSONDecodeError:
        raise AssertionError(f"exit status {done.returncode}, no JSON:\n{done.stdout}\n{done.stderr}") from None


def prove(variant: Variant) -> dict[str, Any]:
    """Return what left the variant's host when certificates were awarded there, as ``inside.py`` recorded it."""
    base = variant.base
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "host"
        lay(variant, root)
        shutil.copy(HERE / "inside.py", directory)
        shutil.copy(base.ways, Path(directory) / "ways.py")
        told = [base.package, base.settings, base.worker, variant.before, variant.drive]
        done = _run(root, str(Path(directory) / "inside.py"), json.dumps(told))
    last = done.stdout.rpartition("\n=> ")[2]
    if done.returncode or not last.startswith("{"):
        return {"failed": (done.stderr or done.stdout).strip()}
    answer: dict[str, Any] = json.loads(last)
    return answer


def in_parallel(ask: Callable[[Variant], Answer], variants: Iterable[Variant]) -> dict[str, Future[Answer]]:
    """Return what each variant answered, by its name, as a future that is done: it gives the answer or raises."""
    variants = list(variants)
    for base in {variant.base for variant in variants}:
        migrated_database(base)
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return {variant.name: pool.submit(ask, variant) for variant in variants}


@functools.cache
def migrated_database(base: Base) -> Path:
    """Return a base's database after ``migrate``, made once a process and removed with it."""
    directory = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, directory)
    root = directory / "host"
    _copy(base, root)
    _manage(root, "migrate", "--verbosity=0")
    return root / base.database


def _copy(base: Base, root: Path) -> None:
    shutil.copytree(base.folder, root, ignore=shutil.ignore_patterns("__pycache__", base.database))


def _manage(root: Path, *arguments: str) -> None:
    _python(root, "manage.py", *arguments)


def _python(root: Path, *arguments: str) -> None:
    done = _run(root, *arguments)
    if done.returncode:
        raise AssertionError(f"{' '.join(arguments)}: {done.stderr}")


def _run(root: Path, *arguments: str, measured: bool = False) -> subprocess.CompletedProcess[str]:
    names = ("PATH", "HOME", "LANG", "TMPDIR", *(("COVERAGE_PROCESS_CONFIG",) if measured else ()))
    outside = {name: os.environ[name] for name in names if name in os.environ}
    environment = {**outside, "PYTHONPATH": str(PROJECT), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=root, env=environment, capture_output=True, text=True, timeout=TIMEOUT_S
    )
