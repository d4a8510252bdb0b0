"""``AuditFacts`` → findings: what blocks a rollback, which writer was missed, what is out of place; pure functions."""

from __future__ import annotations

from collections.abc import Iterator

from credit_migration.audit.totals import by_pathway
from credit_migration.data import AuditFacts, AuditOptions, Catalogue, Finding
from credit_migration.messages import finding


def judge(facts: AuditFacts, options: AuditOptions, catalogue: Catalogue, table: str) -> tuple[Finding, ...]:
    """Return the findings of an audit; ``table`` is the request table's name."""
    return (
        *_cutover(facts, options, table),
        *_thresholds(facts, options, table),
        *_duplicates(facts, table),
        *_out_of_place(facts, catalogue, table),
    )


def missing_pathways(facts: AuditFacts, catalogue: Catalogue) -> dict[int, int]:
    """Return the legacy rows by id of a pathway that is not there."""
    return {pk: rows for pk, rows in by_pathway(facts.groups).items() if pk not in catalogue.pathways}


def other_pathways(facts: AuditFacts, catalogue: Catalogue) -> dict[int, int]:
    """Return the legacy rows by id of a pathway that is no credit pathway."""
    rows = by_pathway(facts.groups)
    return {pk: n for pk, n in rows.items() if pk in catalogue.pathways and not catalogue.pathways[pk].is_credit}


def _cutover(facts: AuditFacts, options: AuditOptions, table: str) -> Iterator[Finding]:
    if facts.cutover is None:
        return
    cutover = facts.cutover.cutover.isoformat(timespec="seconds").replace("+00:00", "Z")
    new = sum(rows for _, rows in facts.cutover.new_null)
    if new > options.max_new_null_rows:
        pathway, most = facts.cutover.new_null[0]
        yield finding(
            "E101",
            obj=table,
            rows=new,
            cutover=cutover,
            pathways=len(facts.cutover.new_null),
            pathway=pathway,
            most=most,
            allowed=options.max_new_null_rows,
        )
    if facts.cutover.filled:
        yield finding("W103", obj=table, rows=facts.cutover.filled, cutover=cutover)


def _thresholds(facts: AuditFacts, options: AuditOptions, table: str) -> Iterator[Finding]:
    legacy = sum(group.rows for group in facts.groups)
    if options.max_legacy_rows is not None and legacy > options.max_legacy_rows:
        yield finding("E102", obj=table, rows=legacy, allowed=options.max_legacy_rows)


def _duplicates(facts: AuditFacts, table: str) -> Iterator[Finding]:
    found = facts.duplicates
    if found.pairs:
        yield finding("W104", obj=table, pairs=found.pairs, rows=found.pair_rows)
    if found.triples:
        yield finding("W105", obj=table, pairs=found.triples)


def _out_of_place(facts: AuditFacts, catalogue: Catalogue, table: str) -> Iterator[Finding]:
    if facts.orphans_user:
        yield finding("E106", obj=table, rows=facts.orphans_user)
    if missing := missing_pathways(facts, catalogue):
        yield finding("E107", obj=table, rows=sum(missing.values()), pathways=_ids(missing))
    if other := other_pathways(facts, catalogue):
        yield finding("W108", obj=table, rows=sum(other.values()), pathways=_ids(other))
    if catalogue.dangling:
        pathway, program = catalogue.dangling[0]
        yield finding("W109", count=len(catalogue.dangling), pathway=pathway, program=program)


def _ids(rows: dict[int, int], shown: int = 10) -> str:
    more = f" and {len(rows) - shown} more" if len(rows) > shown else ""
    return ", ".join(map(str, list(rows)[:shown])) + more
