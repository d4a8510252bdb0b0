"""When to try again: the count of tries so far → seconds to sleep, with jitter; standard library only."""

from __future__ import annotations

import random
from collections.abc import Callable

from credit_migration.data import LockConfig


def pause_s(
    locks: LockConfig, tries: int, *, waits: bool, between: Callable[[float, float], float] = random.uniform
) -> float:
    """
    Return how long to let writers pass before the next try, in seconds.

    A try that waits holds writers up behind it, so its pauses double from the first to the longest. One that does not
    wait holds nobody up, and finds a gap between busy writers only if it looks often. Either way it is between half and
    the whole at random, so that two changes do not meet again and again.

    Args:
        locks: the first and the longest pause.
        tries: how many have failed, at least 1.
        waits: whether a try waits for its lock.
        between: a random number between two.

    """
    doubled = 2 ** min(tries - 1, 30) if waits else 1
    whole_ms = min(locks.retry_longest_ms, locks.retry_first_ms * doubled)
    return between(whole_ms / 2, whole_ms) / 1000
