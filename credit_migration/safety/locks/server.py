"""What a statement meets: the server's version, its session, and the tables that are there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from credit_migration.safety.tables.shapes import Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A server as a statement meets it; ``tables`` may lack some, or all."""

    version: tuple[int, ...]
    keys_checked: bool = True
    """Whether the session checks foreign keys, which only MySQL and MariaDB can leave."""
    tables: Mapping[str, Table] = field(default_factory=dict)
