"""Where the rollout stands."""

from __future__ import annotations

from credit_migration.data import Report
from credit_migration.data.rollout import CodeFacts, Stage
from credit_migration.host import find_host
from credit_migration.rollout.deciding import decide, judge
from credit_migration.rollout.reading import read_facts
from credit_migration.rollout.report import rollout_report
from credit_migration.schema.reading import Snapshot

WATCH_DAYS = 14


def show_rollout(
    snapshot: Snapshot, *, code: CodeFacts | None = None, watch_days: int = WATCH_DAYS, required: Stage | None = None
) -> Report:
    """
    Return the stages of the rollout, each with the fact that proves how it stands, and what to type next.

    Args:
        snapshot: the database to read.
        code: what the checks of the host's code found; undecided where they were not run.
        watch_days: days after the first second request for which new rows are watched.
        required: a stage that must be done, or there is a finding.

    Raises: HostModelNotFound, TableNotFound.

    """
    facts = read_facts(find_host(), snapshot, code=code or CodeFacts(), watch_days=watch_days)
    stages = decide(facts)
    return rollout_report(facts, stages, judge(facts, stages, required), run=snapshot.run)
