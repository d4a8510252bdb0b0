"""The one door for code: each command's work, returning a ``Report``. Parts meet here and nowhere else."""

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
