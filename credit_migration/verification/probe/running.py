"""Starts the probe's process on the host's settings → ``ProbeFacts``. Nothing of it runs in this process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from credit_migration.data import RanFunction
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
    try:
        scratch = TemporaryDirectory(prefix="credit_migration_")
    except OSError as exc:
        return ProbeFacts(ran=False, why_not=f"no folder for a scratch database can be made ({exc}); set TMPDIR")
    with scratch as folder:
        return _tried_in(folder, adapter, longest_s)


def _tried_in(folder: str, adapter: str | None, longest_s: float) -> ProbeFacts:
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
        return ProbeFacts(ran=True, failed=(_last_word(done),))
    return facts(json.loads(answer.read_text()))


def _last_word(done: subprocess.CompletedProcess[str]) -> str:
    if done.returncode < 0:
        return f"its process was ended by {signal.Signals(-done.returncode).name}"
    return (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]


def shortened(tried: ProbeFacts, program: Program) -> ProbeFacts:
    """Return the same with each path as the reader knows it."""
    ran = tuple(replace(one, file=program.short(one.file)) for one in tried.functions_ran)
    sent, unclear = (_all_short(some, program) for some in (tried.sent, tried.unclear))
    return replace(tried, sent=sent, unclear=unclear, functions_ran=ran)


def _all_short(sent: tuple[Sent, ...], program: Program) -> tuple[Sent, ...]:
    return tuple(replace(one, calls=tuple(_short(call, program) for call in one.calls)) for one in sent)


def _short(call: str, program: Program) -> str:
    path, _, rest = call.partition(":")
    return f"{program.short(path)}:{rest}"


def facts(answer: dict[str, Any]) -> ProbeFacts:
    """Return the probe's answer as a value."""
    if not answer["ran"]:
        return ProbeFacts(ran=False, why_not=answer["why_not"])
    return ProbeFacts(
        ran=True,
        unwatched=answer["unwatched"],
        trials=tuple(answer["trials"]),
        touched=tuple(answer["touched"]),
        failed=tuple(answer["failed"]),
        missing=tuple(answer["missing"]),
        sent=_sent(answer["sent"]),
        unclear=_sent(answer["unclear"]),
        functions_ran=tuple(RanFunction(**one) for one in answer["functions_ran"]),
    )


def _sent(told: list[dict[str, Any]]) -> tuple[Sent, ...]:
    return tuple(
        Sent(trial=s["trial"], channel=s["channel"], recipients=tuple(s["recipients"]), calls=tuple(s["calls"]))
        for s in told
    )
