"""Snapshot → the evidence of legacy rows: one query that works it out, read as rows or counted by the server."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from credit_migration.data import SHARED_AT_ONCE_S, Evidence, PathwayFacts, ProgramFacts, When
from credit_migration.reading.selection import Selection, listed_ids
from credit_migration.reading.tables import Tables
from credit_migration.schema.backends.base import Dialect
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


Steps: TypeAlias = tuple[tuple[Fact, When], ...]
"""The first fact that a row has says when; without any it never happened."""
SHARED_WHEN: Steps = ((Fact.SHARED_BEFORE, When.BEFORE), (Fact.SHARED, When.AFTER))
CERTIFIED_WHEN: Steps = ((Fact.CERTIFICATE_BEFORE, When.BEFORE), (Fact.CERTIFICATE, When.AFTER))


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
    gathered = gather(tables, snapshot.backend, rows, listed_ids(one_program), _awards(tables, snapshot))
    facts = gathered.facts
    columns = (
        f"r.{tables.pk}, MIN(r.{tables.user}), MIN(r.{tables.pathway}), MIN(r.status), "
        f"{snapshot.backend.iso_text('MIN(r.created)')}, {_packed(facts)}, {facts['shared']}, "
        f"{facts['shared_program']}, {facts['other_shared']}, {facts['other_requests']}"
    )
    # One level, so that a server that reads the table by its key has nothing to sort.
    sql = f"SELECT {columns} {gathered.grouped} ORDER BY r.{tables.pk}"
    return map(EvidenceRow._make, snapshot.stream(sql, rows.params))


def count_evidence(
    tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...]
) -> list[tuple[int, int, int]]:
    """Return pathway, packed facts and how many of the selected legacy rows have them, counted by the server."""
    gathered = gather(tables, snapshot.backend, rows, listed_ids(one_program), _awards(tables, snapshot))
    packed = f"SELECT MIN(r.{tables.pathway}) AS pathway, {_packed(gathered.facts)} AS facts {gathered.grouped}"
    sql = f"SELECT pathway, facts, COUNT(*) FROM ({packed}) f GROUP BY pathway, facts"
    return sorted((int(pathway), int(facts), int(n)) for pathway, facts, n in snapshot.all(sql, rows.params))


def unpack(
    facts: int, pathway: PathwayFacts, program: ProgramFacts, *, has_shared: bool, has_certificates: bool
) -> Evidence:
    """Return the evidence of a candidate from what differs by row and what its pathway and program have."""
    return Evidence(
        shared=_when(facts, SHARED_WHEN, known=has_shared),
        shared_at_once=bool(facts & Fact.SHARED_AT_ONCE),
        other_shared=bool(facts & Fact.OTHER_SHARED),
        other_shared_at_once=bool(facts & Fact.OTHER_SHARED_AT_ONCE),
        program_newer=bool(facts & Fact.PROGRAM_NEWER),
        certificate=_when(facts, CERTIFIED_WHEN, known=has_certificates),
        program_status=program.status,
        pathway_status=pathway.status,
        same_site=program.site == pathway.site,
        credit_pathway=pathway.is_credit,
        other_requests=bool(facts & Fact.OTHER_REQUESTS),
        other_program_recorded=bool(facts & Fact.OTHER_PROGRAM_RECORDED),
    )


def _when(facts: int, steps: Steps, *, known: bool) -> When:
    if not known:
        return When.UNKNOWN
    return next((when for flag, when in steps if facts & flag), When.NEVER)


def _packed(facts: Mapping[str, str]) -> str:
    """Return SQL for the facts of a legacy row as one number, see ``Fact``."""
    return " + ".join(
        f"CASE WHEN {condition} THEN {flag.value} ELSE 0 END" for flag, condition in conditions(facts).items()
    )


def conditions(facts: Mapping[str, str]) -> dict[Fact, str]:
    """Return SQL that is true where a legacy row has a fact, by the fact."""
    return {
        Fact.SHARED_BEFORE: f"{facts['shared']} > 0",
        Fact.SHARED: f"{facts['ever_shared']} > 0",
        Fact.SHARED_AT_ONCE: f"{facts['shared_at_once']} > 0",
        Fact.OTHER_SHARED: f"{facts['other_shared']} > 0",
        Fact.OTHER_SHARED_AT_ONCE: f"{facts['other_shared_at_once']} > 0",
        Fact.PROGRAM_NEWER: "MIN(o.program_created) > MIN(r.created)",
        Fact.CERTIFICATE_BEFORE: f"{facts['certified_before']} > 0",
        Fact.CERTIFICATE: f"{facts['ever_certified']} > 0",
        Fact.OTHER_REQUESTS: f"{facts['other_requests']} > 0",
        Fact.OTHER_PROGRAM_RECORDED: f"{facts['other_program']} > 0",
    }


@dataclass(frozen=True, kw_only=True, slots=True)
class Awards:
    """SQL: where the learners' program certificates are, as ``c``, and a condition on it."""

    source: str
    condition: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """SQL: each fact as an aggregate over one legacy row, and from where it is gathered, grouped by that row."""

    facts: Mapping[str, str]
    grouped: str


