"""Snapshot → the evidence of legacy rows: one query that works it out, read as rows or counted by the server."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import NamedTuple

from credit_migration.data import SHARED_AT_ONCE_S, Evidence, PathwayFacts, ProgramFacts, When
from credit_migration.reading.selection import Selection
from credit_migration.reading.tables import Tables
from credit_migration.schema.reading import Snapshot


class Fact(enum.IntFlag):
    """What differs between two rows of one pathway, as the query packs it into one number."""

    SHARED_BEFORE = 1
    SHARED = 2
    SHARED_AT_ONCE = 4
    OTHER_SHARED = 8
    OTHER_SHARED_AT_ONCE = 16
    PROGRAM_NEWER = 32
    CERTIFICATE_BEFORE = 64
    CERTIFICATE = 128
    OTHER_REQUESTS = 256
    OTHER_PROGRAM_RECORDED = 512


class EvidenceRow(NamedTuple):
    """A legacy row and its facts. ``shared`` counts the pathway's own programs that the learner had shared by then."""

    pk: int
    user: int
    pathway: int
    status: str
    created: str
    facts: int
    shared: int
    shared_program: int | None
    """The lowest id of these."""
    other_shared: int
    other_requests: int


def read_evidence(
    tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...]
) -> Iterator[EvidenceRow]:
    """
    Yield the selected legacy rows with their evidence, by ascending id.

    Args:
        rows: the legacy rows that are meant.
        one_program: ids of the pathways that map to one program; the facts about that program are zero elsewhere.

    """
    moment = snapshot.backend.iso_text("created")
    sql = (
        f"SELECT pk, learner, pathway, status, {moment}, {_packed()}, shared, shared_program, other_shared, "
        f"other_requests FROM ({_gathered(tables, snapshot, rows, one_program)}) g ORDER BY pk"
    )
    return map(EvidenceRow._make, snapshot.stream(sql, rows.params))


def count_evidence(
    tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...]
) -> list[tuple[int, int, int]]:
    """Return pathway, packed facts and how many of the selected legacy rows have them, counted by the server."""
    grouped = f"SELECT pathway, {_packed()} AS facts FROM ({_gathered(tables, snapshot, rows, one_program)}) g"
    sql = f"SELECT pathway, facts, COUNT(*) FROM ({grouped}) f GROUP BY pathway, facts"
    return sorted((int(pathway), int(facts), int(n)) for pathway, facts, n in snapshot.all(sql, rows.params))


def unpack(
    facts: int, pathway: PathwayFacts, program: ProgramFacts, *, has_shared: bool, has_certificates: bool
) -> Evidence:
    """Return the evidence of a candidate from what differs by row and what its pathway and program have."""
    return Evidence(
        shared=_when(facts, Fact.SHARED_BEFORE, Fact.SHARED, known=has_shared),
        shared_at_once=bool(facts & Fact.SHARED_AT_ONCE),
        other_shared=bool(facts & Fact.OTHER_SHARED),
        other_shared_at_once=bool(facts & Fact.OTHER_SHARED_AT_ONCE),
        program_newer=bool(facts & Fact.PROGRAM_NEWER),
        certificate=_when(facts, Fact.CERTIFICATE_BEFORE, Fact.CERTIFICATE, known=has_certificates),
        program_status=program.status,
        pathway_status=pathway.status,
        same_site=program.site == pathway.site,
        credit_pathway=pathway.is_credit,
        other_requests=bool(facts & Fact.OTHER_REQUESTS),
        other_program_recorded=bool(facts & Fact.OTHER_PROGRAM_RECORDED),
    )


def _when(facts: int, before: Fact, ever: Fact, *, known: bool) -> When:
    if not known:
        return When.UNKNOWN
    return When.BEFORE if facts & before else When.AFTER if facts & ever else When.NEVER


def _packed() -> str:
    """Return SQL for the facts of a gathered line as one number, see ``Fact``."""
    conditions = {
        Fact.SHARED_BEFORE: "shared > 0",
        Fact.SHARED: "ever_shared > 0",
        Fact.SHARED_AT_ONCE: "shared_at_once > 0",
        Fact.OTHER_SHARED: "other_shared > 0",
        Fact.OTHER_SHARED_AT_ONCE: "other_shared_at_once > 0",
        Fact.PROGRAM_NEWER: "program_created > created",
        Fact.CERTIFICATE_BEFORE: "certified_before > 0",
        Fact.CERTIFICATE: "ever_certified > 0",
        Fact.OTHER_REQUESTS: "other_requests > 0",
        Fact.OTHER_PROGRAM_RECORDED: "other_program > 0",
    }
    return " + ".join(f"CASE WHEN {condition} THEN {flag.value} ELSE 0 END" for flag, condition in conditions.items())


