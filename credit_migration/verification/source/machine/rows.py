"""A call of a manager, a query set, a row or a model → what it reads, writes and gives back."""

from __future__ import annotations

import ast
import inspect
from functools import cached_property
from typing import Any

from credit_migration.verification.source import channels
from credit_migration.verification.source.lookups import Lookups, names_paths
from credit_migration.verification.source.machine.events import RowUse
from credit_migration.verification.source.machine.signals import Signals
from credit_migration.verification.source.machine.written_sql import sql_writes
from credit_migration.verification.source.tables import STORED, UNSAVED, is_model
from credit_migration.verification.source.values import (
    NO_LABELS,
    UNKNOWN,
    Arguments,
    Bound,
    Holder,
    Instance,
    Labels,
    Live,
    Rows,
    Value,
    joined,
    one,
)

ROW_METHODS = frozenset(
    {"get", "first", "last", "earliest", "latest", "aget", "afirst", "alast", "aearliest", "alatest", "in_bulk", "pop"}
)
ROW_MAKERS = frozenset(
    {"create", "acreate", "get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"}
)
ROW_WRITES = ROW_MAKERS | frozenset(
    {"bulk_create", "abulk_create", "bulk_update", "abulk_update", "update", "aupdate", "add", "set"}
)
SCALARS = frozenset(
    {"exists", "count", "aggregate", "aexists", "acount", "aaggregate", "delete", "contains", "explain"}
)
_FETCHES = frozenset({"select_related", "only", "defer"})
"""What says how rows are fetched, and not which."""
_ROW_READS = frozenset({"filter", "exclude", "get", "afilter"})
_ROW_DELETES = frozenset({"delete", "adelete"})


