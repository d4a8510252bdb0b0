"""The audit and the candidates as queries for a warehouse."""

from __future__ import annotations

from credit_migration.data import Report, WarehouseOptions, WrittenQuery
from credit_migration.exceptions import UsageError
from credit_migration.host import find_host
from credit_migration.warehouse.names import table_names
from credit_migration.warehouse.queries import TELLS, queries_for
from credit_migration.warehouse.report import queries_report
from credit_migration.warehouse.translating import IN_UTC, translate

DIALECTS = tuple(IN_UTC)


def write_queries(options: WarehouseOptions) -> Report:
    """
    Return the audit's and inference's queries in the SQL of a warehouse engine. Asks no database.

    Raises: HostModelNotFound; UsageError for a dialect or table that is not known.
    """
    host = find_host()
    known = table_names(host)
    if options.dialect not in DIALECTS:
        raise UsageError(
            f"There is no dialect '{options.dialect}'.", hint=f"Use --dialect with one of these: {', '.join(DIALECTS)}."
        )
    if strangers := sorted(set(options.tables) - set(known)):
        raise UsageError(
            f"The queries read no table '{strangers[0]}'.", hint=f"They read these: {', '.join(sorted(known))}."
        )
    queries = queries_for(host, options)
    return queries_report(
        options,
        [
            WrittenQuery(name=name, tells=TELLS[name], sql=translate(queries.sql(name), options))
            for name in options.queries
        ],
    )
