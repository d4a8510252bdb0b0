"""What objects hold while an entry is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from credit_migration.verification.source.values import NOTHING, Value

ANY = "*"
"""The key under which an object holds what it was given under no name that the source shows."""
FILLS_ITSELF = "default dict"
"""Begins the name of a dict that makes what is asked for and not there."""
KEPT = "kept for its caller"
"""Stands for what an object of a library was given, and may give back."""
KEYS = "keys of"
"""Stands, with a dict, for what holds the keys that it was given."""
RAISED = "raised"
"""What holds the exceptions of the host that were raised, by their class."""
OPAQUE_TEXT = "opaque text"
"""The label of what a text names that the source does not show: a stored template, an attribute's stored name."""
GLOBAL = "at import"
"""Stands in the name of an object that a module of the host makes when it is imported."""


class Heap:
    """
    What objects hold: by object, then by attribute, place or key.

    It remembers what was read, so that a round of reading is repeated only where something read has grown since.
    """

    def __init__(self) -> None:
        self._held: dict[Any, dict[Any, Value]] = {}
        self._read: set[Any] = set()
        self.changes = 0
        self.is_stale = False

    def begin(self) -> None:
        """Begin a round of reading."""
        self.is_stale = False
        self._read.clear()

    def get(self, place: tuple[Any, Any], default: Value | None = None) -> Value:
        self._read.add(place)
        return self._held.get(place[0], {}).get(place[1], NOTHING if default is None else default)

    def __getitem__(self, place: tuple[Any, Any]) -> Value:
        self._read.add(place)
        return self._held[place[0]][place[1]]

    def add(self, place: tuple[Any, Any], value: Value) -> None:
        """Let an object hold a value beside what it holds already."""
        before = self._held.setdefault(place[0], {}).get(place[1], NOTHING)
        after = before | value
        if after != before:
            self._held[place[0]][place[1]] = after
            self.changes += 1
            self.is_stale = self.is_stale or place in self._read or place[0] in self._read

    def __contains__(self, place: tuple[Any, Any]) -> bool:
        self._read.add(place)
        return place[1] in self._held.get(place[0], {})

    def all(self) -> Iterator[tuple[tuple[Any, Any], Value]]:
        """Yield every place that holds something, with what it holds."""
        return (((owner, key), value) for owner, held in self._held.items() for key, value in held.items())

    def of(self, owner: Any) -> tuple[tuple[Any, Value], ...]:
        """Return the pairs of key and value that one object holds."""
        self._read.add(owner)
        return tuple(self._held.get(owner, {}).items())
