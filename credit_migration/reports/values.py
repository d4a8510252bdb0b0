"""The texts of values, as the formats use them."""

from __future__ import annotations

from credit_migration.data.cells import as_json, as_text, as_utc, csv_line

__all__ = ["as_json", "as_text", "as_utc", "csv_line"]
