"""What leaves the host in the probe's process: mail, ACE messages, HTTP, processes. Recorded, and never sent."""

from __future__ import annotations

import socket
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

_HERE = str(Path(__file__).resolve().parent)


@dataclass(slots=True)
class Left:
    """One thing that would have left, its receivers, and the calls that led there."""

    channel: str
    recipients: list[str]
    calls: list[str]


@dataclass(slots=True)
class Log:
    """What the award that is tried now did."""

    left: list[Left] = field(default_factory=list)
    sql: list[str] = field(default_factory=list)


LOG = Log()


def note(channel: str, recipients: list[str]) -> None:
    """Record that something would leave here."""
    frames = traceback.extract_stack()[:-1]
    kept = [f for f in frames if _is_hosts(f.filename)]
    LOG.left.append(Left(channel, recipients, [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in kept]))


def _is_hosts(path: str) -> bool:
    return not path.startswith((_HERE, "<", sys.base_prefix)) and "site-packages" not in path


class Recorder(BaseEmailBackend):
    """A mail backend that keeps who would have got what."""

    def send_messages(self, email_messages: Any) -> int:
        for message in email_messages:
            note("mail", list(message.recipients()))
        return len(email_messages)


def _ace_send(msg: Any, limit_to_channels: Any = None) -> dict[str, Any]:
    from credit_migration.verification.probe.recording import note as record

    record("ace.send", [str(getattr(msg.recipient, "email_address", "") or "")])
    return {}


def refuse_all() -> None:
    """Replace each way out by one that records. It lasts as long as the process."""
    setattr(EmailMessage, "get_connection", lambda self, fail_silently=False: Recorder())  # noqa: B010 - any signature
    ace = sys.modules.get("edx_ace.ace")
    if ace is not None:
        # Its code, not its name: the host may have imported the function under another.
        ace.send.__code__ = _ace_send.__code__
    socket.socket.connect = _refuse_connection  # type: ignore[method-assign]
    socket.socket.connect_ex = _refuse_connection  # type: ignore[method-assign,assignment]
    subprocess.Popen.__init__ = _refuse_process  # type: ignore[method-assign]


def _refuse_connection(self: Any, address: Any) -> None:
    note("socket", [str(address)])
    raise ConnectionRefusedError("The probe lets nothing out.")


def _refuse_process(self: Any, args: Any, *_: Any, **__: Any) -> None:
    note("process", [str(args)])
    raise PermissionError("The probe starts no process.")


@contextmanager
def watched(table: str) -> Iterator[Log]:
    """Yield what one award does: what left, and its SQL on ``table``."""
    LOG.left.clear()
    LOG.sql.clear()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if table in sql:
            LOG.sql.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield LOG
