"""Where the rollout stands."""

from __future__ import annotations

from credit_migration.api.verification import decisions_of
from credit_migration.data import Finding, Level, Report
from credit_migration.data.rollout import CodeFacts, Stage
from credit_migration.data.verification import Answer
from credit_migration.host import Host, find_host
from credit_migration.rollout.deciding import decide, judge
from credit_migration.rollout.reading import read_facts
from credit_migration.rollout.report import rollout_report
from credit_migration.rollout.steps import find_steps, is_beside
from credit_migration.safety.code.sources import host_dependents
from credit_migration.schema.applied import applied_migrations
from credit_migration.schema.drift import judge_schema
from credit_migration.schema.live import read_live
from credit_migration.schema.reading import Snapshot, read_only
from credit_migration.verification.source.engine import Engine
from credit_migration.verification.verdict import decide as decide_verdict

WATCH_DAYS = 14


def show_rollout(
    snapshot: Snapshot,
    *,
    code: CodeFacts | None = None,
    watch_days: int = WATCH_DAYS,
    max_new_null_rows: int = 0,
    required: Stage | None = None,
    check_code: bool = True,
) -> Report:
    """
    Return the stages of the rollout, each with the fact that proves how it stands, and what to type next.

    Args:
        snapshot: the database to read.
        code: what the checks of the host's code found, if they were run already.
        watch_days: days after the first second request for which new rows are watched.
        max_new_null_rows: rows without a program since the first recorded one that are known and allowed.
        required: a stage that must be done, or there is a finding.
        check_code: run the checks of the host's code, some seconds long; the stage is undecided without.

    Raises: HostModelNotFound, TableNotFound, MomentUnreadable.

    """
    host = find_host()
    facts = read_facts(
        host,
        snapshot,
        code=code or (checked_code(host) if check_code else CodeFacts()),
        watch_days=watch_days,
        max_new_null_rows=max_new_null_rows,
    )
    stages = decide(facts)
    return rollout_report(facts, stages, judge(facts, stages, required), run=snapshot.run, duration_s=snapshot.age_s())


def checked_code(host: Host) -> CodeFacts:
    """Return whether the host's code is that of after the decisions, by its three checks; waivers hold here too."""
    if dependents := host_dependents(host):
        places = "1 place relies" if len(dependents) == 1 else f"{len(dependents)} places rely"
        return CodeFacts(
            ready=False,
            detail=f"{places} on one row a learner and pathway, the first at {dependents[0].location}",
            command="python manage.py check_migration_safety --code",
        )
    engine = Engine(host)
    source = engine.facts()
    verdict, report = decide_verdict(source), decisions_of(host, engine, source)
    against = [one for one in report.findings if one.level is Level.ERROR and not one.undecided]
    if against and verdict.answer is not Answer.PRESENT:
        places = "1 place is" if len(against) == 1 else f"{len(against)} places are"
        return CodeFacts(
            ready=False,
            detail=f"{places} against a decision, the first at {against[0].location}",
            command="python manage.py verify_credit_decisions",
        )
    return CodeFacts(
        ready={Answer.PRESENT: False, Answer.ABSENT: True, Answer.INCONCLUSIVE: None}[verdict.answer],
        detail="nothing relies on one row a learner and pathway; "
        f"sending without the learner is {verdict.answer.value}, {verdict.basis}",
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
        applied = applied_migrations(snapshot)
        expand, contract = find_steps(host, applied)
        return judge_schema(
            read_live(host, connection),
            expand=expand,
            contract=contract,
            is_beside=is_beside(host.request._meta.app_label, applied),
        )
