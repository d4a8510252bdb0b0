"""When to try again: the count of tries so far → seconds to sleep, with jitter; standard library only."""

from __future__ import annotations

import random
from collections.abc import Callable

from credit_migration.data import LockConfig


def pause_s(locks: LockConfig, tries: int, *, between: Callable[[float, float], float] = random.uniform) -> float:
    """
    Return how long to let writers pass before the next try, in seconds.

    Doubling from the first pause to the longest, so that a long transaction is not hammered; and between half and the
    whole of it at random, so that two changes do not meet again and again.

    Args:
        locks: the first and the longest pause.
        tries: how many have failed, at least 1.
        between: a random number between two.

    """
    whole_ms = min(locks.retry_longest_ms, locks.retry_first_ms * 2 ** min(tries - 1, 30))
    return between(whole_ms / 2, whole_ms) / 1000
