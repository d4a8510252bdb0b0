"""A condition, or a ``try`` that looks for a row → whether recorded requests decide there what a learner may do."""

from __future__ import annotations

import ast

from credit_migration.verification.source.code import Scope
from credit_migration.verification.source.machine.assignments import Assignments
from credit_migration.verification.source.values import NO_LABELS, Labels, Rows

_FINDS = frozenset({"get", "aget", "earliest", "latest", "aearliest", "alatest"})


class Gating(Assignments):
    """The part of the machine that notes where earlier rows decide."""

    def note_if(self, node: ast.If, labels: Labels, scope: Scope) -> None:
        """Note a condition on recorded requests that refuses, or that leaves out some of what is offered."""
        if "request" not in labels or _is_of_its_row(node.test, scope):
            return
        about = labels - {"request", "learner", "own", "pathway", "address"}
        if not about and (_refuses(node.body) or _refuses(node.orelse)):
            self.use_rows(node, "refuse")
        if self.offered and _leaves_out(node):
            self.use_rows(node, "offers")

    def note_try(self, node: ast.Try, scope: Scope) -> Labels:
        """Note a ``try`` that refuses by whether a row is there, and return what it looks for."""
        sought = self._sought(node, scope)
        if "request" in sought and _refuses([*node.body, *node.orelse]):
            self.use_rows(node, "refuse")
        elif "request" in sought and any(_refuses(handler.body) for handler in node.handlers):
            self.use_rows(node, "require")
        return sought

    def _sought(self, node: ast.Try, scope: Scope) -> Labels:
        """Return what a ``try`` looks for where a handler is for what is not there, or is there twice."""
        if not any(_is_for_rows(handler.type) for handler in node.handlers):
            return NO_LABELS
        calls = [child for part in node.body for child in ast.walk(part) if isinstance(child, ast.Call)]
        found = [
            self.evaluate(call.func.value, scope)
            for call in calls
            if isinstance(call.func, ast.Attribute) and call.func.attr in _FINDS
        ]
        return NO_LABELS.union(*(value.labels & {"request"} for value in found if value.only(Rows)))


def _is_of_its_row(test: ast.expr, scope: Scope) -> bool:
    """Return whether a method of a row tests that row alone, as a ``clean`` does: no earlier one."""
    own = {name for name, value in scope.names.items() if value is scope.receiver}
    inside = list(ast.walk(test))
    names = {node.id for node in inside if isinstance(node, ast.Name)}
    return bool(names) and names <= own and not any(isinstance(node, ast.Call) for node in inside)


def _refuses(body: list[ast.stmt]) -> bool:
    """Return whether a branch ends a request with an error."""
    for node in (child for statement in body for child in ast.walk(statement)):
        if isinstance(node, ast.Raise):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            status = next((k.value for k in node.keywords if k.arg in {"status", "status_code"}), None)
            code = getattr(status, "value", 0)
            if name in {"HttpResponseForbidden", "HttpResponseBadRequest", "HttpResponseNotAllowed"}:
                return True
            if isinstance(code, int) and code >= 400:
                return True
    return False


def _is_for_rows(caught: ast.expr | None) -> bool:
    """Return whether a handler is for a row that is not there, or that is there twice."""
    parts = ast.walk(caught) if caught is not None else ()
    names = {getattr(part, "attr", getattr(part, "id", "")) for part in parts}
    return bool(names & {"DoesNotExist", "ObjectDoesNotExist", "MultipleObjectsReturned"})


def _leaves_out(node: ast.If) -> bool:
    """Return whether a branch of a loop does nothing but pass over an element, or take it in."""
    if len(node.body) != 1 or node.orelse:
        return False
    (only,) = node.body
    called = only.value.func if isinstance(only, ast.Expr) and isinstance(only.value, ast.Call) else None
    return isinstance(only, ast.Continue) or getattr(called, "attr", "") in {"append", "add"}
