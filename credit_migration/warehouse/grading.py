"""The rules of grading → SQL; the rules themselves are inference's, and this holds none."""

from __future__ import annotations

from collections.abc import Mapping

from credit_migration.data import When
from credit_migration.inference.evidence import Fact, Steps
from credit_migration.inference.grading import OTHERWISE, STEPS, Rule


def grade_sql(facts: Mapping[str, str]) -> str:
    """Return SQL for the grade of a candidate; ``facts`` has SQL for each field of its ``Evidence`` that rules ask."""
    steps = " ".join(f"WHEN {_any(rules, facts)} THEN '{grade.value}'" for grade, rules in STEPS)
    return f"CASE {steps} ELSE '{OTHERWISE.value}' END"


def when_sql(steps: Steps, *, known: bool) -> str:
    """Return SQL for when something happened."""
    if not known:
        return f"'{When.UNKNOWN.value}'"
    whens = " ".join(f"WHEN {has_sql(fact)} THEN '{when.value}'" for fact, when in steps)
    return f"CASE {whens} ELSE '{When.NEVER.value}' END"


def has_sql(fact: Fact) -> str:
    """Return SQL that is true where the packed ``facts`` of a row hold this one."""
    return f"((facts & {fact.value}) > 0)"


def _any(rules: tuple[Rule, ...], facts: Mapping[str, str]) -> str:
    return " OR ".join(_condition(rule, facts[rule.fact]) for rule in rules)


def _condition(rule: Rule, fact: str) -> str:
    if isinstance(rule.value, When):
        return f"{fact} = '{rule.value.value}'"
    return fact if rule.value else f"NOT {fact}"
