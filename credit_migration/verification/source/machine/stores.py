"""What is sent, and what is put where another part may take it from → events."""

from __future__ import annotations

import ast
from typing import Any

from django.db.models import Model

from credit_migration.verification.source import channels
from credit_migration.verification.source.machine.calls import Calls
from credit_migration.verification.source.machine.events import Shared
from credit_migration.verification.source.machine.heap import OPAQUE_TEXT
from credit_migration.verification.source.program import Program
from credit_migration.verification.source.tables import STORED, UNSAVED, Tables
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Arguments,
    Const,
    Holder,
    Instance,
    Labels,
    Live,
    Value,
    one,
)
from credit_migration.verification.source.wiring import Wiring

MODEL_WRITES = frozenset({"save", "asave", "save_base", "delete", "adelete"})


class Stores(Calls):
    """The part of the machine that records what leaves the host, is written to a table or kept for later."""

    def __init__(self, program: Program, tables: Tables, shared: Shared, wiring: Wiring) -> None:
        super().__init__(program, tables, shared)
        self.wiring = wiring

    def send(self, channel: str, labels: Labels, node: ast.AST) -> None:
        """Record that something is sent, and what it tells of a credit request."""
        self.shared.drained |= {label.removeprefix("to:") for label in labels | self.guards if "store:" in label}
        self.record("send", node, channel, channels.leaves(labels, self.guards))
        taken = {label.removeprefix("to:").removeprefix("store:") for label in labels if "store:" in label}
        if taken & set(self.shared.stores):
            self.record("drain", node, channel, frozenset(taken))
        if f"to:{OPAQUE_TEXT}" in labels:
            self.wonder(node, "to whom this goes: a text that the source does not show names them")
        if "request" in self.guards:
            self.use_rows(node, "send")

    def _remember_messages(self, value: Value, node: ast.AST) -> None:
        path, line = self.place(node)
        own = {r.cls for r in value.only(Instance) if isinstance(r.cls, type) and self.is_project_class(r.cls)}
        rows = {cls for cls in own if issubclass(cls, Model)}
        self.shared.senders.setdefault(f"{path}:{line}", set()).update(own - rows)

    def store(self, name: str, labels: Labels, node: ast.AST) -> None:
        """Record that something of a request is put where another part may take it from."""
        telling = channels.leaves(labels, self.guards)
        if telling:
            self.put(name, labels | self.guards)
            self.record("store", node, name, telling)

    def _store_name(self, receiver: Value) -> str:
        for ref in receiver.only(Live):
            return self.store_of(ref.obj)
        return ""

    def store_fields(self, model: Any, arguments: Arguments, node: ast.AST) -> None:
        """Record what is put into the fields of a row, which another part may take from there."""
        pairs = list(arguments.keywords)
        for name, value in arguments.keywords:
            if name in {"defaults", "create_defaults"}:
                pairs += [(str(key), held) for ref in value.only(Holder) for key, held in self.heap.of(ref)]
        for name, value in pairs:
            self.store_field(model, name, value, node)

    def store_field(self, model: Any, name: str, value: Value, node: ast.AST) -> None:
        """Record what is put into one field; a field that says to whom counts also for what decides that it is set."""
        if self.tables.labels(model) & {"request", "pathway", "learner"} or self.tables.is_award(model):
            return
        says_whom = (
            any(word in name.lower() for word in ("mail", "address", "recipient")) or name in channels.RECIPIENT_NAMES
        )
        labels = channels.to(self.recipients(value)) if says_whom else self.deep(value)
        telling = channels.leaves(labels, self.guards if says_whom else NO_LABELS)
        if telling:
            self.put(f"{model._meta.label}.{name}", telling)
            self.record("store", node, f"{model._meta.label}.{name}", telling)

    def _tell_of_award(self, node: ast.AST) -> None:
        """Let the names that an award is made of tell of its learner and its program, where nothing else does."""
        host, names = self.tables.host, self.here.names if hasattr(self, "here") else {}
        whose = {getattr(host.user, "USERNAME_FIELD", "username"), host.user._meta.model_name}
        for keyword in getattr(node, "keywords", ()):
            given = keyword.value
            while isinstance(given, ast.Attribute):
                given = given.value
            value = names.get(given.id, NOTHING) if isinstance(given, ast.Name) else NOTHING
            if value.unknown and not value.refs:
                label = "learner" if keyword.arg in whose else f"store:{host.program._meta.label}"
                names[given.id] = value.plus(frozenset({label}))

    def is_stored(self, row: Instance, receiver: Value, arguments: Arguments) -> bool:
        """Return whether what saves a recorded request can't make a new one: a query gave it, and it kept its key."""
        if not self.tables.is_request(row.cls) or row.site or not receiver.labels >= STORED or arguments.rest:
            return False
        is_copied = any((row, name) in self.heap for name in ("pk", row.cls._meta.pk.attname, "_state"))
        return not is_copied and not receiver.labels & UNSAVED and "force_insert" not in dict(arguments.keywords)

    def write(self, model: Any, verb: str, arguments: Arguments, node: ast.AST, *, is_stored: bool = False) -> None:
        """
        Record that a row is written, and follow the receivers and overrides that this runs.

        Args:
            model: the row's.
            verb: the method that writes it.
            arguments: what that is given.
            node: where it is called.
            is_stored: whether the row is in the table already.

        """
        if self.tables.is_award(model) and "delete" not in verb:
            self.record("award", node, model._meta.label)
            self._tell_of_award(node)
        if self.tables.is_request(model) and "delete" not in verb:
            self.record("record", node, model._meta.label)
        if verb not in {"add", "set", "delete", "adelete"}:
            self.store_fields(model, arguments, node)
        row = self.tables.row(model, STORED if is_stored else NO_LABELS)
        told = (("created", one(Const(False, literal=True))),) if is_stored else ()
        if verb not in MODEL_WRITES:
            for name in ("save", "full_clean", "clean"):
                if self.is_own(model, name):
                    self.call(self.member(model, name, row, node) or NOTHING, Arguments(), node)
        for one_ in self.wiring.of_model(model):
            signal = one(Live(one_.signal))
            given = Arguments((), (("sender", one(Live(model))), ("instance", row), ("signal", signal), *told), UNKNOWN)
            self.call(self.of_live(one_.receiver), given, node)
