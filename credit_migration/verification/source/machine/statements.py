"""A statement of the host's source → what it changes, and whether the code after it can run."""

from __future__ import annotations

import ast

from credit_migration.verification.source.code import Scope, SourceClass
from credit_migration.verification.source.machine.definitions import Definitions
from credit_migration.verification.source.machine.heap import RAISED
from credit_migration.verification.source.machine.state import EndsHereError
from credit_migration.verification.source.values import NOTHING, UNKNOWN, Instance, Value


class Statements(Definitions):
    """The whole machine: it reads statements, in every branch that the source does not rule out."""

    def execute(self, body: list[ast.stmt], scope: Scope) -> bool:
        """Read a block; return whether it ends here, so that nothing after it runs."""
        for statement in body:
            method = getattr(self, f"_do_{type(statement).__name__.lower()}", None)
            before = self.guards, self.switches, self.discarded, self.offered, self.is_optional
            try:
                if method is not None and method(statement, scope):
                    return True
            except EndsHereError:
                self.guards, self.switches, self.discarded, self.offered, self.is_optional = before
                return True
        return False

    def outcome(self, body: ast.expr, scope: Scope) -> Value:
        """Return what an expression that stands alone gives, ``NOTHING`` where Python raises."""
        try:
            return self.evaluate(body, scope)
        except EndsHereError:
            return NOTHING

    def _do_expr(self, node: ast.Expr, scope: Scope) -> None:
        before, self.discarded = self.discarded, node.value
        self.evaluate(node.value, scope)
        self.discarded = before

    def _do_return(self, node: ast.Return, scope: Scope) -> bool:
        value = UNKNOWN if node.value is None else self.evaluate(node.value, scope)
        scope.returned = (scope.returned or NOTHING) | value.plus(self.guards)
        return True

    def _do_raise(self, node: ast.Raise, scope: Scope) -> bool:
        if node.exc is not None:
            value = self.evaluate(node.exc, scope)
            for ref in value.only(Instance):
                if isinstance(ref.cls, SourceClass) or self.is_project_class(ref.cls):
                    self.heap.add((RAISED, ref.cls), Value(frozenset({ref}), value.labels))
        return True

    def _do_continue(self, node: ast.stmt, scope: Scope) -> bool:
        return True

    _do_break = _do_continue

    def _do_assert(self, node: ast.Assert, scope: Scope) -> None:
        self.evaluate(node.test, scope)

    def _do_global(self, node: ast.Global, scope: Scope) -> None:
        scope.outward |= set(node.names)

    _do_nonlocal = _do_global
