"""
The one door for code: each command's work, returning a ``Report``. Parts meet here and nowhere else.

A name's module is imported when the name is first asked for, so that a command starts without the others' work.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from credit_migration.api.requests import audit, infer_candidates, report_requests
    from credit_migration.api.rollout import check_live_schema, show_rollout
    from credit_migration.api.safety import check_safety
    from credit_migration.api.verification import verify_decisions, verify_resend
    from credit_migration.api.warehouse import DIALECTS, write_queries
    from credit_migration.host import find_host
    from credit_migration.safety.unconnected import VENDORS
    from credit_migration.schema.reading import Snapshot, read_only

__all__ = [
    "DIALECTS",
    "VENDORS",
    "Snapshot",
    "audit",
    "check_live_schema",
    "check_safety",
    "find_host",
    "infer_candidates",
    "read_only",
    "report_requests",
    "show_rollout",
    "verify_decisions",
    "verify_resend",
    "write_queries",
]

MODULES = {
    "api.requests": ("audit", "infer_candidates", "report_requests"),
    "api.rollout": ("check_live_schema", "show_rollout"),
    "api.safety": ("check_safety",),
    "api.verification": ("verify_decisions", "verify_resend"),
    "api.warehouse": ("DIALECTS", "write_queries"),
    "host": ("find_host",),
    "safety.unconnected": ("VENDORS",),
    "schema.reading": ("Snapshot", "read_only"),
}
"""What is imported above for type checkers, by its module in ``credit_migration``."""


def __getattr__(name: str) -> Any:
    for module, names in MODULES.items():
        if name in names:
            return getattr(import_module(f"credit_migration.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
