"""
Asks an advisory service about the locked dependencies of this Python: ``python -m tests.dependencies [LOCK …]``.

Exit status: 0 clean, 1 a known vulnerability, 3 undecided: the service could not be asked about some.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LOCKS = ("requirements/dev.txt", "requirements/mysql.txt")
TIMEOUT_S = 15


def main(locks: Sequence[str]) -> int:
    worst = 0
    for lock in locks:
        answer = _ask(Path(lock))
        status, text = judge(lock, answer) if isinstance(answer, dict) else (3, f"UNDECIDED {lock}: {answer}")
        print(text)  # noqa: T201
        worst = 1 if 1 in (status, worst) else max(status, worst)
    return worst


def judge(lock: str, answer: Mapping[str, Any]) -> tuple[int, str]:
    """Return the exit status and what to tell of pip-audit's JSON report."""
    asked = [found for found in answer["dependencies"] if "skip_reason" not in found]
    skipped = [found for found in answer["dependencies"] if "skip_reason" in found]
    lines = [
        f"VULNERABLE {lock}: {found['name']} {found['version']}: {vulnerability['id']}, "
        f"fixed in {', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for found in asked
        for vulnerability in found["vulns"]
    ]
    if lines:
        return 1, "\n".join([*lines, "Raise the version in pyproject.toml and run make lock."])
    if skipped or not asked:
        names = ", ".join(found["name"] for found in skipped[:5]) + (", …" if len(skipped) > 5 else "")
        return 3, (
            f"UNDECIDED {lock}: the advisory service knows nothing of {len(skipped)} of {len(asked) + len(skipped)} "
            f"dependencies ({names}). Run make audit where the Python Package Index itself answers."
        )
    return 0, f"CLEAN {lock}: no known vulnerability in {len(asked)} dependencies."


def _ask(lock: Path) -> dict[str, Any] | str:
    """Return pip-audit's report, or why there is none."""
    options = ["--require-hashes", "--disable-pip", "--format=json", "--progress-spinner=off", f"--timeout={TIMEOUT_S}"]
    command = [sys.executable, "-m", "pip_audit", f"--requirement={lock}", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        lines = done.stderr.strip().splitlines()
        return f"pip-audit ended with {done.returncode}: {lines[-1] if lines else 'no message'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or LOCKS))
