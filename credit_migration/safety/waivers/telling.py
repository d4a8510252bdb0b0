"""Waived findings → the section of a report that keeps them in sight; pure."""

from __future__ import annotations

from collections.abc import Sequence

from credit_migration.data import Column, Scalar, Section
from credit_migration.data.report import Waived

_COLUMNS = (
    Column(name="id", title="Id"),
    Column(name="place", title="Place"),
    Column(name="until", title="Until"),
    Column(name="reason", title="Reason"),
    Column(name="finding", title="Finding"),
    Column(name="calls", title="Calls", detail=True),
)


def waived_sections(waived: Sequence[Waived]) -> tuple[Section, ...]:
    """Return the section with each waived finding and why it is accepted; none if nothing is waived."""
    if not waived:
        return ()
    rows: list[tuple[Scalar, ...]] = [
        (
            one.finding.id,
            str(one.finding.location or one.finding.obj),
            one.waiver.until.isoformat(),
            one.waiver.reason,
            one.finding.msg,
            " → ".join(one.finding.path),
        )
        for one in waived
    ]
    return (Section(name="waived", title="Waived findings", columns=_COLUMNS, rows=rows),)
