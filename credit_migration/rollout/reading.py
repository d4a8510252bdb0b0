"""Snapshot → ``RolloutFacts``: the live schema, the migrations that have run, and the counts of the audit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from credit_migration.audit.counting import read_audit_facts
from credit_migration.data import AuditFacts, AuditOptions, Catalogue, PathwayClass
from credit_migration.data.rollout import CodeFacts, RolloutFacts
from credit_migration.host import Host
from credit_migration.reading.catalogue import read_catalogue
from credit_migration.reading.tables import Tables, find_tables
from credit_migration.rollout.repeats import read_repeats
from credit_migration.rollout.steps import find_steps, gating_uniques, is_beside, meta_uniques
from credit_migration.schema.applied import applied_migrations
from credit_migration.schema.drift import judge_schema
from credit_migration.schema.live import read_live
from credit_migration.schema.reading import Snapshot


def read_facts(
    host: Host, snapshot: Snapshot, *, code: CodeFacts, watch_days: int, max_new_null_rows: int
) -> RolloutFacts:
    """
    Return all that the standings of the stages are decided over.

    Args:
        host: the host's models.
        snapshot: the database to read.
        code: what the checks of the host's code say.
        watch_days: days after the first second request for which new rows are watched.
        max_new_null_rows: rows without a program since the first recorded one that are known and allowed.

    Raises: TableNotFound if there is no request table.

    """
    tables, catalogue = find_tables(host, snapshot), read_catalogue(host, snapshot)
    audit = read_audit_facts(tables, snapshot, AuditOptions(), catalogue)
    applied = applied_migrations(snapshot)
    expand, contract = find_steps(host, applied)
    beside = is_beside(host.request._meta.app_label, applied)
    user, pathway = host.user_field(), host.pathway_field()
    newest, first_second = _moments(tables, snapshot)
    contracted_at = contract.applied_at if contract else None
    return RolloutFacts(
        app=host.request._meta.app_label,
        is_beside=beside,
        model=host.request._meta.label,
        table=host.request._meta.db_table,
        column=host.program_column,
        field_name=host.config.program_field,
        state=tables.state,
        rows=audit.table.rows,
        one_program=_legacy(audit, catalogue, PathwayClass.ONE),
        several_programs=_legacy(audit, catalogue, PathwayClass.SEVERAL),
        no_program=_legacy(audit, catalogue, PathwayClass.NONE),
        recorded=audit.table.recorded,
        first_recorded=audit.table.first_recorded,
        newest_recorded=newest,
        first_second=first_second,
        first_reopened=_first_second(tables, snapshot, since=contracted_at) if contracted_at else first_second,
        new_null=sum(rows for _, rows in audit.cutover.new_null) if audit.cutover else 0,
        code_has_program=host.code_has_program,
        code_uniques=gating_uniques(meta_uniques(host.request._meta), user.name, pathway.name),
        gating=tuple(index.name for index in tables.live.uniques_over(user.column, pathway.column)),
        expand=expand,
        contract=contract,
        now=snapshot.run.taken_at,
        watch_days=watch_days,
        max_new_null_rows=max_new_null_rows,
        drift=judge_schema(read_live(host, snapshot.connection), expand=expand, contract=contract, is_beside=beside),
        code=code,
        repeats=read_repeats(tables, snapshot, catalogue, now=snapshot.run.taken_at, days=watch_days),
        credit_pathways=tuple(pathway.id for pathway in catalogue.pathways.values() if pathway.is_credit),
    )


def _legacy(audit: AuditFacts, catalogue: Catalogue, wanted: PathwayClass) -> int:
    return sum(group.rows for group in audit.groups if catalogue.class_of(group.pathway) is wanted)


def _moments(tables: Tables, snapshot: Snapshot) -> tuple[datetime | None, datetime | None]:
    """Return when the newest row with a program was created, and the first that was not its pair's first row."""
    if tables.program is None:
        return None, None
    ((newest,),) = snapshot.all(
        f"SELECT {snapshot.backend.iso_text('MAX(created)')} FROM {tables.request} WHERE {tables.program} IS NOT NULL"
    )
    return _moment(newest), _first_second(tables, snapshot)


def _first_second(tables: Tables, snapshot: Snapshot, *, since: datetime | None = None) -> datetime | None:
    if tables.program is None:
        return None
    pair, after, params = f"{tables.user}, {tables.pathway}", "", list[Any]()
    if since is not None:
        after, params = " AND r.created >= %s", [snapshot.connection.ops.adapt_datetimefield_value(since)]
    ((second,),) = snapshot.all(
        f"SELECT {snapshot.backend.iso_text('MIN(r.created)')} FROM {tables.request} r JOIN (SELECT {pair}, "
        f"MIN({tables.pk}) AS first_pk FROM {tables.request} GROUP BY {pair} HAVING COUNT(*) > 1) d "
        f"ON r.{tables.user} = d.{tables.user} AND r.{tables.pathway} = d.{tables.pathway} "
        f"WHERE r.{tables.pk} > d.first_pk AND r.{tables.program} IS NOT NULL{after}",
        params,
    )
    return _moment(second)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
