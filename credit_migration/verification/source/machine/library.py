"""A call of library code → what it sends, writes, calls back and gives back."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from django.db.models import Model
from django.dispatch import Signal

from credit_migration.verification.source import channels
from credit_migration.verification.source.code import Function
from credit_migration.verification.source.in_database import runs_in_database
from credit_migration.verification.source.in_process import by_text, set_off
from credit_migration.verification.source.machine.handing import Handing, is_container, method_of
from credit_migration.verification.source.machine.heap import ANY, KEPT
from credit_migration.verification.source.machine.holders import FOLDS, HOLDS
from credit_migration.verification.source.machine.keeping import EXECUTES
from credit_migration.verification.source.machine.stores import MODEL_WRITES
from credit_migration.verification.source.machine.tasks import STARTS_TASK
from credit_migration.verification.source.special import IDENTITY, SPECIAL
from credit_migration.verification.source.tables import UNSAVED, is_model, is_row
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    Const,
    Holder,
    Instance,
    Labels,
    LibraryMethod,
    Live,
    Rows,
    Value,
    joined,
    one,
)

_SENDING_NAMES = frozenset({"send_email", "send_mail", "sendmail", "send_message", "send_messages", "deliver", "send"})


class Library(Handing):
    """The part of the machine that knows what library code does with what it is given."""

    def library(self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
        self.direct = None
        if self.generators:
            arguments = self.given_out(obj, name, receiver, arguments, node)
        special = SPECIAL.get((getattr(obj, "__module__", None), getattr(obj, "__qualname__", None))) or (
            SPECIAL.get(("", name)) if receiver is not None else None
        )
        for kept in by_text(name, arguments):
            self.call(self.of_live(kept), Arguments(rest=UNKNOWN), node)
        if special is not None:
            answer = special(self, receiver, arguments, node)
            if answer is not None:
                return answer
        if getattr(obj, "__name__", None) in IDENTITY and receiver is None:
            return self.wrapped_up(arguments.joined()) if arguments.positional else one(Live(IDENTITY["wraps"]))
        if receiver is None or not receiver.refs:
            return self._plain(obj, name, receiver, arguments, node)
        result = NOTHING
        for ref in receiver.refs:
            result = result | self._method(ref, obj, name, Value(frozenset({ref}), receiver.labels), arguments, node)
        return result

    def _method(self, ref: Any, obj: Any, name: str, receiver: Value, arguments: Arguments, node: ast.AST) -> Value:
        if isinstance(ref, Rows):
            return self._rows(ref, name, receiver, arguments, node)
        if is_row(ref):
            if name.rpartition(".")[2] in MODEL_WRITES:
                if "delete" in name and self.tables.is_request(ref.cls):
                    self.use_rows(node, "delete")
                    self.hold(ref, "pk", one(Const(None)))
                self.write(ref.cls, name, arguments, node, is_stored=self.is_stored(ref, receiver, arguments))
                return NOTHING if "delete" in name else receiver
            return self._row_method(ref, name, receiver, arguments, node)
        if isinstance(ref, Function) and name in STARTS_TASK:
            return self.start_task(ref, name, receiver, arguments, node)
        if isinstance(ref, Const) and isinstance(ref.value, str | bytes) and name in FOLDS:
            return self._fold(ref.value, name, arguments, node).plus(receiver.labels)
        if isinstance(ref, Live) and isinstance(ref.obj, Signal):
            return self._signal(ref.obj, name, arguments, node)
        if isinstance(ref, Live) and is_model(ref.obj):
            return self._model_class(ref.obj, name, receiver, arguments, node)
        if isinstance(ref, Holder) or (isinstance(ref, Live) and isinstance(ref.obj, dict | list | set | tuple)):
            return self._holder(ref, name, receiver, arguments, node)
        return self._plain(obj, name, receiver, arguments, node)

    def _plain(self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
        labels = channels.argument_labels(obj, arguments, self)
        for text in self._texts(arguments):
            labels |= self.tables.sql(text)
        labels = self._kept(name, receiver, arguments, labels, node)
        labels |= self._templates(obj, name, arguments, node)
        if receiver is not None:
            labels |= self.deep(receiver)
        method = name.rpartition(".")[2]
        classes = self.classes(receiver) if receiver is not None and "." not in name else ()
        channel = channels.channel_of_function(obj) if receiver is None else channels.channel_of_method(classes, method)
        if not channel and receiver is not None and not classes and method in channels.PUBLISHES:
            channel = f"kombu.{method}"
        self._call_away(obj, method, channel, labels, arguments, node)
        if channel:
            self.send(channel, labels, node)
            self._remember_messages(arguments.joined() | (receiver or NOTHING), node)
        elif receiver is not None and not classes and method in _SENDING_NAMES and self._may_tell(receiver, labels):
            with self.doubtful(node, f"what '{method}' is called on, and whether it sends"):
                self.send(method, labels, node)
        elif receiver is not None and method in HOLDS and channels.leaves(labels, self.guards):
            self.store(self._store_name(receiver), labels, node)
        return self._given_back(obj, name, receiver, arguments, labels, node)

    def _may_tell(self, receiver: Value, labels: Labels) -> bool:
        """Return whether sending this by what it is called on, or by what was kept, may tell of a request."""
        kept = (label.removeprefix("store:") for label in receiver.labels)
        told = NO_LABELS.union(*(self.shared.stores.get(store, NO_LABELS) for store in kept))
        return bool(channels.leaves(labels, NO_LABELS) or told & channels.TELLING)

    def _call_away(
        self, obj: Any, method: str, channel: str, labels: Labels, arguments: Arguments, node: ast.AST
    ) -> None:
        """Wonder at what runs where no source of the host shows it; follow a request to a page of the host itself."""
        plain = {label.removeprefix("to:") for label in labels}
        about_both = self.is_about_both(labels)
        if channel.startswith(("subprocess", "os.", "posix", "asyncio")) or method in channels.OPAQUE:
            self.wonder(node, f"what runs outside the host's source here ('{channel or method}')")
        elif channel and about_both and channel.partition(".")[0] in channels.REMOTE and not method.startswith("get"):
            self.wonder(node, f"what the service does that is told of learner and program by '{channel}'")
        if (about_both or plain & channels.TELLING) and channels.is_missing(obj):
            self.wonder(node, f"what '{obj.__name__}' does, which can't be imported here")
        if method in EXECUTES:
            self._note_sql(arguments, node)
        if any(map(runs_in_database, self._texts(arguments))) and method in {"execute", "executemany"}:
            self.wonder(node, "what the database's procedure does")
        statement = arguments.positional[0] if arguments.positional else NOTHING
        if method in EXECUTES and statement.unknown and not statement.refs:
            self.wonder(node, "which SQL is executed here")
        if method in {"get", "post", "put", "patch", "delete", "generic", "request"}:
            for callback in self.pages(arguments):
                self.call(one(Live(callback)), Arguments(rest=UNKNOWN), node)

    def _given_back(
        self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, labels: Labels, node: ast.AST
    ) -> Value:
        given = arguments.joined()
        inner = joined(self.elements(Value(frozenset({ref})), node) for ref in given.refs if is_container(ref))
        callables = Function | Bound | Applied | LibraryMethod
        others = Value(frozenset(r for r in (given | inner).refs if not isinstance(r, callables)),
                       given.labels | inner.labels, True)  # fmt: skip
        result = self.escape(given | inner, others, node) | self.rows_in(given)
        for ref in () if receiver is None else receiver.refs:
            if isinstance(ref, Instance | Live):
                result = result | self._on_object(ref, name, receiver or NOTHING, arguments, labels, node)
        if isinstance(obj, type):
            ref = Instance(obj, self.site(node))
            for key, value in _named(obj, arguments):
                self.hold(ref, key, value)
            return Value(frozenset({ref}), labels)
        foreign = channels.foreign_class(obj, self.classes(receiver) if receiver is not None else ())
        if foreign is not None:
            result = result | one(Instance(foreign, self.site(node)))
        packed = frozenset(inner.only(Holder)) | frozenset(
            r for r in inner.only(Live) if isinstance(r.obj, list | tuple | dict)
        )
        kept = packed | self.passed_on(given | inner).refs | frozenset(given.only(Instance))
        return Value(kept | result.refs, labels | result.labels, True)

    def _on_object(
        self, ref: Any, name: str, receiver: Value, arguments: Arguments, labels: Labels, node: ast.AST
    ) -> Value:
        """Follow a library method of an object: it may call the host's overrides, and keep what it was given."""
        result = NOTHING
        cls = ref.cls if isinstance(ref, Instance) else type(ref.obj)
        if isinstance(ref, Live) and isinstance(ref.obj, type):
            return self._class_call(ref.obj, arguments, node)
        for kept in set_off(self.program, ref.obj, name) if isinstance(ref, Live) else ():
            self.call(self.of_live(kept), Arguments(rest=arguments.joined() | UNKNOWN), node)
        own = not isinstance(cls, type) or any(self.is_project_class(base) for base in cls.__mro__)
        if own and not is_model(cls):
            given = arguments.joined()
            if name in STARTS_TASK:
                result = self.start_task(ref, name, receiver, arguments, node)
                return result | self.call_overrides(ref, receiver.labels, given, node)
            result = self.call_overrides(ref, receiver.labels, given, node)
            if method_of(name) == "save" and (model := model_of(cls)) is not None:
                self.write(model, "save", Arguments(), node)
                result = result | self.tables.row(model, UNSAVED)
        if isinstance(ref, Instance) and method_of(name) == "update":
            for key, value in arguments.keywords:
                self.hold(ref, key, value)
        if not own:
            given = arguments.joined()
            self.heap.add((ref, KEPT), self.passed_on(given) | Value(frozenset(given.only(Holder))))
            result = result | self.heap.get((ref, KEPT), NOTHING)
        if isinstance(ref, Instance) and labels:
            key = name.partition(".")[0] if "." in name else ANY
            is_receiver = key.lower() in channels.RECIPIENT_NAMES
            self.hold(ref, key, arguments.joined() if is_receiver else Value(labels=labels - receiver.labels))
            result = result | Value(frozenset({ref}), receiver.labels)
        return result

    def _class_call(self, cls: type, arguments: Arguments, node: ast.AST) -> Value:
        """Follow a library's class method on a host's class, such as ``as_view``: its objects may be used."""
        if not self.is_project_class(cls) or issubclass(cls, Model):
            return NOTHING
        made = self.make(cls, arguments, node)
        for ref in made.only(Instance):
            self.call_overrides(ref, made.labels, UNKNOWN, node, handlers=True)
        return made


def model_of(cls: Any) -> Any:
    """Return the model whose rows a form or a serializer of Django's makes, ``None`` for any other class."""
    named = (inspect.getattr_static(cls, name, None) for name in ("_meta", "Meta")) if isinstance(cls, type) else ()
    found = (getattr(one_, "model", None) for one_ in named)
    return next(filter(is_model, found), None)


def _named(obj: Any, arguments: Arguments) -> list[tuple[str, Value]]:
    try:
        names = list(inspect.signature(obj).parameters)
    except (TypeError, ValueError):
        names = []
    pairs = [(names[i] if i < len(names) else ANY, value) for i, value in enumerate(arguments.positional)]
    return [*pairs, *arguments.keywords]
