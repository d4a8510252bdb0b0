"""What objects hold while an entry is read."""

from __future__ import annotations

from typing import Any

from credit_migration.verification.source.values import NOTHING, Value

ANY = "*"
"""The key under which an object holds what it was given under no name that the source shows."""
GLOBAL = "at import"
"""Stands in the name of an object that a module of the host makes when it is imported."""


class Heap:
    """What objects hold: by object, then by attribute, place or key."""

    def __init__(self) -> None:
        self._held: dict[Any, dict[Any, Value]] = {}

    def get(self, place: tuple[Any, Any], default: Value | None = None) -> Value:
        return self._held.get(place[0], {}).get(place[1], NOTHING if default is None else default)

    def __getitem__(self, place: tuple[Any, Any]) -> Value:
        return self._held[place[0]][place[1]]

    def __setitem__(self, place: tuple[Any, Any], value: Value) -> None:
        self._held.setdefault(place[0], {})[place[1]] = value

    def __contains__(self, place: tuple[Any, Any]) -> bool:
        return place[1] in self._held.get(place[0], {})

    def of(self, owner: Any) -> tuple[tuple[Any, Value], ...]:
        """Return the pairs of key and value that one object holds."""
        return tuple(self._held.get(owner, {}).items())
