"""The hosts that variants are laid over: where each is, and how it is started and awarded in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """One host. ``ways/<name>.py`` awards in it; its variables of the environment begin with its package's name."""

    name: str
    package: str
    settings: str
    worker: str
    """The module of its Celery application, which a variant may bring."""

    @property
    def folder(self) -> Path:
        return HERE / "bases" / self.name

    @property
    def ways(self) -> Path:
        return HERE / "ways" / f"{self.name}.py"

    @property
    def database(self) -> str:
        return f"{self.package}.sqlite3"


CAMPUS = Base(name="campus", package="campus", settings="campus.settings", worker="campus.celery")
"""Laid out as Open edX Credentials: an issuer that the views, the admin and the commands call."""

LAYERED = Base(name="layered", package="college", settings="college.project.settings", worker="college.project.worker")
"""In layers: entries dispatch commands on a bus, handlers work with repositories and adapters, and publish events."""