def _gathered(tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...]) -> str:
    """Return SQL with one line a legacy row: all of it that is read, and all that its facts follow from."""
    shared, shared_joins = _shared(tables, snapshot)
    certified, certified_joins = _certified(tables, snapshot)
    others, others_joins = _others(tables)
    columns = (
        f"r.{tables.pk} AS pk, MIN(r.{tables.user}) AS learner, MIN(r.{tables.pathway}) AS pathway, "
        "MIN(r.status) AS status, MIN(r.created) AS created, "
        "MIN(o.program_created) AS program_created"
    )
    joins = f"LEFT JOIN ({_one_program(tables, one_program)}) o ON o.pathway = r.{tables.pathway}"
    return (
        f"SELECT {columns}, {shared}, {certified}, {others} FROM {rows.source} {joins} "
        f"{shared_joins} {certified_joins} {others_joins} WHERE {rows.condition} GROUP BY r.{tables.pk}"
    )


def _one_program(tables: Tables, one_program: tuple[int, ...]) -> str:
    """Return SQL with one line a pathway of one program: that program, its age and its certificate's id."""
    certificate, join = "NULL", ""
    if tables.certificate:
        certificate = f"MIN(k.{tables.certificate_pk})"
        by_uuid = "k.program_id IS NULL AND k.program_uuid = p.uuid AND k.site_id = p.site_id"
        join = f"LEFT JOIN {tables.certificate} k ON k.program_id = p.{tables.program_pk} OR ({by_uuid})"
    listed = ", ".join(map(str, one_program)) or "NULL"
    return (
        f"SELECT t.{tables.through_pathway} AS pathway, p.{tables.program_pk} AS program, "
        f"MIN(p.created) AS program_created, {certificate} AS certificate FROM {tables.through} t "
        f"JOIN {tables.programs} p ON p.{tables.program_pk} = t.{tables.through_program} {join} "
        f"WHERE t.{tables.through_pathway} IN ({listed}) GROUP BY t.{tables.through_pathway}, p.{tables.program_pk}"
    )


def _shared(tables: Tables, snapshot: Snapshot) -> tuple[str, str]:
    if tables.shared is None:
        zero = ("shared", "ever_shared", "shared_at_once", "other_shared", "other_shared_at_once")
        return ", ".join([*(f"0 AS {name}" for name in zero), "NULL AS shared_program"]), ""
    own, other = "m.pathway IS NOT NULL", "m.pathway IS NULL"
    before = "s.created <= r.created"
    at_once = f"{before} AND {snapshot.backend.within(SHARED_AT_ONCE_S, 's.created', 'r.created')}"

    def count(*conditions: str) -> str:
        return f"COUNT(CASE WHEN {' AND '.join(conditions)} THEN 1 END)"

    columns = (
        f"{count(own, before)} AS shared, {count(own)} AS ever_shared, {count(own, at_once)} AS shared_at_once, "
        f"{count(other, before)} AS other_shared, {count(other, at_once)} AS other_shared_at_once, "
        f"MIN(CASE WHEN {own} AND {before} THEN m.program END) AS shared_program"
    )
    mapped = (
        f"SELECT DISTINCT t.{tables.through_pathway} AS pathway, t.{tables.through_program} AS program "
        f"FROM {tables.through} t"
    )
    return columns, (
        f"LEFT JOIN {tables.shared} s ON s.{tables.shared_user} = r.{tables.user} "
        f"LEFT JOIN ({mapped}) m ON m.pathway = r.{tables.pathway} AND m.program = s.{tables.shared_program}"
    )


def _certified(tables: Tables, snapshot: Snapshot) -> tuple[str, str]:
    content_type = certificate_type(tables, snapshot)
    if content_type is None:
        return "0 AS certified_before, 0 AS ever_certified", ""
    before = "COUNT(CASE WHEN c.created <= r.created THEN 1 END) AS certified_before"
    return f"{before}, COUNT(c.created) AS ever_certified", (
        f"LEFT JOIN {tables.users} u ON u.{tables.user_pk} = r.{tables.user} "
        f"LEFT JOIN {tables.credential} c ON c.username = u.{tables.username} "
        f"AND c.{tables.credential_type} = {content_type} AND c.credential_id = o.certificate"
    )


def certificate_type(tables: Tables, snapshot: Snapshot) -> int | None:
    """Return the id of the certificate's content type; without one no certificate was ever awarded."""
    if not tables.credential:
        return None
    found = snapshot.all(
        f"SELECT id FROM {tables.content_type} WHERE app_label = %s AND model = %s", tables.certificate_label
    )
    return int(found[0][0]) if found else None


def _others(tables: Tables) -> tuple[str, str]:
    if tables.one_per_pair:
        return "0 AS other_requests, 0 AS other_program", ""
    pair = f"{tables.user}, {tables.pathway}"
    recorded, other_program = "", "0"
    if tables.program:
        recorded = f", MIN({tables.program}) AS lowest, MAX({tables.program}) AS highest"
        other_program = "COUNT(CASE WHEN d.lowest <> o.program OR d.highest <> o.program THEN 1 END)"
    repeated = f"SELECT {pair}, COUNT(*) AS n{recorded} FROM {tables.request} GROUP BY {pair} HAVING COUNT(*) > 1"
    return (
        f"COALESCE(MIN(d.n) - 1, 0) AS other_requests, {other_program} AS other_program",
        f"LEFT JOIN ({repeated}) d ON d.{tables.user} = r.{tables.user} AND d.{tables.pathway} = r.{tables.pathway}",
    )
