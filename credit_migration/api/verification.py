"""What the host's code does with credit requests."""

from __future__ import annotations

import time

from django.db import DEFAULT_DB_ALIAS

from credit_migration.api.waiving import with_waivers
from credit_migration.data import Report
from credit_migration.data.verification import SourceFacts, Trigger
from credit_migration.exceptions import CreditMigrationError
from credit_migration.host import Host, find_host
from credit_migration.schema.reading import read_only
from credit_migration.schema.toggles import read_toggles
from credit_migration.schema.triggers import read_triggers
from credit_migration.verification.connections import read_connections
from credit_migration.verification.decisions.admin import read_admin
from credit_migration.verification.decisions.judging import Use, judge
from credit_migration.verification.decisions.models import read_model
from credit_migration.verification.decisions.report import decisions_report
from credit_migration.verification.migrations import read_migrations
from credit_migration.verification.probe.running import probe as run_probe
from credit_migration.verification.probe.running import shortened
from credit_migration.verification.report import resend_findings, resend_report
from credit_migration.verification.source.engine import Engine
from credit_migration.verification.switches import read_switches, toggle_names
from credit_migration.verification.verdict import decide


def verify_resend(*, probe: bool = False, adapter: str | None = None, using: str | None = None) -> Report:
    """
    Return the report on D5: whether anything sends a credit request without the learner asking.

    Args:
        probe: award certificates in a scratch database too, in a process of its own.
        adapter: dotted path of the class that makes the probe's data; the one for Open edX by default.
        using: alias of the database whose triggers are looked at; by default ``default``, if it can be reached.

    Raises: HostModelNotFound; and what ``read_only`` raises for an alias that was named.

    """
    host = find_host()
    tried = run_probe(adapter) if probe else None
    start = time.monotonic()
    engine = Engine(host)
    source = engine.facts(tried.functions_ran if tried is not None else ())
    duration_s = time.monotonic() - start
    tried = shortened(tried, engine.program) if tried is not None else None
    triggers, toggles, looked = _asked_of_database(host, toggle_names(source), using)
    triggers, looked = _with_migrations(triggers, looked, read_migrations(host, engine.program))
    return with_waivers(
        resend_report(
            decide(source, tried, triggers),
            source,
            tried,
            triggers,
            connections=read_connections(engine.program),
            switches=read_switches(source, toggles, engine.program),
            triggers_looked_at=looked,
            host=host.request._meta.label,
            duration_s=duration_s,
        )
    )


def _with_migrations(
    triggers: tuple[Trigger, ...], looked: str, written: tuple[Trigger, ...]
) -> tuple[tuple[Trigger, ...], str]:
    """Add the triggers that only the migrations tell of, and say so."""
    known = {trigger.name for trigger in triggers}
    added = tuple(trigger for trigger in written if trigger.name not in known)
    return (*triggers, *added), f"{looked}; {len(added)} more by the migrations" if added else looked


def _asked_of_database(
    host: Host, toggles: tuple[str, ...], using: str | None
) -> tuple[tuple[Trigger, ...], dict[str, bool | None], str]:
    """Return the triggers, what waffle's switches say, and in words whether the triggers were looked at."""
    alias = using or DEFAULT_DB_ALIAS
    try:
        with read_only(alias) as snapshot:
            triggers = read_triggers(host, snapshot)
            return triggers, read_toggles(toggles, snapshot), f"{len(triggers)} on database '{alias}'"
    except CreditMigrationError as exc:
        if using is not None:
            raise
        return (), {}, f"not looked at: {exc}"


def verify_decisions() -> Report:
    """
    Return the report on D2 to D6 over the host's code. Runs none of it.

    Raises: HostModelNotFound.
    """
    host = find_host()
    engine = Engine(host)
    return decisions_of(host, engine, engine.facts())


def decisions_of(host: Host, engine: Engine, source: SourceFacts) -> Report:
    """Return the report on D2 to D6 over code that ``engine`` has read already: ``source``."""
    placed = judge(
        _uses(engine),
        program=host.config.program_field,
        pathway=host.pathway_field().name,
        user=host.user_field().name,
    )
    return with_waivers(
        decisions_report(
            (*placed, *read_model(host, engine.program), *read_admin(host, engine.program)),
            decide(source).answer,
            resend_findings(source),
            source,
            host=host.request._meta.label,
        )
    )


def _uses(engine: Engine) -> list[Use]:
    return [
        Use(
            path=use.path,
            line=use.line,
            verb=use.verb,
            keys=use.keys,
            empty=use.empty,
            defaults=use.defaults,
            is_open=use.is_open,
            is_completed=f"{use.path}:{use.line}" in run.completed,
            kind=run.root.entry.kind,
            in_award=run.awards,
            in_request=run.is_asked,
        )
        for run in engine.runs
        for use in run.row_uses
    ]
