"""``Host`` → the names of its tables and columns, without a database to ask."""

from __future__ import annotations

from dataclasses import dataclass

from credit_migration.data import SchemaState, TableState
from credit_migration.host import Host, ModelClass
from credit_migration.reading.tables import Tables, name_tables
from credit_migration.warehouse.dialect import quote


@dataclass(frozen=True, kw_only=True, slots=True)
class CatalogueNames:
    """The columns of the pathways and programs that the queries read, quoted."""

    pathways: str
    pathway_pk: str
    pathway_uuid: str
    organisation: str
    pathway_site: str
    pathway_type: str
    pathway_status: str
    program_uuid: str
    program_site: str
    program_status: str


def written_tables(host: Host, state: SchemaState) -> Tables:
    """
    Return the names for a copy in this state.

    A copy is not taken to keep any unique or foreign key, so the queries look for what these would rule out.
    """
    return name_tables(host, quote, live=TableState(table=host.request._meta.db_table), state=state)


def catalogue_names(host: Host) -> CatalogueNames:
    """Return the names of the catalogue's columns, as ``reading.catalogue`` reads them."""
    return CatalogueNames(
        pathways=quote(host.pathway._meta.db_table),
        pathway_pk=quote(str(host.pathway._meta.pk.column)),
        pathway_uuid=_column(host.pathway, "uuid"),
        organisation=_column(host.pathway, "org_name"),
        pathway_site=_column(host.pathway, "site"),
        pathway_type=_column(host.pathway, "pathway_type"),
        pathway_status=_column(host.pathway, "status"),
        program_uuid=_column(host.program, "uuid"),
        program_site=_column(host.program, "site"),
        program_status=_column(host.program, "status"),
    )


def table_names(host: Host) -> tuple[str, ...]:
    """Return the tables that the queries read, by the host's names."""
    models = (
        *(host.request, host.user, host.pathway, host.program, host.pathway_program),
        *(host.shared_record, host.certificate, host.credential),
    )
    named = [model._meta.db_table for model in models if model is not None]
    return (*named, *(("django_content_type",) if host.credential else ()))


def _column(model: ModelClass, name: str) -> str:
    return quote(str(next(field.column for field in model._meta.concrete_fields if field.name == name)))
