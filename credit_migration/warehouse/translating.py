"""A query in the dialect that it was put together in → an engine's own SQL over the warehouse's own tables."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from credit_migration.data import WarehouseOptions
from credit_migration.exceptions import UsageError
from credit_migration.warehouse.dialect import SOURCE

IN_UTC: Mapping[str, str] = {
    "athena": "",
    "bigquery": "",
    "databricks": "SET TIME ZONE 'UTC'",
    "duckdb": "SET TimeZone = 'UTC'",
    "postgres": "SET TIME ZONE 'UTC'",
    "presto": "SET TIME ZONE 'UTC'",
    "redshift": "SET timezone TO 'UTC'",
    "snowflake": "ALTER SESSION SET TIMEZONE = 'UTC'",
    "spark": "SET TIME ZONE 'UTC'",
    "trino": "SET TIME ZONE 'UTC'",
}
"""The engines that can be written for, and what each is told to take months in UTC; nothing where it does so anyway."""

_PART = r"(?:[\w-]+|`[^`]+`|\"[^\"]+\")"
_NAME = re.compile(rf"{_PART}(?:\.{_PART}){{0,2}}")
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


def translate(sql: str, options: WarehouseOptions) -> str:
    """
    Return the query in ``options.dialect``, with the tables named as the warehouse names them.

    Raises: UsageError for a name of a table that is no name.
    """
    tree = sqlglot.parse_one(sql, dialect=SOURCE)
    steps = {step.alias for step in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.name not in steps:
            table.replace(_warehouse_table(table, options))
    if not options.quoted:
        for name in tree.find_all(exp.Identifier):
            # A name that is plain in every engine needs no quotes, and quoted it would not be found in those that fold
            # names to upper case. What the engine reserves is quoted again below.
            if _PLAIN.fullmatch(name.name):
                name.set("quoted", False)
    return tree.sql(
        dialect=options.dialect,
        pretty=True,
        identify=options.quoted,
        unsupported_level=sqlglot.ErrorLevel.RAISE,
    )


def _warehouse_table(table: exp.Table, options: WarehouseOptions) -> exp.Table:
    given = options.tables.get(table.name)
    name = given or ".".join(filter(None, (options.schema, table.name)))
    unusable = UsageError(
        f"'{name}' is no name of a table in {options.dialect}.",
        hint="Give --schema as catalogue.schema and --table as NAME=catalogue.schema.name.",
    )
    if not _NAME.fullmatch(name):
        raise unusable
    try:
        named = exp.to_table(name, dialect=options.dialect)
    except ParseError as exc:
        raise unusable from exc
    if table.alias:
        named.set("alias", exp.TableAlias(this=exp.to_identifier(table.alias)))
    return named
