"""A judged plan → the report of ``check_migration_safety``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from credit_migration.data import Column, Finding, Report, Run, Scalar, Section
from credit_migration.data.report import Waived
from credit_migration.data.safety import JudgedStatement, PlannedMigration
from credit_migration.safety.lock_rules import VENDOR_NAMES
from credit_migration.safety.waivers.telling import waived_sections

_MIGRATIONS = (
    Column(name="migration", title="Migration"),
    Column(name="operation", title="Operation"),
    Column(name="place", title="Place"),
)
_STATEMENTS = (
    Column(name="migration", title="Migration"),
    Column(name="database", title="Database"),
    Column(name="lock", title="Lock"),
    Column(name="tables", title="Tables"),
    Column(name="blocks", title="Blocks"),
    Column(name="grows", title="Grows with the table"),
    Column(name="proven", title="Proven"),
    Column(name="statement", title="Statement"),
)


def safety_report(
    plan: Sequence[PlannedMigration],
    judged: Sequence[JudgedStatement],
    findings: Sequence[Finding],
    waived: Sequence[Waived] = (),
    *,
    selected: str,
    versions: Mapping[str, tuple[int, ...]],
    left_out: Mapping[str, str],
    linter: str | None = None,
    run: Run | None = None,
) -> Report:
    """
    Return the report of a safety check.

    Args:
        plan: the migrations looked at.
        judged: their statements with their locks.
        findings: what the rules found, in any order.
        waived: what somebody accepts.
        selected: how the migrations were chosen, in the reader's words.
        versions: the server version that each vendor's locks were judged by.
        left_out: vendors without statements, each with the reason.
        linter: the version of django-migration-linter whose findings are among them.
        run: the database that was asked, if any.

    """
    facts: dict[str, Scalar] = {"selected": selected, "migrations": len(plan), "statements": len(judged)}
    facts["judged_for"] = ", ".join(_vendor(name, version) for name, version in versions.items())
    if left_out:
        facts["left_out"] = "; ".join(f"{VENDOR_NAMES[name]}: {reason}" for name, reason in left_out.items())
    if linter:
        facts["merged_with"] = f"django-migration-linter {linter}"
    operations = [
        (migration.key, operation.description, str(operation.location))
        for migration in plan
        for operation in migration.operations
    ]
    return Report(
        command="check_migration_safety",
        title="Migration safety",
        facts=facts,
        sections=(
            Section(name="operations", title="Planned operations", columns=_MIGRATIONS, rows=operations),
            *waived_sections(waived),
        ),
        records=Section(name="statements", title="Statements and their locks", columns=_STATEMENTS, rows=_rows(judged)),
        findings=tuple(sorted(findings, key=_order)),
        waived=tuple(waived),
        run=run,
    )


def _vendor(name: str, version: tuple[int, ...]) -> str:
    return f"{VENDOR_NAMES[name]} {'.'.join(map(str, version))}"


def _order(finding: Finding) -> tuple[int, str, int, str]:
    location = finding.location
    return (-finding.level, location.path if location else "", location.line if location else 0, finding.id)


def _rows(judged: Sequence[JudgedStatement]) -> list[tuple[Scalar, ...]]:
    return [
        (
            one.migration,
            VENDOR_NAMES[one.statement.vendor],
            _modes(one),
            ", ".join(lock.table for lock in one.lock.locks),
            _blocks(one),
            "" if one.on_new_table else one.lock.growth.value,
            one.proven,
            one.statement.sql,
        )
        for one in judged
    ]


def _modes(one: JudgedStatement) -> str:
    if not one.lock.known:
        return "unknown"
    if one.on_new_table:
        return "on a table of its own"
    return ", ".join(dict.fromkeys(lock.mode for lock in one.lock.locks)) or "none"


def _blocks(one: JudgedStatement) -> str:
    if one.on_new_table:
        return "nothing"
    blocked = [
        word
        for word, is_blocked in (
            ("reads", any(lock.blocks_reads for lock in one.lock.locks)),
            ("writes", any(lock.blocks_writes for lock in one.lock.locks)),
        )
        if is_blocked
    ]
    return " and ".join(blocked) or "nothing"
