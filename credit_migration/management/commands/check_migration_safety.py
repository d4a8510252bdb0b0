"""Tells what migrations would do to a service that runs."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from credit_migration import api
from credit_migration.data import Report
from credit_migration.management.base import ReportCommand
from credit_migration.reports import FINDING_FORMATS


class Command(ReportCommand):
    help = (
        "Checks migrations before they run: each statement with its lock, what breaks while a deployment rolls, and "
        "what the way back needs. Runs none of them. Without names it looks at the unapplied ones of --database; "
        "with names or --since it needs no database. Example: manage.py check_migration_safety records.0002_expand"
    )

    formats = (*ReportCommand.formats, *FINDING_FORMATS)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "migrations",
            nargs="*",
            metavar="MIGRATION",
            help="An app, an app and migration (records.0002_expand), or a migration's file. "
            "Default is all that are not applied on --database.",
        )
        parser.add_argument(
            "--since",
            metavar="REF",
            help="Check the migrations changed since this git reference, for example origin/main. Default is none.",
        )
        parser.add_argument(
            "--database",
            metavar="ALIAS",
            help="Alias to ask, which is only read: for its unapplied migrations, and for what its rows keep "
            "from being reversed. Default is 'default', and none where migrations are named.",
        )
        parser.add_argument(
            "--vendor",
            action="append",
            choices=api.VENDORS,
            default=[],
            dest="vendors",
            help="Judge for this kind of database; may be repeated. Default is every one whose driver is installed.",
        )

        parser.add_argument(
            "--code",
            action="store_true",
            help="Look for code that relies on one row a learner and pathway, even where no migration looked at drops "
            "the unique.",
        )

        parser.add_argument(
            "--probe",
            metavar="ALIAS",
            help="Ask this scratch database how the statements lock, on empty tables in a schema or database of the "
            "probe's own that is dropped afterwards. Default is to go by the documented table alone.",
        )

    def get_report(self, **options: Any) -> Report:
        return api.check_safety(
            names=options["migrations"],
            since=options["since"],
            using=options["database"],
            vendors=options["vendors"],
            code=options["code"],
            probe=options["probe"],
        )
