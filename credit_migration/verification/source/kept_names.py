"""The host's settings, data files, templates and failed imports → the names in them that may stand for its code."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from credit_migration.verification.source.code import Module
from credit_migration.verification.source.files import DATA_FILES, dotted_texts
from credit_migration.verification.source.program import Program


@lru_cache
def dotted_paths(program: Program) -> tuple[str, ...]:
    """Return the dotted paths that the settings keep, and the host's data files."""
    with warnings.catch_warnings():
        # Reading a setting that is deprecated warns, and it is not this package that uses it.
        warnings.simplefilter("ignore", DeprecationWarning)
        values = [getattr(settings, name, None) for name in dir(settings) if name.isupper()]
    kept = {text for value in values for text in dotted_texts(value)}
    for path, text in program.texts():
        if Path(path).suffix in DATA_FILES:
            kept |= set(re.findall(r"\b[a-z_]\w*(?:\.\w+)+(?::\w+)?", text))
    return tuple(sorted(kept))


@lru_cache
def template_tags(program: Program) -> tuple[tuple[Module, str], ...]:
    """Return the functions of the host's tags and filters that its templates name."""
    used = {word for part in _marked(program) for word in re.findall(r"(?:\{%\s*|\|\s*)(\w+)", part)}
    return tuple(
        (module, node.name)
        for module in program.modules()
        if "templatetags" in Path(module.path).parts
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and used & {node.name, *_texts_of_decorators(node)}
    )


@lru_cache
def template_words(program: Program) -> frozenset[str]:
    """Return the attributes that the host's templates read, in files or in texts of its modules."""
    return frozenset(word for part in _marked(program) for word in re.findall(r"\.([A-Za-z]\w*)", part))


@lru_cache
def _marked(program: Program) -> tuple[str, ...]:
    """Return the tags and variables of the host's templates, in files or in texts of its modules."""
    texts = [text for _, text in program.texts()]
    for module in program.modules():
        texts += [n.value for n in ast.walk(module.tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return tuple(part for text in texts for part in re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL))


@lru_cache
def missing(program: Program, module: Module) -> dict[str, str]:
    """Return the names of a module that stand for a module of the host that it tried to import in vain."""
    found: dict[str, str] = {}
    for node in ast.walk(module.tree):
        body = node.body if isinstance(node, ast.Try) and node.handlers else []
        for statement in body:
            if isinstance(statement, ast.ImportFrom) and not statement.level:
                base = statement.module or ""
                named = {alias.asname or alias.name: f"{base}.{alias.name}" for alias in statement.names}
            elif isinstance(statement, ast.Import):
                named = {alias.asname: alias.name for alias in statement.names if alias.asname}
            else:
                continue
            found |= {name: full for name, full in named.items() if _is_missing(program, full)}
    return found


def _is_missing(program: Program, dotted: str) -> bool:
    top, _, rest = dotted.partition(".")
    package = sys.modules.get(top)
    if not rest or package is None or not program.owns(getattr(package, "__file__", None) or ""):
        return False
    parent, _, name = dotted.rpartition(".")
    loaded = sys.modules.get(parent)
    return dotted not in sys.modules and not hasattr(loaded, name) and program.named(dotted) is None


def _texts_of_decorators(node: ast.FunctionDef) -> set[str]:
    inside = (child for decorator in node.decorator_list for child in ast.walk(decorator))
    return {child.value for child in inside if isinstance(child, ast.Constant) and isinstance(child.value, str)}
