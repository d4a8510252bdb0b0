"""Functions over containers → what the containers that they make hold."""

from __future__ import annotations

import ast
from typing import Any

from credit_migration.verification.source.code import Function, Mapping, SourceClass
from credit_migration.verification.source.machine.heap import ANY, FILLS_ITSELF
from credit_migration.verification.source.special.registry import special
from credit_migration.verification.source.values import (
    NOTHING,
    OTHERS,
    UNKNOWN,
    Arguments,
    Const,
    Holder,
    Instance,
    Live,
    Rows,
    Value,
    joined,
    one,
)

_IN_CONTEXT = "what the context has"
MOST_STEPS = 64
"""Past so many elements, what is reduced is read as a loop is."""


@special(("builtins", "len"), ("builtins", "bool"), ("builtins", "hasattr"), ("builtins", "callable"),
         ("builtins", "id"), ("builtins", "hash"), ("builtins", "any"), ("builtins", "all"),
         ("builtins", "sum"))  # fmt: skip
def tell(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    given = arguments.joined()
    return Value(labels=m.deep(given) | m.elements(given, node).labels, unknown=True)


@special(("builtins", "str"))
def as_text(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    value = arguments.joined()
    if value.refs and not value.unknown and all(isinstance(ref, Const) for ref in value.refs):
        return joined(one(Const(str(ref.value)), value.labels) for ref in value.only(Const))
    return None


@special(("builtins", "list"), ("builtins", "tuple"), ("builtins", "set"), ("builtins", "frozenset"),
         ("builtins", "sorted"), ("builtins", "reversed"), ("collections", "deque"),
         ("itertools", "chain"), ("itertools", "islice"), ("itertools", "chain.from_iterable"), ("builtins", "slice"),
         ("itertools", "cycle"), ("", "from_iterable"), ("itertools", "batched"))  # fmt: skip
def container(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    items = joined(m.elements(value, node) for value in arguments.all())
    nested = joined(m.elements(Value(frozenset({ref})), node) for ref in items.only(Holder, Rows))
    for value in (v for k, v in arguments.keywords if k == "key"):
        m.call(value, Arguments((items,)), node)
    holder = Holder(f"held {m.site(node)}")
    m.hold(holder, ANY, items | nested)
    return one(holder, arguments.joined().labels)


@special(("builtins", "iter"))
def iterated(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    if len(arguments.positional) < 2:
        return container(m, receiver, arguments, node)
    holder = Holder(f"held {m.site(node)}")
    m.hold(holder, ANY, m.call(arguments.positional[0], Arguments(), node))
    return one(holder, arguments.joined().labels)


@special(("_heapq", "heappush"), ("heapq", "heappush"))
def pushed(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> None:
    for ref in arguments.get(0, "heap").only(Holder, Live):
        m.hold(ref, ANY, arguments.get(1, "item"))


@special(("_heapq", "heappop"), ("heapq", "heappop"), ("_heapq", "heappushpop"), ("_heapq", "heapreplace"))
def popped(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    result: Value = m.elements(arguments.get(0, "heap"), node)
    return result | arguments.get(1, "item")


@special(("builtins", "enumerate"), ("builtins", "zip"), ("itertools", "product"), ("itertools", "zip_longest"))
def pairs(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    inner, outer = Holder(f"pair {m.site(node)}"), Holder(f"pairs {m.site(node)}")
    first = 1 if getattr(getattr(node, "func", None), "id", "") == "enumerate" else 0
    for index, value in enumerate(arguments.positional):
        m.hold(inner, index + first, m.elements(value, node))
    m.hold(outer, ANY, one(inner, arguments.joined().labels))
    return one(outer, arguments.joined().labels)


def _is_factory(ref: Any) -> bool:
    return isinstance(ref, Function | SourceClass) or (isinstance(ref, Live) and callable(ref.obj))


@special(("builtins", "dict"), ("collections", "OrderedDict"), ("collections", "defaultdict"),
         ("types", "SimpleNamespace"),
         ("collections", "ChainMap"))  # fmt: skip
def mapping(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    makes_itself = [value for value in arguments.positional[:1] if value.refs and all(map(_is_factory, value.refs))]
    holder = Holder(f"{FILLS_ITSELF if makes_itself else 'dict'} {m.site(node)}")
    for key, value in arguments.keywords:
        m.hold(holder, key, value)
    for value in arguments.positional:
        if value not in makes_itself:
            m.hold_key(holder, OTHERS)
        for ref in value.only(Holder):
            for key, held in m.heap.of(ref):
                m.hold(holder, key, held)
        m.hold(holder, ANY, m.elements(value, node) | m.call(value, Arguments(), node))
    return one(holder, arguments.joined().labels)


@special(("builtins", "next"), ("builtins", "max"), ("builtins", "min"), ("builtins", "anext"))
def element(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    items: Value = m.elements(arguments.joined(), node)
    return items | joined(arguments.positional[1:])


@special(("builtins", "map"), ("itertools", "starmap"))
def mapped(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    given = arguments.positional[1:]
    body = Mapping(arguments.get(0, ""), given)
    result: Value = m.suspend(Holder(f"mapped {m.site(node)}"), body, joined(given).labels)
    return result


@special(("builtins", "filter"), ("itertools", "takewhile"), ("itertools", "dropwhile"), ("itertools", "filterfalse"))
def filtered(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    given = arguments.get(1, "")
    body = Mapping(arguments.get(0, ""), (given,), is_filter=True)
    result: Value = m.suspend(Holder(f"filtered {m.site(node)}"), body, given.labels)
    return result


@special(("itertools", "groupby"))
def grouped(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    items = m.elements(arguments.get(0, "iterable"), node)
    key = arguments.get(1, "key")
    group, pair = Holder(f"group {m.site(node)}"), Holder(f"pair {m.site(node)}")
    m.hold(group, ANY, items)
    m.hold(pair, 0, items if key == NOTHING else m.call(key, Arguments((items,)), node))
    m.hold(pair, 1, one(group, items.labels))
    outer = Holder(f"groups {m.site(node)}")
    m.hold(outer, ANY, one(pair, items.labels))
    return one(outer, items.labels)


@special(("functools", "reduce"), ("_functools", "reduce"))
def reduced(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    known = m.in_order(arguments.get(1, ""))
    if known is not None and len(known) <= MOST_STEPS and len(arguments.positional) > 2:
        made = arguments.positional[2]
        for item in known:
            made = m.call(arguments.get(0, ""), Arguments((made, item)), node)
        return made
    items = m.elements(arguments.get(1, ""), node)
    first = arguments.get(2, "") if len(arguments.positional) > 2 else items
    result: Value = first | m.call(arguments.get(0, ""), Arguments((first | items, items)), node)
    return result


@special((None, "ContextVar.set"))
def set_in_context(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    for ref in (receiver or NOTHING).only(Instance, Live):
        m.hold(ref, _IN_CONTEXT, arguments.joined())
    return UNKNOWN


@special((None, "ContextVar.get"))
def got_from_context(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    found = joined(m.heap.get((ref, _IN_CONTEXT), NOTHING) for ref in (receiver or NOTHING).only(Instance, Live))
    stored = joined(Value(labels=m.stored(m.store_of(ref.obj))) for ref in (receiver or NOTHING).only(Live))
    return found | stored | arguments.joined() | (UNKNOWN if found == NOTHING else NOTHING)
