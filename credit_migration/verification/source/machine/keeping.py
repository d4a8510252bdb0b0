"""What library code keeps outside the process: in files, caches and tables by SQL → what another part reads there."""

from __future__ import annotations

import ast

from credit_migration.verification.source import channels
from credit_migration.verification.source.in_process import as_parameter, of_columns
from credit_migration.verification.source.machine.rendering import Rendering
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Arguments,
    Holder,
    Instance,
    Labels,
    Live,
    Value,
    joined,
    one,
)

EXECUTES = frozenset({"execute", "executemany", "executescript"})


class Keeping(Rendering):
    """The part of the machine that knows stores outside the process."""

    def _kept(self, name: str, receiver: Value | None, arguments: Arguments, labels: Labels, node: ast.AST) -> Labels:
        """Remember what a call keeps for another part, and return what it reads beside ``labels``."""
        method = name.rpartition(".")[2]
        classes = self.classes(receiver) if receiver is not None and receiver.refs else ()
        labels |= self._files(method, classes, receiver, arguments, labels, node)
        if method in EXECUTES:
            labels |= self._tables(arguments, labels, node)
            self._adapted(arguments, node)
        for store in {found for found in map(channels.service, classes) if found}:
            if labels & channels.TELLING:
                self.store(store, labels, node)
            labels |= self.stored(store)
        return labels

    def _files(
        self,
        method: str,
        classes: tuple[type, ...],
        receiver: Value | None,
        arguments: Arguments,
        labels: Labels,
        node: ast.AST,
    ) -> Labels:
        """Remember what is written to a file, and return what reading one tells of."""
        objects = [*(receiver or NOTHING).only(Instance), *arguments.joined().only(Instance)]
        is_file = any(ref.cls is channels.File for ref in objects)
        is_storage = any(cls.__module__.startswith("django.core.files") for cls in classes)
        if method in {"write_text", "write_bytes"} or (is_file and method in channels.FILE_WRITES):
            self.store("files", labels, node)
            if self.is_about_both(labels) and any((ref, channels.IS_READ_OUTSIDE) in self.heap for ref in objects):
                self.wonder(node, "what the program does that reads what is written here about learner and program")
        elif (is_file and method not in channels.FILE_READS) or (is_storage and "save" in method):
            self._note_file(labels, node)
        elif method in channels.FILE_NAMINGS:
            self._note_file(labels | self.deep(receiver or NOTHING), node)
        is_read = method in {"read_text", "read_bytes"} or (is_file and method in channels.FILE_READS)
        return self.stored("files") if is_read or method in channels.FILE_LISTINGS else NO_LABELS

    def is_about_both(self, labels: Labels) -> bool:
        """Return whether something tells of a learner and of a program."""
        plain = {label.removeprefix("to:") for label in labels}
        program = f"store:{self.tables.host.program._meta.label}"
        return bool(plain & {"learner", "own"}) and any(label.startswith(program) for label in plain)

    def _note_file(self, labels: Labels, node: ast.AST) -> None:
        if labels & channels.TELLING:
            self.store("files", labels, node)

    def _adapted(self, arguments: Arguments, node: ast.AST) -> None:
        """Follow what the database's library makes a parameter or a column with."""
        given = arguments.joined()
        given = given | joined(self.all_held(ref) for ref in given.only(Holder))
        for ref in given.only(Instance):
            for adapter in as_parameter(ref.cls):
                self.call(self.of_live(adapter), Arguments((one(ref),)), node)
        for text in self._texts(arguments):
            for converter in of_columns(text):
                self.call(self.of_live(converter), Arguments(rest=UNKNOWN), node)

    def _tables(self, arguments: Arguments, labels: Labels, node: ast.AST) -> Labels:
        """Remember what SQL puts into a table, and return what it reads there."""
        read = NO_LABELS
        for text in self._texts(arguments):
            for store in self.tables.written_by_sql(text) if labels & channels.TELLING else ():
                self.store(store, labels, node)
            read |= self.read_by_sql(text)
        return read

    def read_by_sql(self, text: str) -> Labels:
        """Return what SQL reads: rows of the host's models, or of a table that the host itself fills by SQL."""
        labels, tables = self.tables.read_by_sql(text)
        return labels.union(*(self.stored(f"table {name}") for name in tables))

    def classes(self, value: Value) -> tuple[type, ...]:
        """Return the classes of what a value may be, with their bases."""
        found: list[type] = []
        for ref in value.refs:
            cls = ref.cls if isinstance(ref, Instance) else type(ref.obj) if isinstance(ref, Live) else None
            if isinstance(ref, Live) and isinstance(ref.obj, type):
                cls = ref.obj
            todo = [cls]
            while todo:
                cls = todo.pop(0)
                if channels.is_missing(cls):
                    continue
                if isinstance(cls, type):
                    found += cls.__mro__
                elif cls is not None and hasattr(cls, "bases"):
                    todo += [p.obj if isinstance(p, Live) else p for base in cls.bases for p in base.refs]
        return tuple(found)
