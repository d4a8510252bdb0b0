"""A template that shows attributes of what it is given, and no more → what the text that it makes tells of."""

from __future__ import annotations

import ast
import re
from typing import Any

from django.template import Context, Template

from credit_migration.verification.source.code import Function
from credit_migration.verification.source.special.registry import special
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    Applied,
    Arguments,
    Bound,
    Const,
    Holder,
    Instance,
    LibraryMethod,
    Live,
    Value,
    one,
)

_CALLED = (Function, Bound, Applied, LibraryMethod)
"""What a template calls without being asked to."""
_SHOWN = re.compile(r"\{\{\s*([A-Za-z]\w*(?:\.\w+)*)\s*\}\}")


@special(("django.template.base", "Template.render"), ("", "render"))
def rendered(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    """Return the text; ``None`` for a template with tags or filters, and for a context that is not shown."""
    texts = {_text(m, ref) for ref in (receiver or NOTHING).refs}
    contexts = [_entries(m, ref) for ref in arguments.get(0, "context").refs]
    if len(texts) != 1 or len(contexts) != 1 or None in contexts:
        return None
    text = texts.pop()
    if text is None or "{" in _SHOWN.sub("", text):
        return None
    labels = NO_LABELS
    for path in _SHOWN.findall(text):
        first, *rest = path.split(".")
        value = m.item(one(contexts[0]), one(Const(first)), node)
        for name in rest:
            holders = value.only(Holder)
            value = m.item(value, one(Const(name)), node) if holders else m.attribute(value, name, node)
        if value.only(*_CALLED):
            return None
        labels |= m.deep(value)
    return Value(labels=labels, unknown=True)


def _text(m: Any, ref: Any) -> str | None:
    """Return the source of a template, ``None`` if this is no template of Django's, or if its source is not shown."""
    if isinstance(ref, Live) and type(ref.obj) is Template:
        return str(ref.obj.source)
    if isinstance(ref, Instance) and ref.cls is Template:
        found = m.plain(m.held(ref, "template_string"))
        return found if isinstance(found, str) else None
    return None


def _entries(m: Any, ref: Any) -> Holder | None:
    """Return the one dict that a context is made of."""
    if isinstance(ref, Instance) and ref.cls is Context:
        inner = m.held(ref, "dict_").refs
        ref = next(iter(inner)) if len(inner) == 1 else None
    return ref if isinstance(ref, Holder) else None
