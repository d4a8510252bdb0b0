"""``manage.py audit_credit_pathways``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from credit_migration import api
from credit_migration.data import AuditOptions, Report
from credit_migration.management.exporting import RowsCommand
from credit_migration.management.selecting import filters, moment, not_negative_int


class Command(RowsCommand):
    help = (
        "Reports the credit requests that have no program, by how many programs their pathway has. Changes nothing. "
        "Example: manage.py audit_credit_pathways --since 2026-09-01 --format html --output audit.html"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        number: dict[str, Any] = {"type": not_negative_int, "metavar": "N"}
        since = "The cutover: each request made since must have a program. Default is the first recorded program."
        parser.add_argument("--since", type=moment, metavar="DATE", help=since)
        legacy = "Fail (error E102) if more than N legacy rows are selected. Default is any number."
        parser.add_argument("--max-legacy-rows", **number, help=legacy)
        new = "Fail (error E101) if more than N requests since the cutover have no program. Default is 0."
        parser.add_argument("--max-new-null-rows", **number, default=0, help=new)
        parser.add_argument("--rows", action="store_true", help="Add every legacy row, as CSV and Parquet always do.")

    def get_report(self, **options: Any) -> Report:
        asked = AuditOptions(
            filters=filters(options),
            since=options["since"],
            max_legacy_rows=options["max_legacy_rows"],
            max_new_null_rows=options["max_new_null_rows"],
            rows=options["rows"] or options["format"] in self.row_formats,
            export=options["export"],
            continued=options["continued"],
        )
        return api.audit(options["snapshot"], asked, progress=options["progress"])
