"""What is connected, disconnected and switched → the sections that tell it; pure."""

from __future__ import annotations

from collections.abc import Sequence

from credit_migration.data import Column, Section
from credit_migration.data.verification import Connection, Entry, EntryKind, SourceFacts, Switch

_UNCALLED = {EntryKind.RECEIVER, EntryKind.TASK, EntryKind.SCHEDULE, EntryKind.STARTUP, EntryKind.MIDDLEWARE}


def wiring(source: SourceFacts, connections: Sequence[Connection]) -> Section:
    """Return what runs without being called, connected to what, and by which line where the source shows it."""
    rows = {
        (entry.kind.value, entry.name, entry.wired, str(entry.location or ""), _connected_by(entry, connections))
        for entry in source.looked.entries
        if entry.kind in _UNCALLED
    }
    columns = (("kind", "Kind"), ("name", "Function"), ("connected", "Connected to"), ("place", "Place"), ("by", "By"))
    return Section(
        name="wiring",
        title="What runs without being called",
        columns=tuple(Column(name=name, title=title) for name, title in columns),
        rows=tuple(sorted(rows)),
        note="By: the call that connects it; where it is empty, a decorator at its place does, or a setting.",
    )


def disconnected(connections: Sequence[Connection]) -> Section:
    """Return which receivers the source disconnects, where, and whether in any case."""
    columns = (("receiver", "Receiver"), ("signal", "Signal"), ("by", "By"), ("condition", "Only if"))
    return Section(
        name="disconnected",
        title="Receivers that the source disconnects",
        columns=tuple(Column(name=name, title=title) for name, title in columns),
        rows=tuple((one.receiver, one.signal, _by(one), one.condition) for one in connections if not one.connects),
    )


def switched(switches: Sequence[Switch]) -> Section:
    """Return the switches on the ways that were found, and what each says now."""
    columns = (
        ("switch", "Switch"),
        ("now", "Now"),
        ("defined", "Defined at"),
        ("condition", "Condition"),
        ("entry", "On the way from"),
    )
    return Section(
        name="switches",
        title="Switches on the way to a send",
        columns=tuple(Column(name=name, title=title) for name, title in columns),
        rows=tuple((one.name, one.now, str(one.defined or ""), one.condition, one.entry) for one in switches),
        note="A switch that is off is not a removal. Of texts and other values only the kind is shown. A variable is "
        "defined where it is read.",
    )


def _connected_by(entry: Entry, connections: Sequence[Connection]) -> str:
    if entry.kind is not EntryKind.RECEIVER:
        return ""
    name = entry.name.rpartition(".")[2]
    return ", ".join(_by(one) for one in connections if one.connects and one.receiver.rpartition(".")[2] == name)


def _by(one: Connection) -> str:
    return f"{one.location} {one.inside}".rstrip()
