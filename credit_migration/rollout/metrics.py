"""``RolloutFacts`` and standings → gauges for a monitoring system; pure functions. ``docs/metrics.md`` names each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from credit_migration.data import PathwayClass
from credit_migration.data.metrics import Gauge
from credit_migration.data.rollout import RolloutFacts, Stage, StageStanding, Standing
from credit_migration.messages import CATALOGUE

_SCHEMA = "5"
"""The first digit of the ids of findings about the live schema."""


def rollout_metrics(facts: RolloutFacts, stages: Sequence[StageStanding], *, duration_s: float) -> tuple[Gauge, ...]:
    """
    Return the gauges of one run. Each label value that can be there is there, at 0, so that an alert sees the change.

    Args:
        facts: what was read.
        stages: their standings.
        duration_s: seconds for which the read-only snapshot was open.

    """
    return (
        _stages(stages),
        Gauge(
            name="credit_rollout_legacy_rows",
            help="Credit requests without a program, by how many programs their pathway has now.",
            labels=("pathway_class",),
            samples=(
                ((PathwayClass.ONE.value,), facts.one_program),
                ((PathwayClass.SEVERAL.value,), facts.several_programs),
                ((PathwayClass.NONE.value,), facts.no_program),
            ),
        ),
        Gauge(
            name="credit_rollout_missed_rows",
            help="Credit requests created since the first program was recorded that have none: a writer was missed.",
            samples=(((), facts.new_null),),
        ),
        _repeats(facts),
        _drift(facts),
        Gauge(
            name="credit_rollout_last_run_timestamp_seconds",
            help="When the database was read, in seconds since 1970.",
            samples=(((), facts.now.timestamp()),),
        ),
        Gauge(
            name="credit_rollout_snapshot_duration_seconds",
            help="For how long the read-only transaction was open, with the checks of the code.",
            samples=(((), duration_s),),
        ),
    )


def undecided_metrics() -> tuple[Gauge, ...]:
    """Return the gauges of a run that could read nothing: every stage is undecided, and no other figure is told."""
    return (_states(dict.fromkeys(Stage, Standing.UNDECIDED)),)


def _stages(stages: Sequence[StageStanding]) -> Gauge:
    return _states({stage.stage: stage.standing for stage in stages})


def _states(standings: Mapping[Stage, Standing]) -> Gauge:
    return Gauge(
        name="credit_rollout_stage_state",
        help="1 for the state that a stage of the rollout is in, 0 for the others.",
        labels=("stage", "state"),
        samples=tuple(
            ((stage.value, state.value), int(standing is state))
            for stage, standing in standings.items()
            for state in Standing
        ),
    )


def _repeats(facts: RolloutFacts) -> Gauge:
    recent = Counter(dict.fromkeys(facts.credit_pathways, 0))
    for repeats in facts.repeats:
        recent[repeats.pathway] += repeats.last_24_hours
    return Gauge(
        name="credit_rollout_repeated_requests",
        help="Credit requests of the last 24 hours that their learner had made before, for the same program.",
        labels=("pathway_id",),
        samples=tuple(((str(pathway),), requests) for pathway, requests in sorted(recent.items())),
    )


def _drift(facts: RolloutFacts) -> Gauge:
    found = Counter(finding.id.rpartition(".")[2] for finding in facts.drift)
    return Gauge(
        name="credit_rollout_schema_drift_findings",
        help="Where the request table is not what the model and django_migrations say, by the finding's id.",
        labels=("id",),
        samples=tuple(((name,), found[name]) for name in sorted(CATALOGUE) if name[1] == _SCHEMA),
    )
