"""A module of the host that is not loaded → whether anything that may run could import it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from credit_migration.verification.source.code import Module
from credit_migration.verification.source.program import Program

_BY_CONVENTION = frozenset({"tasks", "actors", "jobs", "cron", "consumers", "routing", "celery", "wsgi", "asgi"})
"""Modules that a worker, a scheduler or a server looks for by their name alone."""
_BY_FOLDER = frozenset({"commands", "templatetags", "jobs"})
"""Folders in which Django, and what is built on it, look for modules."""
_SEARCHES = frozenset(
    {"iter_modules", "walk_packages", "spec_from_file_location", "SourceFileLoader", "run_path", "run_module",
     "find_modules", "exec", "eval", "__import__"}
)  # fmt: skip
"""By which modules are found that nothing names."""
_LISTS_FILES = frozenset({"iterdir", "glob", "rglob", "listdir", "scandir", "walk", "files"})
_IMPORTS = frozenset({"import_module", "import_string", "exec_module", "load_module"})

_RUNS = re.compile(r"\b(python|manage|import)")
"""A line of a text that may run Python: of a crontab, a shell script, a file of a container."""


class Unimported:
    """What of the host's files can bring a module to life."""

    def __init__(self, program: Program) -> None:
        self.program = program

    def is_dead(self, module: Module) -> bool:
        """Return whether nothing can import a module, but modules that nothing can import either."""
        return module.live is None and not self._searches and module.path not in self._alive

    @cached_property
    def _searches(self) -> bool:
        """Return whether the host comes to modules in a way that names none of them."""
        for module in self.program.modules():
            names = {getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(module.tree)}
            if names & _SEARCHES or (names & _LISTS_FILES and names & _IMPORTS):
                return True
        return False

    @cached_property
    def _alive(self) -> set[str]:
        """The files of the modules that run, or that something names which runs."""
        modules = list(self.program.modules())
        texts = "\n".join(text for _, text in self.program.texts())
        runs = "\n".join(line for line in texts.splitlines() if _RUNS.search(line))
        told = (m for m in modules if _is_in(m.name, texts) or _is_in(m.name.rpartition(".")[2], runs))
        todo = [m for m in modules if m.live is not None or _is_begun_by_itself(m)]
        todo += [m for m in told if m not in todo]
        alive = {module.path for module in todo}
        while todo:
            named = set(_named(todo.pop()))
            found = [m for m in modules if m.path not in alive and any(_stands_for(name, m.name) for name in named)]
            alive |= {module.path for module in found}
            todo += found
        return alive


def _is_begun_by_itself(module: Module) -> bool:
    """Return whether a program runs a module that no module names: a script, a worker's, a command."""
    path = Path(module.path)
    is_script = "-" in path.stem or not (path.parent / "__init__.py").is_file()
    runs = any(isinstance(node, ast.Constant) and node.value == "__main__" for node in ast.walk(module.tree))
    runs = runs or any(isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) for node in module.tree.body)
    return is_script or runs or path.stem in _BY_CONVENTION or path.parent.name in _BY_FOLDER


def _named(module: Module) -> Iterator[str]:
    """Yield the dotted names of what a module imports, and the words of its texts that may name a module."""
    parts = module.name.split(".")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = parts[: len(parts) - node.level + module.path.endswith("__init__.py")] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = re.findall(r"[\w.]+", node.value)
            yield from (word for word in words if "." in word or not re.search(r"\s", node.value))


def _stands_for(name: str, module: str) -> bool:
    """Return whether a dotted name, or the end of one, may be a module's or lead through it."""
    last = module.rpartition(".")[2]
    return name == module or name.startswith(f"{module}.") or name in {last, f".{last}"}


def _is_in(name: str, texts: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", texts) is not None
