"""Tells where the host's code is against a decision of ADR 0005."""

from __future__ import annotations

from typing import Any

from credit_migration import api
from credit_migration.data import Report
from credit_migration.management.base import ReportCommand
from credit_migration.reports import FINDING_FORMATS


class Command(ReportCommand):
    formats = (*ReportCommand.formats, *FINDING_FORMATS)
    help = (
        "Tells where this service's code is against a decision of ADR 0005: requests recorded without a program, "
        "overwritten or refused; earlier rows that decide what is offered, or whose program is filled in; requests "
        "sent without the learner asking. Reads the source of what is loaded, and runs none of it. Example: manage.py "
        "verify_credit_decisions --format sarif --output decisions.sarif"
    )

    def get_report(self, **options: Any) -> Report:
        return api.verify_decisions()
