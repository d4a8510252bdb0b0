"""Runs a command on a host that may not even start: ``python -m credit_migration verify_resend_removed``."""

from __future__ import annotations

import re
import sys

import django
from django.core.management import execute_from_command_line

from credit_migration.data import ExitStatus

_PASSWORD = re.compile(r"(://[^\s:/@]*:)\S*@")
"""That of a URL, up to its last @: a host's own message may quote the one that it could not use."""


def main(arguments: list[str]) -> None:
    """Run the command; a host that fails to import is undecided, with the last line of its traceback."""
    try:
        django.setup()
    except Exception as exc:
        reason = _PASSWORD.sub(r"\1…@", str(exc))
        sys.stderr.write(
            f"INCONCLUSIVE: the host can't be imported: {type(exc).__name__}: {reason}\n"
            "Mend the import, then run this again; nothing was looked at.\n"
        )
        sys.exit(ExitStatus.UNDECIDED)
    execute_from_command_line(["python -m credit_migration", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
