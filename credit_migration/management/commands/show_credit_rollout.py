"""``manage.py show_credit_rollout``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from credit_migration import api
from credit_migration.api.rollout import WATCH_DAYS
from credit_migration.data import Report
from credit_migration.data.rollout import Stage
from credit_migration.management.base import ReadingCommand, positive_int
from credit_migration.management.selecting import not_negative_int
from credit_migration.reports import METRIC_FORMATS


class Command(ReadingCommand):
    help = (
        "Shows where the rollout stands: each stage done, due, blocked or undecided, the fact that proves it, and what "
        "to type next; and after the rollout, what to watch. It keeps no state and changes nothing. With --fail-unless "
        "STAGE it is a gate; a file of --format prometheus has mode 0644, so that node_exporter can read it. Example: "
        "manage.py show_credit_rollout --format prometheus --output rollout.prom"
    )

    formats = (*ReadingCommand.formats, *METRIC_FORMATS)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--fail-unless",
            choices=[stage.value for stage in Stage],
            metavar="STAGE",
            help=f"Exit with status 1 unless this stage is done: {', '.join(stage.value for stage in Stage)}. "
            "Default is none.",
        )
        parser.add_argument(
            "--watch-days",
            type=positive_int,
            default=WATCH_DAYS,
            metavar="N",
            help=f"Days after the first second request for which new rows are watched. Default is {WATCH_DAYS}.",
        )
        parser.add_argument(
            "--max-new-null-rows",
            type=not_negative_int,
            default=0,
            metavar="N",
            help="Fail (error E602) if more than N requests since the first recorded program have none: a writer was "
            "missed. Default is 0.",
        )
        parser.add_argument(
            "--skip-code",
            action="store_true",
            help="Skip the check of the host's code, which takes some seconds; its stage is then undecided.",
        )

    def get_report(self, **options: Any) -> Report:
        required = options["fail_unless"]
        return api.show_rollout(
            options["snapshot"],
            watch_days=options["watch_days"],
            max_new_null_rows=options["max_new_null_rows"],
            required=Stage(required) if required else None,
            check_code=not options["skip_code"],
        )
