"""The project's command line: on the replica of a real service it runs what reads, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand, CommandError

from credit_migration.data import ExitStatus
from credit_migration.management.base import ReportCommand
from settings.routers import REPLICA

READING = frozenset(
    {"check", "dumpdata", "inspectdb", "showmigrations", "sqlflush", "sqlmigrate", "sqlsequencereset"},
)
"""Commands of other apps that may look at the replica; the toolkit's own reports all may."""


class CommandLine(ManagementUtility):
    """
    Django's ``manage.py``, which refuses a command that is not known to read before it connects to the replica.

    The database would refuse most of them, in its driver's words; but since the router refuses every table there,
    ``flush`` and ``loaddata`` do nothing and end with 0, and ``dbshell`` opens a session that may write.
    """

    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        if isinstance(command, ReportCommand) or subcommand in READING:
            return command
        execute = command.execute

        def unless_on_replica(*args: Any, **options: Any) -> Any:
            if options.get("database") == REPLICA:
                raise CommandError(
                    f"The database '{REPLICA}' is a replica of a real service, so {subcommand} is not run there.\n"
                    f"If it is meant for the service, run {subcommand} in the service itself; what can be run on the "
                    "replica is in docs/privileges.md.",
                    returncode=ExitStatus.UNUSABLE,
                )
            return execute(*args, **options)

        setattr(command, "execute", unless_on_replica)  # noqa: B010 - a method may not be assigned to by name
        return command


def run(arguments: Sequence[str]) -> None:
    """Run a command line, whose first word is this program's name. Raises: SystemExit as the command ends."""
    CommandLine(list(arguments)).execute()
