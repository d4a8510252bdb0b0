"""Snapshot → the evidence of legacy rows: one query that works it out, read as rows or counted by the server."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

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

    @classmethod
    def of_texts(cls, row: Sequence[Any]) -> EvidenceRow:
        """Return a row whose values a server wrote as text."""
        pk, user, pathway, status, created, facts, shared, shared_program, other_shared, others = row
        return cls(
            pk=int(pk),
            user=int(user),
            pathway=int(pathway),
            status=status,
            created=created,
            facts=int(facts),
            shared=int(shared),
            shared_program=int(shared_program) if shared_program not in (None, "") else None,
            other_shared=int(other_shared),
            other_requests=int(others),
        )


def evidence_query(
    tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...], *, ambiguous: bool
) -> tuple[str, tuple[object, ...]]:
    """
    Return SQL for the selected legacy rows with their evidence, by ascending id and in the order of an ``EvidenceRow``.

    Args:
        rows: the legacy rows that are meant.
        one_program: ids of the pathways that map to one program; the facts about that program are zero elsewhere.
        ambiguous: whether rows of other pathways are among them.

    """
    listed, awards = listed_ids(one_program), _awards(tables, snapshot)
    gathered = gather(tables, snapshot.backend, rows, listed, awards, ambiguous=ambiguous)
    facts, of_group = gathered.facts, snapshot.backend.of_group
    own = ", ".join(of_group(f"r.{column}") for column in (tables.user, tables.pathway, "status"))
    columns = (
        f"r.{tables.pk}, {own}, {snapshot.backend.iso_text(of_group('r.created'))}, {packed_sql(facts)}, "
        f"{facts['shared']}, {facts['shared_program']}, {facts['other_shared']}, {facts['other_requests']}"
    )
    # One level, so that a server that reads the table by its key has nothing to sort.
    sql = f"SELECT {columns} {gathered.grouped} ORDER BY r.{tables.pk}"
    return sql, rows.params


def count_evidence(
    tables: Tables, snapshot: Snapshot, rows: Selection, one_program: tuple[int, ...]
) -> list[tuple[int, int, int]]:
    """Return pathway, packed facts and how many of the selected candidates have them, counted by the server."""
    listed, awards = listed_ids(one_program), _awards(tables, snapshot)
    gathered = gather(tables, snapshot.backend, rows, listed, awards, ambiguous=False)
    pathway = snapshot.backend.of_group(f"r.{tables.pathway}")
    packed = f"SELECT {pathway} AS pathway, {packed_sql(gathered.facts)} AS facts {gathered.grouped}"
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


def packed_sql(facts: Mapping[str, str]) -> str:
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
class Awards:
    """SQL: where the learners' program certificates are, as ``c``, and a condition on it."""

    source: str
    condition: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """SQL: each fact as an aggregate over one legacy row, and from where it is gathered, grouped by that row."""

    facts: Mapping[str, str]
    grouped: str


def gather(
    tables: Tables, dialect: Dialect, rows: Selection, one_program: str, awards: Awards | None, *, ambiguous: bool
) -> Gathered:
    """
    Return how the evidence of the selected legacy rows is gathered.

    Args:
        one_program: SQL of the ids of the pathways that map to one program, a list or a query.
        awards: ``None`` where no certificate was ever awarded.
        ambiguous: whether rows of other pathways are among them.

    """
    shared, shared_joins = _shared(tables, dialect, ambiguous=ambiguous)
    certified, certified_joins = _certified(tables, awards)
    others, others_joins = _others(tables)
    of_group = dialect.of_group
    newer = f"{of_group('o.program_created')} > {of_group('r.created')}"
    joins = f"LEFT JOIN ({_one_program(tables, one_program)}) o ON o.pathway = r.{tables.pathway}"
    return Gathered(
        facts={**shared, **certified, **others, "program_newer": newer},
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


def _shared(tables: Tables, dialect: Dialect, *, ambiguous: bool) -> tuple[dict[str, str], str]:
    if tables.shared is None:
        zero = ("own_record", "other_record", "shared", "other_shared")
        return {**dict.fromkeys(zero, "0"), "shared_program": "NULL"}, ""
    joins = f"LEFT JOIN {tables.shared} s ON s.{tables.shared_user} = r.{tables.user}"
    before, at_once = "s.created <= r.created", dialect.within(SHARED_AT_ONCE_S, "s.created", "r.created")
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


def _certified(tables: Tables, awards: Awards | None) -> tuple[dict[str, str], str]:
    if awards is None:
        return {"certificate": "0"}, ""
    certificate = _most(
        ("c.created <= r.created", Fact.CERTIFICATE | Fact.CERTIFICATE_BEFORE),
        ("c.created IS NOT NULL", Fact.CERTIFICATE),
    )
    return {"certificate": certificate}, (
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
