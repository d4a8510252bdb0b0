"""A list, dict, set or comprehension of the source → the object that it makes; a subscript → what it reads."""

from __future__ import annotations

import ast
from typing import Any

from credit_migration.data.verification import Condition
from credit_migration.verification.source.code import Comprehension, Scope
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.machine.operators import Operators
from credit_migration.verification.source.machine.state import EndsHereError
from credit_migration.verification.source.values import NO_LABELS, OTHERS, Const, Holder, Labels, Value, one


class Displays(Operators):
    """The part of the machine that evaluates displays, comprehensions and subscripts."""

    def _container(self, node: Any, scope: Scope) -> Value:
        holder = Holder(f"made {self.site(node)}")
        labels = NO_LABELS
        for index, item in enumerate(node.elts):
            value = self.evaluate(item.value if isinstance(item, ast.Starred) else item, scope)
            labels |= value.labels
            if isinstance(item, ast.Starred):
                self.hold(holder, ANY, self.elements(value, node))
            else:
                self.hold(holder, index, value)
        return one(holder, labels)

    _list = _tuple = _set = _container

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        holder = Holder(f"made {self.site(node)}")
        labels = NO_LABELS
        for key, item in zip(node.keys, node.values, strict=True):
            value = self.evaluate(item, scope)
            labels |= value.labels
            if key is None:
                self.hold(holder, ANY, self.elements(value, node))
                self.hold_key(holder, OTHERS)
                for ref in value.only(Holder):
                    for name, held in self.heap.of(ref):
                        self.hold(holder, name, held)
                continue
            named = self.evaluate(key, scope)
            self.hold_key(holder, named)
            for name in self.key_of(named):
                self.hold(holder, name, value)
        return one(holder, labels)

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        value, key = self.evaluate(node.value, scope), self.evaluate(node.slice, scope)
        if isinstance(node.slice, ast.Slice):
            text = self.plain(value)
            bounds = [None if b is None else self.plain(self.evaluate(b, scope)) for b in
                      (node.slice.lower, node.slice.upper, node.slice.step)]  # fmt: skip
            if isinstance(text, str):
                return one(Const(text[slice(*bounds)]), value.labels)
            return value | Value(labels=key.labels)
        found = self.item(value, key, node)
        self.mention(node, "", found)
        return found

    def _generatorexp(self, node: ast.GeneratorExp, scope: Scope) -> Value:
        source = self.evaluate(node.generators[0].iter, scope)
        return self.suspend(Holder(f"comprehension {self.site(node)}"), Comprehension(node, scope, source))

    def comprehend(self, body: Comprehension, holder: Holder) -> None:
        """Run a generator expression to its end, wherever it is advanced."""
        module, self.module = self.module, body.scope.module
        try:
            made = self._comprehension(body.node, body.scope, body.source, holder)
            self.hold(holder, ANY, Value(labels=made.labels))
        except EndsHereError:
            pass
        finally:
            self.module = module

    def _comprehension(
        self, node: Any, scope: Scope, source: Value | None = None, holder: Holder | None = None
    ) -> Value:
        inner = Scope(scope.module, scope, owner=scope.owner, receiver=scope.receiver, fallback=scope.fallback)
        labels: Labels = NO_LABELS
        switches: tuple[Condition, ...] = ()
        before = self.guards, self.switches
        for part in node.generators:
            if source is None or part is not node.generators[0]:
                source = self.evaluate(part.iter, inner)
            labels |= self.deep(source)
            self.assign(part.target, self.elements(source, node), inner)
            for test in part.ifs:
                told = self.deep(self.evaluate(test, inner))
                if "request" in told and self.is_offer(source):
                    self.use_rows(test, "offers")
                labels |= told
                self._narrow(test, inner, inside=True)
                switches += self.conditions_in(test, inner)
            self.guards, self.switches = self.guards | labels, (*self.switches, *switches)
        holder = holder or Holder(f"comprehension {self.site(node)}")
        if isinstance(node, ast.DictComp):
            named = self.evaluate(node.key, inner)
            self.hold_key(holder, named)
            keys = self.key_of(named)
            value = self.evaluate(node.value, inner)
            for key in keys:
                self.hold(holder, key, value)
        else:
            value = self.evaluate(node.elt, inner)
            self.hold(holder, ANY, value)
        self.guards, self.switches = before
        return one(holder, value.labels | labels)

    _listcomp = _setcomp = _dictcomp = _comprehension
