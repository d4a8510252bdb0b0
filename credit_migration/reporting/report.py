"""Counted requests and repeats → ``Report``: what was asked for, along which pathways, and by whom too often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from credit_migration.data import (
    Catalogue,
    Chart,
    Column,
    Finding,
    Report,
    ReportingOptions,
    RequestGroup,
    Run,
    Scalar,
    SchemaState,
    Section,
)
from credit_migration.messages import finding
from credit_migration.reporting.repeats import RepeatTotals

_REQUESTS = Column(name="requests", title="Requests")
_LEGACY = Column(name="legacy_candidates", title="Legacy candidates (not recorded)")
_NEVER_ADDED = (
    "Requests are those with a recorded program. Legacy candidates are rows from before whose pathway has exactly this "
    "program now: nobody knows what they meant, so the two are never added up."
)
_PROGRAM = (
    Column(name="program_id", title="Program"),
    Column(name="program_uuid", title="Program UUID"),
    Column(name="program_title", title="Program title", detail=True),
    Column(name="pathway_id", title="Pathway"),
    Column(name="pathway_uuid", title="Pathway UUID", detail=True),
    Column(name="organisation", title="Organisation"),
)


def requests_report(
    groups: Sequence[RequestGroup],
    repeats: RepeatTotals,
    options: ReportingOptions,
    catalogue: Catalogue,
    *,
    state: SchemaState,
    table: str,
    run: Run,
) -> Report:
    """Return the report on recorded requests. Source: ADR 0005, "which programs" learners request credit for."""
    shown: dict[str, Scalar] = {
        "schema_state": state.value,
        **{f"filter_{name}": value for name, value in options.filters.as_facts().items()},
        "requests_with_program": sum(group.requests for group in groups),
        "legacy_candidates": sum(group.legacy_candidates for group in groups),
        "repeats_are_more_than": options.more_than,
        "repeats_window_days": options.window_days,
        "repeats": repeats.count,
    }
    by_month = _by_program("requests", "By program, pathway and month", groups, catalogue, with_month=True)
    largest = _repeats(repeats, options, catalogue)
    return Report(
        command="report_credit_requests",
        title="Credit requests by program and pathway",
        facts=shown,
        sections=(
            *((largest, by_month) if options.repeats_first else (by_month, largest)),
            _by_program("programs", "By program and pathway", groups, catalogue, with_month=False),
            _months(groups),
            _institutions(repeats),
        ),
        findings=_findings(repeats, options, state, table),
        run=run,
    )


def _findings(repeats: RepeatTotals, options: ReportingOptions, state: SchemaState, table: str) -> tuple[Finding, ...]:
    if state is SchemaState.LEGACY:
        return (finding("I202", obj=table),)
    if not repeats.count:
        return ()
    worst = repeats.institutions[0]
    return (
        finding(
            "W201",
            obj=table,
            repeats=repeats.count,
            more_than=options.more_than,
            days=options.window_days,
            institution=worst.organisation,
            requests=worst.requests,
        ),
    )


def _by_program(
    name: str, title: str, groups: Sequence[RequestGroup], catalogue: Catalogue, *, with_month: bool
) -> Section:
    def key(group: RequestGroup) -> tuple[Scalar, ...]:
        program, pathway = catalogue.programs.get(group.program), catalogue.pathways.get(group.pathway)
        return (
            group.program,
            program.uuid if program else None,
            program.title if program else None,
            group.pathway,
            pathway.uuid if pathway else None,
            pathway.organisation if pathway else None,
            *((group.month,) if with_month else ()),
        )

    month = (Column(name="month", title="Month"),) if with_month else ()
    return Section(
        name=name,
        title=title,
        note=_NEVER_ADDED,
        columns=(*_PROGRAM, *month, _REQUESTS, _LEGACY),
        rows=_summed(groups, key),
    )


def _months(groups: Sequence[RequestGroup]) -> Section:
    return Section(
        name="months",
        title="By month of creation (UTC)",
        columns=(Column(name="month", title="Month"), _REQUESTS, _LEGACY),
        rows=sorted(_summed(groups, lambda group: (group.month,)), key=lambda row: str(row[0])),
        chart=Chart(label="month", series=("requests",), over_time=True),
    )


def _summed(
    groups: Sequence[RequestGroup], key: Callable[[RequestGroup], tuple[Scalar, ...]]
) -> list[tuple[Scalar, ...]]:
    counts: dict[tuple[Scalar, ...], list[int]] = defaultdict(lambda: [0, 0])
    for group in groups:
        counts[key(group)][0] += group.requests
        counts[key(group)][1] += group.legacy_candidates
    return [(*names, *numbers) for names, numbers in counts.items()]


def _institutions(repeats: RepeatTotals) -> Section:
    return Section(
        name="institutions",
        title="Institutions that repeats reach, the most affected first",
        columns=(
            Column(name="organisation", title="Organisation"),
            Column(name="learners", title="Learners"),
            Column(name="repeats", title="Repeats"),
            Column(name="requests", title="Their requests"),
            Column(name="most_in_window", title="Most in a window"),
        ),
        rows=[
            (found.organisation, found.learners, found.repeats, found.requests, found.most_in_window)
            for found in repeats.institutions
        ],
    )


def _repeats(repeats: RepeatTotals, options: ReportingOptions, catalogue: Catalogue) -> Section:
    rows: list[tuple[Scalar, ...]] = []
    for repeat in repeats.largest:
        program, pathway = catalogue.programs.get(repeat.program), catalogue.pathways.get(repeat.pathway)
        rows.append(
            (
                repeat.user,
                repeat.program,
                program.uuid if program else None,
                repeat.pathway,
                pathway.organisation if pathway else None,
                repeat.requests,
                repeat.most_in_window,
            )
        )
    return Section(
        name="repeats",
        title=f"More than {options.more_than} requests for one program along one pathway within "
        f"{options.window_days} days",
        note="The largest ones. A host that updates the row of a former request instead of adding one hides its "
        "repeats: verify_credit_decisions tells.",
        columns=(
            Column(name="user_id", title="Learner"),
            Column(name="program_id", title="Program"),
            Column(name="program_uuid", title="Program UUID", detail=True),
            Column(name="pathway_id", title="Pathway"),
            Column(name="organisation", title="Organisation"),
            Column(name="requests", title="Requests"),
            Column(name="most_in_window", title="Most in a window"),
        ),
        rows=rows,
    )
