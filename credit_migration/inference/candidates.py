"""Evidence rows and the catalogue → lines of the report: candidates with their grade, ambiguous rows with a lead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, compress, repeat
from operator import not_
from typing import Any, TypeAlias

from credit_migration.data import Catalogue, Column, Evidence, Judgement, Kind, PathwayClass, PathwayFacts, Scalar
from credit_migration.data.cells import csv_line
from credit_migration.inference.evidence import EvidenceRow, Fact, unpack
from credit_migration.inference.grading import judge
from credit_migration.inference.narrowing import Ages, narrow

CANDIDATE, AMBIGUOUS = "candidate", "ambiguous"

Columns: TypeAlias = Sequence[Sequence[Any]]

COLUMNS = (
    Column(name="request_id", title="Request", kind=Kind.INTEGER),
    Column(name="user_id", title="Learner", kind=Kind.INTEGER),
    Column(name="pathway_id", title="Pathway", kind=Kind.INTEGER),
    Column(name="pathway_uuid", title="Pathway UUID", detail=True),
    Column(name="request_status", title="Status", kind=Kind.CATEGORY, detail=True),
    Column(name="created", title="Created", kind=Kind.MOMENT),
    Column(name="kind", title="Kind", kind=Kind.CATEGORY, detail=True),
    Column(name="program_id", title="Candidate", kind=Kind.INTEGER),
    Column(name="program_uuid", title="Candidate UUID", detail=True),
    Column(name="grade", title="Grade", kind=Kind.CATEGORY),
    Column(name="reasons", title="Reasons"),
    Column(name="shared_record", title="Shared record", kind=Kind.CATEGORY, detail=True),
    Column(name="shared_at_once", title="Shared by the request", kind=Kind.FLAG, detail=True),
    Column(name="other_programs_shared", title="Other programs shared before", kind=Kind.INTEGER, detail=True),
    Column(name="program_newer", title="Program newer", kind=Kind.FLAG, detail=True),
    Column(name="certificate", title="Certificate", kind=Kind.CATEGORY, detail=True),
    Column(name="program_status", title="Program status", kind=Kind.CATEGORY, detail=True),
    Column(name="pathway_status", title="Pathway status", kind=Kind.CATEGORY, detail=True),
    Column(name="same_site", title="Same site", kind=Kind.FLAG, detail=True),
    Column(name="credit_pathway", title="Credit pathway", kind=Kind.FLAG, detail=True),
    Column(name="other_requests", title="Other requests", kind=Kind.INTEGER, detail=True),
    Column(name="other_program_recorded", title="Other program recorded", kind=Kind.FLAG, detail=True),
    Column(name="pathway_programs", title="Programs of the pathway", kind=Kind.INTEGER, detail=True),
    Column(name="pathway_programs_shared", title="Of these shared before", kind=Kind.INTEGER, detail=True),
    Column(name="lead_program_id", title="Lead", kind=Kind.INTEGER, detail=True),
)


class Judge:
    """Grades the rows of one catalogue; each pathway and set of facts once."""

    def __init__(self, catalogue: Catalogue, *, has_shared: bool, has_certificates: bool) -> None:
        self._catalogue = catalogue
        self._known = {"has_shared": has_shared, "has_certificates": has_certificates}
        self.judged = cache(self._judged)

    def _judged(self, pathway: int, facts: int) -> tuple[Evidence, Judgement]:
        """Return the evidence and the judgement of a candidate, from its pathway's id and its packed facts."""
        found = self._catalogue.pathways[pathway]
        evidence = unpack(facts, found, self._catalogue.programs[found.programs[0]], **self._known)
        return evidence, judge(evidence)


def lines(rows: Iterable[EvidenceRow], catalogue: Catalogue, judges: Judge) -> Iterator[tuple[Scalar, ...]]:
    """Yield one value a column of ``COLUMNS`` for each row; ambiguous rows have no candidate, no grade, no evidence."""
    several = {pk: pathway for pk, pathway in catalogue.pathways.items() if len(pathway.programs) > 1}
    ages = {pk: Ages.of(catalogue.programs[program] for program in several[pk].programs) for pk in several}
    uuids = {pk: str(pathway.uuid) for pk, pathway in catalogue.pathways.items()}
    candidate = cache(lambda pathway, facts: _candidate(*judges.judged(pathway, facts), catalogue, pathway))
    for row in rows:
        head = (row.pk, row.user, row.pathway, uuids[row.pathway], row.status, row.created)
        if row.pathway in several:
            yield (*head, *_ambiguous(row, several, ages))
        else:
            before, after, last = candidate(row.pathway, row.facts)
            shared = row.facts & Fact.SHARED_BEFORE.value
            yield (*head, *before, row.other_shared, *after, row.other_requests, *last, 1, shared, None)


