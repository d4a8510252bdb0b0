"""Recorded requests and legacy rows: what the audit, inference and reporting tell of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Protocol, TypeAlias, TypeVar

from credit_migration.audit.counting import read_audit_facts, read_legacy_rows
from credit_migration.audit.report import audit_report
from credit_migration.data import AuditOptions, InferenceOptions, PathwayClass, Report, ReportingOptions
from credit_migration.host import find_host
from credit_migration.inference.candidates import Judge, csv_lines, lines
from credit_migration.inference.evidence import EvidenceRow, count_evidence, evidence_query
from credit_migration.inference.report import inference_report, listed
from credit_migration.reading.catalogue import read_catalogue
from credit_migration.reading.counting import count_by_class
from credit_migration.reading.exporting import read_export
from credit_migration.reading.moments import require_moments
from credit_migration.reading.selection import Selection, select_requests
from credit_migration.reading.tables import find_tables
from credit_migration.reporting.counting import read_repeats, read_requests
from credit_migration.reporting.repeats import total_repeats
from credit_migration.reporting.report import requests_report
from credit_migration.schema.reading import Snapshot

T = TypeVar("T")
Total: TypeAlias = int | Callable[[], int | None] | None


class Progress(Protocol):
    """Hands rows on as they are, and tells how many have passed."""

    def __call__(
        self, rows: Iterable[T], *, total: Total = None, done: int = 0, size: Callable[[T], int] | None = None
    ) -> Iterator[T]: ...


def silent(
    rows: Iterable[T], *, total: Total = None, done: int = 0, size: Callable[[T], int] | None = None
) -> Iterator[T]:
    """Hand rows on and tell nothing."""
    return iter(rows)


def audit(snapshot: Snapshot, options: AuditOptions | None = None, *, progress: Progress = silent) -> Report:
    """
    Return the report on the rows without a program: every one in exactly one class, and what is out of place.

    Raises: HostModelNotFound, TableNotFound, MomentUnreadable, UsageError for a filter that names nothing.
    """
    options = options or AuditOptions()
    host = find_host()
    tables, catalogue = find_tables(host, snapshot), read_catalogue(host, snapshot)
    facts = read_audit_facts(tables, snapshot, options, catalogue)
    rows, continued = None, options.continued
    if options.rows:
        total, done = sum(group.rows for group in facts.groups), continued.written if continued else 0
        rows = progress(read_legacy_rows(tables, snapshot, options, catalogue), total=total, done=done)
    report = audit_report(
        facts, options, catalogue, state=tables.state, table=tables.live.table, run=snapshot.run, rows=rows
    )
    if not options.export:
        return report
    before = None
    if continued:
        before = select_requests(
            tables, snapshot, options.filters, catalogue, only=tables.is_legacy, upto=continued.after
        )
    asked = options.filters.as_facts()
    export = read_export(
        tables, snapshot, catalogue, command=report.command, options=asked, before=before, continued=continued
    )
    return replace(report, export=export)


def infer_candidates(
    snapshot: Snapshot, options: InferenceOptions | None = None, *, progress: Progress = silent
) -> Report:
    """
    Return the report on the programs that rows without one could mean. It is for reading: nothing is ever filled in.

    Raises: HostModelNotFound, TableNotFound, MomentUnreadable, UsageError for a filter that names nothing.
    """
    options = options or InferenceOptions()
    host = find_host()
    tables, catalogue = find_tables(host, snapshot), read_catalogue(host, snapshot)
    for evidence in (host.shared_record, host.credential):
        require_moments(snapshot, evidence, "created")
    one = catalogue.of_class(PathwayClass.ONE)
    meant = (*one, *(catalogue.of_class(PathwayClass.SEVERAL) if options.ambiguous else ()))

    continued = options.continued

    def select(
        pathways: tuple[int, ...] | None, first: int | None = None, after: int = 0, upto: int | None = None
    ) -> Selection:
        return select_requests(
            tables,
            snapshot,
            options.filters,
            catalogue,
            only=tables.is_legacy,
            pathways=pathways,
            first=first,
            after=after,
            upto=upto,
        )

    def count() -> dict[PathwayClass, int]:
        return count_by_class(tables, snapshot, select(None), catalogue)

    classes, counted = None, None
    if options.totals:
        classes, counted = count(), count_evidence(tables, snapshot, select(one), one)
    judges = Judge(catalogue, has_shared=tables.shared is not None, has_certificates=tables.credential is not None)
    export, rest, done = None, select(meant, options.first), 0
    if continued:
        rest, done = select(meant, after=continued.after, upto=continued.upto), continued.written
    if options.export:
        export = read_export(
            tables,
            snapshot,
            catalogue,
            command="infer_program_candidates",
            options={"all": options.ambiguous, **options.filters.as_facts()},
            before=select(meant, upto=continued.after) if continued else None,
            continued=continued,
        )
    query = evidence_query(tables, snapshot, rest, one, ambiguous=options.ambiguous)

    def total() -> int | None:
        return options.first or listed(classes or count(), options)

    # One of the two is read, as the format asks.
    rows = progress(map(EvidenceRow._make, snapshot.stream(*query)), total=total, done=done)
    pages = progress(snapshot.stream_columns(*query), total=total, done=done, size=lambda columns: len(columns[0]))
    report = inference_report(
        options,
        catalogue,
        judges,
        classes=classes,
        counted=counted,
        lines=lines(rows, catalogue, judges),
        csv_lines=csv_lines(pages, catalogue, judges),
        state=tables.state,
        run=snapshot.run,
    )
    return replace(report, export=export)


def report_requests(
    snapshot: Snapshot, options: ReportingOptions | None = None, *, progress: Progress = silent
) -> Report:
    """
    Return the report on recorded requests: by program, pathway and month, and learners who asked too often.

    Raises: HostModelNotFound, TableNotFound, MomentUnreadable, UsageError for a filter that names nothing.
    """
    options = options or ReportingOptions()
    host = find_host()
    tables, catalogue = find_tables(host, snapshot), read_catalogue(host, snapshot)
    groups = read_requests(tables, snapshot, options, catalogue)
    repeats = total_repeats(progress(read_repeats(tables, snapshot, options, catalogue)), catalogue)
    return requests_report(
        groups, repeats, options, catalogue, state=tables.state, table=tables.live.table, run=snapshot.run
    )
