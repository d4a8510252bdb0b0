"""Tells whether a credit request can leave without the learner asking."""

from __future__ import annotations

from typing import Any

from credit_migration import api
from credit_migration.data import Report
from credit_migration.management.base import ReportCommand


class Command(ReportCommand):
    help = (
        "Tells whether anything in this service sends a credit request without the learner asking, such as when a "
        "program certificate is awarded: PRESENT with the path (exit status 1), ABSENT (0) or INCONCLUSIVE (3). "
        "Reads the source of what is loaded, and runs none of it."
    )

    def get_report(self, **options: Any) -> Report:
        return api.verify_resend()
