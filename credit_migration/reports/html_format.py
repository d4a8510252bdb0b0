"""
One HTML file that needs no network: figures, findings, charts, and tables that sort and filter.

Django's templates escape every value; Chart.js draws tables and Cytoscape.js call paths, each inlined where there are
any; the page's own policy forbids any request.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any, TextIO

from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe

from credit_migration.data import Chart, Report, Scalar, Section
from credit_migration.reports.call_graph import call_graph
from credit_migration.reports.values import as_text

SHOWN_RECORDS = 200
"""Rows of the row-level table that the page shows; a browser is no place for millions."""
DRAWN_BARS = 30
"""Bars of a chart; the table beside it has all."""


def write(report: Report, out: TextIO) -> None:
    sections = [_section(section, list(section.rows)) for section in report.sections]
    if report.records:
        sections.append(_records(report.records))
    graph = call_graph(report.findings)
    context = {
        "report": report,
        "graph": graph,
        "facts": [(_label(name), as_text(value), _is_number(value)) for name, value in report.facts.items()],
        "taken_at": report.run and as_text(report.run.taken_at),
        "sections": sections,
        "charts": [section["chart"] for section in sections if section["chart"]],
        "css": _asset("report.css"),
        "js": _asset("report.js"),
        "chart_js": _asset("chart.umd.min.js") if any(section["chart"] for section in sections) else "",
        "graph_js": _asset("cytoscape.min.js") + _asset("cytoscape-dagre.min.js") if graph else "",
    }
    out.write(_template().render(Context(context, use_l10n=False, use_tz=False)))


def _records(records: Section) -> dict[str, Any]:
    rows = iter(records.rows)
    first = list(islice(rows, SHOWN_RECORDS))
    total = len(first) + sum(1 for _ in rows) if records.total is None else records.total
    return _section(records, first, total)


def _section(section: Section, rows: list[tuple[Scalar, ...]], total: int | None = None) -> dict[str, Any]:
    numeric = [all(_is_number(value) or value is None for value in column) for column in zip(*rows, strict=True)]
    return {
        "name": section.name,
        "title": section.title,
        "note": section.note,
        "columns": list(zip(section.columns, numeric or [False] * len(section.columns), strict=True)),
        "rows": [list(zip(map(as_text, row), numeric, strict=True)) for row in rows],
        "total": total,
        "more": total is not None and total > len(rows),
        "chart": section.chart and rows and _chart(section, section.chart, rows),
    }


def _chart(section: Section, chart: Chart, rows: list[tuple[Scalar, ...]]) -> dict[str, Any]:
    at = {column.name: (position, column.title) for position, column in enumerate(section.columns)}
    drawn = rows if chart.over_time else rows[:DRAWN_BARS]
    return {
        "id": f"chart-{section.name}",
        "over_time": chart.over_time,
        "labels": [as_text(row[at[chart.label][0]]) or "—" for row in drawn],
        "series": [{"name": at[name][1], "values": [row[at[name][0]] for row in drawn]} for name in chart.series],
    }


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()


@cache
def _asset(name: str) -> SafeString:
    return mark_safe(files(__package__).joinpath("page", name).read_text("utf-8"))  # noqa: S308 - a file of our own


@cache
def _template() -> Any:
    engine = Engine(autoescape=True)
    return engine.from_string(files(__package__).joinpath("page", "report.html").read_text("utf-8"))
