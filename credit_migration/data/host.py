"""Where the host keeps its credit requests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class HostConfig:
    """The settings that say where the host keeps its credit requests. Source: ``CREDIT_MIGRATION_*`` settings."""

    request_model: str = "records.UserCreditPathway"
    program_field: str = "program"
    shared_record_model: str | None = None
    """Label of the shared program record; ``None`` finds it by its keys to the learner and the program."""
