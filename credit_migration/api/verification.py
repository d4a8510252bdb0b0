"""What the host's code does with credit requests."""

from __future__ import annotations

import time

from credit_migration.data import Report
from credit_migration.host import find_host
from credit_migration.verification.decisions.judging import Use, judge
from credit_migration.verification.decisions.models import read_model
from credit_migration.verification.decisions.report import decisions_report
from credit_migration.verification.report import resend_findings, resend_report
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
    return resend_report(verdict, source, None, (), host=host.request._meta.label, duration_s=time.monotonic() - start)


def verify_decisions() -> Report:
    """
    Return the report on D2 to D6 over the host's code. Runs none of it.

    Raises: HostModelNotFound.
    """
    host = find_host()
    engine = Engine(host)
    source = engine.facts()
    uses = [
        Use(path=use.path, line=use.line, verb=use.verb, keys=use.keys, empty=use.empty, defaults=use.defaults,
            is_open=use.is_open, is_completed=f"{use.path}:{use.line}" in run.completed, kind=run.root.entry.kind,
            in_award=run.awards)
        for run in engine.runs
        for use in run.row_uses
    ]  # fmt: skip
    placed = judge(
        uses,
        program=host.config.program_field,
        pathway=host.pathway_field().name,
        user=host.user_field().name,
    )
    return decisions_report(
        (*placed, *read_model(host, engine.program)),
        decide(source).answer,
        resend_findings(source),
        source,
        host=host.request._meta.label,
    )
