"""A call of library code → what it sends, writes, calls back and gives back."""

from __future__ import annotations

import ast
import inspect
import re
import types
from typing import Any

from django.db.models import Model
from django.dispatch import Signal
from django.urls import Resolver404, get_resolver, resolve

from credit_migration.verification.source import channels
from credit_migration.verification.source.calls import MODEL_WRITES, Calls
from credit_migration.verification.source.machine import ANY, GLOBAL, Shared
from credit_migration.verification.source.program import Program
from credit_migration.verification.source.special import IDENTITY, SPECIAL
from credit_migration.verification.source.tables import Tables
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    Const,
    Function,
    Holder,
    Instance,
    Labels,
    LibraryMethod,
    Live,
    Pattern,
    Rows,
    Value,
    joined,
    one,
)
from credit_migration.verification.source.wiring import Wiring

ROW_METHODS = frozenset(
    {"get", "first", "last", "earliest", "latest", "aget", "afirst", "alast", "aearliest", "alatest", "in_bulk", "pop"}
)
ROW_MAKERS = frozenset(
    {"create", "acreate", "get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create"}
)
ROW_WRITES = ROW_MAKERS | {"bulk_create", "abulk_create", "bulk_update", "update", "aupdate", "add", "set"}
SCALARS = frozenset(
    {"exists", "count", "aggregate", "aexists", "acount", "aaggregate", "delete", "contains", "explain"}
)
HOLDS = frozenset(
    {"append", "add", "extend", "insert", "update", "setdefault", "appendleft", "put", "put_nowait", "push", "lpush",
     "rpush", "sadd", "zadd", "hset", "set", "publish", "enqueue", "enqueue_call", "send", "xadd", "extendleft"}
)  # fmt: skip
_FOLDS = frozenset(
    {"format", "join", "replace", "lower", "upper", "strip", "title", "removeprefix", "removesuffix", "capitalize",
     "lstrip", "rstrip", "split", "rsplit", "partition", "rpartition", "decode", "encode"}
)  # fmt: skip
_SENDING_NAMES = frozenset({"send_email", "send_mail", "sendmail", "send_message", "send_messages", "deliver", "send"})


