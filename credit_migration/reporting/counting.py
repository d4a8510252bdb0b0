"""Snapshot → recorded requests by program, pathway and month, and the learners who may have asked too often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from credit_migration.data import Catalogue, PathwayClass, Repeat, ReportingOptions, RequestGroup
from credit_migration.reading.counting import count_by_month
from credit_migration.reading.selection import select_requests
from credit_migration.reading.tables import Tables
from credit_migration.reporting.repeats import most_in_window
from credit_migration.schema.reading import Snapshot


def read_requests(
    tables: Tables, snapshot: Snapshot, options: ReportingOptions, catalogue: Catalogue
) -> tuple[RequestGroup, ...]:
    """Return requests by program, pathway and month, with legacy candidates counted apart, in this order."""
    groups: dict[tuple[int, int, str], dict[str, int]] = defaultdict(dict)
    if tables.program:
        recorded = select_requests(tables, snapshot, options.filters, catalogue, only=f"r.{tables.program} IS NOT NULL")
        for program, pathway, month, rows in count_by_month(tables, snapshot, recorded, tables.program, tables.pathway):
            groups[program, pathway, month]["requests"] = rows
    one = catalogue.of_class(PathwayClass.ONE)
    legacy = select_requests(tables, snapshot, options.filters, catalogue, only=tables.is_legacy, pathways=one)
    for pathway, month, rows in count_by_month(tables, snapshot, legacy, tables.pathway):
        groups[catalogue.pathways[pathway].programs[0], pathway, month]["legacy_candidates"] = rows
    return tuple(
        RequestGroup(program=program, pathway=pathway, month=month, **counts)
        for (program, pathway, month), counts in sorted(groups.items())
    )


def read_repeats(
    tables: Tables, snapshot: Snapshot, options: ReportingOptions, catalogue: Catalogue
) -> Iterator[Repeat]:
    """Yield each learner, pathway and program with more requests in some window than allowed, by their ids."""
    if not tables.program:
        return
    recorded = select_requests(tables, snapshot, options.filters, catalogue, only=f"r.{tables.program} IS NOT NULL")
    key = (tables.user, tables.pathway, tables.program)
    columns = ", ".join(f"r.{column}" for column in key)
    often = (
        f"SELECT {', '.join(key)} FROM {tables.request} WHERE {tables.program} IS NOT NULL "
        f"GROUP BY {', '.join(key)} HAVING COUNT(*) > {int(options.more_than)}"
    )
    same = " AND ".join(f"o.{column} = r.{column}" for column in key)
    sql = (
        f"SELECT {columns}, {snapshot.backend.iso_text('r.created')} FROM {recorded.source} "
        f"JOIN ({often}) o ON {same} WHERE {recorded.condition} ORDER BY {columns}, r.created"
    )
    for (user, pathway, program), rows in groupby(snapshot.stream(sql, recorded.params), key=lambda row: row[:3]):
        moments = [datetime.fromisoformat(row[3]) for row in rows]
        most = most_in_window(moments, options.window_days)
        if most > options.more_than:
            yield Repeat(user=user, pathway=pathway, program=program, requests=len(moments), most_in_window=most)
