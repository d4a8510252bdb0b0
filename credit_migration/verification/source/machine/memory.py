"""An object that the code makes or finds → what it holds, and what that tells of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from credit_migration.verification.source.channels import RECIPIENT_NAMES, STAFF, STAFFS, service, to
from credit_migration.verification.source.machine.heap import ANY, GLOBAL, KEYS
from credit_migration.verification.source.machine.state import Machine
from credit_migration.verification.source.tables import is_row
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    Const,
    Holder,
    Instance,
    Labels,
    Live,
    Value,
    joined,
)

DEEPEST_OBJECTS = 4
SHORTEST_TEXT = 5
"""Characters below which a text names no table, template or file."""
TEXT_SUFFIXES = frozenset({"html", "txt", "sql", "j2", "jinja", "tpl", "xml", "md"})


def _entries(setting: Any) -> Iterator[Any]:
    """Yield the addresses that a setting has: one text, or a list of them or of pairs of name and address."""
    for entry in [setting] if isinstance(setting, str) else setting:
        yield entry if isinstance(entry, str) else entry[-1]


class Memory(Machine):
    """The part of the machine that knows what objects hold."""

    def hold(self, ref: Any, key: Any, value: Value) -> None:
        """Let an object hold a value beside what it holds already."""
        if self.pending and self.outlives(ref):
            self.release(value, ast.Pass())
        self.heap.add((ref, key), value)
        if isinstance(ref, Live):
            self.put(self.store_of(ref.obj), self.deep(value))
        elif isinstance(ref, Holder | Instance) and GLOBAL in ref.site and not self.at_import:
            self.put(f"object {ref.site}", self.deep(value))

    def hold_key(self, ref: Any, key: Value) -> None:
        """Let a dict have a key beside those that it has already; whose keys are not shown has others."""
        self.heap.add(((KEYS, ref), ANY), key)

    def keys_held(self, ref: Any) -> Value:
        return self.heap.get(((KEYS, ref), ANY), NOTHING)

    def put(self, store: str, labels: Labels) -> None:
        labels = frozenset(label for label in labels if not label.startswith("store:"))
        before = self.shared.stores.get(store, NO_LABELS)
        if not labels <= before:
            self.shared.stores[store] = before | labels
            self.shared.puts += 1

    def held(self, ref: Any, key: Any) -> Value:
        found = self.heap.get((ref, key), NOTHING)
        return found if key == ANY else found | self.heap.get((ref, ANY), NOTHING)

    def all_held(self, ref: Any) -> Value:
        """Return all that an object holds; to take that out of a generator advances it."""
        if ref in self.pending and not self.active.get(("resumed", ref)):
            return self.resume(ref, ast.Pass())
        return joined(value for _, value in self.heap.of(ref)) | self.kept_elsewhere(ref)

    def kept_elsewhere(self, ref: Any) -> Value:
        """Return what another part may have let an object hold that a module makes, which is only read."""
        is_global = isinstance(ref, Holder | Instance) and GLOBAL in ref.site
        labels = self.stored(f"object {ref.site}") if is_global else NO_LABELS
        return Value(labels=labels, unknown=bool(labels))

    def deep(self, value: Value, depth: int = 0) -> Labels:
        """Return what a value tells of, with all that the objects it may be hold."""
        if not value.refs or depth:
            return self._tells(value, depth)
        now = (self.heap.changes, self.shared.puts)
        if self.told_at != now:
            self.told_at, self.told = now, {}
        known = self.told.get(value)
        if known is None:
            known = self.told[value] = self._tells(value, depth)
        return known

    def _tells(self, value: Value, depth: int) -> Labels:
        """Return what a value tells of. Each object is looked at once."""
        labels, refs, seen = value.labels, value.refs, frozenset[Any]()
        for deeper in range(depth + 1, DEEPEST_OBJECTS + 1):
            if not refs:
                break
            found = [part for ref in refs for part in self._told_by(ref, deeper)]
            labels = labels.union(*(part.labels for part in found))
            seen |= refs
            refs = frozenset[Any]().union(*(part.refs for part in found)) - seen
        return labels

    def _told_by(self, ref: Any, depth: int) -> Iterator[Value]:
        """Yield what an object holds; what it is sent to by its receivers alone."""
        if isinstance(ref, Instance) and ref.site == "request":
            return
        if isinstance(ref, Holder) and GLOBAL in ref.site:
            yield Value(labels=self.stored(f"object {ref.site}"))
        if isinstance(ref, Holder | Instance) and not is_row(ref):
            for key, held in self.heap.of(ref):
                whom = isinstance(key, str) and key.lower() in RECIPIENT_NAMES
                yield Value(labels=to(self.recipients(held, depth))) if whom else held
        elif isinstance(ref, Live):
            yield Value(labels=self.stored(self.store_of(ref.obj)))
        elif hasattr(ref, "receiver"):
            yield ref.receiver

    def recipients(self, value: Value, depth: int = 0) -> Labels:
        """Return what the receivers of a mail tell of; ``other`` if one is not known to be the learner or staff."""
        holders = value.only(Holder)
        if not holders or depth >= DEEPEST_OBJECTS:
            labels = self.deep(value, depth)
            return labels if "own" in labels or self._is_staffs(value) else labels | {"other"}
        found = value.labels
        for ref in holders:
            for _, held in self.heap.of(ref):
                found |= self.recipients(held, depth + 1)
        return found

    def _is_staffs(self, value: Value) -> bool:
        """Return whether this can only be an address of the service or of its staff, by the settings that say so."""
        if STAFF not in value.labels or value.unknown:
            return False
        entries = [entry for name in STAFFS for entry in _entries(getattr(settings, name))]
        return bool(value.refs) and all(isinstance(ref, Const) and ref.value in entries for ref in value.refs)

    def text_labels(self, text: str) -> Labels:
        """Return what a text tells of: by itself, or as the name of a file of the host that names the table."""
        if len(text) < SHORTEST_TEXT:
            return NO_LABELS
        labels = self.tables.text(text)
        if len(text) < 120 and "\n" not in text and text.rpartition(".")[2] in TEXT_SUFFIXES:
            for path, content in self.program.texts():
                if path.endswith(f"/{text.lstrip('./')}"):
                    labels |= self.tables.text(content)
        return labels

    def store_of(self, obj: Any) -> str:
        """Return the name of the store that an object of the process is: a service's clients are one store."""
        space = getattr(obj, "__dict__", None) if type(obj).__name__ == "ConnectionProxy" else None
        behind = space.get("_connections", obj) if isinstance(space, dict) else obj
        kind: Any = type(behind)
        return service(kind) or f"object {id(obj)}"

    def stored(self, store: str) -> Labels:
        """Return what another part put there, and that reading it drains it."""
        if store in self.shared.stores:
            return frozenset({f"store:{store}"})
        self.missed.add(store)
        return NO_LABELS
