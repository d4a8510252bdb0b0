"""The request table as the database has it, beside what the host's model and migrations say of it."""

from __future__ import annotations

from dataclasses import dataclass

from credit_migration.data.schema import TableState


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveSchema:
    """What the checks of the live schema compare."""

    app: str
    model: str
    vendor: str
    table: TableState
    user: str
    pathway: str
    program: str
    """Columns."""
    program_table: str
    program_pk: str
    program_type: str
    """The type of the program's column, as the database has it; empty while there is none."""
    program_pk_type: str
    field_in_code: bool
    meta_uniques: tuple[tuple[str, ...], ...]
    """The columns of each unique of the model's ``Meta``, in their order."""
