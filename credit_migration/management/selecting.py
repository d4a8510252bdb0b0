"""The options that say which requests a report is about, and the types of their values."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.core.management.base import CommandParser

from credit_migration.data import Filters
from credit_migration.exceptions import UsageError
from credit_migration.management.base import ReadingCommand, positive_int


class SelectingCommand(ReadingCommand):
    """A report on some of the requests, all of them by default."""

    pages: ClassVar[bool] = True
    """Whether a part of the rows, by their ids, makes sense."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_filters(parser, pages=self.pages)


def add_filters(parser: CommandParser, *, pages: bool = True) -> None:
    """Add the options that say which requests are meant; ``pages`` adds those for a part of them by their ids."""
    group = parser.add_argument_group("which requests")
    group.add_argument(
        "--site", type=positive_int, metavar="ID", help="Only pathways of the site with this id. Default is all."
    )
    group.add_argument(
        "--pathway", type=positive_int, metavar="ID", help="Only the pathway with this id. Default is all."
    )
    group.add_argument(
        "--organisation",
        metavar="NAME",
        help="Only pathways to this institution, its name exactly as the pathway has it. Default is all.",
    )
    group.add_argument(
        "--status",
        help="Only requests with this status, for example sent; give '' for those without one. Default is all.",
    )
    group.add_argument(
        "--created-from",
        type=moment,
        metavar="DATE",
        help="Only requests created then or later, such as 2026-09-01 or 2026-09-01T08:00:00Z; UTC unless it has "
        "an offset. Default is any.",
    )
    group.add_argument(
        "--created-to",
        type=moment,
        metavar="DATE",
        help="Only requests created before then, written likewise. Default is any.",
    )
    if not pages:
        return
    group.add_argument(
        "--after-pk",
        type=int,
        default=0,
        metavar="ID",
        help="Skip requests up to this id. Default is 0: skip none.",
    )
    group.add_argument(
        "--limit",
        type=positive_int,
        metavar="N",
        help="Look at the first N requests that the other options select, by ascending id. Default is all.",
    )


def filters(options: dict[str, Any]) -> Filters:
    """Return the filters that a command line asks for. Raises: UsageError if the two dates exclude each other."""
    chosen = Filters(**{name: options[name] for name in Filters.__slots__ if name in options})
    if chosen.created_from and chosen.created_to and chosen.created_from >= chosen.created_to:
        raise UsageError(
            f"--created-from {chosen.created_from.isoformat()} is not before --created-to "
            f"{chosen.created_to.isoformat()}.",
            hint="Swap the two dates; --created-to is exclusive.",
        )
    return chosen


def moment(text: str) -> datetime:
    """Return an option's date or moment, in UTC unless it has an offset."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError as exc:
        raise ArgumentTypeError(f"'{text}' is no date; write it as 2022-09-12 or 2022-09-12T08:00:00Z.") from exc
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def not_negative_int(text: str) -> int:
    """Return an option's whole number of 0 or more."""
    try:
        value = int(text)
    except ValueError:
        value = -1
    if value < 0:
        raise ArgumentTypeError(f"'{text}' is not a whole number of 0 or more.")
    return value
