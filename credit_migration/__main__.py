"""Runs a command on a host that may not even start: ``python -m credit_migration verify_resend_removed``."""

from __future__ import annotations

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

import django
from django.core.management import execute_from_command_line
from django.core.management.base import CommandError, CommandParser, handle_default_options

from credit_migration.data import ExitStatus
from credit_migration.management.not_started import last_line, tell_not_started

COMMANDS = Path(__file__).parent / "management" / "commands"


def main(arguments: list[str]) -> None:
    """
    Run the command. A host that fails to import is undecided, and told so in the report's own format.

    Raises: SystemExit with 3 for such a host, with 2 if no settings are named, or as the command ends.
    """
    _take_settings(arguments)
    if not os.environ.get("DJANGO_SETTINGS_MODULE"):
        sys.stderr.write(
            "No settings are named, so it is not known which host to look at.\n"
            "Set DJANGO_SETTINGS_MODULE, or give --settings, for example --settings credentials.settings.production\n"
        )
        sys.exit(ExitStatus.UNUSABLE)
    try:
        # What the host prints while it starts is no part of the report.
        with redirect_stdout(sys.stderr):
            django.setup()
    except (Exception, SystemExit) as exc:
        sys.stderr.write(
            f"INCONCLUSIVE: the host can't be imported: {last_line(exc)}\n"
            "Mend the import, then run this again; nothing was looked at.\n"
        )
        is_ours = bool(arguments) and (COMMANDS / f"{arguments[0]}.py").is_file()
        sys.exit(tell_not_started(arguments, exc) if is_ours else ExitStatus.UNDECIDED)
    execute_from_command_line(["python -m credit_migration", *arguments])


def _take_settings(arguments: list[str]) -> None:
    """Take ``--settings`` and ``--pythonpath`` from the line, as ``manage.py`` does before it starts the host."""
    parser = CommandParser(add_help=False, allow_abbrev=False, called_from_command_line=False)
    parser.add_argument("--settings")
    parser.add_argument("--pythonpath")
    try:
        options, _ = parser.parse_known_args(arguments)
    except CommandError:
        return
    handle_default_options(options)


if __name__ == "__main__":
    main(sys.argv[1:])
