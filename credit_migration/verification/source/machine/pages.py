"""The host's URL patterns → their views."""

from __future__ import annotations

import re
from typing import Any

from django.urls import Resolver404, get_resolver, resolve


def view_of(path: str) -> Any:
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
