"""What a running migration tells its operator: a line a step at ``migrate -v 2``, and a log record always."""

from __future__ import annotations

import logging
from contextvars import ContextVar
from typing import Any, TextIO, cast

from django.db.models.signals import post_migrate, pre_migrate

from credit_migration.data import Holders, Step

logger = logging.getLogger("credit_migration.operations")

_stream: ContextVar[TextIO | None] = ContextVar("credit_migration_stream", default=None)


def listen() -> None:
    """Learn from ``migrate`` how much it is to say and where: an operation is not told its options."""
    pre_migrate.connect(_begin, dispatch_uid="credit_migration.operations")
    post_migrate.connect(_end, dispatch_uid="credit_migration.operations")


def _begin(*, verbosity: int = 1, stdout: TextIO | None = None, **_: Any) -> None:
    _stream.set(stdout if verbosity >= 2 else None)


def _end(**_: Any) -> None:
    _stream.set(None)


def done(step: Step, *, duration_ms: float, tries: int) -> None:
    """Tell of a step that has been taken. ``duration_ms`` is that of its last try."""
    again = "" if tries == 1 else f", after {tries - 1} {'retry' if tries == 2 else 'retries'} for its lock"
    _tell(f"{step.does}: {duration_ms:.0f} ms{again}")


def nothing_left(table: str) -> None:
    _tell(f"'{table}' is so already: nothing to do")


def waiting(holders: Holders) -> None:
    """Tell that another run of the same change goes on, perhaps one whose client was killed."""
    _tell(f"waiting for another run of this change: {holders}")


def _tell(line: str) -> None:
    logger.info(line)
    stream = _stream.get()
    if stream is not None:
        print(f"\n    {line}", end="", file=cast("TextIO", _plain(stream)), flush=True)


def _plain(stream: Any) -> Any:
    """Return the stream beneath a command's ``OutputWrapper``, which would end each write with a line of its own."""
    return getattr(stream, "_out", stream)
