"""Snapshot → ``AuditFacts``: one pass over the table for the totals, and one for each question that is still open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from credit_migration.data import (
    AuditFacts,
    AuditOptions,
    Catalogue,
    CutoverFacts,
    DuplicateGroup,
    Duplicates,
    Filters,
    LegacyGroup,
    TableFacts,
)
from credit_migration.reading.counting import count_by_month
from credit_migration.reading.selection import Selection, select_requests
from credit_migration.reading.tables import Tables
from credit_migration.schema.reading import Snapshot

LARGEST = 20
"""Duplicate groups that the report lists, the largest first."""

SAVED_AGAIN_WITHIN = timedelta(minutes=1)
"""A new request is saved again when its mail has left, so its own row may be this much older than the cutover."""


def read_audit_facts(tables: Tables, snapshot: Snapshot, options: AuditOptions, catalogue: Catalogue) -> AuditFacts:
    """Return all that the audit counts, from one snapshot. Raises: UsageError for a filter that names nothing."""
    legacy = select_requests(tables, snapshot, options.filters, catalogue, only=tables.is_legacy)
    if options.filters == Filters():
        table, groups = _whole_table(tables, snapshot)
    else:
        table, groups = _table_facts(tables, snapshot), _groups(tables, snapshot, legacy)
    cutover = options.since or table.first_recorded
    return AuditFacts(
        table=table,
        groups=groups,
        duplicates=_duplicates(tables, snapshot),
        cutover=_cutover_facts(tables, snapshot, cutover) if cutover else None,
        orphans_user=_orphans(tables, snapshot, legacy),
        last_pk=_last_pk(tables, snapshot, legacy) if options.filters.limit else None,
    )


def read_legacy_rows(
    tables: Tables, snapshot: Snapshot, options: AuditOptions, catalogue: Catalogue
) -> Iterator[tuple[int, int, int, str, str]]:
    """Yield id, learner, pathway, status and moment (ISO 8601 text) of each selected legacy row, by ascending id."""
    continued = options.continued
    legacy = select_requests(
        tables,
        snapshot,
        options.filters,
        catalogue,
        only=tables.is_legacy,
        after=continued.after if continued else 0,
        upto=continued.upto if continued else None,
    )
    moment = snapshot.backend.iso_text("r.created")
    columns = f"r.{tables.pk}, r.{tables.user}, r.{tables.pathway}, r.status, {moment}"
    sql = f"SELECT {columns} FROM {legacy.source} WHERE {legacy.condition} ORDER BY r.{tables.pk}"
    return snapshot.stream(sql, legacy.params)


def _whole_table(tables: Tables, snapshot: Snapshot) -> tuple[TableFacts, tuple[LegacyGroup, ...]]:
    """Return what the table holds and its legacy rows by group, from one pass over all of its rows."""
    everything = Selection(source=f"{tables.request} r", condition="1 = 1", params=())
    counts = _counts(tables, snapshot)
    counted = count_by_month(tables, snapshot, everything, tables.pathway, "status", counts=counts)
    rows, recorded, first, groups = 0, 0, "", []
    for pathway, status, month, n, *program in counted:
        with_program, moment = program or (0, None)
        rows, recorded = rows + n, recorded + with_program
        first = min(filter(None, (first, moment)), default="")
        if n > with_program:
            groups.append(LegacyGroup(pathway=pathway, status=status, month=month, rows=n - with_program))
    return _facts(rows, recorded, first), tuple(groups)


def _table_facts(tables: Tables, snapshot: Snapshot) -> TableFacts:
    """Return what the table holds, where its groups are not asked for."""
    ((rows, *program),) = snapshot.all(f"SELECT {', '.join(_counts(tables, snapshot))} FROM {tables.request} r")
    return _facts(rows, *program)


def _counts(tables: Tables, snapshot: Snapshot) -> tuple[str, ...]:
    """Return SQL for how many rows there are and, where there is a program, how many have one and since when."""
    if not tables.program:
        return ("COUNT(*)",)
    recorded_at = f"MIN(CASE WHEN r.{tables.program} IS NOT NULL THEN r.modified END)"
    return ("COUNT(*)", f"COUNT(r.{tables.program})", snapshot.backend.iso_text(recorded_at))


def _facts(rows: int, recorded: int = 0, first: str | None = None) -> TableFacts:
    return TableFacts(rows=rows, recorded=recorded, first_recorded=datetime.fromisoformat(first) if first else None)


def _groups(tables: Tables, snapshot: Snapshot, legacy: Selection) -> tuple[LegacyGroup, ...]:
    counted = count_by_month(tables, snapshot, legacy, tables.pathway, "status")
    return tuple(
        LegacyGroup(pathway=pathway, status=status, month=month, rows=rows) for pathway, status, month, rows in counted
    )


def _duplicates(tables: Tables, snapshot: Snapshot) -> Duplicates:
    if tables.one_per_pair:
        return Duplicates()
    found = snapshot.all(duplicates_sql(tables))
    if not found:
        return Duplicates()
    pairs, pair_rows, triples, null_pairs = map(int, found[0][5:])
    return Duplicates(
        pairs=pairs,
        pair_rows=pair_rows,
        triples=triples,
        null_pairs=null_pairs,
        largest=tuple(
            DuplicateGroup(user=user, pathway=pathway, rows=n, recorded=recorded, programs=programs)
            for user, pathway, n, recorded, programs, *_ in found
        ),
    )


def duplicates_sql(tables: Tables) -> str:
    """
    Return SQL for the largest groups of one learner's requests along one pathway.

    Its columns: learner, pathway, n, recorded, programs; and in each line the totals pairs, pair_rows, triples and
    null_pairs, see ``Duplicates``.
    """
    pair = f"{tables.user}, {tables.pathway}"
    repeated = f"SELECT {pair} FROM {tables.request} GROUP BY {pair} HAVING COUNT(*) > 1"
    same = f"r.{tables.user} = d.{tables.user} AND r.{tables.pathway} = d.{tables.pathway}"
    program = f"r.{tables.program}" if tables.program else "NULL"
    groups = (
        f"SELECT r.{tables.user} AS learner, r.{tables.pathway} AS pathway, COUNT(*) AS n, "
        f"COUNT({program}) AS recorded, COUNT(DISTINCT {program}) AS programs "
        f"FROM ({repeated}) d JOIN {tables.request} r ON {same} GROUP BY r.{tables.user}, r.{tables.pathway}"
    )
    return (
        "SELECT g.*, COUNT(*) OVER () AS pairs, SUM(n) OVER () AS pair_rows, "
        "SUM(CASE WHEN recorded > programs THEN 1 ELSE 0 END) OVER () AS triples, "
        f"SUM(CASE WHEN n - recorded > 1 THEN 1 ELSE 0 END) OVER () AS null_pairs FROM ({groups}) g "
        f"ORDER BY n DESC, learner, pathway LIMIT {LARGEST}"
    )


def _cutover_facts(tables: Tables, snapshot: Snapshot, cutover: datetime) -> CutoverFacts:
    moments = map(snapshot.connection.ops.adapt_datetimefield_value, (cutover, cutover - SAVED_AGAIN_WITHIN))
    params = tuple(moments)[: 2 if tables.program else 1] * 2
    counted = snapshot.all(cutover_sql(tables, f"{tables.request} r", since="%s", before="%s"), params)
    by_rows = sorted(((pathway, n) for pathway, n, _ in counted if n), key=lambda group: (-group[1], group[0]))
    return CutoverFacts(cutover=cutover, new_null=tuple(by_rows), filled=sum(filled for *_, filled in counted))


def cutover_sql(tables: Tables, source: str, *, since: str, before: str) -> str:
    """
    Return SQL for the rows on either side of the cutover that are not as they should be, by pathway.

    Its columns: pathway, new_null, filled, see ``CutoverFacts``.

    Args:
        source: what to read, the requests as ``r``.
        since: SQL of the cutover, which it names twice.
        before: SQL of the moment before which no row should have a program, named twice after it, and not at all
            where there is no program.

    """
    new = f"{tables.is_legacy} AND r.created >= {since}"
    filled = f"r.{tables.program} IS NOT NULL AND r.created < {before}" if tables.program else "1 = 0"
    return (
        f"SELECT r.{tables.pathway} AS pathway, COUNT(CASE WHEN {new} THEN 1 END) AS new_null, "
        f"COUNT(CASE WHEN {filled} THEN 1 END) AS filled FROM {source} WHERE {new} OR {filled} "
        f"GROUP BY r.{tables.pathway}"
    )


def _orphans(tables: Tables, snapshot: Snapshot, legacy: Selection) -> int:
    if tables.user_held:
        return 0
    ((count,),) = snapshot.all(orphans_sql(tables, legacy), legacy.params)
    return int(count)


def orphans_sql(tables: Tables, legacy: Selection) -> str:
    """Return SQL that counts the legacy rows whose learner is missing."""
    missing = f"NOT EXISTS (SELECT 1 FROM {tables.users} u WHERE u.{tables.user_pk} = r.{tables.user})"
    return f"SELECT COUNT(*) AS n FROM {legacy.source} WHERE {legacy.condition} AND {missing}"


def _last_pk(tables: Tables, snapshot: Snapshot, legacy: Selection) -> int | None:
    ((last,),) = snapshot.all(f"SELECT MAX(r.{tables.pk}) FROM {legacy.source} WHERE {legacy.condition}", legacy.params)
    return None if last is None else int(last)
