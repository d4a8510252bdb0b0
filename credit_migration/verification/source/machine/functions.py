"""A function of the host with its arguments → what its body does, and what it returns."""

from __future__ import annotations

import ast
import inspect
import types

from credit_migration.verification.source.code import Call, Function, Scope
from credit_migration.verification.source.machine.generators import SENT, Generators
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.values import NOTHING, UNKNOWN, Arguments, Const, Holder, Value, joined, one

DEEPEST_CALLS = 70


class Functions(Generators):
    """The part of the machine that runs the bodies of functions."""

    def run_live(self, function: types.FunctionType, arguments: Arguments, node: ast.AST) -> Value:
        found = self.program.function(function)
        return UNKNOWN if found is None else self.run(found, arguments, node)

    def run(self, function: Function, arguments: Arguments, node: ast.AST, *, into: Holder | None = None) -> Value:
        """
        Read what a function of the host does with these arguments, and return what it returns.

        Args:
            function: what is called.
            arguments: what it is given.
            node: where it is called.
            into: the generator that runs on, for one that was made before.

        """
        is_direct, self.direct = self.direct is node, None
        if is_direct and into is None and self.is_suspended(function):
            return self.made_by(function, arguments, node)
        sent = None if into is None else (into, self.heap.get((into, SENT)))
        key = (function, arguments, self.guards, self.doubt is None, sent)
        if key in self.memo:
            return self.memo[key]
        identity = (id(function.node), function.live is None)
        if self.active.get(identity, 0) >= 2 or len(self.stack) >= DEEPEST_CALLS:
            self.release(arguments.joined(), node)
            return Value(labels=self.deep(arguments.joined()), unknown=True)
        path, line = self.place(node)
        if not line:
            path, line = self.program.short(function.module.path), function.node.lineno
        step = f"{path}:{line} {_shown(function)}"
        self.active[identity] = self.active.get(identity, 0) + 1
        self.stack.append((step, function))
        module, guards, switches, importing = self.module, self.guards, self.switches, self.at_import
        offered = self.offered
        self.at_import = self.offered = False
        self.memo[key] = NOTHING
        self.module = function.module
        self.shared.ran.add((function.module.path, function.node.lineno))
        try:
            result = self._body(function, arguments, into)
        finally:
            self.module, self.guards, self.switches, self.at_import = module, guards, switches, importing
            self.offered = offered
            self.stack.pop()
            self.active[identity] -= 1
        self.memo[key] = result
        return result

    def _body(self, function: Function, arguments: Arguments, into: Holder | None) -> Value:
        node = function.node
        scope = Scope(function.module, function.scope, owner=function.owner, fallback=function.live)
        if function.scope is not None:
            scope.fallback = function.scope.fallback
            scope.owner = function.owner or function.scope.owner
        self.bind_parameters(node.args, arguments, scope, function)
        holder = scope.generator = into or Holder(f"yields {self.site(node)}")
        if isinstance(node, ast.Lambda):
            return self.outcome(node.body, scope)
        self.execute(node.body, scope)
        result = scope.returned or NOTHING
        if scope.yielded is not None:
            self.generators.setdefault(holder, [Call(function, arguments)])
            self.hold(holder, ANY, scope.yielded)
            result = result | one(holder, scope.yielded.labels)
        elif into is not None:
            self.hold(into, ANY, result)
        return result

    def bind_parameters(self, spec: ast.arguments, arguments: Arguments, scope: Scope, function: Function) -> None:
        """Give each parameter its argument, its default, or what ``*args`` and ``**kwargs`` may hold."""
        names = [argument.arg for argument in (*spec.posonlyargs, *spec.args)]
        keywords = dict(arguments.keywords)
        defaults = dict(zip(names[len(names) - len(spec.defaults) :], spec.defaults, strict=True))
        defaults |= {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None}
        for position, name in enumerate([*names, *(argument.arg for argument in spec.kwonlyargs)]):
            if position < len(names) and position < len(arguments.positional):
                value = arguments.positional[position]
            elif name in keywords:
                value = keywords.pop(name)
            else:
                value = arguments.rest or NOTHING
                if name in defaults:
                    value = value | self._default(function, name, defaults[name], scope)
            scope.names[name] = value if value != NOTHING else UNKNOWN
        if names and scope.receiver is None:
            scope.receiver = scope.names[names[0]]
        self._bind_rest(spec, arguments, names, keywords, scope)

    def _bind_rest(
        self, spec: ast.arguments, arguments: Arguments, names: list[str], keywords: dict[str, Value], scope: Scope
    ) -> None:
        place = scope.module.path
        if spec.vararg:
            extra = joined(arguments.positional[len(names) :]) | (arguments.rest or NOTHING)
            holder = Holder(
                f"*{spec.vararg.arg} {place}:{spec.vararg.lineno} {self.stack[-1][0] if self.stack else ''}"
            )
            for index, value in enumerate(arguments.positional[len(names) :]):
                self.hold(holder, index, value)
            self.hold(holder, ANY, arguments.rest or NOTHING)
            scope.names[spec.vararg.arg] = one(holder, extra.labels)
        if spec.kwarg:
            holder = Holder(f"**{spec.kwarg.arg} {place}:{spec.kwarg.lineno} {self.stack[-1][0] if self.stack else ''}")
            for name, value in keywords.items():
                self.hold(holder, name, value)
            self.hold(holder, ANY, arguments.rest or NOTHING)
            labels = joined(keywords.values()).labels | (arguments.rest or NOTHING).labels
            scope.names[spec.kwarg.arg] = one(holder, labels)

    def _default(self, function: Function, name: str, node: ast.expr, scope: Scope) -> Value:
        live = function.live
        if live is not None:
            spec = inspect.signature(live, follow_wrapped=False).parameters.get(name)
            if isinstance(node, ast.Constant):
                return one(Const(node.value, literal=True))
            if spec is not None and spec.default is not inspect.Parameter.empty:
                return self.of_live(spec.default)
        outer = function.scope or Scope(scope.module)
        return self.evaluate(node, outer)


def _shown(function: Function) -> str:
    """Return the name of a function as the reader finds it: a wrapper that took over another's has its own beside."""
    own = getattr(function.node, "name", "")
    return function.name if not own or function.name.rpartition(".")[2] == own else f"{function.name} ({own})"
