"""A container of the process → what it has, without running the code of a host's class that is made of one."""

from __future__ import annotations

from collections import deque
from typing import Any
from weakref import WeakSet

_SEQUENCES = (list, tuple, set, frozenset, deque, WeakSet)


def items_of(container: Any) -> list[Any] | None:
    """Return what a list, a tuple, a set or their like has; ``None`` for any other object."""
    for base in _SEQUENCES:
        if issubclass(type(container), base):
            return list(base.__iter__(container))
    return None


def pairs_of(table: Any) -> list[tuple[Any, Any]]:
    """Return the keys of a dict, each with its value; nothing for any other object."""
    return list(dict.items(table)) if issubclass(type(table), dict) else []


def item_of(container: Any, key: Any) -> Any:
    """
    Return what a dict, a list or a tuple has under a key.

    Raises:
        LookupError: it has nothing there. ``__missing__`` is the host's code, and would add to its table.
        TypeError: no such key can be.

    """
    if issubclass(type(container), dict):
        if not dict.__contains__(container, key):
            raise KeyError(key)
        return dict.__getitem__(container, key)
    base: Any = list if issubclass(type(container), list) else tuple
    return base.__getitem__(container, key)
