"""A call of a signal → its receivers, as they are connected in the process or by the source."""

from __future__ import annotations

import ast

from django.dispatch import Signal

from credit_migration.verification.source.machine.stores import Stores
from credit_migration.verification.source.values import NO_LABELS, NOTHING, UNKNOWN, Arguments, Live, Value, one


class Signals(Stores):
    """The part of the machine that follows signals."""

    def _signal(self, signal: Signal, name: str, arguments: Arguments, node: ast.AST) -> Value:
        if name == "disconnect":
            self._disconnect(arguments)
            return NOTHING
        if name == "connect":
            uids = set(dict(arguments.keywords).get("dispatch_uid", NOTHING).strings())
            if not uids & self.wiring.disconnected_uids:
                self.connect(arguments.get(0, "receiver"), node)
            return NOTHING
        if not name.startswith(("send", "asend", "__call__")):
            return UNKNOWN
        keywords = tuple((key, value) for key, value in arguments.keywords if key != "sender")
        sender = arguments.get(0, "sender")
        for one_ in self.wiring.of_signal(signal):
            rest = arguments.rest if arguments.rest is not None else UNKNOWN
            given = Arguments((), (("sender", sender), ("signal", UNKNOWN), *keywords), rest)
            self.call(self.of_live(one_.receiver), given, node)
        return UNKNOWN

    def _disconnect(self, arguments: Arguments) -> None:
        if not self.switches and self.guards == NO_LABELS:
            self.wiring.disconnected_uids |= set(dict(arguments.keywords).get("dispatch_uid", NOTHING).strings())
            for ref in arguments.get(0, "receiver").only(Live):
                self.wiring.disconnected.add(id(ref.obj))

    def connect(self, receiver: Value, node: ast.AST) -> None:
        """Follow a receiver that the source connects, unless the process shows whether it is connected."""
        for ref in receiver.refs:
            if isinstance(ref, Live) and (self.wiring.is_connected(ref.obj) or id(ref.obj) in self.wiring.disconnected):
                continue
            self.call(one(ref), Arguments(rest=UNKNOWN), node)
