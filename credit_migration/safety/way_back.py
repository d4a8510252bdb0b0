"""Snapshot → what the rows that are there keep from being reversed."""

from __future__ import annotations

from credit_migration.data.safety import WayBack
from credit_migration.host import Host
from credit_migration.schema.reading import Snapshot


def read_way_back(host: Host, snapshot: Snapshot) -> WayBack:
    """Return what keeps the steps from being reversed on this database now; nothing where there is no table yet."""
    connection, table = snapshot.connection, host.request._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return WayBack(pairs=0, recorded=0)
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    quote = connection.ops.quote_name
    pair = f"{quote(host.user_field().column)}, {quote(host.pathway_field().column)}"
    ((pairs,),) = snapshot.all(
        f"SELECT COUNT(*) FROM (SELECT {pair} FROM {quote(table)} GROUP BY {pair} HAVING COUNT(*) > 1) repeated"
    )
    recorded = 0
    if host.program_column in columns:
        program = quote(host.program_column)
        ((recorded,),) = snapshot.all(f"SELECT COUNT(*) FROM {quote(table)} WHERE {program} IS NOT NULL")
    return WayBack(pairs=pairs, recorded=recorded)
