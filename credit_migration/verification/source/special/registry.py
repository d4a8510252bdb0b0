"""The table of library functions whose answer is more than what they are given."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable
from typing import Any

from credit_migration.verification.source.values import Arguments, Value

Handler = Callable[[Any, Value | None, Arguments, ast.AST], Value | None]
SPECIAL: dict[tuple[str | None, str | None], Handler] = {}
_IDENTITY_NAMES = (
    "wraps", "update_wrapper", "lru_cache", "cache", "singledispatch", "abstractmethod", "contextmanager",
    "asynccontextmanager", "sync_to_async", "async_to_sync", "database_sync_to_async", "total_ordering", "cast",
    "dataclass", "path", "re_path", "url", "include", "register", "display", "action", "final", "override",
    "classproperty", "never_cache", "csrf_exempt", "staticmethod", "classmethod",
)  # fmt: skip
IDENTITY: dict[str, Any] = dict.fromkeys(_IDENTITY_NAMES, functools.wraps)


def special(*keys: tuple[str | None, str]) -> Callable[[Handler], Handler]:
    """
    Register a handler by the module and name of what it stands for.

    Module ``""`` is any method of this name, and ``None`` that of methods of C code.
    """

    def keep(handler: Handler) -> Handler:
        SPECIAL.update(dict.fromkeys(keys, handler))
        return handler

    return keep


def shown(node: ast.AST) -> str:
    text = ast.unparse(node) if isinstance(node, ast.expr) else ""
    return text if len(text) <= 80 else f"{text[:77]}…"
