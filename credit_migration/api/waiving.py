"""A report → the same without the findings that somebody accepts for now, and with those told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from credit_migration.data import Report
from credit_migration.safety.waivers.applying import apply_waivers
from credit_migration.safety.waivers.reading import read_waivers
from credit_migration.safety.waivers.telling import waived_sections


def with_waivers(report: Report) -> Report:
    """
    Return the report with the project's waivers applied: those of ``pyproject.toml``, and those at a finding's line.

    A waiver changes no verdict: what is waived moves to a section of its own, and the title says so. One that has
    expired waives nothing and is a finding, and so is one that can't be read.
    """
    waivers, broken = read_waivers(report.findings, Path.cwd())
    left, waived = apply_waivers(report.findings, waivers, datetime.now(UTC).date())
    count = f"{len(waived)} finding{'s' * (len(waived) > 1)} waived"
    return replace(
        report,
        title=f"{report.title} ({count})" if waived else report.title,
        findings=(*left, *broken),
        waived=tuple(waived),
        sections=(*report.sections, *waived_sections(waived)),
    )
