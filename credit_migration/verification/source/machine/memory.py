"""An object that the code makes or finds → what it holds, and what that tells of."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from credit_migration.verification.source.channels import RECIPIENT_NAMES, to
from credit_migration.verification.source.machine.heap import ANY, GLOBAL
from credit_migration.verification.source.machine.state import Machine
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    Holder,
    Instance,
    Labels,
    Live,
    Value,
    joined,
)

DEEPEST_OBJECTS = 4


class Memory(Machine):
    """The part of the machine that knows what objects hold."""

    def hold(self, ref: Any, key: Any, value: Value) -> None:
        """Let an object hold a value beside what it holds already."""
        before = self.heap.get((ref, key), NOTHING)
        after = before | value
        if after != before:
            self.heap[(ref, key)] = after
            self.changed = True
        if isinstance(ref, Live):
            self.put(f"object {id(ref.obj)}", self.deep(value))
        elif isinstance(ref, Holder) and GLOBAL in ref.site and not self.at_import:
            self.put(f"object {ref.site}", self.deep(value))

    def put(self, store: str, labels: Labels) -> None:
        labels = frozenset(label for label in labels if not label.startswith("store:"))
        before = self.shared.stores.get(store, NO_LABELS)
        if not labels <= before:
            self.shared.stores[store] = before | labels

    def held(self, ref: Any, key: Any) -> Value:
        found = self.heap.get((ref, key), NOTHING)
        return found if key == ANY else found | self.heap.get((ref, ANY), NOTHING)

    def all_held(self, ref: Any) -> Value:
        return joined(value for _, value in self.heap.of(ref))

    def deep(self, value: Value, depth: int = 0) -> Labels:
        """Return what a value tells of, with all that the objects it may be hold."""
        labels = value.labels
        if depth >= DEEPEST_OBJECTS:
            return labels
        for ref in value.refs:
            if isinstance(ref, Instance) and ref.site == "request":
                continue
            if isinstance(ref, Holder) and GLOBAL in ref.site:
                labels |= self.stored(f"object {ref.site}")
            if isinstance(ref, Holder | Instance) and not self._is_row(ref):
                for key, held in self.heap.of(ref):
                    whom = isinstance(key, str) and key.lower() in RECIPIENT_NAMES
                    labels |= to(self.recipients(held, depth + 1)) if whom else self.deep(held, depth + 1)
            elif isinstance(ref, Live):
                labels |= self.stored(f"object {id(ref.obj)}")
            elif hasattr(ref, "receiver"):
                labels |= self.deep(ref.receiver, depth + 1)
        return labels

    def recipients(self, value: Value, depth: int = 0) -> Labels:
        """Return what the receivers of a mail tell of; ``other`` if one of them is not known to be the learner."""
        holders = value.only(Holder)
        if not holders or depth >= DEEPEST_OBJECTS:
            labels = self.deep(value, depth)
            return labels if "own" in labels else labels | {"other"}
        found = value.labels
        for ref in holders:
            for _, held in self.heap.of(ref):
                found |= self.recipients(held, depth + 1)
        return found

    def stored(self, store: str) -> Labels:
        """Return what another part put there, and that reading it drains it."""
        return frozenset({f"store:{store}"}) if store in self.shared.stores else NO_LABELS

    def _is_row(self, ref: Any) -> bool:
        return isinstance(ref, Instance) and isinstance(ref.cls, type) and issubclass(ref.cls, Model)
