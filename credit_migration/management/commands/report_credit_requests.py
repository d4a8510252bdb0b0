"""``manage.py report_credit_requests``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from credit_migration import api
from credit_migration.data import Report, ReportingOptions
from credit_migration.management.base import positive_int
from credit_migration.management.selecting import SelectingCommand, filters


class Command(SelectingCommand):
    help = (
        "Reports which programs learners requested credit for, along which pathways, from recorded programs, and who "
        "asked for the same too often. Changes nothing. Example: manage.py report_credit_requests --created-from "
        "2026-09-01 --more-than 5 --window-days 7"
    )
    pages = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        asked = ReportingOptions()
        more_than = "Count as a repeat more than N requests of one learner for one program along one pathway within "
        more_than += f"the window. Default is {asked.more_than}."
        parser.add_argument("--more-than", type=positive_int, default=asked.more_than, metavar="N", help=more_than)
        window = f"Length of the window in days. Default is {asked.window_days}."
        parser.add_argument("--window-days", type=positive_int, default=asked.window_days, metavar="N", help=window)
        parser.add_argument("--repeats", action="store_true", help="Put the repeats first; CSV holds the first table.")

    def get_report(self, **options: Any) -> Report:
        asked = ReportingOptions(
            filters=filters(options),
            more_than=options["more_than"],
            window_days=options["window_days"],
            repeats_first=options["repeats"],
        )
        return api.report_requests(options["snapshot"], asked, progress=options["progress"])
