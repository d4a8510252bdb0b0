"""Standard output for the report alone, and a clean end when it closes, fills up, or the command is stopped."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any, BinaryIO

from credit_migration.exceptions import OutputRefused, UsageError


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


@contextmanager
def whole_stream(stream: Any) -> Iterator[Verbatim]:
    """Yield ``stream`` for a report and flush it. Raises: OutputRefused if it can't take all, BrokenPipeError as is."""
    try:
        yield Verbatim(stream)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as exc:
        discard(stream)
        raise OutputRefused(
            f"The report can't be written to standard output: {exc.strerror or exc}.",
            hint="Make room on its disk, or use --output FILE, which leaves nothing half-written.",
        ) from exc


@contextmanager
def binary_stream(stream: Any) -> Iterator[BinaryIO]:
    """Yield what takes the bytes behind ``stream``. Raises: UsageError if it is a terminal or takes text alone."""
    behind = getattr(getattr(stream, "_out", stream), "buffer", None)
    if behind is None or stream.isatty():
        raise UsageError(
            "This form of the report is not for a terminal to show.",
            hint="Use --output FILE, or send standard output to a file.",
        )
    with whole_stream(stream):
        yield behind


def discard(stream: Any) -> None:
    """Drop what ``stream`` still holds, so that Python does not fail on it once more at its end."""
    with suppress(OSError, ValueError, AttributeError):
        # Source: https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def exit_on_termination() -> Iterator[None]:
    """Make SIGTERM end the command as an exception would, so that half-written files are removed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
