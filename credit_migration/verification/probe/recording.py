"""What leaves the host in the probe's process, with its receivers and the calls that led there."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections
from django.db.backends.signals import connection_created

_HERE = str(Path(__file__).resolve().parent)
_WRITES = ("INSERT", "UPDATE", "REPLACE", "MERGE")
_DEEPEST = 6
_MOST_VALUES = 4000


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that would have left, its receivers, and the calls of the host that led there."""

    channel: str
    recipients: tuple[str, ...]
    calls: tuple[str, ...]
    is_message: bool
    """Whether the receivers are the people who would read it; if not, they are a place, a program or a file."""
    is_main: bool = field(default=True, compare=False)
    """Whether the thread that tries the awards did it."""


@dataclass(slots=True)
class Log:
    """What left, and what was asked of the database, since it was last taken."""

    left: list[Left] = field(default_factory=list)
    sql: list[str] = field(default_factory=list)
    owns: Callable[[str], bool] = lambda path: True
    """Whether a file is the host's."""
    institutions: tuple[str, ...] = ()
    """The addresses that nothing may be sent to."""

    def take(self, *, of_others: bool = False) -> tuple[list[Left], list[str]]:
        """Return what there is, of other threads only if that is asked for, and forget all of it."""
        left, sql = self.left, self.sql
        self.left, self.sql = [], []
        return ([one for one in left if not one.is_main], []) if of_others else (left, sql)

    def add(self, left: Left) -> None:
        """Keep this one."""
        self.left.append(replace(left, is_main=threading.current_thread() is threading.main_thread()))


LOG = Log()


def note(channel: str, *recipients: str, is_message: bool = False) -> None:
    """Record that something would leave here."""
    frames = list(_outwards(sys._getframe(1)))
    known = () if is_message else LOG.institutions
    named = tuple(a for a in known if any(a in text for text in recipients) or _is_in_the_hands(a, frames))
    receivers = (*named, *filter(None, recipients))
    LOG.add(Left(channel, receivers, _calls(frames), is_message or bool(named)))


def _calls(frames: Iterable[FrameType]) -> tuple[str, ...]:
    hosts = [frame for frame in frames if is_hosts(frame)]
    return tuple(f"{f.f_code.co_filename}:{f.f_lineno} {f.f_code.co_name}" for f in reversed(hosts))


def is_hosts(frame: FrameType) -> bool:
    """Return whether the frame runs code of the host."""
    return LOG.owns(frame.f_code.co_filename)


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        if not frame.f_code.co_filename.startswith(_HERE):
            yield frame
        frame = frame.f_back


def _is_in_the_hands(address: str, frames: Iterable[FrameType]) -> bool:
    """Return whether what the host's last function gave to a library has the address in it."""
    budget = [_MOST_VALUES]
    for frame in frames:
        hosts = is_hosts(frame)
        # Of the host's own function only its plain values count: its models may know every address.
        if _has(list(frame.f_locals.values()), address, _DEEPEST - 4 if hosts else 0, budget, plain=hosts):
            return True
        if hosts:
            return False
    return False


def _has(value: Any, address: str, depth: int, budget: list[int], *, plain: bool) -> bool:
    budget[0] -= 1
    if budget[0] < 0 or depth > _DEEPEST:
        return False
    if isinstance(value, str):
        return address in value
    if isinstance(value, bytes | bytearray):
        return address.encode() in value
    if isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inner = list(value)
    else:
        inner = [] if plain or isinstance(value, type | FrameType) else list(getattr(value, "__dict__", {}).values())
    return any(_has(one, address, depth + 1, budget, plain=plain) for one in inner)


class Recorder(BaseEmailBackend):
    """A mail backend that keeps who would have got what."""

    def send_messages(self, email_messages: Any) -> int:
        return record_messages(self, email_messages)


def record_messages(_: Any, email_messages: Any) -> int:
    """Record each message as a backend's ``send_messages`` would send it."""
    messages = list(email_messages)
    for message in messages:
        note("mail", *message.recipients(), is_message=True)
    return len(messages)


def watch_sql(table: str) -> None:
    """Record the SQL on the table of requests, by whatever connection of whatever thread, from now on."""

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if table in text:
            LOG.sql.append(text)
        if text.lstrip().upper().startswith(_WRITES):
            for address in LOG.institutions:
                if _has(params, address, 0, [_MOST_VALUES], plain=True):
                    # An outbox that another part drains looks so, and a log too.
                    frames = _outwards(sys._getframe(1))
                    LOG.add(Left("the database", (text.partition("(")[0].strip(),), _calls(frames), False))
        return execute(sql, params, many, context)

    def add(connection: Any, **_: Any) -> None:
        if watch not in connection.execute_wrappers:
            connection.execute_wrappers.append(watch)

    for connection in connections.all(initialized_only=True):
        add(connection)
    connection_created.connect(add, weak=False)
