"""Where the rollout stands."""

from __future__ import annotations

from credit_migration.data import Finding, Report
from credit_migration.data.rollout import CodeFacts, Stage
from credit_migration.host import Host, find_host
from credit_migration.rollout.applied import applied_migrations
from credit_migration.rollout.deciding import decide, judge
from credit_migration.rollout.reading import read_facts
from credit_migration.rollout.report import rollout_report
from credit_migration.rollout.steps import find_steps
from credit_migration.safety.code.sources import host_dependents
from credit_migration.schema.drift import judge_schema
from credit_migration.schema.live import read_live
from credit_migration.schema.reading import Snapshot, read_only

WATCH_DAYS = 14


def show_rollout(
    snapshot: Snapshot, *, code: CodeFacts | None = None, watch_days: int = WATCH_DAYS, required: Stage | None = None
) -> Report:
    """
    Return the stages of the rollout, each with the fact that proves how it stands, and what to type next.

    Args:
        snapshot: the database to read.
        code: what the verification of the host's code found; undecided where it was not run. Code that relies on the
            unique is looked for in any case.
        watch_days: days after the first second request for which new rows are watched.
        required: a stage that must be done, or there is a finding.

    Raises: HostModelNotFound, TableNotFound.

    """
    host = find_host()
    facts = read_facts(host, snapshot, code=_code(host, code), watch_days=watch_days)
    stages = decide(facts)
    return rollout_report(facts, stages, judge(facts, stages, required), run=snapshot.run)


def _code(host: Host, verified: CodeFacts | None) -> CodeFacts:
    """Return what is known of the host's code: a place that relies on the unique outweighs what else was verified."""
    dependents = host_dependents(host)
    if not dependents:
        return verified or CodeFacts()
    first = dependents[0]
    return CodeFacts(
        ready=False,
        detail=f"{len(dependents)} places rely on one row a learner and pathway, the first at {first.location}",
        command=f"python manage.py check_migration_safety {host.request._meta.app_label} --code",
    )


def check_live_schema(using: str) -> tuple[Finding, ...]:
    """
    Return where the request table is not what the model and ``django_migrations`` say; nothing before it is made.

    Raises: HostModelNotFound, and what ``read_only`` raises.
    """
    host = find_host()
    with read_only(using) as snapshot:
        connection = snapshot.connection
        if host.request._meta.db_table not in connection.introspection.table_names():
            return ()
        expand, contract = find_steps(host, applied_migrations(snapshot))
        return judge_schema(read_live(host, connection), expand=expand, contract=contract)
