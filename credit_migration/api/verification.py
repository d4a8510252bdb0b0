"""What the host's code does with credit requests."""

from __future__ import annotations

import time

from credit_migration.data import Report
from credit_migration.host import find_host
from credit_migration.verification.report import resend_report
from credit_migration.verification.source.engine import Engine
from credit_migration.verification.verdict import decide


def verify_resend() -> Report:
    """
    Return the report on D5: whether anything sends a credit request without the learner asking. Runs none of it.

    Raises: HostModelNotFound.
    """
    host = find_host()
    start = time.monotonic()
    source = Engine(host).facts()
    verdict = decide(source)
    return resend_report(
        verdict, source, None, (), host=host.request._meta.label, duration_s=time.monotonic() - start
    )
