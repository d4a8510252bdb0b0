"""The legacy tables' columns, as rows of plain values that every database takes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

Row: TypeAlias = tuple[int | str | bool, ...]

TIMES = ("created", "modified")
COLUMNS: dict[str, tuple[str, ...]] = {
    "catalog_program": ("id", "site_id", "uuid", "title", "type", "status", *TIMES),
    "catalog_pathway": ("id", "site_id", "uuid", "name", "org_name", "email", "pathway_type", "status", *TIMES),
    "catalog_pathway_programs": ("id", "pathway_id", "program_id", "sort_value"),
    "credentials_programcertificate": ("id", "site_id", "is_active", "program_uuid", "program_id", *TIMES),
    "core_user": (
        "id", "password", "is_superuser", "username", "first_name", "last_name", "email", "is_staff", "is_active",
        "date_joined",
    ),
    "records_programcertrecord": ("id", "program_id", "user_id", "uuid", *TIMES),
    "records_usercreditpathway": ("id", "user_id", "pathway_id", "status", *TIMES),
    "credentials_usercredential": (
        "id", "credential_content_type_id", "credential_id", "username", "status", "uuid", *TIMES,
    ),
}  # fmt: skip
"""Table → columns, in an order in which no row precedes one that it points to. No word of the request's program."""


@dataclass(slots=True)
class Batch:
    """Rows to load together, by table, and the truth about the requests among them: (request id, program id)."""

    tables: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in COLUMNS})
    truth: list[tuple[int, int]] = field(default_factory=list)
