"""Starts the probe's process on the host's settings → ``ProbeFacts``. Nothing of it runs in this process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from credit_migration.data.verification import ProbeFacts, Sent
from credit_migration.verification.source.program import Program

LONGEST_S = 300


def probe(adapter: str | None = None, *, longest_s: float = LONGEST_S) -> ProbeFacts:
    """
    Return what awarding certificates in a scratch database did.

    Args:
        adapter: dotted path of a class that makes the host's data and awards; the one for Open edX by default.
        longest_s: seconds after which the probe is given up.

    """
    with TemporaryDirectory(prefix="credit_migration_") as folder:
        command = [sys.executable, "-m", "credit_migration.verification.probe.child", folder, adapter or "-"]
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
                       "PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}  # fmt: skip
        try:
            done = subprocess.run(  # noqa: S603 - this interpreter, with this package's own module
                command, env=environment, capture_output=True, text=True, timeout=longest_s, check=False
            )
        except subprocess.TimeoutExpired:
            return ProbeFacts(ran=True, failed=(f"it took longer than {longest_s:g} s",))
        answer = Path(folder) / "answer.json"
        if not answer.exists():
            last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
            return ProbeFacts(ran=True, failed=(last,))
        return facts(json.loads(answer.read_text()))


def shortened(tried: ProbeFacts, program: Program) -> ProbeFacts:
    """Return the same with each path as the reader knows it."""
    sent = tuple(replace(s, calls=tuple(_short(call, program) for call in s.calls)) for s in tried.sent)
    return replace(tried, sent=sent)


def _short(call: str, program: Program) -> str:
    path, _, rest = call.partition(":")
    return f"{program.short(path)}:{rest}"


def facts(answer: dict[str, Any]) -> ProbeFacts:
    """Return the probe's answer as a value."""
    if not answer["ran"]:
        return ProbeFacts(ran=False, why_not=answer["why_not"])
    sent = tuple(
        Sent(trial=s["trial"], channel=s["channel"], recipients=tuple(s["recipients"]), calls=tuple(s["calls"]))
        for s in answer["sent"]
    )
    return ProbeFacts(ran=True, trials=tuple(answer["trials"]), sent=sent, touched=tuple(answer["touched"]),
                      failed=tuple(answer["failed"]))  # fmt: skip
