"""The whole rollout on the reference host, end to end; the one part that reaches into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from django.apps import apps

from credit_migration.conf import state_folder
from credit_migration.data import RehearsalOptions, Report
from credit_migration.exceptions import NoReferenceHost

REFERENCE_HOST = "credit_migration.reference_host.records"


def rehearse(
    options: RehearsalOptions,
    *,
    folder: Path | None = None,
    watch: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Report:
    """
    Rehearse the whole rollout on a scratch database, and return the summary; see ``run.run``.

    Args:
        options: the history to rehearse on.
        folder: where each step's reports go; by default ``rehearsal`` in the project's folder for such files.
        watch: sees each step as it comes, for progress.

    Raises: NoReferenceHost inside a real service; and what ``run.run`` raises.

    """
    if not apps.is_installed(REFERENCE_HOST):
        raise NoReferenceHost(
            "The rollout is rehearsed on the reference host, and this project is a real service, which has none.",
            hint="Run it from a checkout of credit_migration: make rehearse. To see where this service stands: "
            "python manage.py show_credit_rollout",
        )
    # Its models can be imported only where the reference host is installed.
    from credit_migration.rehearsal.run import run

    return run(options, folder or state_folder() / "rehearsal", watch)
