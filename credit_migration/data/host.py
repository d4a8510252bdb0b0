"""Where the host keeps its credit requests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class HostConfig:
    """The settings that say where the host keeps its credit requests. Source: ``CREDIT_MIGRATION_*`` settings."""

    request_model: str = "records.UserCreditPathway"
    """Label of the model of a credit request: app label and model name."""
    program_field: str = "program"
    """Name of its foreign key to the program, which the expand step adds."""
    shared_record_model: str | None = None
    """Label of the model of a shared program record; ``None`` finds it by its keys to the learner and the program."""
