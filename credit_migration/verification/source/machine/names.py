"""A name of the host's source → what it stands for, in a running module or in one that is only read."""

from __future__ import annotations

import ast
import builtins
import types
from typing import Any

from credit_migration.verification.source.code import Function, Module, Scope, SourceClass
from credit_migration.verification.source.machine.lazies import Lazies
from credit_migration.verification.source.values import NOTHING, UNKNOWN, Const, LibraryMethod, Live, Value, one


class Names(Lazies):
    """The part of the machine that looks names up."""

    def lookup(self, name: str, scope: Scope) -> Value:
        """Return what a name stands for."""
        here: Scope | None = scope
        while here is not None:
            if name in here.names:
                return here.names[name]
            here = here.parent
        found = self._outside(name, scope)
        if found is None:
            builtin = getattr(builtins, name, None)
            return UNKNOWN if builtin is None else one(Live(builtin))
        return found

    def _outside(self, name: str, scope: Scope) -> Value | None:
        live = scope.fallback
        if live is not None:
            code = live.__code__
            if name in code.co_freevars:
                try:
                    return self.of_live(live.__closure__[code.co_freevars.index(name)].cell_contents)
                except ValueError:
                    return UNKNOWN
            if name in live.__globals__:
                return self._global(live.__globals__[name], scope.module, name)
            return self._global_set(scope.module, name)
        return self.global_of(scope.module, name)

    def _global(self, obj: Any, module: Module, name: str) -> Value:
        value = self.of_live(obj) | self.heap.get((module.path, name), NOTHING)
        return value.plus(self.stored(f"global {module.name}.{name}"))

    def global_of(self, module: Module, name: str) -> Value | None:
        """Return a module's global, by the live module or by reading the file."""
        if module.live is not None:
            namespace = vars(module.live)
            if name in namespace:
                return self._global(namespace[name], module, name)
            return self._global_set(module, name)
        return self.source_scope(module).names.get(name)

    def _global_set(self, module: Module, name: str) -> Value | None:
        found = self.heap.get((module.path, name))
        return None if found == NOTHING else found

    def source_scope(self, module: Module) -> Scope:
        """Return the names of a module that is only read; reading its body runs nothing."""
        if module.path not in self.scopes:
            scope = self.scopes[module.path] = Scope(module)
            scope.names["__name__"] = one(Const(module.name, literal=True))
            before, self.module = self.module, module
            importing, self.at_import = self.at_import, True
            optional, self.is_optional = self.is_optional, False
            try:
                self.execute(module.tree.body, scope)
            finally:
                self.module, self.at_import, self.is_optional = before, importing, optional
        return self.scopes[module.path]

    def mention(self, node: ast.expr, name: str, value: Value) -> None:
        """Remember that this place was followed to functions of the host."""
        for ref in value.refs:
            inner = ref.function if hasattr(ref, "function") else ref
            target = inner.obj if isinstance(inner, Live) else inner
            is_library = isinstance(ref, LibraryMethod) and bool(ref.receiver.refs)
            if (
                is_library
                or isinstance(target, types.FunctionType | type | Function | SourceClass | types.MethodType)
                or hasattr(target, "run")
            ):
                path, line = self.place(node)
                self.shared.mentions.add((path, line, name))
                return
