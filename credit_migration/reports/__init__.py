"""``Report`` → text in one of the formats; ``render`` writes it piece by piece, so rows are never all in memory."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from credit_migration.data import Report

FORMATS = ("text", "json", "csv", "html")
BINARY_FORMATS = ("parquet",)
"""Row-level formats that are no text; a command says whether it has them."""
FINDING_FORMATS = ("sarif", "github", "gitlab", "junit")
"""What CI servers and code scanning read: the findings alone."""


def render(report: Report, format: str, out: Any) -> None:  # noqa: A002 - the option's name
    """
    Write ``report`` to ``out``.

    Args:
        report: what a command found; its ``records`` are read once, here.
        format: one of ``FORMATS``, ``BINARY_FORMATS`` or ``FINDING_FORMATS``, each has a module of this
            package, ``<name>_format``.
        out: a stream of text, or of bytes for ``BINARY_FORMATS``.

    """
    import_module(f"{__name__}.{format}_format").write(report, out)
