#!/usr/bin/env python
"""Runs the toolkit's commands in its own small project: beside a Credentials service, or for a rehearsal."""

import os
import sys

from credit_migration.data import ExitStatus
from credit_migration.exceptions import ConfigurationError
from settings.command_line import run

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.base")
    try:
        run(sys.argv)
    except ConfigurationError as exc:
        sys.stderr.write(f"{exc}\n")
        sys.exit(ExitStatus.UNUSABLE)
