"""What the audit and inference tell of a database, and what an engine answers over its copy, in one form."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from credit_migration import api
from credit_migration.data import (
    AuditOptions,
    Filters,
    InferenceOptions,
    SchemaState,
    WarehouseOptions,
    WarehouseQuery,
)
from credit_migration.reports.values import as_json

Engine = Callable[[str], list[dict[str, Any]]]
"""Runs one query and returns its lines."""


def ours(filters: Filters, since: datetime | None = None) -> dict[str, Any]:
    """Return what the package's own commands tell."""
    with api.read_only("default") as snapshot:
        audit = api.audit(snapshot, AuditOptions(filters=filters, since=since))
        found = api.infer_candidates(snapshot, InferenceOptions(filters=filters, ambiguous=True))
        names = [column.name for column in found.records.columns]
        records = [dict(zip(names, map(as_json, row), strict=True)) for row in found.records.rows]
    for record in records:
        del record["reasons"]
    sections = {section.name: _rows(section) for section in (*audit.sections, *found.sections)}
    facts = audit.facts
    counted = {section: dict(_pairs(audit, section)) for section in ("classes", "organisations", "statuses", "months")}
    return {
        "table": [facts["requests"], facts["requests_with_program"]],
        "classes": {row["class"]: row["rows"] for row in sections["classes"] if row["rows"]},
        "pathways": {row["pathway_id"]: row["rows"] for row in _section(audit, "pathways")},
        **{name: counted[name] for name in ("organisations", "statuses", "months")},
        "duplicates": [
            facts["duplicate_pairs"],
            facts["duplicate_pairs_rows"],
            facts["duplicate_triples"],
            facts["duplicate_pairs_without_program"],
        ],
        "largest": [list(row.values()) for row in sections.get("duplicates", ())],
        "cutover": [facts.get("new_rows_without_program", 0), facts.get("older_rows_with_program", 0)],
        "orphans": facts["legacy_rows_of_missing_learners"],
        "grades": {
            (row["pathway_id"], grade): row[grade]
            for row in _section(found, "pathways")
            for grade in ("corroborated", "plausible", "contradicted")
            if row[grade]
        },
        "candidates": {record["request_id"]: record for record in records},
    }


def theirs(ask: Engine, dialect: str, state: SchemaState, filters: Filters, **options: Any) -> dict[str, Any]:
    """Return what an engine answers to the written queries."""
    asked = WarehouseOptions(dialect=dialect, state=state, filters=filters, ambiguous=True, **options)
    queries = {name: sql for name, _, sql in api.write_queries(asked).sections[0].rows}
    assert list(queries) == [query.value for query in WarehouseQuery]
    answers = {name: [_plain(line) for line in ask(sql)] for name, sql in queries.items()}
    ((table),) = answers["table"]
    summary, duplicates = answers["summary"], answers["duplicates"]
    totals = ("pairs", "pair_rows", "triples", "null_pairs")
    return {
        "table": [table["requests"], table["requests_with_program"]],
        "classes": _summed(summary, "pathway_class"),
        "pathways": _summed(summary, "pathway_id"),
        "organisations": _summed(summary, "organisation"),
        "statuses": _summed(summary, "request_status"),
        "months": _summed(summary, "month_of_creation"),
        "duplicates": [duplicates[0][name] for name in totals] if duplicates else [0] * 4,
        "largest": [[row[name] for name in ("learner", "pathway", "n", "recorded", "programs")] for row in duplicates],
        "cutover": [sum(row[name] for row in answers["cutover"]) for name in ("new_null", "filled")],
        "orphans": answers["orphans"][0]["n"],
        "grades": {(row["pathway_id"], row["grade"]): row["candidates"] for row in answers["grades"]},
        "candidates": {row["request_id"]: row for row in answers["candidates"]},
    }


def _section(report: Any, name: str) -> list[dict[str, Any]]:
    return _rows(next(section for section in report.sections if section.name == name))


def _rows(section: Any) -> list[dict[str, Any]]:
    names = [column.name for column in section.columns]
    return [dict(zip(names, map(as_json, row), strict=True)) for row in section.rows]


def _pairs(report: Any, name: str) -> list[tuple[Any, int]]:
    return [(next(iter(row.values())), row["rows"]) for row in _section(report, name)]


def _summed(rows: Sequence[dict[str, Any]], key: str) -> dict[Any, int]:
    totals: dict[Any, int] = defaultdict(int)
    for row in rows:
        totals[row[key]] += row["requests"]
    return Counter(totals)


def _plain(line: dict[str, Any]) -> dict[str, Any]:
    def value(found: Any) -> Any:
        if isinstance(found, datetime):
            return as_json(found.astimezone(UTC) if found.tzinfo else found)
        return found

    return {name.lower(): value(found) for name, found in line.items()}
