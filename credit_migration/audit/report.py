"""``AuditFacts`` and findings → ``Report``: the totals as tables, the rows as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from credit_migration.audit.judging import judge, missing_pathways, other_pathways
from credit_migration.audit.totals import ClassTotals, by_month, by_organisation, by_pathway, by_status
from credit_migration.data import (
    AuditFacts,
    AuditOptions,
    Catalogue,
    Chart,
    Column,
    Kind,
    PathwayClass,
    Report,
    Run,
    Scalar,
    SchemaState,
    Section,
)
from credit_migration.data.cells import csv_line

_BY_CLASS = (
    Column(name="one_program", title="One program"),
    Column(name="several_programs", title="Several programs"),
    Column(name="no_program", title="No program"),
    Column(name="rows", title="Rows"),
)
_PATHWAYS = (
    Column(name="pathway_id", title="Pathway"),
    Column(name="pathway_uuid", title="UUID"),
    Column(name="organisation", title="Organisation"),
    Column(name="type", title="Type"),
    Column(name="status", title="Status"),
    Column(name="class", title="Class"),
    Column(name="programs", title="Programs"),
    Column(name="rows", title="Rows"),
)
_DUPLICATES = (
    Column(name="user_id", title="Learner"),
    Column(name="pathway_id", title="Pathway"),
    Column(name="rows", title="Rows"),
    Column(name="recorded", title="With a program"),
    Column(name="programs", title="Different programs"),
)
_ROWS = (
    Column(name="request_id", title="Request", kind=Kind.INTEGER),
    Column(name="user_id", title="Learner", kind=Kind.INTEGER),
    Column(name="pathway_id", title="Pathway", kind=Kind.INTEGER),
    Column(name="pathway_uuid", title="Pathway UUID"),
    Column(name="organisation", title="Organisation"),
    Column(name="status", title="Status", kind=Kind.CATEGORY),
    Column(name="created", title="Created", kind=Kind.MOMENT),
    Column(name="class", title="Class", kind=Kind.CATEGORY),
)


def audit_report(
    facts: AuditFacts,
    options: AuditOptions,
    catalogue: Catalogue,
    *,
    state: SchemaState,
    table: str,
    run: Run,
    rows: Iterable[tuple[int, int, int, str, str]] | None = None,
) -> Report:
    """Return the audit's report. ``rows``, the legacy rows, become its records and are read once, when it is told."""
    return Report(
        command="audit_credit_pathways",
        title="Credit requests without a program",
        facts=_facts(facts, options, catalogue, state),
        sections=_sections(facts, catalogue),
        records=None
        if rows is None
        else Section(
            name="rows",
            title="Legacy rows",
            columns=_ROWS,
            rows=_records(rows, catalogue),
            csv_lines=_csv_lines(rows, catalogue),
            total=sum(group.rows for group in facts.groups),
        ),
        findings=judge(facts, options, catalogue, table),
        run=run,
        next_step="python manage.py infer_program_candidates",
    )


def _facts(facts: AuditFacts, options: AuditOptions, catalogue: Catalogue, state: SchemaState) -> dict[str, Scalar]:
    shown: dict[str, Scalar] = {
        "schema_state": state.value,
        "requests": facts.table.rows,
        "requests_with_program": facts.table.recorded,
        "selected_legacy_rows": sum(group.rows for group in facts.groups),
        **{f"filter_{name}": value for name, value in options.filters.as_facts().items()},
        "legacy_rows_of_missing_learners": facts.orphans_user,
        "legacy_rows_of_missing_pathways": sum(missing_pathways(facts, catalogue).values()),
        "legacy_rows_of_other_pathways": sum(other_pathways(facts, catalogue).values()),
        "duplicate_pairs": facts.duplicates.pairs,
        "duplicate_pairs_rows": facts.duplicates.pair_rows,
        "duplicate_pairs_without_program": facts.duplicates.null_pairs,
        "duplicate_triples": facts.duplicates.triples,
    }
    if facts.cutover is not None:
        shown["cutover"] = facts.cutover.cutover
        shown["new_rows_without_program"] = sum(rows for _, rows in facts.cutover.new_null)
        shown["older_rows_with_program"] = facts.cutover.filled
    if facts.last_pk is not None:
        shown["last_request_id"] = facts.last_pk
    return shown


