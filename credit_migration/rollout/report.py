"""Facts, standings and findings → the report of ``show_credit_rollout``."""

from __future__ import annotations

from collections.abc import Sequence

from credit_migration.data import Column, Finding, Report, Run, Section
from credit_migration.data.rollout import RolloutFacts, StageStanding
from credit_migration.rollout.deciding import next_command
from credit_migration.rollout.metrics import rollout_metrics

_COLUMNS = (
    Column(name="stage", title="Stage"),
    Column(name="standing", title="Standing"),
    Column(name="fact", title="Because"),
    Column(name="command", title="Command"),
)


def rollout_report(
    facts: RolloutFacts, stages: Sequence[StageStanding], findings: Sequence[Finding], *, run: Run, duration_s: float
) -> Report:
    """Return the report on where the rollout stands, with what to type next; ``duration_s`` is the snapshot's."""
    return Report(
        command="show_credit_rollout",
        title="Credit rollout",
        facts={
            "schema_state": facts.state.value,
            "requests": facts.rows,
            "requests_with_program": facts.recorded,
            "first_program_recorded": facts.first_recorded,
            "newest_request_with_program": facts.newest_recorded,
            "first_second_request": facts.first_second,
            "new_rows_without_program": facts.new_null,
            "repeats_of_last_24_hours": sum(repeats.last_24_hours for repeats in facts.repeats),
        },
        sections=(
            Section(
                name="stages",
                title="Stages",
                columns=_COLUMNS,
                rows=[(stage.stage.value, stage.standing.value, stage.fact, stage.command) for stage in stages],
            ),
            _repeats(facts),
        ),
        findings=tuple(findings),
        run=run,
        next_step=next_command(stages),
        metrics=rollout_metrics(facts, stages, duration_s=duration_s),
    )


def _repeats(facts: RolloutFacts) -> Section:
    return Section(
        name="repeats",
        title=f"Repeats by institution and day (UTC), last {facts.watch_days} days",
        note="Requests that their learner had made before, for the same program along the same pathway.",
        columns=(
            Column(name="day", title="Day"),
            Column(name="pathway_id", title="Pathway"),
            Column(name="organisation", title="Organisation"),
            Column(name="requests", title="Repeats"),
            Column(name="learners", title="Learners"),
        ),
        rows=[(one.day, one.pathway, one.organisation, one.requests, one.learners) for one in facts.repeats],
    )
