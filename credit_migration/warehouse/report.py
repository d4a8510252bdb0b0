"""Written queries → ``Report``."""

from __future__ import annotations

from collections.abc import Sequence

from credit_migration.data import Column, Report, Scalar, Section, WarehouseOptions, WrittenQuery
from credit_migration.warehouse.translating import IN_UTC

LIMITS = (
    "The rows are those of the copy, as old as it is.",
    "Nothing here was run. What was tested, and on which engines, is in docs/warehouse.md.",
    "A grade is for reading. Never fill a program into a row from it.",
)


def queries_report(options: WarehouseOptions, queries: Sequence[WrittenQuery]) -> Report:
    """Return the queries as a report, one line a query."""
    facts: dict[str, Scalar] = {"dialect": options.dialect, "schema_state": options.state.value}
    facts |= {f"filter_{name}": value for name, value in options.filters.as_facts().items()}
    if options.since:
        facts["cutover"] = options.since
    return Report(
        command="print_audit_sql",
        title=f"The audit and the candidates in the SQL of {options.dialect}",
        facts=facts | {"session": IN_UTC[options.dialect] or None},
        sections=(
            Section(
                name="queries",
                title="Queries",
                columns=(
                    Column(name="query", title="Query"),
                    Column(name="tells", title="Tells"),
                    Column(name="sql", title="SQL"),
                ),
                rows=[(query.name.value, query.tells, query.sql) for query in queries],
            ),
            Section(
                name="limits",
                title="What to know",
                columns=(Column(name="limit", title="Limit"),),
                rows=[(limit,) for limit in LIMITS],
            ),
        ),
    )
