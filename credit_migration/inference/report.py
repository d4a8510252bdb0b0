"""Counted evidence and lines → ``Report``: grades, reasons and pathways as tables, the lines as a stream."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from credit_migration.data import (
    Catalogue,
    Chart,
    Column,
    Grade,
    InferenceOptions,
    PathwayClass,
    Report,
    Run,
    Scalar,
    SchemaState,
    Section,
)
from credit_migration.inference.candidates import COLUMNS, Judge

LIMITS = (
    "A program that was removed from a pathway since leaves no trace in these tables: a pathway with one program now "
    "may have had others when the request was made. Only 'corroborated' rules that out, by what the request itself "
    "left behind.",
    "A row holds its first request only: the legacy flow stored no second row for a second program of the pathway.",
    "Moments are those of the application servers' clocks; 'created' can be changed by an import.",
    "The legacy flow is taken to have made every row. A row that a script made has no shared record of its own.",
)

_GRADES = tuple(Column(name=grade.value, title=grade.value.capitalize()) for grade in Grade)
_PATHWAYS = (
    Column(name="pathway_id", title="Pathway"),
    Column(name="pathway_uuid", title="Pathway UUID", detail=True),
    Column(name="organisation", title="Organisation"),
    Column(name="program_id", title="Candidate"),
    Column(name="program_uuid", title="Candidate UUID"),
    Column(name="program_title", title="Title", detail=True),
    *_GRADES,
    Column(name="rows", title="Rows"),
)

Counted = Sequence[tuple[int, int, int]]
"""Pathway id, packed facts, rows."""
Classes = Mapping[PathwayClass, int]


def inference_report(
    options: InferenceOptions,
    catalogue: Catalogue,
    judges: Judge,
    *,
    classes: Classes | None,
    counted: Counted | None,
    lines: Iterable[tuple[Scalar, ...]],
    csv_lines: Iterable[str],
    state: SchemaState,
    run: Run,
) -> Report:
    """
    Return the report on candidates.

    Args:
        classes: legacy rows by class; ``None`` where totals were not asked for.
        counted: evidence of the candidates, counted; ``None`` where totals were not asked for.
        lines: one value a column of ``COLUMNS`` for each row.
        csv_lines: the same as CSV; one of the two is read, once, when the report is told.

    """
    shown: dict[str, Scalar] = {"schema_state": state.value}
    shown |= {f"filter_{name}": value for name, value in options.filters.as_facts().items()}
    shown |= {f"legacy_rows_{wanted.value}": rows for wanted, rows in (classes or {}).items()}
    sections: tuple[Section, ...] = ()
    if counted is not None:
        grades = _grades(counted, judges)
        shown |= {grade.value: grades[grade] for grade in Grade}
        sections = (_grade_section(grades), _reasons(counted, judges), _pathways(counted, judges, catalogue))
    return Report(
        command="infer_program_candidates",
        title="Programs that legacy rows could mean: reported, never filled in",
        facts=shown,
        sections=(*sections, _limits()),
        records=Section(
            name="candidates",
            title="Candidates, with ambiguous rows among them" if options.ambiguous else "Candidates",
            columns=COLUMNS,
            rows=lines,
            csv_lines=csv_lines,
            total=listed(classes, options),
        ),
        run=run,
    )


def listed(classes: Classes | None, options: InferenceOptions) -> int | None:
    """Return how many rows the report lists, where the classes were counted."""
    if classes is None:
        return None
    return classes[PathwayClass.ONE] + (classes[PathwayClass.SEVERAL] if options.ambiguous else 0)


def _grades(counted: Counted, judges: Judge) -> Counter[Grade]:
    grades: Counter[Grade] = Counter()
    for pathway, facts, rows in counted:
        grades[judges.judged(pathway, facts)[1].grade] += rows
    return grades


def _grade_section(grades: Counter[Grade]) -> Section:
    return Section(
        name="grades",
        title="By grade",
        note="Corroborated: the request itself made the learner's shared record of this program. Plausible: nothing "
        "speaks against it, and something is open. Contradicted: the legacy flow could not have made this row for it. "
        "The rules are in docs/inference.md.",
        columns=(Column(name="grade", title="Grade"), Column(name="rows", title="Rows")),
        rows=[(grade.value, grades[grade]) for grade in Grade],
        chart=Chart(label="grade", series=("rows",)),
    )


def _reasons(counted: Counted, judges: Judge) -> Section:
    reasons: dict[str, Counter[Grade]] = defaultdict(Counter)
    for pathway, facts, rows in counted:
        judgement = judges.judged(pathway, facts)[1]
        for reason in judgement.reasons:
            reasons[reason][judgement.grade] += rows
    rows_of = sorted(reasons.items(), key=lambda item: (-item[1].total(), item[0]))
    return Section(
        name="reasons",
        title="By reason",
        note="A candidate has several reasons, so these do not add up to the number of candidates.",
        columns=(Column(name="reason", title="Reason"), *_GRADES, Column(name="rows", title="Rows")),
        rows=[(reason, *(grades[grade] for grade in Grade), grades.total()) for reason, grades in rows_of],
    )


def _pathways(counted: Counted, judges: Judge, catalogue: Catalogue) -> Section:
    pathways: dict[int, Counter[Grade]] = defaultdict(Counter)
    for pk, facts, rows in counted:
        pathways[pk][judges.judged(pk, facts)[1].grade] += rows
    table: list[tuple[Scalar, ...]] = []
    worst_first = sorted(pathways.items(), key=lambda item: (-item[1][Grade.CONTRADICTED], -item[1].total(), item[0]))
    for pk, grades in worst_first:
        pathway = catalogue.pathways[pk]
        program = catalogue.programs[pathway.programs[0]]
        names = (pk, pathway.uuid, pathway.organisation, program.id, program.uuid, program.title)
        table.append((*names, *(grades[grade] for grade in Grade), grades.total()))
    return Section(
        name="pathways",
        title="By pathway, the most contradicted first",
        columns=_PATHWAYS,
        rows=table,
        chart=Chart(label="pathway_id", series=tuple(grade.value for grade in Grade)),
    )


def _limits() -> Section:
    return Section(
        name="limits",
        title="What the tables can't tell",
        columns=(Column(name="limit", title="Limit"),),
        rows=[(limit,) for limit in LIMITS],
    )