class Library(Calls):
    """The part of the machine that knows what library code does with what it is given."""

    def __init__(self, program: Program, tables: Tables, shared: Shared, wiring: Wiring) -> None:
        super().__init__(program, tables, shared)
        self.wiring = wiring

    def library(self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
        special = SPECIAL.get((getattr(obj, "__module__", None), getattr(obj, "__qualname__", None))) or (
            SPECIAL.get(("", name)) if receiver is not None else None
        )
        if special is not None:
            answer = special(self, receiver, arguments, node)
            if answer is not None:
                return answer
        if getattr(obj, "__name__", None) in IDENTITY and receiver is None:
            return arguments.joined() if arguments.positional else one(Live(IDENTITY["wraps"]))
        if receiver is None or not receiver.refs:
            return self._plain(obj, name, receiver, arguments, node)
        result = NOTHING
        for ref in receiver.refs:
            result = result | self._method(ref, obj, name, Value(frozenset({ref}), receiver.labels), arguments, node)
        return result

    def _method(self, ref: Any, obj: Any, name: str, receiver: Value, arguments: Arguments, node: ast.AST) -> Value:
        if isinstance(ref, Rows):
            return self._rows(ref, name, receiver, arguments, node)
        if isinstance(ref, Instance) and isinstance(ref.cls, type) and issubclass(ref.cls, Model):
            if name.rpartition(".")[2] in MODEL_WRITES:
                self.write(ref.cls, name, arguments, node)
                return NOTHING if "delete" in name else receiver
            return self._row_method(ref, name, receiver, arguments, node)
        if isinstance(ref, Const) and isinstance(ref.value, str | bytes) and name in _FOLDS:
            return self._fold(ref.value, name, arguments)
        if isinstance(ref, Live) and isinstance(ref.obj, Signal):
            return self._signal(ref.obj, name, arguments, node)
        if isinstance(ref, Live) and isinstance(ref.obj, type) and issubclass(ref.obj, Model):
            return self._model_class(ref.obj, name, receiver, arguments, node)
        if isinstance(ref, Holder) or (isinstance(ref, Live) and isinstance(ref.obj, dict | list | set | tuple)):
            return self._holder(ref, name, receiver, arguments, node)
        return self._plain(obj, name, receiver, arguments, node)

    def _fold(self, text: Any, name: str, arguments: Arguments) -> Value:
        values = [self.plain(value) for value in arguments.positional]
        named = {key: self.plain(value) for key, value in arguments.keywords}
        labels = self.deep(arguments.joined())
        if None in values or None in named.values() or arguments.rest is not None:
            return Value(labels=labels, unknown=True)
        try:
            result = getattr(text, name)(*values, **named)
        except (TypeError, ValueError, LookupError, AttributeError):
            return Value(labels=labels, unknown=True)
        if isinstance(result, list | tuple):
            return self.holder(result)
        return one(Const(result), labels)

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

    def _rows(  # noqa: C901 - one branch for each kind of method
        self, ref: Rows, name: str, receiver: Value, arguments: Arguments, node: ast.AST
    ) -> Value:
        labels = receiver.labels | self._filters(ref.model, arguments)
        for cls in self.row_classes(ref):
            if name != "get_queryset" and self.is_own(cls, "get_queryset") and self.active.get(("rows", cls), 0) < 1:
                self.active["rows", cls] = 1
                self.call(one(Bound(Live(inspect.getattr_static(cls, "get_queryset")), receiver)), Arguments(), node)
                self.active["rows", cls] = 0
        self.escape(arguments.joined(), self.tables.row(ref.model, labels), node)
        if self.tables.is_request(ref.model) and (
            name in ROW_WRITES or name in {"filter", "exclude", "get", "afilter"}
        ):
            self.use_rows(node, name, arguments)
        named = (self.tables.lookup(ref.model, name) for name, _ in arguments.keywords)
        if not self.tables.is_request(ref.model) and any("request" in labels for labels in named):
            self.use_rows(node, "offers", arguments)
        if name in ROW_WRITES:
            self.write(ref.model, name, arguments, node)
        if _is_content_type(ref.model):
            models = [model for text in self._texts(arguments) for model in self._models_called(text)]
            models += [
                r.obj for r in arguments.joined().only(Live) if isinstance(r.obj, type) and issubclass(r.obj, Model)
            ]
            if models:
                return joined(one(Live(model)) for model in models)
            return Value(frozenset({Instance(ref.model)}), labels, True)
        if name in ROW_MAKERS and "or_create" in name:
            holder = Holder(f"made {ref.model._meta.label} {self.site(node)}")
            self.hold(holder, 0, Value(frozenset({Instance(ref.model)}), labels))
            self.hold(holder, 1, Value(labels=labels, unknown=True))
            return one(holder, labels)
        if name in ROW_METHODS or name in ROW_MAKERS:
            return Value(frozenset({Instance(ref.model)}), labels)
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
        labels = NO_LABELS
        for name, value in arguments.keywords:
            labels |= self.tables.lookup(model, name)
            labels |= self.deep(value) & channels.TELLING
        for value in arguments.positional:
            labels |= self.deep(value) & channels.TELLING
            for text in value.strings():
                labels |= self.tables.lookup(model, text) | self.tables.sql(text)
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
            labels = channels.argument_labels(None, arguments, self) | {"to:own"}
            self.send(channel, labels, node)
        return Value(labels=receiver.labels | self.deep(arguments.joined()), unknown=True)

    def _model_class(self, model: Any, name: str, receiver: Value, arguments: Arguments, node: ast.AST) -> Value:
        if name == "model_class":
            return receiver
        if name in {"get_object_for_this_type", "get_all_objects_for_this_type"}:
            return self.tables.row(model) | self.tables.rows(model)
        if name == "__new__":
            return self.tables.row(model)
        return Value(frozenset({Instance(model)}), self.tables.labels(model), True)

    def write(self, model: Any, verb: str, arguments: Arguments, node: ast.AST) -> None:
        """Record that a row is written, and follow the receivers and overrides that this runs."""
        if self.tables.is_award(model) and "delete" not in verb:
            self.record("award", node, model._meta.label)
        if self.tables.is_request(model) and "delete" not in verb:
            self.record("record", node, model._meta.label)
        if verb not in {"add", "set", "delete", "adelete"}:
            self.store_fields(model, arguments, node)
        row = self.tables.row(model)
        if verb not in MODEL_WRITES:
            for name in ("save", "full_clean", "clean"):
                if self.is_own(model, name):
                    self.call(self.member(model, name, row, node) or NOTHING, Arguments(), node)
        for one_ in self.wiring.of_model(model):
            given = Arguments(
                (), (("sender", one(Live(model))), ("instance", row), ("signal", one(Live(one_.signal)))), UNKNOWN
            )
            self.call(self.of_live(one_.receiver), given, node)

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

    def store(self, name: str, labels: Labels, node: ast.AST) -> None:
        """Record that something of a request is put where another part may take it from."""
        telling = channels.leaves(labels, self.guards)
        if telling:
            self.put(name, labels | self.guards)
            self.record("store", node, name, telling)

    def send(self, channel: str, labels: Labels, node: ast.AST) -> None:
        """Record that something is sent, and what it tells of a credit request."""
        self.shared.drained |= {label.removeprefix("to:") for label in labels | self.guards if "store:" in label}
        self.record("send", node, channel, channels.leaves(labels, self.guards))
        taken = {label.removeprefix("to:").removeprefix("store:") for label in labels if "store:" in label}
        if taken & set(self.shared.stores):
            self.record("drain", node, channel, frozenset(taken))
        if "request" in self.guards:
            self.use_rows(node, "send")

    def _holder(  # noqa: C901 - one branch for each kind of method
        self, ref: Any, name: str, receiver: Value, arguments: Arguments, node: ast.AST
    ) -> Value:
        name = name.rpartition(".")[2]
        if name in HOLDS:
            whole = name in {"extend", "update", "extendleft"}
            for value in arguments.all():
                self.hold(ref, ANY, self.elements(value, node) if whole else value)
            for key, value in arguments.keywords:
                self.hold(ref, key, value)
            if name == "setdefault" and arguments.positional:
                self.hold(ref, ANY, joined(arguments.positional[1:]))
            if isinstance(ref, Live):
                self.store(f"object {id(ref.obj)}", self.deep(arguments.joined()), node)
            elif GLOBAL in ref.site:
                self.store(f"object {ref.site}", self.deep(arguments.joined()), node)
        if name in {"items"}:
            pair = Holder(f"item of {self.site(node)}")
            self.hold(pair, 1, self.elements(receiver, node))
            self.hold(pair, 0, self.keys(ref))
            outer = Holder(f"items {self.site(node)}")
            self.hold(outer, ANY, one(pair, receiver.labels))
            return one(outer, receiver.labels)
        if name == "keys":
            outer = Holder(f"keys {self.site(node)}")
            self.hold(outer, ANY, self.keys(ref))
            return one(outer)
        if name in {"get", "pop", "setdefault", "__getitem__"} and arguments.positional:
            return self.item(receiver, arguments.positional[0], node) | joined(arguments.positional[1:])
        if name == "values" and isinstance(ref, Live):
            outer = Holder(f"values {self.site(node)}")
            self.hold(outer, ANY, self.elements(receiver, node))
            return one(outer, receiver.labels)
        if name in {"values", "copy", "union", "intersection", "difference"}:
            return receiver
        if name in {"sort"}:
            self.escape(arguments.joined(), self.elements(receiver, node), node)
        return self.elements(receiver, node) | Value(labels=receiver.labels)

    def _plain(self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
        labels = channels.argument_labels(obj, arguments, self)
        for text in self._texts(arguments):
            labels |= self.tables.sql(text)
        labels = self._files(name, receiver, arguments, labels, node)
        if receiver is not None:
            labels |= self.deep(receiver)
        method = name.rpartition(".")[2]
        classes = self.classes(receiver) if receiver is not None and "." not in name else ()
        channel = channels.channel_of_function(obj) if receiver is None else channels.channel_of_method(classes, method)
        self._call_away(obj, method, channel, labels, arguments, node)
        if channel:
            self.send(channel, labels, node)
            self._remember_messages(arguments.joined() | (receiver or NOTHING), node)
        elif receiver is not None and not classes and method in _SENDING_NAMES and channels.leaves(labels, NO_LABELS):
            with self.doubtful(node, f"what '{method}' is called on, and whether it sends"):
                self.send(method, labels, node)
        elif receiver is not None and method in HOLDS and channels.leaves(labels, self.guards):
            self.store(self._store_name(receiver), labels, node)
        return self._given_back(obj, name, receiver, arguments, labels, node)

    def _files(self, name: str, receiver: Value | None, arguments: Arguments, labels: Labels, node: ast.AST) -> Labels:
        """Remember what is written to a file, and return what reading one tells of beside ``labels``."""
        method = method_of(name)
        objects = [*(receiver or NOTHING).only(Instance), *arguments.joined().only(Instance)]
        is_file = any(ref.cls is channels.File for ref in objects)
        if method in {"write_text", "write_bytes"} or (is_file and method in channels.FILE_WRITES):
            self.store("files", labels, node)
        elif method in {"read_text", "read_bytes"} or (is_file and method in channels.FILE_READS):
            return labels | self.stored("files")
        return labels

    def _call_away(
        self, obj: Any, method: str, channel: str, labels: Labels, arguments: Arguments, node: ast.AST
    ) -> None:
        """Wonder at what runs where no source of the host shows it; follow a request to a page of the host itself."""
        plain = {label.removeprefix("to:") for label in labels}
        program = self.tables.host.program._meta.label
        about_both = plain & {"learner", "own"} and any(label.startswith(f"store:{program}") for label in plain)
        if channel.startswith(("subprocess", "os.", "posix", "asyncio")) or method in channels.OPAQUE:
            self.wonder(node, f"what runs outside the host's source here ('{channel or method}')")
        elif channel and about_both and channel.partition(".")[0] in channels.REMOTE and not method.startswith("get"):
            self.wonder(node, f"what the service does that is told of learner and program by '{channel}'")
        starts = ("CALL ", "EXEC ", "EXECUTE ")
        is_call = any(text.lstrip().upper().startswith(starts) for text in self._texts(arguments))
        if is_call and method in {"execute", "executemany"}:
            self.wonder(node, "what the database's procedure does")
        statement = arguments.positional[0] if arguments.positional else NOTHING
        if method in {"execute", "executemany", "executescript"} and statement.unknown and not statement.refs:
            self.wonder(node, "which SQL is executed here")
        if method in {"get", "post", "put", "patch", "delete", "generic", "request"}:
            for callback in self.pages(arguments):
                self.call(one(Live(callback)), Arguments(rest=UNKNOWN), node)

    def pages(self, arguments: Arguments) -> list[Any]:
        """Return the host's own views whose address is among the arguments."""
        found = []
        for text in self._texts(arguments):
            if text.startswith("url:"):
                found += [v for name, v in urls() if name == text.rpartition(":")[2]]
            elif text.startswith("/"):
                found += [match.func for match in (_resolved(text),) if match is not None]
        for pattern in (re.compile(ref.regex) for value in arguments.all() for ref in value.only(Pattern)):
            if "/" in pattern.pattern[:4]:
                found += [view for route, view in routes() if pattern.fullmatch(route)]
        return [view for view in found if view is not None]

    def _remember_messages(self, value: Value, node: ast.AST) -> None:
        path, line = self.place(node)
        own = {r.cls for r in value.only(Instance) if isinstance(r.cls, type) and self.is_project_class(r.cls)}
        rows = {cls for cls in own if issubclass(cls, Model)}
        self.shared.senders.setdefault(f"{path}:{line}", set()).update(own - rows)

    def _store_name(self, receiver: Value) -> str:
        for ref in receiver.only(Live):
            return f"object {id(ref.obj)}"
        return ""

    def classes(self, value: Value) -> tuple[type, ...]:
        found: list[type] = []
        for ref in value.refs:
            cls = ref.cls if isinstance(ref, Instance) else type(ref.obj) if isinstance(ref, Live) else None
            if isinstance(ref, Live) and isinstance(ref.obj, type):
                cls = ref.obj
            todo = [cls]
            while todo:
                cls = todo.pop(0)
                if isinstance(cls, type):
                    found += cls.__mro__
                elif cls is not None and hasattr(cls, "bases"):
                    todo += [p.obj if isinstance(p, Live) else p for base in cls.bases for p in base.refs]
        return tuple(found)

    def _given_back(
        self, obj: Any, name: str, receiver: Value | None, arguments: Arguments, labels: Labels, node: ast.AST
    ) -> Value:
        given = arguments.joined()
        inner = joined(self.elements(Value(frozenset({ref})), node) for ref in given.only(Holder))
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
        kept = frozenset(r for r in given.refs if isinstance(r, Function | Bound | Applied) or (
            isinstance(r, Instance) or (isinstance(r, Live) and isinstance(r.obj, types.FunctionType))))  # fmt: skip
        return Value(kept | result.refs, labels | result.labels, True)

    def _on_object(
        self, ref: Any, name: str, receiver: Value, arguments: Arguments, labels: Labels, node: ast.AST
    ) -> Value:
        """Follow a library method of an object: it may call the host's overrides, and keep what it was given."""
        result = NOTHING
        cls = ref.cls if isinstance(ref, Instance) else type(ref.obj)
        if isinstance(ref, Live) and isinstance(ref.obj, type):
            return self._class_call(ref.obj, arguments, node)
        own = not isinstance(cls, type) or any(self.is_project_class(base) for base in cls.__mro__)
        if own and not (isinstance(cls, type) and issubclass(cls, Model)):
            given = arguments.joined()
            handed = Arguments(arguments.positional, arguments.keywords, arguments.rest)
            if name in {"delay", "apply_async", "s", "si", "signature", "apply"}:
                handed = self.task_arguments(name, arguments, node)
                method = self.member(cls, "run", receiver, node) or NOTHING
                return self.call(method, handed, node)
            result = self.call_overrides(ref, receiver.labels, given, node)
        if isinstance(ref, Instance) and labels:
            key = name.partition(".")[0] if "." in name else ANY
            self.hold(ref, key, Value(labels=labels - receiver.labels))
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

    def task_arguments(self, name: str, arguments: Arguments, node: ast.AST) -> Arguments:
        """Return what a task's ``run`` gets from ``delay`` or ``apply_async``."""
        if name in {"delay", "s", "si"}:
            return arguments
        rest = self.elements(arguments.get(0, "args"), node) | self.elements(arguments.get(1, "kwargs"), node)
        return Arguments(rest=rest | UNKNOWN)

    def keys(self, ref: Any) -> Value:
        if isinstance(ref, Live) and isinstance(ref.obj, dict):
            return joined(self.of_live(key) for key in list(ref.obj)[:96])
        return joined(
            one(key) if hasattr(key, "__hash__") and not isinstance(key, str | int) else one(Const(key))
            for key, _ in self.heap.of(ref) if key != ANY
        ) | UNKNOWN  # fmt: skip

    def item(self, value: Value, key: Value, node: ast.AST) -> Value:
        """Return ``value[key]``."""
        raise NotImplementedError


def _resolved(path: str) -> Any:
    try:
        return resolve(path)
    except Resolver404:
        return None


def urls() -> list[tuple[str, Any]]:
    """Return the name and the view of every URL pattern of the host."""
    todo: list[Any] = list(get_resolver().url_patterns)
    found: list[tuple[str, Any]] = []
    while todo:
        pattern = todo.pop()
        todo += getattr(pattern, "url_patterns", [])
        if getattr(pattern, "callback", None) is not None:
            found.append((pattern.name or "", pattern.callback))
    return found


def method_of(name: str) -> str:
    return name.rpartition(".")[2]


def routes() -> list[tuple[str, Any]]:
    """Return an address that each URL pattern of the host could have, and its view."""
    todo: list[tuple[str, Any]] = [("/", pattern) for pattern in get_resolver().url_patterns]
    found = []
    while todo:
        prefix, pattern = todo.pop()
        route = prefix + re.sub(r"<[^>]*>|\([^)]*\)|[\^$]", "X", str(pattern.pattern)).replace("XX", "X")
        todo += [(route, inner) for inner in getattr(pattern, "url_patterns", [])]
        if getattr(pattern, "callback", None) is not None:
            found.append((route, pattern.callback))
    return found


def _is_content_type(model: Any) -> bool:
    return bool(model._meta.label == "contenttypes.ContentType")


def _named(obj: Any, arguments: Arguments) -> list[tuple[str, Value]]:
    try:
        names = list(inspect.signature(obj).parameters)
    except (TypeError, ValueError):
        names = []
    pairs = [(names[i] if i < len(names) else ANY, value) for i, value in enumerate(arguments.positional)]
    return [*pairs, *arguments.keywords]
