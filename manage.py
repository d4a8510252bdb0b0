#!/usr/bin/env python
"""Runs the toolkit's commands in its own small project: beside a Credentials service, or for a rehearsal."""

import os
import sys

from django.core.management import execute_from_command_line

from credit_migration.data import ExitStatus
from credit_migration.exceptions import ConfigurationError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.base")
    try:
        execute_from_command_line(sys.argv)
    except ConfigurationError as exc:
        sys.stderr.write(f"{exc}\n")
        sys.exit(ExitStatus.UNUSABLE)
