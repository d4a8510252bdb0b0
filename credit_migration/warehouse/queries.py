"""``WarehouseOptions`` → each query in one dialect, from the definitions that the audit and inference read with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from credit_migration.audit.counting import SAVED_AGAIN_WITHIN, cutover_sql, duplicates_sql, orphans_sql
from credit_migration.data import (
    CREDIT,
    PathwayClass,
    WarehouseOptions,
    WarehouseQuery,
)
from credit_migration.host import Host
from credit_migration.inference.candidates import AMBIGUOUS, CANDIDATE, COLUMNS
from credit_migration.inference.evidence import CERTIFIED_WHEN, SHARED_WHEN, Awards, Fact, gather, packed_sql
from credit_migration.inference.narrowing import LEADS_AT
from credit_migration.reading.counting import month_sql
from credit_migration.reading.selection import Selection, write_selection
from credit_migration.reading.tables import Tables
from credit_migration.warehouse.dialect import Written, literal
from credit_migration.warehouse.grading import grade_sql, has_sql, when_sql
from credit_migration.warehouse.names import CatalogueNames, catalogue_names, written_tables

TELLS = {
    WarehouseQuery.TABLE: "The whole table: rows, rows with a program, and when the first of these was last saved.",
    WarehouseQuery.SUMMARY: "Legacy rows by class, pathway, organisation, status and month: sum up what you need.",
    WarehouseQuery.DUPLICATES: "Several requests of one learner along one pathway, the most first, with the totals of "
    "all in each line. The whole table, whatever the filters.",
    WarehouseQuery.CUTOVER: "By pathway, rows since the cutover without a program, and older ones with one. The whole "
    "table, whatever the filters.",
    WarehouseQuery.ORPHANS: "Legacy rows whose learner is missing.",
    WarehouseQuery.GRADES: "Candidates by pathway, program and grade.",
    WarehouseQuery.CANDIDATES: "Each candidate with its evidence and its grade. For reading: never fill a program in.",
}

_NO_REASONS = tuple(column.name for column in COLUMNS if column.name != "reasons")
"""The columns of infer_program_candidates; its reasons in words say what the other columns say."""
_FOR_BOTH = frozenset(
    {
        *("request_id", "user_id", "pathway_id", "pathway_uuid", "request_status", "created", "kind"),
        *("other_programs_shared", "pathway_status", "credit_pathway", "other_requests"),
        *("pathway_programs", "pathway_programs_shared", "lead_program_id"),
    }
)
"""Those that an ambiguous row has too."""


@dataclass(frozen=True, kw_only=True)
class Queries:
    """The queries for one host and one set of options."""

    tables: Tables
    names: CatalogueNames
    options: WarehouseOptions

    def sql(self, name: WarehouseQuery) -> str:
        write: dict[WarehouseQuery, Callable[[], str]] = {
            WarehouseQuery.TABLE: self._table,
            WarehouseQuery.SUMMARY: self._summary,
            WarehouseQuery.DUPLICATES: lambda: duplicates_sql(self.tables),
            WarehouseQuery.CUTOVER: self._cutover,
            WarehouseQuery.ORPHANS: self._orphans,
            WarehouseQuery.GRADES: self._grades,
            WarehouseQuery.CANDIDATES: self._candidates,
        }
        return write[name]()

    def _table(self) -> str:
        program = self.tables.program
        recorded = f"COUNT({program})" if program else "0"
        first = f"MIN(CASE WHEN {program} IS NOT NULL THEN modified END)" if program else "CAST(NULL AS TIMESTAMP)"
        return (
            f"SELECT COUNT(*) AS requests, {recorded} AS requests_with_program, {first} AS cutover "
            f"FROM {self.tables.request}"
        )

    def _summary(self) -> str:
        counted = month_sql(Written(), self._legacy(), self.tables.pathway, "status")
        none = PathwayClass.of(0).value
        return self._with(
            f"SELECT COALESCE(w.pathway_class, '{none}') AS pathway_class, g.by_0 AS pathway_id, w.pathway_uuid, "
            f"w.organisation, w.pathway_type, g.by_1 AS request_status, g.month_name AS month_of_creation, "
            f"g.n_0 AS requests FROM ({counted}) g LEFT JOIN pathways w ON w.pathway_id = g.by_0"
        )

    def _cutover(self) -> str:
        given, program = self.options.since, self.tables.program
        if given is None and program is None:
            # Nothing was recorded yet, so there is no cutover, as the audit has it.
            return (
                f"SELECT r.{self.tables.pathway} AS pathway, 0 AS new_null, 0 AS filled "
                f"FROM {self.tables.request} r WHERE 1 = 0"
            )
        moment = (
            f"SELECT MIN(modified) AS cutover FROM {self.tables.request} WHERE {program} IS NOT NULL"
            if given is None
            else f"SELECT {self._literal(given)} AS cutover"
        )
        seconds = int(SAVED_AGAIN_WITHIN.total_seconds())
        source = f"{self.tables.request} r CROSS JOIN ({moment}) x"
        return cutover_sql(self.tables, source, since="x.cutover", before=f"x.cutover - INTERVAL '{seconds}' SECOND")

    def _orphans(self) -> str:
        counted = orphans_sql(self.tables, self._legacy())
        return self._with(counted) if self._meant() else counted

    def _grades(self) -> str:
        graded = f"SELECT pathway_id, program_id, {_column('grade', ambiguous=False)} FROM known"
        return self._known(
            "SELECT pathway_id, program_id, grade, COUNT(*) AS candidates "
            f"FROM ({graded}) g GROUP BY pathway_id, program_id, grade",
            ambiguous=False,
        )

    def _candidates(self) -> str:
        ambiguous = self.options.ambiguous
        columns = ", ".join(_column(name, ambiguous=ambiguous) for name in _NO_REASONS)
        return self._known(f"SELECT {columns} FROM known", ambiguous=ambiguous)

    def _known(self, sql: str, *, ambiguous: bool) -> str:
        """Return a query with what is known of each candidate before it; ``ambiguous`` adds ambiguous rows."""
        tables, names = self.tables, self.names
        one = "SELECT pathway_id FROM pathways WHERE programs = 1"
        meant = "SELECT pathway_id FROM pathways WHERE programs >= 1" if ambiguous else one
        gathered = gather(tables, Written(), self._legacy(meant), one, self._awards(), ambiguous=True)
        facts = gathered.facts
        evidence = (
            f"SELECT r.{tables.pk} AS request_id, MIN(r.{tables.user}) AS user_id, MIN(r.{tables.pathway}) AS "
            f"pathway_id, MIN(r.status) AS request_status, MIN(r.created) AS created, {packed_sql(facts)} AS facts, "
            f"{facts['shared']} AS pathway_programs_shared, {facts['shared_program']} AS shared_program, "
            f"{facts['other_shared']} AS other_programs_shared, {facts['other_requests']} AS other_requests "
            f"{gathered.grouped}"
        )
        known = (
            "SELECT e.*, w.pathway_uuid, w.pathway_status, w.programs AS pathway_programs, w.program_id, "
            f"p.{names.program_uuid} AS program_uuid, p.{names.program_status} AS program_status, "
            f"{when_sql(SHARED_WHEN, known=tables.shared is not None)} AS shared_record, "
            f"{when_sql(CERTIFIED_WHEN, known=tables.credential is not None)} AS certificate, "
            f"p.{names.program_site} = w.site_id AS same_site, w.pathway_type = '{CREDIT}' AS credit_pathway "
            "FROM evidence e JOIN pathways w ON w.pathway_id = e.pathway_id "
            f"JOIN {tables.programs} p ON p.{tables.program_pk} = w.program_id"
        )
        return self._with(sql, evidence=evidence, known=known)

    def _legacy(self, pathways: str | None = None) -> Selection:
        return write_selection(
            self.tables,
            self.options.filters,
            only=self.tables.is_legacy,
            given=self._literal,
            meant=self._meant(),
            pathways=pathways,
        )

    def _literal(self, value: str | int | datetime) -> str:
        return literal(value, naive=self.options.naive)

    def _meant(self) -> str | None:
        """Return a query of the pathways that the filters name."""
        filters = self.options.filters
        wanted = {"pathway_id": filters.pathway, "site_id": filters.site, "organisation": filters.organisation}
        named = [f"{column} = {literal(value)}" for column, value in wanted.items() if value is not None]
        return f"SELECT pathway_id FROM pathways WHERE {' AND '.join(named)}" if named else None

    def _awards(self) -> Awards | None:
        tables = self.tables
        if not tables.credential:
            return None
        label, model = map(literal, tables.certificate_label)
        awarded = (
            f"SELECT a.username, a.credential_id, a.created FROM {tables.credential} a "
            f"JOIN {tables.content_type} y ON y.id = a.{tables.credential_type} "
            f"WHERE y.app_label = {label} AND y.model = {model}"
        )
        return Awards(source=f"({awarded}) c", condition="1 = 1")

    def _with(self, sql: str, **steps: str) -> str:
        """Return a query with the pathways, and what is named, before it."""
        names, tables = self.names, self.tables
        told = {
            "pathway_id": names.pathway_pk,
            "pathway_uuid": names.pathway_uuid,
            "organisation": names.organisation,
            "site_id": names.pathway_site,
            "pathway_type": names.pathway_type,
            "pathway_status": names.pathway_status,
        }
        count = f"COUNT(DISTINCT p.{tables.program_pk})"
        classes = " ".join(f"WHEN {n} THEN '{PathwayClass.of(n).value}'" for n in (0, 1))
        pathways = (
            f"SELECT {', '.join(f'w.{column} AS {name}' for name, column in told.items())}, {count} AS programs, "
            f"MIN(p.{tables.program_pk}) AS program_id, "
            f"CASE {count} {classes} ELSE '{PathwayClass.of(2).value}' END AS pathway_class "
            f"FROM {names.pathways} w "
            f"LEFT JOIN {tables.through} t ON t.{tables.through_pathway} = w.{names.pathway_pk} "
            f"LEFT JOIN {tables.programs} p ON p.{tables.program_pk} = t.{tables.through_program} "
            f"GROUP BY {', '.join(f'w.{column}' for column in told.values())}"
        )
        parts = {"pathways": pathways, **steps}
        return f"WITH {', '.join(f'{name} AS ({part})' for name, part in parts.items())} {sql}"


def queries_for(host: Host, options: WarehouseOptions) -> Queries:
    """Return the queries over the host's tables."""
    return Queries(tables=written_tables(host, options.state), names=catalogue_names(host), options=options)