def csv_lines(pages: Iterable[Columns], catalogue: Catalogue, judges: Judge) -> Iterator[str]:
    """
    Yield what ``csv_line`` makes of ``lines``: the texts that many rows share are made once, not once a row.

    Args:
        pages: some rows each, as a column for each value of an ``EvidenceRow``, as such or as text.

    """
    several = frozenset(catalogue.of_class(PathwayClass.SEVERAL))

    @cache
    def parts(pathway: Any, facts: Any, status: str) -> tuple[str, ...] | None:
        """Return what a candidate's line has between the values that are its own; ``None`` if it is none."""
        pk, packed = int(pathway), int(facts)
        if pk in several:
            return None
        before, after, last = _candidate(*judges.judged(pk, packed), catalogue, pk)
        known = (str(catalogue.pathways[pk].uuid), status)
        ends = (*last, 1, packed & Fact.SHARED_BEFORE.value, None)
        return (*(f",{csv_line(part)[:-1]}," for part in (known, before, after)), f",{csv_line(ends)}")

    def page_lines(columns: Columns) -> Iterable[str]:
        _, _, pathways, statuses, _, facts, *_ = columns
        found = list(map(parts, pathways, facts, statuses))
        if None not in found:
            return _joined(columns, found)
        is_candidate = [known is not None for known in found]
        candidates = _joined([[*compress(column, is_candidate)] for column in columns], [*filter(None, found)])
        rest = compress(zip(*columns, strict=True), map(not_, is_candidate))
        ambiguous = map(csv_line, lines(map(EvidenceRow.of_texts, rest), catalogue, judges))
        return (next(candidates if its else ambiguous) for its in is_candidate)

    return chain.from_iterable(map(page_lines, pages))


def _joined(columns: Columns, parts: Sequence[tuple[str, ...] | None]) -> Iterator[str]:
    """Yield the lines of candidates: what each row has of its own, with what it shares with others in between."""
    if not parts:
        return iter(())
    pks, users, pathways, _, moments, _, _, _, others_shared, others = columns
    known, before, after, ends = zip(*parts, strict=True)
    comma = repeat(",")
    # One join a row, so that no step in between is one of the interpreter's.
    texts = (
        *(map(str, pks), comma, map(str, users), comma, map(str, pathways), known, moments, before),
        *(map(str, others_shared), after, map(str, others), ends),
    )
    return map("".join, zip(*texts, strict=False))


def _candidate(
    evidence: Evidence, judgement: Judgement, catalogue: Catalogue, pathway: int
) -> tuple[tuple[Scalar, ...], tuple[Scalar, ...], tuple[Scalar, ...]]:
    program = catalogue.programs[catalogue.pathways[pathway].programs[0]]
    return (
        (
            CANDIDATE,
            program.id,
            str(program.uuid),
            judgement.grade.value,
            "; ".join(judgement.reasons),
            evidence.shared.value,
            evidence.shared_at_once,
        ),
        (
            evidence.program_newer,
            evidence.certificate.value,
            evidence.program_status,
            evidence.pathway_status,
            evidence.same_site,
            evidence.credit_pathway,
        ),
        (evidence.other_program_recorded,),
    )


def _ambiguous(row: EvidenceRow, several: Mapping[int, PathwayFacts], ages: Mapping[int, Ages]) -> tuple[Scalar, ...]:
    pathway = several[row.pathway]
    lead = narrow(pathway, ages[row.pathway], row.created, row.shared, row.shared_program)
    return (
        AMBIGUOUS,
        None,
        None,
        None,
        "; ".join(lead.reasons),
        None,
        None,
        row.other_shared,
        None,
        None,
        None,
        pathway.status,
        None,
        pathway.is_credit,
        row.other_requests,
        None,
        len(pathway.programs),
        row.shared,
        lead.program,
    )
