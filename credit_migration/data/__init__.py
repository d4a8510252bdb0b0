"""
Every value that one part of the toolkit hands to the next; standard library only.

A part reads and returns facts, another decides over facts, a third tells them. All of it is frozen, so a value means
the same at each end. The one lazy field is ``Section.rows``, which may be a single-pass iterable over millions of rows.
"""

from credit_migration.data.audit import (
    AuditFacts,
    AuditOptions,
    CutoverFacts,
    DuplicateGroup,
    Duplicates,
    LegacyGroup,
    TableFacts,
)
from credit_migration.data.catalogue import CREDIT, Catalogue, PathwayClass, PathwayFacts, ProgramFacts
from credit_migration.data.change import Holder, Holders, LockConfig, NewForeignKey, NewIndex, Step, Unique
from credit_migration.data.export import Changes, Continued, Export
from credit_migration.data.host import HostConfig
from credit_migration.data.inference import SHARED_AT_ONCE_S, Evidence, Grade, InferenceOptions, Judgement, When
from credit_migration.data.rehearsal import Comparison, GradeTruth, Proof, RehearsalOptions
from credit_migration.data.report import (
    Chart,
    Column,
    ExitStatus,
    Finding,
    Kind,
    Level,
    Location,
    Report,
    Run,
    Scalar,
    Section,
)
from credit_migration.data.reporting import Repeat, ReportingOptions, RequestGroup
from credit_migration.data.requests import Filters
from credit_migration.data.schema import ColumnState, ForeignKeyState, IndexState, SchemaState, TableState
from credit_migration.data.verification import RanFunction
from credit_migration.data.warehouse import WarehouseOptions, WarehouseQuery, WrittenQuery

__all__ = [
    "CREDIT",
    "SHARED_AT_ONCE_S",
    "AuditFacts",
    "AuditOptions",
    "Catalogue",
    "Changes",
    "Chart",
    "Column",
    "ColumnState",
    "Comparison",
    "Continued",
    "CutoverFacts",
    "DuplicateGroup",
    "Duplicates",
    "Evidence",
    "ExitStatus",
    "Export",
    "Filters",
    "Finding",
    "ForeignKeyState",
    "Grade",
    "GradeTruth",
    "Holder",
    "Holders",
    "HostConfig",
    "IndexState",
    "InferenceOptions",
    "Judgement",
    "Kind",
    "LegacyGroup",
    "Level",
    "Location",
    "LockConfig",
    "NewForeignKey",
    "NewIndex",
    "PathwayClass",
    "PathwayFacts",
    "ProgramFacts",
    "Proof",
    "RanFunction",
    "RehearsalOptions",
    "Repeat",
    "Report",
    "ReportingOptions",
    "RequestGroup",
    "Run",
    "Scalar",
    "SchemaState",
    "Section",
    "Step",
    "TableFacts",
    "TableState",
    "Unique",
    "WarehouseOptions",
    "WarehouseQuery",
    "When",
    "WrittenQuery",
]
