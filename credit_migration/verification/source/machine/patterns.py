"""``match`` → the cases that may fit, and what their names stand for."""

from __future__ import annotations

import ast

from credit_migration.verification.source.code import Scope
from credit_migration.verification.source.machine.branches import Branches, merged
from credit_migration.verification.source.values import Const, Holder, Instance, Value, joined


class Patterns(Branches):
    """The part of the machine that reads patterns."""

    def _do_match(self, node: ast.Match, scope: Scope) -> None:
        subject = self.evaluate(node.subject, scope)
        before, outcome = dict(scope.names), dict(scope.names)
        for case in node.cases:
            scope.names = dict(before)
            fits = self._fits(case.pattern, subject, scope)
            if fits is False:
                continue
            self._bind_pattern(case.pattern, subject, scope)
            if case.guard is not None:
                self.evaluate(case.guard, scope)
            with self.guarded(self.deep(subject)):
                self.execute(case.body, scope)
            outcome = merged(outcome, scope.names)
            if fits and case.guard is None:
                break
        scope.names = outcome

    def _fits(self, pattern: ast.pattern, subject: Value, scope: Scope) -> bool | None:
        """Return whether a plain pattern fits where the code itself settles it, ``None`` for all else."""
        if isinstance(pattern, ast.MatchOr):
            found = {self._fits(part, subject, scope) for part in pattern.patterns}
            return True if True in found else None if None in found else False
        if not isinstance(pattern, ast.MatchValue):
            return None
        (known,) = subject.refs if len(subject.refs) == 1 and not subject.unknown else (None,)
        wanted = self.evaluate(pattern.value, scope)
        (other,) = wanted.refs if len(wanted.refs) == 1 and not wanted.unknown else (None,)
        if isinstance(known, Const) and isinstance(other, Const) and known.literal and other.literal:
            same: bool = known.value == other.value
            return same
        return None

    def _bind_pattern(self, pattern: ast.pattern, value: Value, scope: Scope) -> None:
        """Give the names of a pattern what they may stand for."""
        if isinstance(pattern, ast.MatchClass):
            for name, inner in zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True):
                self._bind_pattern(inner, self.attribute(value, name, pattern), scope)
            for inner in pattern.patterns:
                held = joined(self.all_held(ref) for ref in value.only(Holder, Instance))
                self._bind_pattern(inner, value | held, scope)
            return
        rest = getattr(pattern, "name", None) or getattr(pattern, "rest", None)
        if isinstance(rest, str):
            scope.names[rest] = value | self.elements(value, pattern)
        for inner in (getattr(pattern, "pattern", None), *getattr(pattern, "patterns", ())):
            if isinstance(inner, ast.pattern):
                is_part = isinstance(pattern, ast.MatchSequence | ast.MatchMapping)
                self._bind_pattern(inner, self.elements(value, pattern) if is_part else value, scope)
