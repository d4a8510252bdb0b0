"""What is asked of the queries for a warehouse, and what one of them is."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from credit_migration.data.requests import Filters
from credit_migration.data.schema import SchemaState


class WarehouseQuery(enum.StrEnum):
    """The queries that can be had, by what each tells."""

    TABLE = "table"
    SUMMARY = "summary"
    DUPLICATES = "duplicates"
    CUTOVER = "cutover"
    ORPHANS = "orphans"
    GRADES = "grades"
    CANDIDATES = "candidates"


@dataclass(frozen=True, kw_only=True, slots=True)
class WarehouseOptions:
    """What is asked of the queries: for which engine, over which tables, of which rows."""

    dialect: str
    queries: tuple[WarehouseQuery, ...] = tuple(WarehouseQuery)
    state: SchemaState = SchemaState.TARGET
    """What the copied request table looks like: without the program column it is ``LEGACY``."""
    schema: str = ""
    """What stands before each table's name, for example ``lake.credentials``."""
    tables: Mapping[str, str] = field(default_factory=dict)
    """The warehouse's own name of a table, by the host's."""
    quoted: bool = False
    """Quote every name: an engine then takes its case as it is."""
    naive: bool = False
    """The warehouse keeps moments without a time zone."""
    filters: Filters = field(default_factory=Filters)
    since: datetime | None = None
    ambiguous: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenQuery:
    """One query in an engine's own SQL."""

    name: WarehouseQuery
    tells: str
    sql: str
