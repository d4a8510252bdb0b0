"""Text for a person at a terminal: what was looked at, the tables, and last, where the eye is, the findings."""

from __future__ import annotations

from itertools import compress, islice
from typing import TextIO

from tabulate import tabulate

from credit_migration.data import Finding, Report, Run, Scalar, Section
from credit_migration.reports.values import as_text

SHOWN_RECORDS = 50
"""Rows of the row-level table that the text shows; the other formats hold all of them."""

WIDEST_CELL = 80
"""Characters after which a cell goes on in a line below, so that a statement does not push its row off the screen."""


CONTROLS = {
    code: f"\\u{code:04x}"
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\t\n"
}
"""What could move the cursor, recolour the terminal or turn the direction of writing, spelt out."""


class _Terminal:
    """The stream of a text report, on which a title out of the database stays text."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def write(self, text: str) -> None:
        self.out.write(text.translate(CONTROLS))


def write(report: Report, stream: TextIO) -> None:
    out = _Terminal(stream)
    out.write(f"{report.title}\n{'=' * len(report.title)}\n")
    if report.run:
        out.write(_run(report.run))
    width = max((len(_label(name)) for name in report.facts), default=0)
    for name, value in report.facts.items():
        out.write(f"{_label(name):<{width}}  {as_text(value)}\n")
    for section in report.sections:
        _section(section, list(section.rows), out)
    if report.records:
        _records(report.records, out)
    _findings(report.findings, out)
    if report.next_step:
        out.write(f"\nNext: {report.next_step}\n")


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _run(run: Run) -> str:
    return (
        f"Database '{run.database}' ({run.vendor} {run.server_version}) as of {as_text(run.taken_at)}, "
        f"read-only: {run.read_only}.\n\n"
    )


def _section(section: Section, rows: list[tuple[Scalar, ...]], out: _Terminal) -> None:
    out.write(f"\n{section.title}\n{'-' * len(section.title)}\n")
    if section.note:
        out.write(f"{section.note}\n")
    if not rows:
        out.write("None.\n")
        return
    shown = [not column.detail for column in section.columns]
    headers = [column.title for column in section.columns if not column.detail]
    rows = [tuple(compress(row, shown)) for row in rows]
    cells = [[as_text(value) for value in row] for row in rows]
    numeric = [all(isinstance(value, int | float | None) for value in column) for column in zip(*rows, strict=True)]
    align = ["right" if is_number else "left" for is_number in numeric]
    table = tabulate(
        cells,
        headers,
        tablefmt="simple",
        disable_numparse=True,
        colalign=align,
        maxcolwidths=[WIDEST_CELL] * len(align),
    )
    out.write(f"{table}\n")


def _records(records: Section, out: _Terminal) -> None:
    rows = iter(records.rows)
    first = list(islice(rows, SHOWN_RECORDS))
    _section(records, first, out)
    more = sum(1 for _ in rows) if records.total is None else records.total - len(first)
    if more:
        out.write(f"… and {more} more: use --format csv --output FILE for all.\n")


def _findings(findings: tuple[Finding, ...], out: _Terminal) -> None:
    heading = f"Findings: {len(findings)}" if findings else "Findings: none"
    out.write(f"\n{heading}\n{'-' * len(heading)}\n")
    for finding in findings:
        word = "UNDECIDED" if finding.undecided else finding.level.name
        place = f"{finding.location}: " if finding.location else f"{finding.obj}: " if finding.obj else ""
        out.write(f"{word} {place}({finding.id}) {finding.msg}\n")
        for depth, call in enumerate(finding.path, start=1):
            out.write(f"    {'  ' * (depth - 1)}→ {call}\n")
        out.write(f"    {finding.hint}\n")
