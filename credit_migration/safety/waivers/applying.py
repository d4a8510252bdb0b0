"""Findings and waivers → what is left, what is waived, and the waivers that have expired; pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from credit_migration import messages
from credit_migration.data import Finding
from credit_migration.data.report import Waived, Waiver


def apply_waivers(
    findings: Sequence[Finding], waivers: Sequence[Waiver], today: date
) -> tuple[list[Finding], list[Waived]]:
    """
    Return the findings that stand and those that are waived.

    A waiver holds to the end of its date. One that has expired waives nothing, and is a finding itself where it would
    have waived something.
    """
    left, waived, expired = list[Finding](), list[Waived](), dict[Waiver, Finding]()
    for finding in findings:
        fitting = [waiver for waiver in waivers if _fits(waiver, finding)]
        valid = next((waiver for waiver in fitting if today <= waiver.until), None)
        if valid is not None:
            waived.append(Waived(finding=finding, waiver=valid))
            continue
        left.append(finding)
        for waiver in fitting:
            expired.setdefault(waiver, _expired(waiver))
    return [*left, *expired.values()], waived


def _fits(waiver: Waiver, finding: Finding) -> bool:
    if finding.id.rpartition(".")[2] != waiver.id:
        return False
    place = finding.location
    return waiver.where in {"", finding.obj, str(place), place.path if place else None}


def _expired(waiver: Waiver) -> Finding:
    return messages.finding(
        "W450",
        obj=waiver.where or None,
        location=waiver.source,
        waived=waiver.id,
        until=waiver.until.isoformat(),
        reason=waiver.reason,
    )
