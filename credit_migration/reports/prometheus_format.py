"""
The gauges of a report in the Prometheus text format, for the textfile collector of node_exporter.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from typing import TextIO

from credit_migration.data import Report
from credit_migration.exceptions import LibraryMissing

FILE_MODE = 0o644
"""The collector reads the file as another user, and no row of the database is in it."""

FILE_SUFFIX = ".prom"
"""The collector passes over every other file without a word."""


def write(report: Report, out: TextIO) -> None:
    try:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest
    except ImportError as exc:
        raise LibraryMissing(
            "--format prometheus needs the library prometheus_client, which is not installed.",
            hint="Install it with the extra: pip install 'credit-migration[metrics]'.",
        ) from exc
    registry = CollectorRegistry()
    for metric in report.metrics:
        gauge = Gauge(metric.name, metric.help, metric.labels, registry=registry)
        for labels, value in metric.samples:
            (gauge.labels(*labels) if labels else gauge).set(value)
    out.write(generate_latest(registry).decode())
