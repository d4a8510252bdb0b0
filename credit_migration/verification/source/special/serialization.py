"""Django's serializers by the name of their format → the host's own class behind it."""

from __future__ import annotations

import ast
from typing import Any

from django.conf import settings
from django.core import serializers

from credit_migration.verification.source.special.registry import special
from credit_migration.verification.source.values import NOTHING, UNKNOWN, Arguments, Instance, Live, Value, joined


@special(("django.core.serializers", "get_serializer"), ("django.core.serializers", "get_deserializer"))
def by_format(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    found = _named(m, arguments, "Serializer") | _named(m, arguments, "Deserializer")
    return None if found == NOTHING else found | UNKNOWN


@special(("django.core.serializers", "serialize"))
def written(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    rows = m.rows_in(arguments.joined())
    made = m.call(_named(m, arguments, "Serializer"), Arguments(), node)
    for ref in made.only(Instance):
        m.call_overrides(ref, made.labels, rows, node)
    return None


@special(("django.core.serializers", "deserialize"))
def read(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    found = _named(m, arguments, "Deserializer")
    made = m.call(found, Arguments(arguments.positional[1:], arguments.keywords, arguments.rest), node)
    return None if found == NOTHING else made | UNKNOWN


def _named(m: Any, arguments: Arguments, name: str) -> Value:
    """Return what the host's own modules of these formats have under a name; of all, where no format is shown."""
    formats = arguments.get(0, "format")
    modules = {text: module.__name__ for text, module in serializers._serializers.items()}  # type: ignore[attr-defined]
    modules |= getattr(settings, "SERIALIZATION_MODULES", {})
    known = formats.strings() if formats.strings() and not formats.unknown else tuple(modules)
    found = [m.dotted(f"{modules[text]}.{name}", ()) for text in known if text in modules]
    return joined(
        Value(frozenset(ref for ref in value.refs if _is_hosts(m, ref))) for value in found if value is not None
    )


def _is_hosts(m: Any, ref: Any) -> bool:
    return not isinstance(ref, Live) or bool(m.program.owns_object(ref.obj))
