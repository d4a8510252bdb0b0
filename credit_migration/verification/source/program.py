"""The host's files and live functions → their syntax trees. Imports nothing that the host has not imported."""

from __future__ import annotations

import ast
import sys
import sysconfig
import types
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from credit_migration.verification.source.code import Function, Module
from credit_migration.verification.source.files import is_python, is_text, walk

TOOLKIT = Path(__file__).resolve().parents[2]
_REFERENCE_HOST = TOOLKIT / "reference_host"


class Program:
    """What of the running process, and of the files beside it, is the host's own."""

    def __init__(self, roots: tuple[Path, ...], packages: tuple[Path, ...] = ()) -> None:
        """Take the folders that hold the host's packages, and installed packages that count as the host's."""
        self.roots = tuple(dict.fromkeys(root.resolve() for root in roots))
        self.packages = packages
        self._libraries = tuple(
            {Path(path).resolve() for path in sysconfig.get_paths().values()} | {Path(sys.prefix).resolve() / "lib"}
        )
        self._own: dict[str, bool] = {}
        self._short: dict[str, str] = {}
        self._modules: dict[str, Module | None] = {}
        self._index: dict[str, dict[tuple[int, str], list[Any]]] = {}
        self._functions: dict[int, Function | None] = {}
        self._kept: list[Any] = []
        self.overrides: dict[type, tuple[str, ...]] = {}
        self.specials: dict[type, set[str]] = {}
        self.own_attributes: dict[tuple[type, str], bool] = {}
        self.in_wrappers: dict[types.FunctionType, list[Any]] = {}
        self.kept_paths: tuple[str, ...] | None = None
        """The dotted paths kept in settings and data files that name the host's own code, once something asked."""
        self.broken: dict[str, str] = {}
        """Files whose source does not parse, and why."""

    def owns(self, path: str) -> bool:
        """Return whether the file is the host's, and not a library's nor the toolkit's."""
        known = self._own.get(path)
        if known is None:
            known = self._own[path] = self._owns(Path(path))
        return known

    def _owns(self, path: Path) -> bool:
        if not path.is_absolute():
            return False
        path = path.resolve()
        if any(path.is_relative_to(package) for package in self.packages):
            return True
        if path.is_relative_to(TOOLKIT) and not path.is_relative_to(_REFERENCE_HOST):
            return False
        if "site-packages" in path.parts or "dist-packages" in path.parts:
            return False
        inside = [root for root in self.roots if path.is_relative_to(root)]
        if not inside:
            return False
        return not any(path.is_relative_to(lib) and not inside[0].is_relative_to(lib) for lib in self._libraries)

    def short(self, path: str) -> str:
        """Return the path as the reader knows it, from the project's root."""
        known = self._short.get(path)
        if known is None:
            known = self._short[path] = self._shortened(path)
        return known

    def _shortened(self, path: str) -> str:
        resolved = Path(path).resolve()
        for root in sorted(self.roots, key=lambda root: -len(root.parts)):
            if resolved.is_relative_to(root):
                return resolved.relative_to(root).as_posix()
        return path

    def file(self, path: str, live: Any = None, name: str = "") -> Module | None:
        """Return the module read from this file, ``None`` if it can't be read or does not parse."""
        if path not in self._modules:
            try:
                tree = ast.parse(Path(path).read_bytes())
            except (OSError, SyntaxError, ValueError) as exc:
                self.broken[path] = f"{type(exc).__name__}: {exc}"
                self._modules[path] = None
            else:
                live = live or _loaded().get(path)
                name = name or getattr(live, "__name__", "") or self._dotted(path)
                self._modules[path] = Module(name, path, tree, live)
        return self._modules[path]

    def _dotted(self, path: str) -> str:
        return self.short(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @lru_cache  # noqa: B019 - one program a run
    def named(self, dotted: str) -> Module | None:
        """Return the host's module of this name that is not loaded, ``None`` if the host has no such file."""
        for root in (*self.roots, *(package.parent for package in self.packages)):
            stem = root.joinpath(*dotted.split("."))
            for candidate in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
                if candidate.is_file() and self.owns(str(candidate)):
                    return self.file(str(candidate), name=dotted)
        return None

    def function(self, live: types.FunctionType) -> Function | None:
        """Return a live function of the host with its source, ``None`` for library code and where no source is."""
        if id(live) not in self._functions:
            self._kept.append(live)
            self._functions[id(live)] = self._function(live)
        return self._functions[id(live)]

    def _function(self, live: types.FunctionType) -> Function | None:
        code = live.__code__
        if not self.owns(code.co_filename):
            return None
        module = self.file(code.co_filename, sys.modules.get(live.__module__ or ""))
        if module is None:
            return None
        found = self.nodes(module).get((code.co_firstlineno, code.co_name), [])
        node = found[0] if len(found) == 1 else _nearest(found, code)
        if node is None:
            return None
        cells = dict(zip(code.co_freevars, live.__closure__ or (), strict=True))
        owner = _content(cells["__class__"]) if "__class__" in cells else None
        return Function(node, module, live.__qualname__, live=live, owner=owner)

    def nodes(self, module: Module) -> dict[tuple[int, str], list[Any]]:
        """Return the definitions in a file by first line and name, as code objects have them."""
        if module.path not in self._index:
            index: dict[tuple[int, str], list[Any]] = {}
            for node in ast.walk(module.tree):
                if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                    index.setdefault((first, node.name), []).append(node)
                elif isinstance(node, ast.Lambda):
                    index.setdefault((node.lineno, "<lambda>"), []).append(node)
            self._index[module.path] = index
        return self._index[module.path]

    @lru_cache  # noqa: B019 - one program a run
    def class_node(self, cls: type) -> tuple[Module, ast.ClassDef] | None:
        """Return the file and the definition of a class of the host, ``None`` for a library's."""
        path = getattr(sys.modules.get(cls.__module__), "__file__", None)
        module = self.file(path) if path and self.owns(path) else None
        for node in ast.walk(module.tree) if module is not None else ():
            if isinstance(node, ast.ClassDef) and node.name == cls.__name__:
                return module, node  # type: ignore[return-value]
        return None

    @lru_cache  # noqa: B019 - one program a run
    def files(self) -> tuple[str, ...]:
        """Return the host's Python files that can run in production, loaded or not."""
        found = {path for root in (*self.roots, *self.packages) for path in walk(root, is_python) if self.owns(path)}
        return tuple(sorted(found | {str(package) for package in self.packages if package.is_file()}))

    def modules(self) -> Iterator[Module]:
        """Yield the modules of these files, but those that can't be read."""
        return filter(None, map(self.file, self.files()))

    @lru_cache  # noqa: B019 - one program a run
    def unloaded_tasks(self) -> dict[str, tuple[Module, str]]:
        """Return the Celery tasks of modules that are not loaded, by the name that they are sent by."""
        found: dict[str, tuple[Module, str]] = {}
        for module in self.modules():
            for node in module.tree.body if module.live is None else ():
                for decorator in getattr(node, "decorator_list", ()) if isinstance(node, ast.FunctionDef) else ():
                    called = decorator.func if isinstance(decorator, ast.Call) else decorator
                    if getattr(called, "attr", getattr(called, "id", "")) in {"task", "shared_task", "periodic_task"}:
                        given = [k.value for k in getattr(decorator, "keywords", ()) if k.arg == "name"]
                        name = next((str(v.value) for v in given if isinstance(v, ast.Constant)), "")
                        function = getattr(node, "name", "")
                        found[name or f"{module.name}.{function}"] = (module, function)
        return found

    @lru_cache  # noqa: B019 - one program a run
    def with_celery(self) -> tuple[Module, ...]:
        """Return the modules that are not loaded and that import something of Celery."""
        found = []
        for module in self.modules():
            names = [
                name
                for node in (module.tree.body if module.live is None else ())
                for name in (
                    [node.module or ""] if isinstance(node, ast.ImportFrom)
                    else [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                )
            ]  # fmt: skip
            if any(name.partition(".")[0] == "celery" for name in names):
                found.append(module)
        return tuple(found)

    @lru_cache  # noqa: B019 - one program a run
    def at_configuration(self) -> tuple[tuple[Module, str], ...]:
        """Return the functions that Celery calls when an app is configured, of modules that are not loaded."""
        return tuple(
            (module, node.name)
            for module in self.modules()
            if module.live is None
            for node in module.tree.body
            if isinstance(node, ast.FunctionDef)
            and any("on_after_" in ast.unparse(decorator) for decorator in node.decorator_list)
        )

    def owns_object(self, obj: Any) -> bool:
        """Return whether a function or a class is the host's."""
        module = sys.modules.get(getattr(obj, "__module__", None) or "")
        return self.owns(getattr(module, "__file__", None) or "")

    @lru_cache  # noqa: B019 - one program a run
    def can_find(self, name: str) -> bool:
        """Return whether Python would find a module; the host's own finders are not asked: that would run its code."""
        others = (f for f in sys.meta_path if not self.owns_object(f if isinstance(f, type) else type(f)))
        finders = [finder for finder in others if hasattr(finder, "find_spec")]
        try:
            return any(finder.find_spec(name, None) is not None for finder in finders)
        except (ImportError, ValueError):
            return False

    @lru_cache  # noqa: B019 - one program a run
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Return the host's other text files with their text: templates, fixtures, settings, crontabs."""
        paths = sorted({path for root in self.roots for path in walk(root, is_text) if self.owns(path)})
        return tuple((path, Path(path).read_text("utf-8", "replace")) for path in paths)


def _loaded() -> dict[str, Any]:
    count = len(sys.modules)
    return _loaded_by_file(count)


@lru_cache(maxsize=1)
def _loaded_by_file(_: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in tuple(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if isinstance(path, str):
            found.setdefault(path, module)
    return found


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _nearest(nodes: list[Any], code: types.CodeType) -> Any:
    """Return the lambda, or the like-named function, that this code was compiled from."""
    starts = {(line, column) for line, _, column, _ in code.co_positions() if line is not None and column is not None}
    best, most = None, 0
    for node in nodes:
        body = node.body if isinstance(node, ast.Lambda) else node
        hits = sum(
            (child.lineno, child.col_offset) in starts for child in ast.walk(body) if isinstance(child, ast.expr)
        )
        spread = sum(1 for child in ast.walk(body) if isinstance(child, ast.expr))
        if hits and (score := 1000 * hits // spread) > most:
            best, most = node, score
    return best
