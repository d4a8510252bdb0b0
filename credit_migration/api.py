"""The one door for code: each command's work, returning a ``Report``. Parts meet here and nowhere else."""

from __future__ import annotations

from credit_migration.schema.reading import Snapshot, read_only

__all__ = ["Snapshot", "read_only"]
