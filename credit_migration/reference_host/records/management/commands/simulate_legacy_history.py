"""``manage.py simulate_legacy_history``: a legacy database with a history whose truth is known."""

from __future__ import annotations

import time
from argparse import ArgumentTypeError
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections
from tqdm import tqdm

from credit_migration.reference_host.records.history.populate import REQUESTS, HistoryRefused, populate
from credit_migration.reference_host.records.history.rows import Batch


class Command(BaseCommand):
    help = (
        "Fills the empty legacy tables of a reference host with the history of learners who used the service of before "
        "ADR 0005 for years, and writes a file with the program that each credit request was truly made for. The same "
        "seed gives the same history. Example: manage.py simulate_legacy_history --requests 5000 --truth truth.csv"
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        requests = "Credit requests to make. Default is 5000."
        parser.add_argument("--requests", type=_count, default=5_000, metavar="N", help=requests)
        seed = "Which history: the same number makes the same one. Default is 1."
        parser.add_argument("--seed", type=int, default=1, metavar="N", help=seed)
        parser.add_argument(
            "--truth",
            type=Path,
            required=True,
            metavar="FILE",
            help="CSV file for the true program of each request, gzipped if its name ends with .gz. "
            "It replaces FILE only when the whole history is made. Must be given.",
        )
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help="Alias of the database to fill: migrated to the legacy schema, and empty. Default is 'default'.",
        )

    def handle(self, *, requests: int, seed: int, truth: Path, database: str, **options: Any) -> None:
        def watch(batches: Iterable[Batch]) -> Iterator[Batch]:
            hidden = options["verbosity"] == 0 or not self.stderr.isatty()
            with tqdm(total=requests, unit=" requests", disable=hidden, leave=False, file=self.stderr) as shown:
                for batch in batches:
                    yield batch
                    shown.update(len(batch.truth))

        began_s = time.perf_counter()
        try:
            made = populate(database, requests=requests, seed=seed, truth=truth, watch=watch)
        except HistoryRefused as exc:
            raise CommandError(str(exc), returncode=2) from exc
        except OSError as exc:
            raise CommandError(
                f"The truth can't be written to '{truth}': {exc.strerror or exc}. Nothing was made. "
                "Give --truth a file in an existing folder that you may write to.",
                returncode=2,
            ) from exc
        took_s = time.perf_counter() - began_s
        for table, count in made.items():
            self.stdout.write(f"{table}: {count} rows")
        self.stdout.write(
            f"Made {made[REQUESTS]} credit requests, {sum(made.values())} rows in all, in {took_s:.1f} s "
            f"({made[REQUESTS] / took_s:,.0f} requests/s). Their truth is in {truth}."
        )


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError(f"'{text}' is not a whole number of 1 or more.")
    return int(text)
