"""The functions of the host that run in this process, of whatever thread → ``RanFunction``."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

from credit_migration.data import RanFunction

_NO_FUNCTIONS = {"<module>", "<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
_TOOL_IDS = (4, 3, 5, 2)
"""Free numbers for a tool; 0, 1 and 2 are kept for debuggers, coverage and profilers."""


class Ran:
    """
    Collects the host's functions that run inside ``watching``.

    From Python 3.12 on ``sys.monitoring`` sees each code object once, in every thread. Before, a profile function sees
    this thread and those that start meanwhile.
    """

    def __init__(self, owns: Callable[[str], bool]) -> None:
        self.owns = owns
        self._codes: dict[CodeType, str] = {}
        self._seen: set[CodeType] = set()
        self._tool = _tool()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Collect until the end of the block."""
        if self._tool is not None:
            monitoring: Any = sys.monitoring  # type: ignore[attr-defined,unused-ignore]
            monitoring.register_callback(self._tool, monitoring.events.PY_START, self._started)
            monitoring.set_events(self._tool, monitoring.events.PY_START)
        else:
            threading.setprofile(self._profile)
            sys.setprofile(self._profile)
        try:
            yield
        finally:
            if self._tool is not None:
                monitoring.set_events(self._tool, 0)
            else:
                sys.setprofile(None)
                threading.setprofile(None)

    def functions(self) -> tuple[RanFunction, ...]:
        """Return what ran, in the order of files and lines."""
        names = {getattr(module, "__file__", None): name for name, module in list(sys.modules.items())}
        found = {
            RanFunction(
                module=names.get(code.co_filename, module),
                qualname=code.co_qualname,
                file=code.co_filename,
                line=code.co_firstlineno,
            )
            for code, module in list(self._codes.items())
        }
        return tuple(sorted(found, key=lambda ran: (ran.file, ran.line, ran.qualname)))

    def _started(self, code: CodeType, offset: int) -> Any:
        self._keep(code, sys._getframe(1))
        return sys.monitoring.DISABLE  # type: ignore[attr-defined,unused-ignore]

    def _profile(self, frame: FrameType, event: str, arg: Any) -> None:
        if event == "call" and frame.f_code not in self._seen:
            self._seen.add(frame.f_code)
            self._keep(frame.f_code, frame)

    def _keep(self, code: CodeType, frame: FrameType) -> None:
        if code.co_name not in _NO_FUNCTIONS and self.owns(code.co_filename):
            self._codes[code] = str(frame.f_globals.get("__name__", ""))


def _tool() -> int | None:
    monitoring: Any = getattr(sys, "monitoring", None)
    for number in _TOOL_IDS if monitoring is not None else ():
        if monitoring.get_tool(number) is None:
            monitoring.use_tool_id(number, "credit_migration")
            return number
    return None
