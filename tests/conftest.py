"""What every test can ask for."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand


@pytest.fixture
def run_command() -> Callable[..., tuple[int, str, str]]:
    """Run a management command as its caller sees it: exit status, standard output, standard error."""

    def run(command: str | BaseCommand, *arguments: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command(command, *arguments, stdout=out, stderr=err)
        except CommandError as exc:
            return exc.returncode, out.getvalue(), f"{err.getvalue()}{exc}"
        except SystemExit as exc:
            return int(exc.code or 0), out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    return run
