"""Standard output for the report alone, and a quiet end when its reader has gone."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any, NoReturn

from credit_migration.data import ExitStatus


class Verbatim:
    """A stream that hands text on as it is: Django's ``OutputWrapper`` ends each write with a new line."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        self._stream.write(text, ending="")

    def flush(self) -> None:
        self._stream.flush()

    def isatty(self) -> bool:
        return bool(self._stream.isatty())


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Keep standard output for the report: log handlers and stray prints go to standard error meanwhile."""
    moved: list[logging.StreamHandler[Any]] = []
    for logger in [logging.root, *logging.root.manager.loggerDict.values()]:
        for handler in getattr(logger, "handlers", ()):
            if isinstance(handler, logging.StreamHandler) and handler.stream in (sys.stdout, sys.__stdout__):
                handler.setStream(sys.stderr)
                moved.append(handler)
    stdout = sys.stdout
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        for handler in moved:
            handler.setStream(stdout)


def close_quietly(stream: Any) -> NoReturn:
    """End as a closed pipe ends a program, without Python's own complaint at shutdown."""
    with suppress(OSError, ValueError, AttributeError):
        # Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(ExitStatus.CLOSED_PIPE)