def gather(tables: Tables, dialect: Dialect, rows: Selection, one_program: str, awards: Awards | None) -> Gathered:
    """
    Return how the evidence of the selected legacy rows is gathered.

    Args:
        one_program: SQL of the ids of the pathways that map to one program, a list or a query.
        awards: ``None`` where no certificate was ever awarded.

    """
    shared, shared_joins = _shared(tables, dialect)
    certified, certified_joins = _certified(tables, awards)
    others, others_joins = _others(tables)
    joins = f"LEFT JOIN ({_one_program(tables, one_program)}) o ON o.pathway = r.{tables.pathway}"
    return Gathered(
        facts={**shared, **certified, **others},
        grouped=f"FROM {rows.source} {joins} {shared_joins} {certified_joins} {others_joins} "
        f"WHERE {rows.condition} GROUP BY r.{tables.pk}",
    )


def _one_program(tables: Tables, one_program: str) -> str:
    """Return SQL with one line a pathway of one program: that program, its age and its certificate's id."""
    certificate, join = "NULL", ""
    if tables.certificate:
        certificate = f"MIN(k.{tables.certificate_pk})"
        # Each join is on equality, which some engines ask of an outer one.
        by_uuid = "k.program_id IS NULL AND q.uuid = k.program_uuid AND q.site_id = k.site_id"
        whose = (
            f"SELECT k.{tables.certificate_pk}, COALESCE(k.program_id, q.{tables.program_pk}) AS program "
            f"FROM {tables.certificate} k LEFT JOIN {tables.programs} q ON {by_uuid}"
        )
        join = f"LEFT JOIN ({whose}) k ON k.program = p.{tables.program_pk}"
    return (
        f"SELECT t.{tables.through_pathway} AS pathway, p.{tables.program_pk} AS program, "
        f"MIN(p.created) AS program_created, {certificate} AS certificate FROM {tables.through} t "
        f"JOIN {tables.programs} p ON p.{tables.program_pk} = t.{tables.through_program} {join} "
        f"WHERE t.{tables.through_pathway} IN ({one_program}) "
        f"GROUP BY t.{tables.through_pathway}, p.{tables.program_pk}"
    )


def _shared(tables: Tables, dialect: Dialect) -> tuple[dict[str, str], str]:
    if tables.shared is None:
        zero = ("shared", "ever_shared", "shared_at_once", "other_shared", "other_shared_at_once")
        return {**dict.fromkeys(zero, "0"), "shared_program": "NULL"}, ""
    own, other = "m.pathway IS NOT NULL", "m.pathway IS NULL"
    before = "s.created <= r.created"
    at_once = f"{before} AND {dialect.within(SHARED_AT_ONCE_S, 's.created', 'r.created')}"

    def count(*conditions: str) -> str:
        return f"COUNT(CASE WHEN {' AND '.join(conditions)} THEN 1 END)"

    facts = {
        "shared": count(own, before),
        "ever_shared": count(own),
        "shared_at_once": count(own, at_once),
        "other_shared": count(other, before),
        "other_shared_at_once": count(other, at_once),
        "shared_program": f"MIN(CASE WHEN {own} AND {before} THEN m.program END)",
    }
    mapped = (
        f"SELECT DISTINCT t.{tables.through_pathway} AS pathway, t.{tables.through_program} AS program "
        f"FROM {tables.through} t"
    )
    return facts, (
        f"LEFT JOIN {tables.shared} s ON s.{tables.shared_user} = r.{tables.user} "
        f"LEFT JOIN ({mapped}) m ON m.pathway = r.{tables.pathway} AND m.program = s.{tables.shared_program}"
    )


def _certified(tables: Tables, awards: Awards | None) -> tuple[dict[str, str], str]:
    if awards is None:
        return {"certified_before": "0", "ever_certified": "0"}, ""
    before = "COUNT(CASE WHEN c.created <= r.created THEN 1 END)"
    return {"certified_before": before, "ever_certified": "COUNT(c.created)"}, (
        f"LEFT JOIN {tables.users} u ON u.{tables.user_pk} = r.{tables.user} "
        f"LEFT JOIN {awards.source} ON c.username = u.{tables.username} "
        f"AND {awards.condition} AND c.credential_id = o.certificate"
    )


def _awards(tables: Tables, snapshot: Snapshot) -> Awards | None:
    content_type = certificate_type(tables, snapshot)
    if content_type is None:
        return None
    return Awards(source=f"{tables.credential} c", condition=f"c.{tables.credential_type} = {content_type}")


def certificate_type(tables: Tables, snapshot: Snapshot) -> int | None:
    """Return the id of the certificate's content type; without one no certificate was ever awarded."""
    if not tables.credential:
        return None
    found = snapshot.all(
        f"SELECT id FROM {tables.content_type} WHERE app_label = %s AND model = %s", tables.certificate_label
    )
    return int(found[0][0]) if found else None


def _others(tables: Tables) -> tuple[dict[str, str], str]:
    if tables.one_per_pair:
        return {"other_requests": "0", "other_program": "0"}, ""
    pair = f"{tables.user}, {tables.pathway}"
    recorded, other_program = "", "0"
    if tables.program:
        recorded = f", MIN({tables.program}) AS lowest, MAX({tables.program}) AS highest"
        other_program = "COUNT(CASE WHEN d.lowest <> o.program OR d.highest <> o.program THEN 1 END)"
    repeated = f"SELECT {pair}, COUNT(*) AS n{recorded} FROM {tables.request} GROUP BY {pair} HAVING COUNT(*) > 1"
    return (
        {"other_requests": "COALESCE(MIN(d.n) - 1, 0)", "other_program": other_program},
        f"LEFT JOIN ({repeated}) d ON d.{tables.user} = r.{tables.user} AND d.{tables.pathway} = r.{tables.pathway}",
    )
