"""What an award leaves to run after it, in threads, pools and event loops → waited for, and told if it goes on."""

from __future__ import annotations

import asyncio
import concurrent.futures
import concurrent.futures.thread
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

from credit_migration.verification.probe.recording import LOG, Left

LONGEST_S = 5.0
"""How long an award's threads are waited for."""
_GRACE_S = 0.02
"""How long the host's other threads get for what an award handed to them, such as by a queue."""


_BUSY: weakref.WeakSet[threading.Thread] = weakref.WeakSet()
"""The threads of pools, if work in one did not end in time."""


class Afterwards:
    """Follows the threads, futures and asyncio tasks that are started, from when it is made."""

    def __init__(self) -> None:
        self._futures: weakref.WeakSet[concurrent.futures.Future[Any]] = weakref.WeakSet()
        self._tasks: list[asyncio.Task[Any]] = []
        self._threads = set(threading.enumerate())
        submit, create_task = concurrent.futures.ThreadPoolExecutor.submit, asyncio.BaseEventLoop.create_task

        def follow_future(*args: Any, **kwargs: Any) -> Any:
            future = submit(*args, **kwargs)
            self._futures.add(future)
            return future

        def follow_task(*args: Any, **kwargs: Any) -> Any:
            task = create_task(*args, **kwargs)
            self._tasks.append(task)
            return task

        setattr(concurrent.futures.ThreadPoolExecutor, "submit", follow_future)  # noqa: B010 - mypy knows no other way
        setattr(asyncio.BaseEventLoop, "create_task", follow_task)  # noqa: B010

    def wait(self, longest_s: float = LONGEST_S) -> None:
        """Wait for what was started since the last call, and record what goes on or was cut off."""
        end = time.monotonic() + longest_s
        _, open_futures = concurrent.futures.wait(list(self._futures), timeout=longest_s)
        pools: Any = concurrent.futures.thread._threads_queues
        started = [thread for thread in set(threading.enumerate()) - self._threads if thread not in pools]
        if threading.active_count() > 1:
            time.sleep(_GRACE_S)
        for thread in started:
            thread.join(max(0.0, end - time.monotonic()))
        for thread in started:
            if thread.is_alive():
                _note("a thread that goes on", thread.name, getattr(thread, "_target", None))
        if open_futures:
            _note("work in a pool of threads that goes on", "", None)
            _BUSY.update(pools)
        for task in self._tasks:
            coroutine: Any = task.get_coro()
            if (task.cancelled() or not task.done()) and _is_hosts(coroutine):
                _note("an asyncio task that was cut off", coroutine.__qualname__, coroutine)
        self._threads = set(threading.enumerate())
        self._futures.clear()
        self._tasks.clear()


def is_kept_alive(thread: threading.Thread) -> bool:
    """Return whether the process would wait for this thread without end."""
    pools: Any = concurrent.futures.thread._threads_queues
    is_waiting = thread in pools and pools[thread].empty() and thread not in _BUSY
    return not (thread.daemon or thread is threading.main_thread() or is_waiting)


def _is_hosts(coroutine: Any) -> bool:
    code = getattr(coroutine, "cr_code", None)
    return code is not None and LOG.owns(code.co_filename)


def _note(channel: str, name: str, source: Callable[..., Any] | Any) -> None:
    code: Any = getattr(source, "__code__", None) or getattr(source, "cr_code", None)
    calls = (f"{code.co_filename}:{code.co_firstlineno} {code.co_name}",) if code is not None else ()
    LOG.add(Left(channel, (name,) if name else (), calls, is_message=False))
