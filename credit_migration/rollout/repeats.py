"""Snapshot → the requests that a learner had made before, by institution's pathway and day."""

from __future__ import annotations

from datetime import datetime, timedelta

from credit_migration.data import Catalogue
from credit_migration.data.rollout import RepeatsOfDay
from credit_migration.reading.tables import Tables
from credit_migration.schema.reading import Snapshot

LAST_DAY = timedelta(hours=24)


def read_repeats(
    tables: Tables, snapshot: Snapshot, catalogue: Catalogue, *, now: datetime, days: int
) -> tuple[RepeatsOfDay, ...]:
    """
    Return the repeats of the last ``days`` days (UTC) and of today, by day and pathway, the newest day first.

    A repeat is a row with a program for which the same learner had a row before, with the same pathway and program.
    Legacy rows are no repeats of anything: nobody knows what they meant.
    """
    if tables.program is None:
        return ()
    since = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=days)
    moment, key = snapshot.connection.ops.adapt_datetimefield_value, (tables.user, tables.pathway, tables.program)
    same = " AND ".join(f"e.{column} = r.{column}" for column in key)
    repeats = (
        f"SELECT r.{tables.pathway} AS pathway, r.{tables.user} AS learner, "
        f"substr({snapshot.backend.iso_text('r.created')}, 1, 10) AS day, "
        "CASE WHEN r.created >= %s THEN 1 ELSE 0 END AS is_recent "
        f"FROM {tables.request} r WHERE r.created >= %s AND r.{tables.program} IS NOT NULL "
        f"AND EXISTS (SELECT 1 FROM {tables.request} e WHERE {same} AND e.{tables.pk} < r.{tables.pk})"
    )
    found = snapshot.all(
        "SELECT day, pathway, COUNT(*), COUNT(DISTINCT learner), SUM(is_recent) "
        f"FROM ({repeats}) d GROUP BY day, pathway ORDER BY day DESC, pathway",
        (moment(now - LAST_DAY), moment(since)),
    )
    return tuple(
        RepeatsOfDay(
            day=day,
            pathway=pathway,
            organisation=catalogue.pathways[pathway].organisation if pathway in catalogue.pathways else None,
            requests=requests,
            learners=learners,
            last_24_hours=int(recent),
        )
        for day, pathway, requests, learners, recent in found
    )
