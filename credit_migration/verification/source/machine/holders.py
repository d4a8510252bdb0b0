"""A call of a list, a dict, a set or a text → what it holds then, and what it gives back."""

from __future__ import annotations

import ast
import re
from string import Formatter
from typing import Any

from credit_migration.verification.source.contents import pairs_of
from credit_migration.verification.source.machine.heap import ANY, GLOBAL
from credit_migration.verification.source.machine.rows import RowCalls
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    OTHERS,
    UNKNOWN,
    Arguments,
    Const,
    Holder,
    Labels,
    Live,
    Value,
    joined,
    one,
)

HOLDS = frozenset(
    {"append", "add", "extend", "insert", "update", "setdefault", "appendleft", "put", "put_nowait", "push", "lpush",
     "rpush", "sadd", "zadd", "hset", "set", "publish", "enqueue", "enqueue_call", "send", "xadd", "extendleft"}
)  # fmt: skip
FOLDS = frozenset(
    {"format", "join", "replace", "lower", "upper", "strip", "title", "removeprefix", "removesuffix", "capitalize",
     "lstrip", "rstrip", "split", "rsplit", "partition", "rpartition", "decode", "encode"}
)  # fmt: skip
_PARTS = re.compile(r"^\w+|\.\w+|\[[^\]]*\]")
"""The parts of a field of a format: what it is of, its attributes and items."""


class HolderCalls(RowCalls):
    """The part of the machine that knows Python's containers and texts."""

    def _holder(self, ref: Any, name: str, receiver: Value, arguments: Arguments, node: ast.AST) -> Value:
        name = name.rpartition(".")[2]
        advanced = self.advance(ref, name, arguments, node) if ref in self.generators else None
        if advanced is not None:
            return advanced
        if name in HOLDS:
            self._hold_given(ref, name, arguments, node)
        if name == "sort":
            self.escape(arguments.joined(), self.elements(receiver, node), node)
        if name in {"get", "pop", "setdefault", "__getitem__"} and arguments.positional:
            return self.item(receiver, arguments.positional[0], node) | joined(arguments.positional[1:])
        if name == "popitem":
            return self.elements(self._view(ref, "items", receiver, node), node)
        if name in {"items", "keys"} or (name == "values" and isinstance(ref, Live)):
            return self._view(ref, name, receiver, node)
        if name in {"values", "copy", "union", "intersection", "difference"}:
            return receiver
        return self.elements(receiver, node) | Value(labels=receiver.labels)

    def _hold_given(self, ref: Any, name: str, arguments: Arguments, node: ast.AST) -> None:
        """Let a container hold what one of its methods is given; one that outlives the call is a store."""
        whole = name in {"extend", "update", "extendleft"}
        for value in arguments.all():
            self.hold(ref, ANY, self.elements(value, node) if whole else value)
        for key, value in arguments.keywords:
            self.hold(ref, key, value)
        if name == "setdefault" and arguments.positional:
            self.hold_key(ref, arguments.positional[0])
            self.hold(ref, ANY, joined(arguments.positional[1:]))
        if name == "update" and arguments.positional:
            self.hold_key(ref, OTHERS)
        if isinstance(ref, Live):
            self.store(self.store_of(ref.obj), self.deep(arguments.joined()), node)
        elif GLOBAL in ref.site:
            self.store(f"object {ref.site}", self.deep(arguments.joined()), node)

    def _formatted(self, text: str, arguments: Arguments, node: ast.AST) -> Labels:
        """Return what a text tells of in which the attributes and items that it names are put."""
        told, count = NO_LABELS, 0
        try:
            fields = [field for _, field, _, _ in Formatter().parse(text) if field is not None]
        except ValueError:
            return self.deep(arguments.joined())
        for field in fields:
            parts = _PARTS.findall(field)
            if not parts or parts[0][0] in ".[":
                parts.insert(0, str(count))
                count += 1
            first, *rest = parts
            place = int(first) if first.isdigit() else len(arguments.positional)
            value = arguments.get(place, first)
            for part in rest:
                key = one(Const(int(part[1:-1]) if part[1:-1].isdigit() else part[1:-1]))
                value = self.attribute(value, part[1:], node) if part[0] == "." else self.item(value, key, node)
            told |= self.deep(value)
        return told

    def _view(self, ref: Any, name: str, receiver: Value, node: ast.AST) -> Value:
        """Return what ``items``, ``keys`` or ``values`` of a dict gives."""
        outer = Holder(f"{name} {self.site(node)}")
        if name == "keys":
            self.hold(outer, ANY, self.keys(ref))
            return one(outer)
        if name == "values":
            self.hold(outer, ANY, self.elements(receiver, node))
            return one(outer, receiver.labels)
        pair = Holder(f"item of {self.site(node)}")
        self.hold(pair, 1, self.elements(receiver, node))
        self.hold(pair, 0, self.keys(ref))
        self.hold(outer, ANY, one(pair, receiver.labels))
        return one(outer, receiver.labels)

    def keys(self, ref: Any) -> Value:
        if isinstance(ref, Live) and isinstance(ref.obj, dict):
            return joined(self.of_live(key) for key, _ in pairs_of(ref.obj)[:96])
        return joined(
            one(key) if hasattr(key, "__hash__") and not isinstance(key, str | int) else one(Const(key))
            for key, _ in self.heap.of(ref) if key != ANY
        ) | self.keys_held(ref) | UNKNOWN  # fmt: skip

    def plain(self, value: Value) -> Any:
        """Return the one constant that a value is, ``None`` if it may be anything else."""
        if len(value.refs) != 1 or value.unknown:
            return None
        (ref,) = value.refs
        if isinstance(ref, Const):
            return ref.value
        if isinstance(ref, Holder):
            parts = [self.heap.get((ref, index)) for index in range(len(self.heap.of(ref)))]
            return [self.plain(part) for part in parts] if parts and NOTHING not in parts else None
        return None

    def holder(self, items: Any) -> Value:
        """Return a holder of plain constants, apart for each content."""
        holder = Holder(f"constants {items!r}")
        for index, item in enumerate(items):
            self.hold(holder, index, one(Const(item)))
        return one(holder)

    def _fold(self, text: Any, name: str, arguments: Arguments, node: ast.AST) -> Value:
        values = [self.plain(value) for value in arguments.positional]
        named = {key: self.plain(value) for key, value in arguments.keywords}
        labels = self.deep(arguments.joined())
        if None in values or None in named.values() or arguments.rest is not None:
            labels = self._formatted(text, arguments, node) if name == "format" and isinstance(text, str) else labels
            return Value(labels=labels, unknown=True)
        try:
            result = getattr(text, name)(*values, **named)
        except (TypeError, ValueError, LookupError, AttributeError):
            return Value(labels=labels, unknown=True)
        if isinstance(result, list | tuple):
            return self.holder(result)
        return one(Const(result), labels)
