"""A template or an address that library code is given → the methods, the tags and the views of the host behind it."""

from __future__ import annotations

import ast
import re
from typing import Any

from credit_migration.verification.source.code import SourceClass
from credit_migration.verification.source.kept_names import template_tags, template_words
from credit_migration.verification.source.machine.calls import class_of
from credit_migration.verification.source.machine.heap import OPAQUE_TEXT
from credit_migration.verification.source.machine.holders import HolderCalls
from credit_migration.verification.source.machine.pages import routes, urls, view_of
from credit_migration.verification.source.tables import is_row
from credit_migration.verification.source.values import (
    NO_LABELS,
    NOTHING,
    UNKNOWN,
    Arguments,
    Const,
    Holder,
    Instance,
    Labels,
    Pattern,
    Value,
    one,
)

_SHORTCUTS = frozenset({"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404", "redirect"})
"""Those of Django that render no page."""


class Rendering(HolderCalls):
    """The part of the machine that follows templates and addresses."""

    def _templates(self, obj: Any, name: str, arguments: Arguments, node: ast.AST) -> Labels:
        """Follow the methods that a template calls of what it is given; a text that nobody shows may name anything."""
        module = getattr(obj, "__module__", None) or ""
        if not module.startswith(("django.template", "django.shortcuts", "jinja2")) or name in _SHORTCUTS:
            return NO_LABELS
        for ref in self._all_in(arguments.joined()):
            cls = ref.cls if isinstance(ref, Instance) else class_of(ref)
            for word in sorted(template_words(self.program)):
                if isinstance(cls, SourceClass) or (cls is not None and self.is_own(cls, word)):
                    value = self.tables.row(cls) if is_row(ref) else one(ref)
                    self.call(self.member(cls, word, value, node) or NOTHING, Arguments(), node)
        for tag in template_tags(self.program):
            found = self.global_of(*tag) or NOTHING
            self.escape(self.call(Value(found.refs), Arguments(rest=UNKNOWN), node), UNKNOWN, node)
        text = arguments.positional[0] if arguments.positional else NOTHING
        is_made = name.rpartition(".")[2] in {"Template", "from_string"}
        return frozenset({OPAQUE_TEXT}) if is_made and text.unknown and not text.strings() else NO_LABELS

    def _all_in(self, value: Value) -> set[Any]:
        """Return what may be in a value, at any depth of lists and dicts."""
        found: set[Any] = set()
        todo = list(value.refs)
        while todo:
            ref = todo.pop()
            if ref not in found:
                found.add(ref)
                todo += self.all_held(ref).refs if isinstance(ref, Holder) else ()
        return found - {ref for ref in found if isinstance(ref, Holder | Const)}

    def pages(self, arguments: Arguments) -> list[Any]:
        """Return the host's own views whose address is among the arguments."""
        found = []
        for text in self._texts(arguments):
            if text.startswith("url:"):
                found += [v for name, v in urls() if name == text.rpartition(":")[2]]
            elif text.startswith("/"):
                found += [match.func for match in (view_of(text),) if match is not None]
        for pattern in (re.compile(ref.regex) for value in arguments.all() for ref in value.only(Pattern)):
            if "/" in pattern.pattern[:4]:
                found += [view for route, view in routes() if pattern.fullmatch(route)]
        return [view for view in found if view is not None]
