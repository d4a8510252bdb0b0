"""Snapshot → ``Catalogue``: all pathways and programs, a few hundred rows each."""

from __future__ import annotations

from credit_migration.data import Catalogue, PathwayFacts, ProgramFacts
from credit_migration.host import Host
from credit_migration.schema.reading import Snapshot


def read_catalogue(host: Host, snapshot: Snapshot) -> Catalogue:
    """Return the pathways and programs as they are now, and the pairs of the through table that lack one side."""
    programs = {
        row[0]: ProgramFacts(**dict(zip(("id", "uuid", "title", "site", "status", "created"), row, strict=True)))
        for row in host.program._base_manager.using(snapshot.using)
        .order_by("pk")
        .values_list("pk", "uuid", "title", "site_id", "status", "created")
    }
    names = ("id", "uuid", "name", "organisation", "site", "type", "status")
    pathways = list(
        host.pathway._base_manager.using(snapshot.using)
        .order_by("pk")
        .values_list("pk", "uuid", "name", "org_name", "site_id", "pathway_type", "status")
    )
    known = {row[0] for row in pathways}
    mapped: dict[int, set[int]] = {}
    dangling = []
    for pathway, program in _pairs(host, snapshot):
        if pathway in known and program in programs:
            mapped.setdefault(pathway, set()).add(program)
        else:
            dangling.append((pathway, program))
    return Catalogue(
        pathways={
            row[0]: PathwayFacts(**dict(zip(names, row, strict=True)), programs=tuple(sorted(mapped.get(row[0], ()))))
            for row in pathways
        },
        programs=programs,
        dangling=tuple(sorted(dangling)),
    )


def _pairs(host: Host, snapshot: Snapshot) -> list[tuple[int, int]]:
    through = host.pathway_program
    columns = [host.through_column(host.pathway), host.through_column(host.program)]
    fields = {field.column: field.attname for field in through._meta.concrete_fields}
    return list(through._base_manager.using(snapshot.using).values_list(*(fields[column] for column in columns)))
