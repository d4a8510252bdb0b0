"""Functions that could send a credit request and that no entry reaches: left over, or called in a way not seen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.db.models.manager import BaseManager

from credit_migration.data.report import Location
from credit_migration.data.verification import Doubt, Entry, EntryKind, Leftover
from credit_migration.verification.source.code import Function, Module, SourceClass
from credit_migration.verification.source.entries.root import Root
from credit_migration.verification.source.entries.written import Owners, owner_of, written_root
from credit_migration.verification.source.kept_names import template_words
from credit_migration.verification.source.machine.events import COMMON, Event
from credit_migration.verification.source.mentions import (
    called_or_wired,
    could_send,
    exported,
    functions,
    inner_around,
    is_deleted,
    local_names,
    names_it,
    taken_off,
    texts_kept,
    texts_of_names,
)
from credit_migration.verification.source.runs import Reader, Run
from credit_migration.verification.source.unheld import Unheld
from credit_migration.verification.source.unimported import Unimported
from credit_migration.verification.source.unnamed import Unnamed


class Leftovers:
    """Reads each function that no entry reached as if something called it."""

    def __init__(self, reader: Reader, runs: list[Run], unheld: Unheld) -> None:
        self.reader, self.runs, self.unheld = reader, runs, unheld
        self.program, self.shared, self.unnamed = reader.program, reader.shared, Unnamed(reader.program)
        self.unimported = Unimported(reader.program)
        self.reached = {place for run in runs for place in run.ran}
        self.told = {
            (function.module.path, function.node.lineno, event.path, event.line)
            for run in runs
            if run.root.entry.kind is EntryKind.RECEIVER
            for event in run.of("send") + run.of("store")
            if event.labels
            for function in event.functions[:1]
        }

    def find(self) -> tuple[list[Leftover], list[Doubt]]:
        """Return the left-over functions, and those that something may call in a way that was not seen."""
        mentions = set(self.shared.mentions)
        senders = dict(self._unreached())
        new = self.shared.mentions
        self.shared.mentions = mentions | {m for m in new if self._is_inside(m, senders)}
        leftovers, doubts = [], []
        for (path, line), (name, node, owner) in senders.items():
            location = Location(path=self.program.short(path), line=line)
            is_dead = self._is_dead(path, node)
            why = "" if is_dead else self._implicit(node, owner) or self._mention(node.name, senders, location)
            if why:
                doubts.append(_maybe_called(name, location, why))
            else:
                leftovers.append(Leftover(name=name, location=location))
        doubts += self._asked_mentions(senders)
        return leftovers, doubts

    def _is_inside(self, mention: tuple[str, int, str], senders: dict[Any, Any]) -> bool:
        return self._sender_around(mention[0], mention[1], senders)

    def _unreached(self) -> Iterator[tuple[tuple[str, int], Any]]:
        for path in self.program.files():
            module = self.program.file(path)
            if module is None:
                continue
            for node, owners in functions(module.tree, ()):
                if (path, node.lineno) in self.reached or not could_send(node):
                    continue
                root = self._root(module, node, owners)
                if root is None:
                    continue
                run = self.reader.run(root, is_left=True)
                if any(e.labels and not self._is_told(e) for e in run.of("send") + run.of("store")):
                    name = ".".join((*(owner.name for owner in owners), node.name))
                    yield (path, node.lineno), (name, node, owner_of(self.reader.machine(), module, owners))

    def _is_dead(self, path: str, node: Any) -> bool:
        """Return whether no name can lead to a function: its module can't be imported, or has deleted it."""
        module = self.program.file(path)
        return module is not None and (self.unimported.is_dead(module) or is_deleted(module, node))

    def _is_told(self, event: Event) -> bool:
        """Return whether a receiver sends this, whoever saves the row: it is told of the receiver itself."""
        return any((f.module.path, f.node.lineno, event.path, event.line) in self.told for f in event.functions)

    def _root(self, module: Module, node: Any, owners: Owners) -> Root | None:
        location = Location(path=self.program.short(module.path), line=node.lineno)
        entry = Entry(kind=EntryKind.OVERRIDE, name=node.name, location=location, wired="nothing")
        return written_root(self.reader.machine(), module, node, owners, entry)

    def _implicit(self, node: Any, owner: Any) -> str:
        """Return what may call a function without naming it; empty if nothing may."""
        if owner is not None and node.name.startswith("__") and node.name.endswith("__"):
            if self.unnamed.is_dead(owner):
                return ""
            return "Python calls a special method without naming it"
        if owner is not None and node.name in set(self.reader.machine().overrides(owner)):
            return "it overrides a method that library code calls"
        if isinstance(owner, type) and issubclass(owner, BaseManager | QuerySet):
            # Library code calls only what it has itself, but a template may read any other method.
            return "a template reads an attribute of its name" if node.name in template_words(self.program) else ""
        if owner is not None and not node.name.startswith("_") and self._is_handed_on(owner):
            return "a class names its class among the attributes that library code reads"
        if not node.name.startswith("_") and any(_is_kind_of(cls, owner) for cls in self.shared.given):
            return "an object of its class is given to library code"
        return ""

    def _is_handed_on(self, owner: Any) -> bool:
        """Return whether the body of a class of the host names this one, as the settings of library classes do."""
        name = owner.node.name if isinstance(owner, SourceClass) else owner.__name__
        for module in self.program.modules():
            for cls in ast.walk(module.tree):
                if isinstance(cls, ast.ClassDef) and any(
                    getattr(child, "id", getattr(child, "attr", "")) == name
                    for statement in cls.body
                    if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None
                    for child in ast.walk(statement.value)
                ):
                    return True
        return False

    def _mention(self, name: str, senders: dict[Any, Any], own: Location) -> str:
        """Return where a function that nothing reaches is still named; empty if nowhere."""
        pattern = re.compile(rf"(^|[.:]){re.escape(name)}$")
        for path in self.program.files():
            module = self.program.file(path)
            if module is None:
                continue
            ignored = exported(module.tree) | local_names(module.tree)
            texts = texts_of_names(module.tree) | texts_kept(module.tree)
            inside = [
                (body.lineno, body.end_lineno or body.lineno)
                for body, owners in functions(module.tree, ())
                if not (owners and _is_called_by_python(body.name))
            ]
            for node in ast.walk(module.tree):
                if node in ignored or self.unheld.has(node) or (isinstance(node, ast.Constant) and node not in texts):
                    continue
                short, line = self.program.short(path), getattr(node, "lineno", 0)
                if names_it(node, name, pattern) and taken_off(module, node, name):
                    continue
                if not names_it(node, name, pattern) or self._sender_around(short, line, senders):
                    continue
                if not isinstance(node, ast.Constant) and self._is_settled(node, module, name, inside):
                    continue
                return f"'{name}' is named at {self.program.short(path)}:{line}"
        return self._text_mention(name)

    def _is_settled(self, node: Any, module: Module, name: str, inside: list[tuple[int, int]]) -> bool:
        """
        Return whether a name in a function is followed to a call, or stands where the code can't come to.

        A function that is handed on where the code comes to, and that nothing reached, may have been lost sight of.
        """
        short, line = self.program.short(module.path), node.lineno
        if (short, line, name) in self.shared.mentions:
            return node in called_or_wired(module.tree)
        made_around = {(module.path, first) for first in inner_around(module.tree, node)} & self.shared.made
        if made_around - self.reached:
            return False
        return any(first <= line <= last for first, last in inside) and (short, line, name) not in self.shared.seen

    def _text_mention(self, name: str) -> str:
        word = re.compile(rf"\b{re.escape(name)}\b")
        for path, text in self.program.texts():
            found = word.search(text)
            if found and len(name) > 5 and "_" in name:
                return f"'{name}' is named at {self.program.short(path)}:{text.count(chr(10), 0, found.start()) + 1}"
        return ""

    def _sender_around(self, short: str, line: int, senders: dict[Any, Any]) -> bool:
        return any(
            self.program.short(path) == short and node.lineno <= line <= (node.end_lineno or line)
            for (path, _), (_, node, _) in senders.items()
        )

    def _asked_mentions(self, senders: dict[Any, Any]) -> Iterator[Doubt]:
        """Yield places that name a function of the learner's request and that were not followed to it."""
        asked = {f for run in self.runs if run.is_asked for e in run.of("send") if e.labels for f in e.functions}
        for function in sorted(asked, key=lambda f: (f.module.path, f.node.lineno)):
            name = getattr(function.node, "name", "")
            if not name or function.name.startswith("__"):
                continue
            if name in COMMON:
                yield from self._called_blindly(function.name, name)
                continue
            pattern = re.compile(rf"(^|[.:]){re.escape(name)}$")
            yield from self._unfollowed(name, pattern, function, senders)

    def _called_blindly(self, shown: str, name: str) -> Iterator[Doubt]:
        """Yield calls of a name that many things have, of an object that the source does not show."""
        for run in self.runs:
            for event in run.of("blind") if not run.is_asked and run.awards else ():
                if event.what == name:
                    where = Location(path=event.path, line=event.line)
                    yield _maybe_called(shown, where, "a method of its name is called of what the source does not show")

    def _is_lost(self, function: Function, module: Module, body: Any) -> bool:
        """Return whether a way for which no learner asks comes to a body, and not to a function that it hands on."""
        target, here = (function.module.path, function.node.lineno), (module.path, body.lineno)
        return any(here in run.ran and target not in run.ran for run in self.runs if not run.is_asked)

    def _unfollowed(
        self, name: str, pattern: re.Pattern[str], function: Function, senders: dict[Any, Any]
    ) -> Iterator[Doubt]:
        for module in self.program.modules():
            local, called = local_names(module.tree), called_or_wired(module.tree)
            for body, _ in functions(module.tree, ()):
                texts = texts_of_names(body)
                for node in ast.walk(body):
                    is_text = isinstance(node, ast.Constant)
                    if node in local or (is_text and node not in texts) or not names_it(node, name, pattern):
                        continue
                    short, line = self.program.short(module.path), getattr(node, "lineno", 0)
                    known = (short, line, name) in self.shared.mentions or (short, line, "") in self.shared.mentions
                    known = known and (node in called or not self._is_lost(function, module, body))
                    known = known or not (is_text or (short, line, name) in self.shared.seen)
                    if known or self._sender_around(short, line, senders):
                        continue
                    where = Location(path=short, line=line)
                    yield _maybe_called(
                        function.name, where, "it is named there, and what happens to the name is not shown"
                    )


def _is_called_by_python(name: str) -> bool:
    """Return whether a method runs where no source names it, other than where an object is made."""
    return name.startswith("__") and name.endswith("__") and name not in {"__init__", "__new__", "__post_init__"}


def _is_kind_of(cls: Any, owner: Any) -> bool:
    return cls is owner or (isinstance(cls, type) and isinstance(owner, type) and issubclass(cls, owner))


def _maybe_called(name: str, location: Location, why: str) -> Doubt:
    return Doubt(
        location=location,
        what=f"whether something calls '{name}', which can send a credit request: {why}",
        decide="Remove the function, or show by the probe that an award does not run it.",
    )
