"""A logger of the running process → the host's handlers, filters and formatters that its records come to."""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterator
from functools import lru_cache
from logging.handlers import QueueListener
from typing import Any

from credit_migration.verification.source.machine.wrappers import wrapped_own
from credit_migration.verification.source.program import Program


@lru_cache(maxsize=4096)
def heard_by(program: Program, logger: logging.Logger) -> tuple[Any, ...]:
    """Return what of the host a line of this logger comes to, in the order in which ``logging`` asks it."""
    found = list(logger.filters)
    for above in above_and_itself(logger):
        found += [part for handler in above.handlers for part in _parts(handler)]
    return tuple(part for part in found if is_hosts(program, part))


def attached(program: Program, logger: logging.Logger) -> tuple[Any, ...]:
    """Return what of the host hangs on this very logger."""
    found = [*logger.filters, *(part for handler in logger.handlers for part in _parts(handler))]
    return tuple(part for part in found if is_hosts(program, part))


def above_and_itself(logger: logging.Logger) -> Iterator[logging.Logger]:
    """Yield a logger and those to whose handlers it hands its records."""
    here: logging.Logger | None = logger
    while here is not None:
        yield here
        here = here.parent if here.propagate else None


def loggers() -> tuple[logging.Logger, ...]:
    named = [one for one in tuple(logging.root.manager.loggerDict.values()) if isinstance(one, logging.Logger)]
    return (logging.root, *named)


def named(name: str) -> logging.Logger:
    """Return the logger of a name, or the nearest above it that the process has; makes none."""
    while name:
        found = logging.root.manager.loggerDict.get(name)
        if isinstance(found, logging.Logger):
            return found
        name = name.rpartition(".")[0]
    return logging.root


def is_hosts(program: Program, part: Any) -> bool:
    return bool(wrapped_own(program, part)) or any(program.owns_object(cls) for cls in type(part).__mro__)


def _parts(handler: Any) -> Iterator[Any]:
    """Yield a handler, its filters and its formatter, and the handlers that it hands its records to."""
    space = vars(handler)
    yield from space.get("filters", ())
    yield handler
    yield space.get("formatter")
    if isinstance(space.get("target"), logging.Handler):
        yield from _parts(space["target"])
    line = space.get("queue")
    for listener in _listeners() if line is not None else ():
        if listener.queue is line:
            for inner in listener.handlers:
                yield from _parts(inner)


def _listeners() -> list[Any]:
    return [obj for obj in gc.get_objects() if issubclass(type(obj), QueueListener)]
