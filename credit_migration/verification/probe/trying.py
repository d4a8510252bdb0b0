"""An adapter's awards, tried one after the other → what each sent, asked and ran, as JSON can say it."""

from __future__ import annotations

import gc
import sys
import threading
import time
from dataclasses import asdict
from typing import Any

from credit_migration.host import Host
from credit_migration.verification.probe.afterwards import Afterwards
from credit_migration.verification.probe.ran import Ran
from credit_migration.verification.probe.recording import LOG, Left
from credit_migration.verification.source.program import Program

AT_THE_END = "the end of the process"
_GRACE_S = 1.0
"""How long threads that the host has anyway get to send what the last awards handed to them."""


class Trying:
    """Tries awards, and keeps what they did."""

    def __init__(self, host: Host, adapter: Any, program: Program, unwatched: str = "") -> None:
        self.adapter = adapter
        self.unwatched = unwatched
        self.learners = {address.lower() for address in adapter.learners}
        LOG.owns = program.owns
        LOG.institutions = (*_addresses(host), *getattr(adapter, "institutions", ()))
        adapters_own = getattr(sys.modules.get(type(adapter).__module__), "__file__", None)
        self.ran = Ran(lambda path: path != adapters_own and program.owns(path))
        self.afterwards = Afterwards()
        self.trials: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.unclear: list[dict[str, Any]] = []
        self.touched: list[str] = []
        self.failed: list[str] = []

    def all(self) -> None:
        """Try each award that the adapter yields."""
        name = ""
        trials = iter(self.adapter.trials())
        while True:
            trial = next(trials, None)
            self.afterwards.wait()
            # What a thread sends between two awards is the last one's; what this one does there is the adapter's work.
            self._keep(name, *LOG.take(of_others=True))
            if trial is None:
                return
            name, award = trial
            self._try(name, award)

    def _try(self, name: str, award: Any) -> None:
        self.trials.append(name)
        with self.ran.watching():
            try:
                award()
            except (Exception, SystemExit) as exc:
                self.failed.append(f"{name}: {type(exc).__name__}: {exc}")
            self.afterwards.wait()
        self._keep(name, *LOG.take())

    def answer(self) -> dict[str, Any]:
        """Return what all awards did."""
        if threading.active_count() > 1:
            time.sleep(_GRACE_S)
        gc.collect()
        self._keep(AT_THE_END, *LOG.take())
        return {
            "ran": True,
            "trials": self.trials,
            "sent": self.sent,
            "unclear": self.unclear,
            "touched": self.touched,
            "failed": self.failed,
            "unwatched": self.unwatched,
            "missing": list(getattr(self.adapter, "missing", ())),
            "functions_ran": [asdict(one) for one in self.ran.functions()],
        }

    def _keep(self, name: str, left: list[Left], sql: list[str]) -> None:
        sent = [one for one in left if self._is_sent(one, bool(sql))]
        unclear = [one for one in left if one not in sent and not self._is_allowed(one)]
        self.sent += [_told(name, one) for one in sent]
        self.unclear += [_told(name, one) for one in dict.fromkeys(unclear)]
        if sql and not sent:
            self.touched.append(name)

    def _is_sent(self, left: Left, has_asked: bool) -> bool:
        """Return whether it is a message to an institution, or one to a stranger while requests were looked at."""
        if not left.is_message or self._is_allowed(left):
            return False
        return has_asked or not set(LOG.institutions).isdisjoint(left.recipients)

    def _is_allowed(self, left: Left) -> bool:
        """Return whether it goes to learners only, or where the adapter says that it does no harm."""
        self.learners |= {address.lower() for address in self.adapter.learners}
        harmless = {part for one in getattr(self.adapter, "harmless", ()) for part in (one, one.rpartition(":")[0])}
        receivers = {one.lower() for one in left.recipients} if left.is_message else set(left.recipients)
        return bool(receivers) and receivers <= (self.learners if left.is_message else harmless)


def _addresses(host: Host) -> tuple[str, ...]:
    """Return every address that a pathway of the scratch database has, in whatever column."""
    rows: Any = host.pathway._default_manager.values()
    texts = [value for row in rows for value in row.values() if isinstance(value, str)]
    return tuple(dict.fromkeys(text for text in texts if "@" in text))


def _told(trial: str, left: Left) -> dict[str, Any]:
    return {"trial": trial, "channel": left.channel, "recipients": left.recipients, "calls": left.calls}
