"""Figures for a monitoring system, with names that stay."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Gauge:
    """A figure that goes up and down, by its labels. The unit stands in the name; a label never names a person."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    samples: tuple[tuple[tuple[str, ...], float], ...]
    """A value for each combination of label values, in the order of ``labels``."""
