"""Functions of Python that call what the host gave to the interpreter: hooks, metaclasses, registered copies."""

from __future__ import annotations

import ast
import sys
from typing import Any

from credit_migration.verification.source.code import Scope, SourceClass
from credit_migration.verification.source.in_process import as_copy, given_at_import
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.special.containers import tell
from credit_migration.verification.source.special.registry import special
from credit_migration.verification.source.values import (
    NOTHING,
    Arguments,
    Holder,
    Instance,
    Live,
    Value,
    one,
)


@special(("sys", "audit"))
def audited(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    given = Holder(f"audited {m.site(node)}")
    for place, value in enumerate(arguments.positional[1:]):
        m.hold(given, place, value)
    m.hold(given, ANY, arguments.rest or NOTHING)
    for module, expression in given_at_import(m.program, "addaudithook"):
        hook = m.evaluate(expression, Scope(module))
        m.call(hook, Arguments((arguments.get(0, "event"), one(given))), node)
    return NOTHING


@special(("sys", "breakpointhook"), ("builtins", "breakpoint"))
def broken_into(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    result: Value = m.call(m.of_live(sys.breakpointhook), arguments, node)
    return result


@special(("builtins", "isinstance"), ("builtins", "issubclass"))
def checked(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    thing, wanted = arguments.get(0, ""), arguments.get(1, "")
    classes = wanted | m.elements(Value(frozenset(wanted.only(Holder))), node)
    for ref in classes.only(Live, SourceClass):
        asked = [(meta, name) for meta in _metaclasses(ref) for name in ("__instancecheck__", "__subclasscheck__")]
        for cls, name in (*asked, (getattr(ref, "obj", ref), "__subclasshook__")):
            if isinstance(cls, SourceClass) or m.is_own(cls, name):
                m.call(m.member(cls, name, one(ref), node) or NOTHING, Arguments((thing,)), node)
    return tell(m, receiver, arguments, node)


def _metaclasses(ref: Any) -> list[Any]:
    if isinstance(ref, SourceClass):
        return [getattr(meta, "obj", meta) for meta in ref.metaclasses]
    return [type(ref.obj)] if isinstance(ref.obj, type) else []


@special(("copy", "copy"), ("copy", "deepcopy"))
def duplicated(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    copied(m, receiver, arguments, node)
    given = arguments.get(0, "x")
    containers = [r for r in given.refs if isinstance(r, Holder | Live) and not isinstance(getattr(r, "obj", ()), type)]
    return given if given.refs and len(containers) == len(given.refs) else None


@special(("pickle", "dumps"), ("_pickle", "dumps"), ("pickle", "dump"), ("_pickle", "dump"))
def copied(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> None:
    for ref in arguments.get(0, "obj").only(Instance, Live):
        reducer = as_copy(ref.cls if isinstance(ref, Instance) else type(ref.obj))
        if reducer is not None:
            m.call(m.of_live(reducer), Arguments((one(ref),)), node)