def _sections(facts: AuditFacts, catalogue: Catalogue) -> tuple[Section, ...]:
    groups = facts.groups
    sections = [
        Section(
            name="classes",
            title="By class",
            note="How many programs the pathway of a legacy row maps to now.",
            columns=(
                Column(name="class", title="Class"),
                Column(name="pathways", title="Pathways"),
                Column(name="rows", title="Rows"),
            ),
            rows=_classes(by_pathway(groups), catalogue),
            chart=Chart(label="class", series=("rows",)),
        ),
        Section(name="pathways", title="By pathway", columns=_PATHWAYS, rows=_pathways(by_pathway(groups), catalogue)),
        _by_class("organisations", "organisation", "By organisation", by_organisation(groups, catalogue)),
        _by_class("statuses", "status", "By status", by_status(groups, catalogue)),
        _by_class("months", "month", "By month of creation (UTC)", by_month(groups, catalogue)),
    ]
    if facts.cutover and facts.cutover.new_null:
        columns = (Column(name="pathway_id", title="Pathway"), Column(name="rows", title="Rows"))
        title = "Without a program since the cutover, by pathway"
        note = "The whole table, whatever the filters."
        sections.append(Section(name="new_null", title=title, note=note, columns=columns, rows=facts.cutover.new_null))
    if facts.duplicates.pairs:
        sections.append(
            Section(
                name="duplicates",
                title="Several requests of one learner along one pathway, the most first",
                note="The whole table, whatever the filters.",
                columns=_DUPLICATES,
                rows=[
                    (group.user, group.pathway, group.rows, group.recorded, group.programs)
                    for group in facts.duplicates.largest
                ],
            )
        )
    return tuple(sections)


def _classes(rows: dict[int, int], catalogue: Catalogue) -> list[tuple[Scalar, ...]]:
    return [
        (
            pathway_class.value,
            sum(1 for pk in rows if catalogue.class_of(pk) is pathway_class),
            sum(n for pk, n in rows.items() if catalogue.class_of(pk) is pathway_class),
        )
        for pathway_class in PathwayClass
    ]


def _pathways(rows: dict[int, int], catalogue: Catalogue) -> list[tuple[Scalar, ...]]:
    table: list[tuple[Scalar, ...]] = []
    for pk, n in rows.items():
        found = catalogue.pathways.get(pk)
        known: tuple[Scalar, ...] = (None, None, None, None)
        if found:
            known = (found.uuid, found.organisation, found.type, found.status)
        table.append((pk, *known, catalogue.class_of(pk).value, len(found.programs) if found else 0, n))
    return table


def _by_class(name: str, key: str, title: str, totals: tuple[ClassTotals, ...]) -> Section:
    return Section(
        name=name,
        title=title,
        columns=(Column(name=key, title=key.capitalize()), *_BY_CLASS),
        rows=[(total.key, total.one, total.several, total.none, total.rows) for total in totals],
        chart=Chart(label=key, series=("one_program", "several_programs", "no_program"), over_time=key == "month"),
    )


def _csv_lines(rows: Iterable[tuple[int, int, int, str, str]], catalogue: Catalogue) -> Iterator[str]:
    """Yield what ``csv_line`` makes of ``_records``: the texts that many rows share are made once, not once a row."""
    known = {pk: csv_line((pk, pathway.uuid, pathway.organisation))[:-1] for pk, pathway in catalogue.pathways.items()}
    classes = {pk: pathway.pathway_class.value for pk, pathway in catalogue.pathways.items()}
    text = cache(lambda status: csv_line([status])[:-1] if status else "")
    for pk, user, pathway, status, created in rows:
        pathway_class = classes.get(pathway, PathwayClass.NONE.value)
        yield f"{pk},{user},{known.get(pathway) or f'{pathway},,'},{text(status)},{created},{pathway_class}\n"


def _records(rows: Iterable[tuple[int, int, int, str, str]], catalogue: Catalogue) -> Iterator[tuple[Scalar, ...]]:
    known = {pk: (str(pathway.uuid), pathway.organisation) for pk, pathway in catalogue.pathways.items()}
    classes = {pk: pathway.pathway_class.value for pk, pathway in catalogue.pathways.items()}
    for pk, user, pathway, status, created in rows:
        uuid, organisation = known.get(pathway, (None, None))
        yield (pk, user, pathway, uuid, organisation, status, created, classes.get(pathway, PathwayClass.NONE.value))
