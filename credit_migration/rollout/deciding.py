"""``RolloutFacts`` → how each stage stands, and the findings; pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from credit_migration import messages
from credit_migration.data import Finding, Level, SchemaState
from credit_migration.data.rollout import ELSEWHERE, RolloutFacts, Stage, StageStanding, Standing, StepFacts

_DONE, _DUE, _BLOCKED, _UNDECIDED = Standing.DONE, Standing.DUE, Standing.BLOCKED, Standing.UNDECIDED
_AUDIT = "python manage.py audit_credit_pathways --output audit.txt"
_STATUS = "python manage.py show_credit_rollout"
_ELSEWHERE = "the service's code and migrations are not in this project: ask there"
_ASK_THERE = f"{ELSEWHERE}: {_STATUS}"
_REQUESTS = "python manage.py report_credit_requests"
_OF_UNIQUES = frozenset({"E510", "W511", "W512", "I513"})
"""Ids of what the contract step leaves or takes: the expand step has no part in it."""


def decide(facts: RolloutFacts) -> tuple[StageStanding, ...]:
    """Return the stages in their order. The rollout keeps no state of its own: each standing follows from the facts."""
    expanded = _expanded(facts)
    code = _code_deployed(facts)
    contracted = _contracted(facts, code.standing)
    reopened = _reopened(facts, contracted.standing)
    return (_audited(facts), expanded, code, contracted, reopened, _watched(facts, reopened.standing))


def next_command(stages: Sequence[StageStanding]) -> str:
    """Return what to type next: the command of the first stage that is not done."""
    return next((stage.command for stage in stages if stage.standing is not _DONE), _STATUS)


def judge(facts: RolloutFacts, stages: Sequence[StageStanding], required: Stage | None) -> tuple[Finding, ...]:
    """
    Return the findings.

    Args:
        facts: what was read.
        stages: their standings, from ``decide``.
        required: the stage that must be done for the check to pass; ``None`` for no such demand.

    """
    return (
        *facts.drift,
        *_ahead(facts),
        *_missed(facts),
        *_open_questions(facts, stages),
        *_required(stages, required),
    )


def _audited(facts: RolloutFacts) -> StageStanding:
    fact = (
        f"{facts.legacy_rows} of {facts.rows} rows have no program: {facts.one_program} on pathways with one program, "
        f"{facts.several_programs} with several, {facts.no_program} with none"
    )
    return StageStanding(stage=Stage.AUDITED, standing=_DONE, fact=fact, command=_AUDIT)


def _expanded(facts: RolloutFacts) -> StageStanding:
    broken = _errors(facts)
    if facts.state is not SchemaState.LEGACY:
        if broken:
            return _stage(Stage.EXPANDED, _BLOCKED, broken[0].msg, broken[0].hint)
        lacking = "; ".join(finding.msg for finding in facts.drift if finding.id.rpartition(".")[2] not in _OF_UNIQUES)
        fact = f"{facts.table}.{facts.column} is there, nullable, {lacking or 'with its foreign key and index'}"
        return _stage(Stage.EXPANDED, _DONE, fact, _migrate(facts.expand) or _STATUS)
    missing = f"{facts.table} has no column {facts.column}"
    if facts.is_beside:
        return _stage(Stage.EXPANDED, _DUE, f"{missing}; a migration of the service adds it", _ASK_THERE)
    if facts.expand is None:
        fact = f"{missing}, and no migration of '{facts.app}' adds it"
        return _stage(Stage.EXPANDED, _BLOCKED, fact, f"python manage.py makemigrations {facts.app}")
    if facts.expand.applied:
        fact = f"{missing}, but django_migrations says that {facts.expand.key} has run"
        return _stage(Stage.EXPANDED, _BLOCKED, fact, f"python manage.py showmigrations {facts.app}")
    return _stage(
        Stage.EXPANDED, _DUE, f"{missing}; {facts.expand.key} adds it{_plain(facts.expand)}", _take(facts.expand)
    )


def _code_deployed(facts: RolloutFacts) -> StageStanding:
    stage = Stage.CODE_DEPLOYED
    if facts.is_beside:
        return _stage(stage, _UNDECIDED, _ELSEWHERE, _ASK_THERE)
    if facts.state is SchemaState.LEGACY:
        if facts.code_has_program:
            fact = f"the code names {facts.column}, which {facts.table} lacks: each query of {facts.model} fails"
            return _stage(stage, _BLOCKED, fact, _take(facts.expand) or _STATUS)
        return _stage(stage, _BLOCKED, "schema first, then code: expand comes before", _STATUS)
    if not facts.code_has_program:
        fact = f"{facts.model} has no field '{facts.field_name}' in this code"
        return _stage(stage, _DUE, fact, "python manage.py verify_credit_decisions")
    if facts.code.ready is False:
        return _stage(stage, _DUE, facts.code.detail, facts.code.command)
    if facts.code_uniques:
        fact = f"{facts.model} still is unique over {' and over '.join(facts.code_uniques)} in its Meta"
        return _stage(stage, _DUE, fact, "python manage.py verify_credit_decisions")
    return _stage(stage, _DONE if facts.code.ready else _UNDECIDED, facts.code.detail, facts.code.command)


def _contracted(facts: RolloutFacts, code: Standing) -> StageStanding:
    stage = Stage.CONTRACTED
    if facts.state is SchemaState.TARGET:
        fact = f"no unique of {facts.table} keeps a learner from asking again"
        return _stage(stage, _DONE, fact, _migrate(facts.contract) or _STATUS)
    if facts.state is SchemaState.LEGACY:
        return _stage(stage, _BLOCKED, "expand comes before", _STATUS)
    left = f"{facts.table} still has {' and '.join(facts.gating)}"
    if facts.is_beside:
        return _stage(stage, _UNDECIDED, f"{left}; {_ELSEWHERE}", _ASK_THERE)
    if facts.contract is None:
        fact = f"{left}, and no migration of '{facts.app}' takes it away for good: write it as the host guide shows"
        return _stage(stage, _BLOCKED, fact, f"python manage.py makemigrations {facts.app}")
    if facts.contract.applied:
        fact = f"{left}, but django_migrations says that {facts.contract.key} has run"
        return _stage(stage, _BLOCKED, fact, f"python manage.py showmigrations {facts.app}")
    if code is _UNDECIDED:
        return _stage(stage, _UNDECIDED, f"{left}; whether the code is ready is not known", facts.code.command)
    if code is not _DONE:
        return _stage(stage, _BLOCKED, f"{left}; the code comes before", facts.code.command)
    return _stage(
        stage, _DUE, f"{left}; {facts.contract.key} takes it away{_plain(facts.contract)}", _take(facts.contract)
    )


def _reopened(facts: RolloutFacts, contracted: Standing) -> StageStanding:
    stage = Stage.RE_REQUESTS_OPEN
    if contracted is not _DONE:
        fact = "contract comes before"
        if facts.first_second is not None:
            fact += f"; along one pathway, a learner asked for another program at {_moment(facts.first_second)}"
        return _stage(stage, _BLOCKED, fact, _STATUS)
    if facts.first_reopened is not None:
        fact = f"the first second request was recorded at {_moment(facts.first_reopened)}; there is no way back since"
        return _stage(stage, _DONE, fact, _REQUESTS)
    since = f" since {facts.contract.key} ran" if facts.first_second is not None and facts.contract else ""
    fact = f"no learner has asked a second time along one pathway yet{since}"
    return _stage(stage, _DUE, fact, _REQUESTS)


def _watched(facts: RolloutFacts, reopened: Standing) -> StageStanding:
    stage = Stage.WATCHED
    if _is_missed(facts) and facts.first_recorded:
        fact = f"{facts.new_null} rows since {_moment(facts.first_recorded)} have no program: a writer was missed"
        return _stage(stage, _BLOCKED, fact, _AUDIT)
    if reopened is not _DONE or facts.first_reopened is None:
        return _stage(stage, _BLOCKED, "re-requests come before", _STATUS)
    if broken := _errors(facts):
        return _stage(stage, _BLOCKED, broken[0].msg, broken[0].hint)
    until, days = facts.first_reopened + timedelta(days=facts.watch_days), _counted(facts.watch_days, "day")
    if facts.now < until:
        fact = f"watch until {_moment(until)}, {days} after the first second request"
        return _stage(stage, _DUE, fact, _REQUESTS)
    known = f" but the {facts.new_null} allowed" if facts.new_null else ""
    fact = f"for {days} every new row{known} had its program, and the schema is as it should be"
    return _stage(stage, _DONE, fact, _REQUESTS)


def _stage(stage: Stage, standing: Standing, fact: str, command: str) -> StageStanding:
    return StageStanding(stage=stage, standing=standing, fact=fact, command=command)


def _errors(facts: RolloutFacts) -> list[Finding]:
    return [finding for finding in facts.drift if finding.level is Level.ERROR and not finding.undecided]


def _migrate(step: StepFacts | None) -> str:
    return f"python manage.py migrate {step.app} {step.name}" if step else ""


def _take(step: StepFacts | None) -> str:
    """Return the command that takes a step; where plain Django would take it, the one that tells what it locks."""
    return f"python manage.py check_migration_safety {step.key}" if step and step.is_plain else _migrate(step)


def _plain(step: StepFacts) -> str:
    return ", with plain Django's operations: look first at what they lock" if step.is_plain else ""


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _ahead(facts: RolloutFacts) -> Iterator[Finding]:
    if facts.state is SchemaState.LEGACY and facts.code_has_program and not facts.is_beside:
        yield messages.finding(
            "E601",
            obj=facts.table,
            model=facts.model,
            table=facts.table,
            column=facts.column,
            command=_take(facts.expand) or f"python manage.py makemigrations {facts.app}",
        )


def _missed(facts: RolloutFacts) -> Iterator[Finding]:
    if _is_missed(facts) and facts.first_recorded:
        yield messages.finding(
            "E602",
            obj=facts.table,
            rows=facts.new_null,
            table=facts.table,
            since=_moment(facts.first_recorded),
            allowed=facts.max_new_null_rows,
        )


def _is_missed(facts: RolloutFacts) -> bool:
    return facts.new_null > facts.max_new_null_rows


def _open_questions(facts: RolloutFacts, stages: Sequence[StageStanding]) -> Iterator[Finding]:
    where = f" {ELSEWHERE}" if facts.is_beside else ""
    for stage in stages:
        if stage.standing is _UNDECIDED:
            command = stage.command.removeprefix(f"{ELSEWHERE}: ")
            yield messages.finding("U603", obj=stage.stage.value, fact=stage.fact, where=where, command=command)


def _required(stages: Sequence[StageStanding], required: Stage | None) -> Iterator[Finding]:
    for stage in stages:
        if stage.stage is required and stage.standing in (_DUE, _BLOCKED):
            yield messages.finding(
                "E604",
                obj=stage.stage.value,
                stage=stage.stage.value,
                standing=stage.standing.value,
                fact=stage.fact,
                command=stage.command,
            )
