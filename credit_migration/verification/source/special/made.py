"""Code and classes made while the host runs: ``exec``, ``type``, what no source shows."""

from __future__ import annotations

import ast
from typing import Any

from credit_migration.verification.source.code import Scope, SourceClass
from credit_migration.verification.source.special.registry import shown, special
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Arguments,
    Holder,
    Instance,
    Live,
    Value,
    joined,
    one,
)


@special(("timeit", "timeit"), ("timeit", "repeat"))
def timed(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    statement = arguments.get(0, "stmt")
    if statement.unknown or statement.strings():
        run_text(m, None, Arguments((statement,)), node)
    called: Value = m.call(statement, Arguments(), node)
    return called


@special(("builtins", "exec"), ("builtins", "eval"), ("cProfile", "run"), ("cProfile", "runctx"), ("pdb", "run"),
         ("", "runsource"), ("", "runcode"), ("pdb", "runeval"),
         ("code", "InteractiveConsole.push"), ("cProfile", "Profile.run"), ("trace", "Trace.run"))  # fmt: skip
def run_text(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    code = arguments.get(0, "source")
    for text in code.strings():
        try:
            tree = ast.parse(text)
        except SyntaxError:
            m.wonder(node, "code run from a text that does not parse")
            continue
        m.execute(tree.body, Scope(m.module, m.here, fallback=m.here.fallback))
        return joined(m.evaluate(s.value, m.here) for s in tree.body if isinstance(s, ast.Expr))
    if code.unknown or not code.strings():
        m.wonder(node, f"code run from a text that the source does not show: {shown(node)}")
    return UNKNOWN


@special(("weakref", "ReferenceType"), ("weakref", "WeakMethod"), ("_weakref", "proxy"))
def weak_reference(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    """Call nothing back for a reference that nobody keeps: it is gone before what it refers to is."""
    return NOTHING if node is m.discarded and receiver is None else None


@special(("builtins", "compile"))
def compile_text(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return arguments.get(0, "source")


@special(("marshal", "loads"), ("types", "FunctionType"), ("types", "CodeType"), ("runpy", "run_path"),
         ("builtins", "function"), ("builtins", "code"), ("pickle", "loads"), ("_pickle", "loads"),
         ("runpy", "run_module"), ("importlib.util", "spec_from_file_location"), ("ctypes", "CDLL"))  # fmt: skip
def opaque(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    m.wonder(node, f"code or objects made where the source does not show them: {shown(node)}")
    return Value(labels=m.deep(arguments.joined()), unknown=True)


@special(("builtins", "type"))
def type_of(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    if len(arguments.positional) == 3:
        return _made_class(m, arguments, node)
    result = NOTHING
    for ref in arguments.joined().refs:
        if isinstance(ref, Instance):
            result = result | one(Live(ref.cls) if isinstance(ref.cls, type) else ref.cls)
        elif isinstance(ref, Live):
            result = result | one(Live(type(ref.obj)))
    return result if result != NOTHING else UNKNOWN


def _made_class(m: Any, arguments: Arguments, node: ast.AST) -> Value:
    name, bases, space = arguments.positional
    scope = Scope(m.module, m.here, fallback=m.here.fallback)
    for ref in space.only(Holder):
        scope.names |= {key: value for key, value in m.heap.of(ref) if isinstance(key, str)}
    shell: ast.ClassDef = ast.parse(f"class {(name.strings() or ('made',))[0]}: ...").body[0]  # type: ignore[assignment]
    shell.lineno, shell.col_offset = getattr(node, "lineno", 0), 0
    return one(SourceClass(shell, m.module, scope, (m.elements(bases, node),)))
