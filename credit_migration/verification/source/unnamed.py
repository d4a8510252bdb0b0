"""A class of the host → whether it can't come to life: nothing names it, makes something of it, or lists classes."""

from __future__ import annotations

import ast
import gc
import re
from functools import cached_property
from typing import Any, Generic, Protocol

from credit_migration.verification.source.program import Program

_LISTINGS = frozenset(
    {"__subclasses__", "__dict__", "vars", "globals", "locals", "dir", "getmembers", "getmembers_static", "get_objects",
     "get_referrers", "exec", "eval", "modules", "__import__", "find_class"}
)  # fmt: skip
"""By which classes are found that nothing names."""
_BY_TEXT = frozenset({"getattr", "attrgetter", "import_string", "import_module", "locate", "resolve_name"})
"""By which they are found if the text is not there to read."""
_PLAIN = frozenset({"property", "staticmethod", "classmethod"})


class Unnamed:
    """What of the host's files can bring a class to life."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def is_dead(self, cls: Any) -> bool:
        """Return whether no object of a class can be: only of a plain class without decorators that a module has."""
        if not isinstance(cls, type) or not self._is_plain(cls) or self._lists_classes:
            return False
        found = self.program.class_node(cls)
        if found is None or found[1] not in found[0].tree.body or _tells_of_itself(found[1]):
            return False
        if type.__subclasses__(cls) or any(type(obj) is cls for obj in gc.get_objects()):
            return False
        own = set(ast.walk(found[1]))
        word = re.compile(rf"\b{re.escape(cls.__name__)}\b")
        in_code = any(
            _names(node, cls.__name__, word)
            for m in self.program.modules()
            for node in ast.walk(m.tree)
            if node not in own
        )
        return not in_code and not any(word.search(text) for _, text in self.program.texts())

    def _is_plain(self, cls: type) -> bool:
        """Return whether making a class has told nobody of it."""
        others = [base for base in cls.__mro__ if base not in {object, Generic, Protocol}]
        is_told = any("__init_subclass__" in vars(base) for base in others)
        return type(cls) is type and not is_told and all(map(self.program.owns_object, others))

    @cached_property
    def _lists_classes(self) -> bool:
        """Return whether the host comes to classes in a way that names none of them."""
        for module in self.program.modules():
            for node in ast.walk(module.tree):
                name = getattr(node, "id", getattr(node, "attr", ""))
                if isinstance(node, ast.Name | ast.Attribute) and name in _LISTINGS:
                    return True
                if isinstance(node, ast.Call) and _is_by_unshown_text(node):
                    return True
        return False


def _tells_of_itself(node: ast.ClassDef) -> bool:
    """Return whether something learns of a class as it is made: a decorator, or an object that its body makes."""
    methods = [part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)]
    wrappers = [decorator for method in methods for decorator in method.decorator_list]
    others = [part for part in node.body if part not in methods]
    made = any(isinstance(c, ast.Call | ast.ClassDef) for part in others for c in ast.walk(part))
    return bool(node.decorator_list) or made or not all(getattr(w, "id", "") in _PLAIN for w in wrappers)


def _is_by_unshown_text(node: ast.Call) -> bool:
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    return called in _BY_TEXT and not any(isinstance(argument, ast.Constant) for argument in node.args[:2])


def _names(node: ast.AST, name: str, word: re.Pattern[str]) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and bool(word.search(node.value))
    if isinstance(node, ast.alias):
        return name in {node.name, node.asname} or node.name == "*"
    return name == getattr(node, "id", getattr(node, "attr", ""))
