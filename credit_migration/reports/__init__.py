"""``Report`` → text in one of the formats; ``render`` writes it piece by piece, so rows are never all in memory."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from credit_migration.data import Report
from credit_migration.exceptions import UsageError

FORMATS = ("text", "json", "csv", "html")
BINARY_FORMATS = ("parquet",)
"""Row-level formats that are no text; a command says whether it has them."""
FINDING_FORMATS = ("sarif", "github", "gitlab", "junit")
"""What CI servers and code scanning read: the findings alone."""
METRIC_FORMATS = ("prometheus",)
"""What monitoring systems read: the metrics of a report that has some."""

OWNER_ALONE = 0o600


def render(report: Report, format: str, out: Any) -> None:  # noqa: A002 - the option's name
    """
    Write ``report`` to ``out``.

    Args:
        report: what a command found; its ``records`` are read once, here.
        format: one of ``FORMATS``, ``BINARY_FORMATS``, ``FINDING_FORMATS`` or ``METRIC_FORMATS``, each has a module of
            this package, ``<name>_format``.
        out: a stream of text, or of bytes for ``BINARY_FORMATS``; only ``write`` is called for text.

    """
    _module(format).write(report, out)


def file_mode(format: str, path: Path) -> int:  # noqa: A002
    """
    Return the mode of a report's file: its owner's alone, where the format does not say otherwise.

    Raises: UsageError if whoever reads this format would pass over a file of this name.
    """
    module = _module(format)
    suffix: str = getattr(module, "FILE_SUFFIX", "")
    if not path.name.endswith(suffix):
        raise UsageError(
            f"Who reads the format {format} passes over '{path}': its name does not end in {suffix}.",
            hint=f"Use --output {path.with_suffix(suffix)}.",
        )
    mode: int = getattr(module, "FILE_MODE", OWNER_ALONE)
    return mode


def _module(format: str) -> ModuleType:  # noqa: A002
    return import_module(f"{__name__}.{format}_format")
