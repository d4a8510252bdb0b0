"""``def`` and ``import`` inside the host's source → the names that they bind."""

from __future__ import annotations

import ast
import sys
from typing import Any

from credit_migration.verification.source.channels import missing
from credit_migration.verification.source.code import Function, Scope, SourceClass, SourceModule
from credit_migration.verification.source.machine.classes import Classes
from credit_migration.verification.source.values import NOTHING, UNKNOWN, Arguments, Live, Value, one


class Definitions(Classes):
    """The part of the machine that reads definitions and imports."""

    def _do_functiondef(self, node: Any, scope: Scope) -> None:
        owner = scope.owner
        in_class = isinstance(owner, SourceClass) and owner.scope is scope
        name = f"{scope.owner.node.name}.{node.name}" if in_class else node.name
        value = one(Function(node, scope.module, name, scope, owner=owner))
        self.shared.made.add((scope.module.path, node.lineno))
        for decorator in reversed(node.decorator_list):
            name = getattr(decorator, "attr", getattr(decorator, "id", ""))
            if name in {"property", "staticmethod", "classmethod", "cached_property", "setter", "abstractmethod"}:
                continue
            found = self.evaluate(decorator, scope)
            if scope.parent is None and scope.fallback is None and not self._is_hosts(found):
                self.registered.setdefault(scope.module.path, []).append(value)
                continue
            value = self.call(found, Arguments((value,)), decorator) | value
        scope.names[node.name] = value

    _do_asyncfunctiondef = _do_functiondef

    def _do_import(self, node: ast.Import, scope: Scope) -> None:
        for alias in node.names:
            found = self.dotted(alias.name if alias.asname else alias.name.partition(".")[0], ())
            self._missing(found, alias.name, node)
            self.imported(self.dotted(alias.name, ()) or NOTHING, node)
            self._assign_name(alias.asname or alias.name.partition(".")[0], found or self._not_there(alias.name), scope)

    def _do_importfrom(self, node: ast.ImportFrom, scope: Scope) -> None:
        base = self._base(node, scope)
        self._missing(self.dotted(base, ()), base, node)
        self.imported(self.dotted(base, ()) or NOTHING, node)
        for alias in node.names:
            if alias.name == "*":
                self._import_all(base, scope)
                continue
            found = self.dotted(f"{base}.{alias.name}", ()) or self._not_there(f"{base}.{alias.name}")
            self.imported(found, node)
            self._assign_name(alias.asname or alias.name, found, scope)

    def _not_there(self, name: str) -> Value:
        """Return what stands for a name that a function, or a command, tries to import in vain."""
        is_tried = self.is_optional and not self.at_import
        is_absent = (is_tried or self._in_command()) and self.dotted(name.partition(".")[0], ()) is None
        return one(Live(missing(name))) if is_absent else UNKNOWN

    def _in_command(self) -> bool:
        """Return whether the module is that of a command, which does not start here where an import fails."""
        return self.module is not None and "/management/commands/" in self.module.path

    def _missing(self, found: Value | None, name: str, node: ast.AST) -> None:
        if found is None and self.at_import and not self.is_optional and not self._in_command():
            self.wonder(node, f"what '{name}' is, which can't be imported here")

    def imported(self, value: Value, node: ast.AST) -> None:
        """Follow what importing a module registers, when a function of the running program imports it."""
        if not self.stack:
            return
        for ref in value.only(SourceModule):
            self.source_scope(ref.module)
            for function in self.registered.get(ref.module.path, []):
                self.call(function, Arguments(rest=UNKNOWN), node)

    def _base(self, node: ast.ImportFrom, scope: Scope) -> str:
        if not node.level:
            return node.module or ""
        parts = scope.module.name.split(".")
        is_package = scope.module.path.endswith("__init__.py")
        parts = parts[: len(parts) - node.level + is_package]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def _import_all(self, base: str, scope: Scope) -> None:
        module = sys.modules.get(base)
        if module is not None:
            scope.names |= {n: self.of_live(o) for n, o in vars(module).items() if not n.startswith("_")}
            return
        for ref in (self.dotted(base, ()) or NOTHING).only(SourceModule):
            scope.names |= self.source_scope(ref.module).names
