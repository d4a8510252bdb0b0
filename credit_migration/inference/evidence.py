"""Snapshot → the evidence of legacy rows: one query that works it out, read as rows or counted by the server."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
    """
    A legacy row and its facts.

    ``shared`` counts the pathway's own programs that the learner had shared by then. It is read for rows of pathways
    with several; of one program the facts tell it.
    """

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
    tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...], *, ambiguous: bool
) -> Iterator[EvidenceRow]:
    """
    Yield the selected legacy rows with their evidence, by ascending id.

    Args:
        rows: the legacy rows that are meant.
        one_program: ids of the pathways that map to one program; the facts about that program are zero elsewhere.
        ambiguous: whether rows of other pathways are among them.

    """
    gathered = _gathered(tables, snapshot, rows, one_program, ambiguous=ambiguous)
    facts, of_group = gathered.facts, snapshot.backend.of_group
    own = ", ".join(of_group(f"r.{column}") for column in (tables.user, tables.pathway, "status"))
    columns = (
        f"r.{tables.pk}, {own}, {snapshot.backend.iso_text(of_group('r.created'))}, {_packed(facts)}, "
        f"{facts['shared']}, {facts['shared_program']}, {facts['other_shared']}, {facts['other_requests']}"
    )
    # One level, so that a server that reads the table by its key has nothing to sort.
    sql = f"SELECT {columns} {gathered.grouped} ORDER BY r.{tables.pk}"
    return map(EvidenceRow._make, snapshot.stream(sql, rows.params))


def count_evidence(
    tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...]
) -> list[tuple[int, int, int]]:
    """Return pathway, packed facts and how many of the selected candidates have them, counted by the server."""
    gathered = _gathered(tables, snapshot, rows, one_program, ambiguous=False)
    pathway = snapshot.backend.of_group(f"r.{tables.pathway}")
    packed = f"SELECT {pathway} AS pathway, {_packed(gathered.facts)} AS facts {gathered.grouped}"
    sql = f"SELECT pathway, facts, COUNT(*) FROM ({packed}) f GROUP BY pathway, facts"
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


def _packed(facts: Mapping[str, str]) -> str:
    """Return SQL for the facts of a legacy row as one number, see ``Fact``."""
    conditions = {
        Fact.PROGRAM_NEWER: facts["program_newer"],
        Fact.OTHER_REQUESTS: f"{facts['other_requests']} > 0",
        Fact.OTHER_PROGRAM_RECORDED: f"{facts['other_program']} > 0",
    }
    flags = [f"CASE WHEN {condition} THEN {flag.value} ELSE 0 END" for flag, condition in conditions.items()]
    return " + ".join([facts["own_record"], facts["other_record"], facts["certificate"], *flags])


def _most(*cases: tuple[str, Fact]) -> str:
    """
    Return SQL for the most that one of the joined records says; each case includes the ones after it.

    The numbers of facts that include one another rise with them, so one aggregate finds what else took one a fact.
    """
    return f"MAX(CASE {' '.join(f'WHEN {condition} THEN {fact.value}' for condition, fact in cases)} ELSE 0 END)"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gathered:
    """SQL: each fact as an aggregate over one legacy row, and from where it is gathered, grouped by that row."""

    facts: Mapping[str, str]
    grouped: str


def _gathered(
    tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...], *, ambiguous: bool
) -> _Gathered:
    shared, shared_joins = _shared(tables, snapshot, ambiguous=ambiguous)
    certified, certified_joins = _certified(tables, snapshot)
    others, others_joins = _others(tables)
    of_group = snapshot.backend.of_group
    newer = f"{of_group('o.program_created')} > {of_group('r.created')}"
    joins = f"LEFT JOIN ({_one_program(tables, one_program)}) o ON o.pathway = r.{tables.pathway}"
    return _Gathered(
        facts={**shared, **certified, **others, "program_newer": newer},
        grouped=f"FROM {rows.source} {joins} {shared_joins} {certified_joins} {others_joins} "
        f"WHERE {rows.condition} GROUP BY r.{tables.pk}",
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


def _shared(tables: Tables, snapshot: Snapshot, *, ambiguous: bool) -> tuple[dict[str, str], str]:
    if tables.shared is None:
        zero = ("own_record", "other_record", "shared", "other_shared")
        return {**dict.fromkeys(zero, "0"), "shared_program": "NULL"}, ""
    joins = f"LEFT JOIN {tables.shared} s ON s.{tables.shared_user} = r.{tables.user}"
    before, at_once = "s.created <= r.created", snapshot.backend.within(SHARED_AT_ONCE_S, "s.created", "r.created")
    # Where each pathway has one program, that is known already, and not looked up once a shared record.
    own, other = f"s.{tables.shared_program} = o.program", f"s.{tables.shared_program} <> o.program"
    shared, shared_program = "0", "NULL"
    if ambiguous:
        own, other = "m.pathway IS NOT NULL", "m.pathway IS NULL"
        shared = f"COUNT(CASE WHEN {own} AND {before} THEN 1 END)"
        shared_program = f"MIN(CASE WHEN {own} AND {before} THEN m.program END)"
        mapped = (
            f"SELECT DISTINCT t.{tables.through_pathway} AS pathway, t.{tables.through_program} AS program "
            f"FROM {tables.through} t"
        )
        joins += f" LEFT JOIN ({mapped}) m ON m.pathway = r.{tables.pathway} AND m.program = s.{tables.shared_program}"
    return {
        "own_record": _most(
            (f"{own} AND {before} AND {at_once}", Fact.SHARED | Fact.SHARED_BEFORE | Fact.SHARED_AT_ONCE),
            (f"{own} AND {before}", Fact.SHARED | Fact.SHARED_BEFORE),
            (own, Fact.SHARED),
        ),
        "other_record": _most(
            (f"{other} AND {before} AND {at_once}", Fact.OTHER_SHARED | Fact.OTHER_SHARED_AT_ONCE),
            (f"{other} AND {before}", Fact.OTHER_SHARED),
        ),
        "shared": shared,
        "shared_program": shared_program,
        "other_shared": f"COUNT(CASE WHEN {other} AND {before} THEN 1 END)",
    }, joins


def _certified(tables: Tables, snapshot: Snapshot) -> tuple[dict[str, str], str]:
    content_type = certificate_type(tables, snapshot)
    if content_type is None:
        return {"certificate": "0"}, ""
    certificate = _most(
        ("c.created <= r.created", Fact.CERTIFICATE | Fact.CERTIFICATE_BEFORE),
        ("c.created IS NOT NULL", Fact.CERTIFICATE),
    )
    return {"certificate": certificate}, (
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
