"""The project's migrations → the one that expands the request table and the one that contracts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models import UniqueConstraint

from credit_migration.data.rollout import StepFacts
from credit_migration.host import Host


def find_steps(host: Host, applied: Mapping[tuple[str, str], datetime]) -> tuple[StepFacts | None, StepFacts | None]:
    """
    Return the migrations after which the request table has the program, and after which nothing gates any more.

    Both are ``None`` where the project stands beside the service: its migrations are not those of the database.

    Args:
        host: the host's models.
        applied: app label and name of each migration that has run, and when, as ``django_migrations`` has them.

    """
    loader = MigrationLoader(None)
    app, model = host.request._meta.app_label, str(host.request._meta.model_name)
    if is_beside(app, applied, loader):
        return None, None
    expand = contract = None
    state, before = ProjectState(real_apps=loader.unmigrated_apps), "zero"
    for key in _plan(loader, app):
        state = loader.graph.nodes[key].mutate_state(state, preserve=False)
        if key[0] != app or (app, model) not in state.models:
            continue
        now = state.models[app, model]
        step = StepFacts(
            app=key[0],
            name=key[1],
            applied=key in applied,
            before=before,
            applied_at=applied.get(key),
            is_plain=_is_plain(loader.graph.nodes[key], model),
        )
        before = key[1]
        has_program = host.config.program_field in now.fields
        expand = (expand or step) if has_program else None
        gating = gating_uniques(_options(now), host.user_field().name, host.pathway_field().name)
        contract = (contract or step) if has_program and not gating else None
    return expand, contract


def is_beside(app: str, applied: Iterable[tuple[str, str]], loader: MigrationLoader | None = None) -> bool:
    """Return whether migrations of ``app`` have run on the database, and this project has none of them."""
    run = {key for key in applied if key[0] == app}
    return bool(run) and run.isdisjoint((loader or MigrationLoader(None)).disk_migrations)


def gating_uniques(uniques: Iterable[tuple[str, ...]], user: str, pathway: str) -> tuple[str, ...]:
    """Return the uniques, as texts, that include learner and pathway: these keep a learner from asking again."""
    return tuple(sorted(", ".join(fields) for fields in uniques if {user, pathway} <= set(fields)))


def meta_uniques(options: Any) -> Iterable[tuple[str, ...]]:
    """Yield the fields of each unique of a model's ``_meta``."""
    yield from (tuple(fields) for fields in options.unique_together)
    yield from (tuple(one.fields) for one in options.constraints if isinstance(one, UniqueConstraint))


def _is_plain(migration: Migration, model: str) -> bool:
    on_table = [one for one in migration.operations if model in _models(one)]
    return not any(type(one).__module__.partition(".")[0] == "credit_migration" for one in on_table)


def _models(operation: Any) -> tuple[str, ...]:
    return tuple(str(getattr(operation, name, "")).lower() for name in ("model_name", "name"))


def _options(state: ModelState) -> Iterable[tuple[str, ...]]:
    yield from (tuple(fields) for fields in state.options.get("unique_together") or ())
    yield from (tuple(one.fields) for one in state.options.get("constraints", ()) if isinstance(one, UniqueConstraint))


def _plan(loader: MigrationLoader, app: str) -> list[tuple[str, str]]:
    plan: dict[tuple[str, str], None] = {}
    for leaf in loader.graph.leaf_nodes(app):
        plan |= dict.fromkeys(loader.graph.forwards_plan(leaf))
    return list(plan)
