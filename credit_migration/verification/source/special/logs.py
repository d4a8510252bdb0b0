"""A line that the host logs → what its handlers, filters and formatters do with the record."""

from __future__ import annotations

import ast
import logging
import types
from collections.abc import Iterator
from typing import Any

from credit_migration.verification.source.channels import to
from credit_migration.verification.source.code import Function
from credit_migration.verification.source.contents import pairs_of
from credit_migration.verification.source.logs import above_and_itself, heard_by, is_hosts, named
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.special.registry import special
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    Bound,
    Const,
    Holder,
    Instance,
    Live,
    Value,
    joined,
    one,
)

_LEVELS = ("debug", "info", "warning", "warn", "error", "exception", "critical", "fatal")
_LOGGER = tuple(("logging", f"Logger.{level}") for level in _LEVELS)
_ADAPTER = tuple(("logging", f"LoggerAdapter.{level}") for level in _LEVELS)
_ROOT = tuple(("logging", level) for level in _LEVELS)
_HANGING = "what hangs on it"


@special(*_LOGGER, *_ROOT)
def line(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> None:
    _log(m, one(Live(logging.root)) if receiver is None else receiver, arguments, node)


@special(("logging", "Logger.log"), ("logging", "log"))
def line_of_a_level(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> None:
    line(m, receiver, _without_level(arguments), node)


@special(*_ADAPTER)
def adapted(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> None:
    for ref in (receiver or NOTHING).refs:
        adapter = one(ref)
        extra = m.attribute(adapter, "extra", node)
        given = Holder(f"keywords of a log line {m.site(node)}")
        for key, value in arguments.keywords:
            m.hold(given, key, value)
        made = m.call(m.attribute(adapter, "process", node), Arguments((arguments.get(0, "msg"), one(given))), node)
        for inner in m.elements(made, node).only(Holder):
            extra = extra | m.heap.get((inner, "extra"), NOTHING)
        keywords = (*arguments.keywords, ("extra", extra | dict(arguments.keywords).get("extra", NOTHING)))
        logger = m.attribute(adapter, "logger", node)
        _log(m, logger, Arguments(arguments.positional, tuple(dict(keywords).items()), arguments.rest), node)


@special(("logging", "LoggerAdapter.log"))
def adapted_of_a_level(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> None:
    adapted(m, receiver, _without_level(arguments), node)


@special(("logging", "Logger.handle"))
def handled(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> None:
    for ref in (receiver or NOTHING).only(Live):
        if isinstance(ref.obj, logging.Logger):
            _hand_on(m, ref.obj, arguments.get(0, "record"), node)


@special(("logging", "getLogger"))
def logger_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    names = arguments.get(0, "name").strings() or ("",)
    return joined(one(Live(named(name))) for name in names)


@special(("logging", "Logger.addHandler"), ("logging", "Filterer.addFilter"), ("logging", "Handler.setFormatter"))
def attach(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    for ref in (receiver or NOTHING).only(Instance, Live):
        m.hold(ref, _HANGING, arguments.joined())
    return NOTHING


@special(("logging.handlers", "SMTPHandler.emit"), ("logging.handlers", "HTTPHandler.emit"))
def sent(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    handler = receiver or NOTHING
    whom = m.attribute(handler, "toaddrs", node)
    m.send("a log handler", m.deep(arguments.joined()) | to(m.recipients(whom)), node)
    return UNKNOWN


def _without_level(arguments: Arguments) -> Arguments:
    return Arguments(arguments.positional[1:], arguments.keywords, arguments.rest)


def _log(m: Any, receiver: Value, arguments: Arguments, node: ast.AST) -> None:
    for ref in receiver.only(Live):
        if isinstance(ref.obj, logging.Logger):
            made = logging.getLogRecordFactory()
            is_made = is_hosts(m.program, made)
            if is_made or _heard(m, ref.obj):
                record = _record(m, arguments, node)
                if is_made:
                    record = record | _made(m, made, ref.obj, arguments, record, node)
                _hand_on(m, ref.obj, record, node)


def _record(m: Any, arguments: Arguments, node: ast.AST) -> Value:
    """Return the record of a line: its text, its arguments, and each extra as an attribute."""
    ref, given = Instance(logging.LogRecord, m.site(node)), Holder(f"arguments of a log line {m.site(node)}")
    for place, value in enumerate(arguments.positional[1:]):
        m.hold(given, place, value)
    m.hold(given, ANY, arguments.rest or NOTHING)
    alone = arguments.positional[1] if len(arguments.positional) == 2 else NOTHING
    extra = dict(arguments.keywords).get("extra", NOTHING)
    m.hold(ref, "msg", arguments.get(0, "msg"))
    m.hold(ref, "args", one(given) | Value(frozenset(alone.only(Holder))))
    for holder in extra.only(Holder):
        for key, value in m.heap.of(holder):
            m.hold(ref, key, value)
    for live in extra.only(Live):
        for key, value in pairs_of(live.obj):
            m.hold(ref, key, m.of_live(value))
    return one(ref)


def _made(m: Any, factory: Any, logger: logging.Logger, arguments: Arguments, record: Value, node: ast.AST) -> Value:
    args = m.attribute(record, "args", node)
    given = (one(Const(logger.name)), UNKNOWN, UNKNOWN, UNKNOWN, arguments.get(0, "msg"), args, UNKNOWN)
    result: Value = m.call(m.of_live(factory), Arguments(given, (), UNKNOWN), node)
    return result


def _heard(m: Any, logger: logging.Logger) -> Value:
    """Return what a line of this logger comes to: of the process, and what the source attaches."""
    value: Value = joined(m.of_live(part) for part in heard_by(m.program, logger))
    for above in above_and_itself(logger):
        value = value | m.heap.get((Live(above), _HANGING), NOTHING)
    return value


def _hand_on(m: Any, logger: logging.Logger, record: Value, node: ast.AST) -> None:
    todo, seen = list(_heard(m, logger).refs), set()
    while todo:
        ref = todo.pop()
        if ref not in seen:
            seen.add(ref)
            todo += m.heap.get((ref, _HANGING), NOTHING).refs if isinstance(ref, Instance | Live) else ()
            for called in _called(m, ref, node):
                m.call(called, Arguments((record,)), node)


def _called(m: Any, ref: Any, node: ast.AST) -> Iterator[Value]:
    """Yield what ``logging`` calls with a record: a function, or the methods of a handler, a filter or a formatter."""
    if isinstance(ref, Function | Bound | Applied) or (
        isinstance(ref, Live) and isinstance(ref.obj, types.FunctionType | types.MethodType)
    ):
        yield one(ref)
    elif isinstance(ref, Instance | Live):
        cls = ref.cls if isinstance(ref, Instance) else type(ref.obj)
        for name in dict.fromkeys((*m.overrides(cls), "filter", "__call__")):
            method = m.member(cls, name, one(ref), node) or NOTHING
            yield Value(frozenset(method.only(Bound, Function)))
