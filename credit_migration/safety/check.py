"""What was asked for → the plan, its findings and the report: the steps of a safety check, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS
from django.db.migrations.loader import MigrationLoader

from credit_migration.data import Report
from credit_migration.exceptions import UsageError
from credit_migration.host import Host, find_host
from credit_migration.safety import selection
from credit_migration.safety.code.judging import judge_code
from credit_migration.safety.code.sources import host_dependents
from credit_migration.safety.linter import linter_findings, linter_version
from credit_migration.safety.lock_rules import judge_locks, with_locks
from credit_migration.safety.names import names_of
from credit_migration.safety.plan import plan_migrations
from credit_migration.safety.probe.plan import probe_plan
from credit_migration.safety.report import safety_report
from credit_migration.safety.rules import drops_gate, judge_plan, judge_way_back
from credit_migration.safety.unconnected import DIALECTS, VENDORS, available_vendors
from credit_migration.safety.waivers.applying import apply_waivers
from credit_migration.safety.waivers.reading import read_waivers
from credit_migration.safety.way_back import read_way_back
from credit_migration.schema.applied import applied_migrations
from credit_migration.schema.reading import Snapshot


def check(
    *,
    names: Sequence[str] = (),
    since: str | None = None,
    snapshot: Snapshot | None = None,
    vendors: Sequence[str] = (),
    using: str = DEFAULT_DB_ALIAS,
    code: bool = False,
    probe: str | None = None,
) -> Report:
    """
    Return what the selected migrations would do.

    Args:
        names: migrations, see ``selection.named``; together with ``since`` none are allowed.
        since: a git reference.
        snapshot: the database whose unapplied migrations are looked at where neither of the two is given, and whose
            rows say what can't be reversed any more.
        vendors: whose statements; all those whose driver is installed where empty.
        using: the alias that routers are asked about.
        probe: alias of a scratch database that is asked how the statements of its vendor lock.
        code: look for code that relies on the unique even where no migration of the plan drops it.

    Raises: UsageError, ConfigurationError, HostModelNotFound.

    """
    host, loader = find_host(), selection.load_migrations()
    selected, words = _select(loader, names, since, snapshot)
    names_in_host = names_of(host, _newest(loader, host))
    wanted = tuple(dict.fromkeys(vendors)) or available_vendors()
    versions = {vendor: DIALECTS[vendor].version for vendor in wanted}
    plan = list(plan_migrations(selected, names_in_host, vendors=wanted, using=using))
    # Of the request table the verdict is to be production's, whatever database is asked.
    judged = with_locks(plan, versions, in_use=None if names else {names_in_host.request_table})
    if probe is not None:
        judged = probe_plan(plan, judged, probe)
    findings = [*judge_plan(plan, names_in_host), *judge_locks(plan, judged, names_in_host), *linter_findings(plan)]
    if code or any(drops_gate(operation, names_in_host) for migration in plan for operation in migration.operations):
        findings += judge_code(host_dependents(host), names_in_host)
    if snapshot is not None:
        findings += judge_way_back(plan, names_in_host, read_way_back(host, snapshot))
    waivers, broken = read_waivers(findings, Path.cwd())
    left, waived = apply_waivers(findings, waivers, datetime.now(UTC).date())
    return safety_report(
        plan,
        judged,
        [*left, *broken],
        waived,
        selected=words,
        linter=linter_version(),
        versions=versions,
        left_out=_left_out(wanted, asked=bool(vendors)),
        run=snapshot.run if snapshot else None,
    )


def _select(
    loader: MigrationLoader, names: Sequence[str], since: str | None, snapshot: Snapshot | None
) -> tuple[selection.Selected, str]:
    if names and since:
        raise UsageError("Migrations are named and --since is given too.", hint="Use one of the two.")
    if names:
        return selection.named(loader, names), f"named: {', '.join(names)}"
    if since:
        return selection.since(loader, since), f"changed since {since}"
    if snapshot is None:
        raise UsageError("No migrations are named, and no database was asked.", hint="Name them, or give --since.")
    applied = applied_migrations(snapshot)
    return selection.unapplied(loader, applied), f"not applied on database '{snapshot.using}'"


def _newest(loader: MigrationLoader, host: Host) -> str:
    app = host.program._meta.app_label
    return max((name for label, name in loader.graph.leaf_nodes(app) if label == app), default="__first__")


def _left_out(wanted: Iterable[str], *, asked: bool) -> dict[str, str]:
    if asked:
        return {}
    return {vendor: f"no driver ({DIALECTS[vendor].driver})" for vendor in VENDORS if vendor not in wanted}
