"""Planned migrations: what they would do to a service that runs."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DEFAULT_DB_ALIAS

from credit_migration.data import Report
from credit_migration.safety.check import check
from credit_migration.schema.reading import read_only


def check_safety(
    *,
    names: Sequence[str] = (),
    since: str | None = None,
    using: str = DEFAULT_DB_ALIAS,
    vendors: Sequence[str] = (),
    code: bool = False,
    probe: str | None = None,
) -> Report:
    """
    Return what migrations would do to a service that runs: statements, locks, hazards. Runs none of them.

    Args:
        names: ``records``, ``records.0002_expand`` or a migration's file; needs no database.
        since: a git reference: the migrations changed since then; needs no database.
        using: the database whose unapplied migrations are meant where neither is given.
        vendors: of ``postgresql``, ``mysql``, ``mariadb``, ``sqlite3``; all that have a driver where empty.
        code: look for code that relies on the unique even where no migration of the plan drops it.

        probe: alias of a scratch database that is asked how the statements of its vendor lock.

    Raises: UsageError, ConfigurationError, HostModelNotFound, and what ``read_only`` raises.

    """
    if names or since:
        return check(names=names, since=since, vendors=vendors, using=using, code=code, probe=probe)
    with read_only(using) as snapshot:
        return check(snapshot=snapshot, vendors=vendors, using=using, code=code, probe=probe)