def _column(name: str, *, ambiguous: bool) -> str:
    sql = _OF_COLUMN.get(name, name)
    if name == "kind":
        sql = f"CASE WHEN pathway_programs = 1 THEN '{CANDIDATE}' ELSE '{AMBIGUOUS}' END" if ambiguous else sql
    elif name == "lead_program_id":
        narrowed = f"pathway_programs > 1 AND pathway_programs_shared = {LEADS_AT}"
        sql = f"CASE WHEN {narrowed} THEN shared_program END"
    elif ambiguous and name not in _FOR_BOTH:
        sql = f"CASE WHEN pathway_programs = 1 THEN {sql} END"
    return sql if sql == name else f"{sql} AS {name}"


_FLAGS = (Fact.SHARED_AT_ONCE, Fact.OTHER_SHARED_AT_ONCE, Fact.PROGRAM_NEWER, Fact.OTHER_PROGRAM_RECORDED)
_FACTS = {"shared": "shared_record", "same_site": "same_site", "credit_pathway": "credit_pathway"}
_FACTS |= {str(fact.name).lower(): has_sql(fact) for fact in _FLAGS}
_OF_COLUMN = {
    "kind": f"'{CANDIDATE}'",
    "grade": grade_sql(_FACTS),
    **{name: _FACTS[name] for name in ("shared_at_once", "program_newer", "other_program_recorded")},
}
