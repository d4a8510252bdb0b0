"""A dotted path → what it names. Imports nothing."""

from __future__ import annotations

import ast
import sys
from typing import Any

from credit_migration.verification.source.channels import foreign
from credit_migration.verification.source.code import Module, SourceModule
from credit_migration.verification.source.values import UNKNOWN, Live, Value, one


def dotted(m: Any, text: str, package: tuple[str, ...]) -> Value | None:
    """Return what a dotted path names, ``None`` if nothing has that name. Imports nothing."""
    text = text.replace(":", ".")
    if text.startswith("."):
        text = (package[0] if package else m.module.name.rpartition(".")[0]) + text
    parts = text.split(".")
    for cut in range(len(parts), 0, -1):
        name = ".".join(parts[:cut])
        found: Value | None = None
        if name in sys.modules:
            found = m.of_live(sys.modules[name])
        else:
            module: Module | None = m.program.named(name)
            if module is not None:
                found = one(SourceModule(module))
        if found is not None:
            for part in parts[cut:]:
                before, found = found, m.attribute(found, part, ast.Pass())
                if found == UNKNOWN:
                    return one(Live(foreign(text))) if _library(before) else None
            return found
    return one(Live(foreign(text))) if m.program.can_find(parts[0]) else None


def _library(value: Value) -> bool:
    return any(
        isinstance(ref, Live) and "site-packages" in (getattr(ref.obj, "__file__", None) or "") for ref in value.refs
    )
