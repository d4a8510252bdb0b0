"""``manage.py rehearse_credit_rollout``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from credit_migration import rehearsal
from credit_migration.data import RehearsalOptions, Report
from credit_migration.management.base import ReportCommand, positive_int


class Command(ReportCommand):
    help = (
        "Takes the reference host through the whole rollout on a scratch database of its own, with a made history "
        "whose truth is known, and tells what each step proved. No other database is touched. Example: "
        "manage.py rehearse_credit_rollout --requests 20000"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        default = RehearsalOptions()
        parser.add_argument(
            "--requests",
            type=positive_int,
            default=default.requests,
            metavar="N",
            help=f"Credit requests in the made history. Default is {default.requests}.",
        )
        seed = f"Which history: the same number makes the same one. Default is {default.seed}."
        parser.add_argument("--seed", type=int, default=default.seed, metavar="N", help=seed)
        parser.add_argument(
            "--output-dir",
            type=Path,
            metavar="DIR",
            help="Folder for each step's reports and the truth. Default is rehearsal in the project's var folder.",
        )

    def get_report(self, **options: Any) -> Report:
        asked = RehearsalOptions(requests=options["requests"], seed=options["seed"])
        watch = partial(options["progress"], unit=" steps")
        return rehearsal.rehearse(asked, folder=options["output_dir"], watch=watch)
