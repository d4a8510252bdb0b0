"""Credit requests: which of them a report is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from credit_migration.data.report import Scalar


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Which requests a report is about; ``None`` and empty mean all."""

    site: int | None = None
    pathway: int | None = None
    organisation: str | None = None
    status: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    """Exclusive."""
    after_pk: int = 0
    limit: int | None = None

    def as_facts(self) -> dict[str, Scalar]:
        """Return the filters that are set, by name, as a report shows them."""
        shown = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in shown.items() if value not in (None, 0)}
