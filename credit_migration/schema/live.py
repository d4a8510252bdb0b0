"""The host's request model and its database → ``LiveSchema``, by introspection."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import UniqueConstraint

from credit_migration.data.live import LiveSchema
from credit_migration.host import Host
from credit_migration.schema.backends import vendor_name
from credit_migration.schema.introspection import read_table


def read_live(host: Host, connection: BaseDatabaseWrapper) -> LiveSchema:
    """Return the request table beside what the code says of it. Raises: TableNotFound if there is none."""
    meta: Any = host.request._meta
    program: Any = host.program._meta
    return LiveSchema(
        app=meta.app_label,
        model=meta.label,
        vendor=vendor_name(connection),
        table=read_table(connection, meta.db_table),
        user=host.user_field().column,
        pathway=host.pathway_field().column,
        program=host.program_column,
        program_table=program.db_table,
        program_pk=program.pk.column,
        program_type=_type(connection, meta.db_table, host.program_column),
        program_pk_type=_type(connection, program.db_table, program.pk.column),
        field_in_code=host.code_has_program,
        meta_uniques=tuple(sorted(_uniques(meta))),
    )


def _type(connection: BaseDatabaseWrapper, table: str, column: str) -> str:
    """Return a column's type by the name of the Django field that introspection gives it; empty without the column."""
    with connection.cursor() as cursor:
        for found in connection.introspection.get_table_description(cursor, table):
            if found.name == column:
                name = connection.introspection.get_field_type(found.type_code, found)
                # Whether it counts up by itself is no part of what a foreign key must match.
                return str(name[0] if isinstance(name, tuple) else name).replace("AutoField", "IntegerField")
    return ""


def _uniques(meta: Any) -> list[tuple[str, ...]]:
    fields = [tuple(one) for one in meta.unique_together]
    fields += [tuple(one.fields) for one in meta.constraints if isinstance(one, UniqueConstraint)]
    return [tuple(meta.get_field(name).column for name in names) for names in fields]
