"""Tells whether a credit request can leave without the learner asking."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from credit_migration import api
from credit_migration.data import Report
from credit_migration.management.base import ReportCommand
from credit_migration.reports import FINDING_FORMATS


class Command(ReportCommand):
    formats = (*ReportCommand.formats, *FINDING_FORMATS)
    help = (
        "Tells whether anything in this service sends a credit request without the learner asking, such as when a "
        "program certificate is awarded: PRESENT with the path (exit status 1), ABSENT (0) or INCONCLUSIVE (3). "
        "Reads the source of what is loaded, and runs none of it. Example: manage.py verify_resend_removed --probe"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--probe",
            action="store_true",
            help="Award certificates too, in a scratch database and a process of its own, and record what would leave.",
        )
        parser.add_argument(
            "--adapter",
            metavar="PATH",
            help="Dotted path of the class that makes the probe's data. Default is the one for Open edX Credentials.",
        )
        parser.add_argument(
            "--database",
            metavar="ALIAS",
            help="Look at the triggers of this database. It is only read. Default is 'default', if it can be reached.",
        )

    def get_report(self, **options: Any) -> Report:
        asked = {"probe": options["probe"], "adapter": options["adapter"]}
        return api.verify_resend(**asked, using=options["database"])