class RowCalls(Signals):
    """The part of the machine that knows Django's models."""

    @cached_property
    def lookups(self) -> Lookups:
        return Lookups(self.program)

    def _rows(self, ref: Rows, name: str, receiver: Value, arguments: Arguments, node: ast.AST) -> Value:
        labels = receiver.labels | (NO_LABELS if name in _FETCHES else self._filters(ref.model, arguments))
        if name != "get_queryset":
            self._own_query_sets(ref, receiver, node)
        self.escape(arguments.joined(), self.tables.row(ref.model, labels), node)
        self._own_lookups(arguments, node)
        self._note_use(ref.model, name, arguments, node)
        if name in {"get_or_create", "update_or_create"}:
            self._own_create(ref, receiver, arguments, node)
        if name in ROW_WRITES:
            self.write(ref.model, name, arguments, node)
        if _is_content_type(ref.model):
            return self._content_types(ref.model, labels, arguments)
        return self._rows_given_back(ref, name, labels, arguments, node)

    def _own_query_sets(self, ref: Rows, receiver: Value, node: ast.AST) -> None:
        """Follow the host's own ``get_queryset``, which every method of its manager calls."""
        for cls in self.row_classes(ref):
            if self.is_own(cls, "get_queryset") and self.active.get(("rows", cls), 0) < 1:
                self.active["rows", cls] = 1
                self.call(one(Bound(Live(inspect.getattr_static(cls, "get_queryset")), receiver)), Arguments(), node)
                self.active["rows", cls] = 0

    def _own_lookups(self, arguments: Arguments, node: ast.AST) -> None:
        """Follow the host's own lookups and transforms that a query names: each is asked for its SQL."""
        for path, value in self._paths(arguments):
            for cls in self.lookups.on(path):
                made = self.make(cls, Arguments((UNKNOWN, value)), node)
                for instance in made.only(Instance):
                    self.call_overrides(instance, made.labels, value, node)

    def _paths(self, arguments: Arguments) -> list[tuple[str, Value]]:
        """Return the paths along models that a query names, in its parts too, each with what it is compared to."""
        found, todo = list(arguments.keywords), list(arguments.all())
        seen: set[Any] = set()
        while todo:
            value = todo.pop()
            found += [(text, UNKNOWN) for text in value.strings()]
            for ref in value.only(Instance, Holder):
                is_part = isinstance(ref, Holder) or names_paths(ref.cls)
                held = self.heap.of(ref) if is_part and ref not in seen else ()
                seen.add(ref)
                found += [(key, inner) for key, inner in held if isinstance(key, str)]
                todo += [inner for _, inner in held]
        return found

    def _own_create(self, ref: Rows, receiver: Value, arguments: Arguments, node: ast.AST) -> None:
        """Follow the host's own ``create``, by which Django makes what is not there yet."""
        for cls in self.row_classes(ref):
            if self.is_own(cls, "create"):
                method = one(Bound(Live(inspect.getattr_static(cls, "create")), receiver))
                self.call(method, Arguments(rest=arguments.joined() | UNKNOWN), node)

    def _note_use(self, model: Any, name: str, arguments: Arguments, node: ast.AST) -> None:
        """Remember how recorded requests are read or written, or decide which other rows are."""
        if self.tables.is_request(model):
            if name in {"bulk_update", "abulk_update"}:
                fields = self.elements(arguments.get(1, "fields"), node).strings()
                arguments = Arguments(keywords=tuple((field, UNKNOWN) for field in fields))
            if name in ROW_WRITES | _ROW_READS | _ROW_DELETES:
                self.use_rows(node, name, arguments)
        elif any("request" in self.tables.lookup(model, key) for key, _ in arguments.keywords) or (
            _leaves_out(name, node) and self.tables.is_offered(model) and "request" in self.deep(arguments.joined())
        ):
            self.use_rows(node, "offers", arguments)

    def is_offer(self, source: Value) -> bool:
        """Return whether a value is of rows that a learner is offered, and of no recorded requests."""
        models = {ref.model for ref in source.only(Rows)}
        return bool(models) and all(map(self.tables.is_offered, models))

    def _note_sql(self, arguments: Arguments, node: ast.AST) -> None:
        """Remember how SQL writes recorded requests."""
        for text in self._texts(arguments):
            for write in sql_writes(text, self.tables.host.request._meta.db_table):
                self.row_uses.setdefault(
                    (*self.place(node), write.verb),
                    RowUse(*self.place(node), write.verb, write.columns, write.empty, is_open=write.is_open),
                )

    def _content_types(self, model: Any, labels: Labels, arguments: Arguments) -> Value:
        """Return the models that a content type is asked for by, or any row where the source does not show it."""
        models = [found for text in self._texts(arguments) for found in self._models_called(text)]
        models += [r.obj for r in arguments.joined().only(Live) if is_model(r.obj)]
        if models:
            return joined(one(Live(found)) for found in models)
        return Value(frozenset({Instance(model)}), labels, True)

    def _rows_given_back(self, ref: Rows, name: str, labels: Labels, arguments: Arguments, node: ast.AST) -> Value:
        if name in ROW_MAKERS and "or_create" in name:
            holder = Holder(f"made {ref.model._meta.label} {self.site(node)}")
            self.hold(holder, 0, Value(frozenset({Instance(ref.model)}), labels))
            self.hold(holder, 1, Value(labels=labels, unknown=True))
            return one(holder, labels)
        if name in {"create", "acreate"} and self.tables.is_request(ref.model):
            path, line = self.place(node)
            return Value(frozenset({Instance(ref.model, f"new {path}:{line}")}), labels)
        if name in ROW_METHODS or name in ROW_MAKERS:
            return Value(frozenset({Instance(ref.model)}), labels | (STORED if name in ROW_METHODS else NO_LABELS))
        if name in SCALARS:
            return Value(labels=labels, unknown=True)
        if name in {"values", "values_list", "dates", "datetimes"}:
            return Value(labels=self._columns(ref.model, labels, arguments), unknown=True)
        return Value(frozenset({ref}), labels)

    def _columns(self, model: Any, labels: Labels, arguments: Arguments) -> Labels:
        texts = self._texts(arguments)
        read = frozenset[str]().union(*(self.tables.lookup(model, text) for text in texts))
        if texts and read and read <= {"learner", "own"}:
            return (labels - self.tables.labels(model)) | read
        return labels | read

    def _texts(self, arguments: Arguments) -> tuple[str, ...]:
        return tuple(text for value in arguments.all() for text in value.strings())

    def _models_called(self, text: str) -> list[Any]:
        host = self.tables.host
        return [m for m in (host.request, host.pathway) if text.lower() in {m._meta.model_name, m._meta.label_lower}]

    def _filters(self, model: Any, arguments: Arguments) -> Labels:
        labels = NO_LABELS.union(*(self.tables.lookup(model, path) for path, _ in self._paths(arguments)))
        for _, value in arguments.keywords:
            labels |= self.deep(value) & channels.TELLING
        for value in arguments.positional:
            labels |= self.deep(value) & channels.TELLING
            labels = labels.union(*map(self.tables.sql, value.strings()))
        if arguments.rest is not None:
            for text in self.elements(arguments.rest, ast.Pass()).strings():
                labels |= self.tables.lookup(model, text)
        return labels

    def _row_method(self, ref: Instance, name: str, receiver: Value, arguments: Arguments, node: ast.AST) -> Value:
        if _is_content_type(ref.cls) and name in {"model_class", "get_object_for_this_type"}:
            return UNKNOWN
        classes = (ref.cls,)
        channel = channels.channel_of_method(classes, name)
        if channel:
            labels = channels.argument_labels(None, arguments, self) | channels.to(
                (receiver.labels & {"address"}) | {"own"}
            )
            self.send(channel, labels, node)
        return Value(labels=receiver.labels | self.deep(arguments.joined()), unknown=True)

    def _model_class(self, model: Any, name: str, receiver: Value, arguments: Arguments, node: ast.AST) -> Value:
        if name == "model_class":
            return receiver
        if name in {"get_object_for_this_type", "get_all_objects_for_this_type"}:
            return self.tables.row(model) | self.tables.rows(model)
        if name == "__new__":
            return self.tables.row(model, UNSAVED)
        return Value(frozenset({Instance(model)}), self.tables.labels(model) | UNSAVED, True)


def _leaves_out(name: str, node: ast.AST) -> bool:
    """Return whether a method of a query set leaves rows out by what it is given."""
    is_negated = any(isinstance(given, ast.UnaryOp) for given in getattr(node, "args", ()))
    return name in {"exclude", "difference"} or (name == "filter" and is_negated)


def _is_content_type(model: Any) -> bool:
    return bool(model._meta.label == "contenttypes.ContentType")
