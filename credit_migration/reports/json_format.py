"""JSON, as ``report.schema.json`` describes it; records are streamed one to a line."""

from __future__ import annotations

import json
from typing import Any, TextIO

from credit_migration.data import Finding, Report, Run, Section
from credit_migration.reports.values import as_json

SCHEMA_VERSION = "1.0"


def write(report: Report, out: TextIO) -> None:
    head: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "command": report.command,
        "title": report.title,
        "run": _run(report.run),
        "facts": {name: as_json(value) for name, value in report.facts.items()},
        "sections": {section.name: [_row(section, row) for row in section.rows] for section in report.sections},
        "findings": [_finding(finding) for finding in report.findings],
        "next_step": report.next_step,
    }
    text = _dump(head, indent=2)
    if report.records is None:
        out.write(f'{text[:-2]},\n  "records": null\n}}\n')
        return
    out.write(f'{text[:-2]},\n  "records": [')
    separator = "\n"
    for row in report.records.rows:
        out.write(f"{separator}    {_dump(_row(report.records, row))}")
        separator = ",\n"
    out.write("]\n}\n" if separator == "\n" else "\n  ]\n}\n")


def _dump(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)


def _row(section: Section, row: tuple[Any, ...]) -> dict[str, Any]:
    return {column.name: as_json(value) for column, value in zip(section.columns, row, strict=True)}


def _run(run: Run | None) -> dict[str, Any] | None:
    return None if run is None else {name: as_json(getattr(run, name)) for name in run.__slots__}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.id,
        "level": finding.level.name.lower(),
        "undecided": finding.undecided,
        "msg": finding.msg,
        "hint": finding.hint,
        "obj": finding.obj,
        "location": finding.location and {"path": finding.location.path, "line": finding.location.line},
        "path": list(finding.path),
    }
