"""Planned migrations: what they would do to which table, in which statements, and how each statement locks."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from credit_migration.data.report import Location


class OperationKind(enum.StrEnum):
    """What an operation does, as far as the rules tell operations apart."""

    ADD_COLUMN = "add column"
    REMOVE_COLUMN = "remove column"
    ALTER_COLUMN = "alter column"
    RENAME = "rename"
    CREATE_TABLE = "create table"
    CHANGE_UNIQUES = "change uniques"
    RUN_PYTHON = "run Python"
    RUN_SQL = "run SQL"
    STATE_ONLY = "state only"
    """Changes what Django believes, and nothing in the database."""
    OTHER = "other"


class Writes(enum.StrEnum):
    """Whether code or SQL of a migration writes the program of a request."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class HostNames:
    """The host's own names, as findings use them: labels of models, tables, columns."""

    request: str
    request_app: str
    request_table: str
    user_column: str
    pathway_column: str
    program_field: str
    program_column: str
    program: str
    program_app: str
    program_table: str
    program_migration: str
    """The newest migration of the program's app, which a foreign key to it can depend on."""
    user_field: str = "user"
    pathway_field: str = "pathway"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedColumn:
    """A column as an operation wants it."""

    name: str
    null: bool
    has_default: bool
    references: str | None
    """The table that its foreign key points to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedOperation:
    """One operation of a migration. ``position`` counts from 0; a nested operation has its outer one's."""

    position: int
    name: str
    description: str
    kind: OperationKind
    location: Location
    table: str | None = None
    column: PlannedColumn | None = None
    uniques_before: frozenset[tuple[str, ...]] = frozenset()
    """Sets of columns, sorted by name, that the request table's uniques are over before it; likewise after."""
    uniques_after: frozenset[tuple[str, ...]] = frozenset()
    writes_program: Writes = Writes.NO


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedStatement:
    """One statement as the schema editor of ``vendor`` would run it. ``bounded``: a lock timeout is set around it."""

    vendor: str
    position: int
    sql: str
    bounded: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Unplanned:
    """An operation that could not be turned into statements for ``vendor``, and why."""

    vendor: str
    position: int
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedMigration:
    """A migration of the plan, in the order in which ``migrate`` would run it."""

    app: str
    name: str
    location: Location
    atomic: bool
    applied: bool | None
    """``None`` where no database was asked."""
    dependencies: tuple[tuple[str, str], ...]
    operations: tuple[PlannedOperation, ...]
    statements: tuple[PlannedStatement, ...]
    unplanned: tuple[Unplanned, ...] = ()
    tables: tuple[PlannedStatement, ...] = ()
    """What makes the tables that it works on, and those tied to them by foreign keys, empty, as they are before it."""
    state_error: str = ""
    """Why Django itself can't build the models that the migration starts from; empty where it can."""

    @property
    def key(self) -> str:
        return f"{self.app}.{self.name}"


class Growth(enum.StrEnum):
    """What in a statement takes longer the more rows the table has."""

    NONE = "no"
    SCAN = "reads every row"
    INDEX = "builds an index"
    REBUILD = "rewrites the table"
    ROWS = "touches rows"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableLock:
    """A lock on one table: its mode in the vendor's words, and what it keeps other sessions from."""

    table: str
    mode: str
    blocks_reads: bool
    blocks_writes: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StatementLock:
    """
    How one statement locks.

    ``locks`` are held for the statement; where ``growth`` is not ``NONE`` that is longer the more rows there are.
    ``brief_exclusive``: at its start or end it must have the table to itself for a moment, so it waits for every open
    transaction on it, and later statements wait behind it. ``source`` is where the vendor says so.
    """

    locks: tuple[TableLock, ...]
    growth: Growth
    brief_exclusive: bool
    source: str
    known: bool = True

    @property
    def blocks_long(self) -> bool:
        """Whether other sessions' writes wait for as long as the table is long."""
        return self.growth is not Growth.NONE and any(lock.blocks_writes for lock in self.locks)


@dataclass(frozen=True, kw_only=True, slots=True)
class JudgedStatement:
    """A statement with its lock, and whether the table it works on is made by the plan itself."""

    migration: str
    statement: PlannedStatement
    lock: StatementLock
    on_new_table: bool
    location: Location
    proven: bool = False
    """A server answered it, not the documented table."""


class Dependence(enum.StrEnum):
    """How code relies on one row a learner and pathway."""

    GET = "get"
    GET_OR_CREATE = "get_or_create"
    EXISTS_THEN_CREATE = "exists, then create"
    INTEGRITY_ERROR = "except IntegrityError"
    BULK_CREATE = "bulk_create with conflicts"
    META = "unique in Meta"
    SERIALIZER = "UniqueTogetherValidator"
    IN_BULK = "in_bulk"
    UPSERT = "upsert in SQL"
    KEYED = "dict keyed by pathway"
    UNKNOWN = "lookup that can't be read"


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestModel:
    """What code calls the request model and its parts."""

    name: str
    package: str
    """The dotted package that the model may be imported from: its app's."""
    module: str
    table: str
    user: str
    pathway: str
    """Fields."""
    user_accessor: str | None
    pathway_accessor: str | None
    """The related managers of a learner and of a pathway that lead to requests."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dependent:
    """A place of the host's code that relies on the unique over learner and pathway."""

    dependence: Dependence
    location: Location
    function: str
    code: str
    """The expression, on one line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WayBack:
    """What the rows that are there keep from being reversed."""

    pairs: int
    """Pairs of learner and pathway with more than one row: the unique over them can't be built again."""
    recorded: int
    """Rows with a program: dropping its column loses it."""
