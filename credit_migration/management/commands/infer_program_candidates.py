"""``manage.py infer_program_candidates``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from credit_migration import api
from credit_migration.data import InferenceOptions, Report
from credit_migration.management.exporting import RowsCommand
from credit_migration.management.selecting import filters
from credit_migration.reports import html_format, text_format

SHOWN = {"text": text_format.SHOWN_RECORDS, "html": html_format.SHOWN_RECORDS}


class Command(RowsCommand):
    help = (
        "Lists the credit requests without a program whose pathway has exactly one program now, with the evidence for "
        "it and a grade. Changes nothing, and nothing in this package ever fills a program in. Example: manage.py "
        "infer_program_candidates --organisation 'Example University' --format csv --output candidates.csv"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--all",
            action="store_true",
            help="List the requests of pathways with several programs too, each with what narrows it: leads for a "
            "person, told apart as 'ambiguous'.",
        )

    def get_report(self, **options: Any) -> Report:
        asked = InferenceOptions(
            filters=filters(options),
            ambiguous=options["all"],
            totals=options["format"] not in self.row_formats,
            first=SHOWN.get(options["format"]),
            export=options["export"],
            continued=options["continued"],
        )
        return api.infer_candidates(options["snapshot"], asked, progress=options["progress"])
