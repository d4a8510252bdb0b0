"""Planned migrations: what they would do to a service that runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from credit_migration.data import Report
from credit_migration.safety.check import check
from credit_migration.schema.reading import read_only


def check_safety(
    *,
    names: Sequence[str] = (),
    since: str | None = None,
    using: str | None = None,
    vendors: Sequence[str] = (),
    code: bool = False,
    probe: str | None = None,
) -> Report:
    """
    Return what migrations would do to a service that runs: statements, locks, hazards. Runs none of them.

    Args:
        names: ``records``, ``records.0002_expand`` or a migration's file; needs no database.
        since: a git reference: the migrations changed since then; needs no database.
        using: the database that is asked: for its unapplied migrations where neither is given, then by default
            'default'; and for what its rows keep from being reversed. None is asked where migrations are named.
        vendors: of ``postgresql``, ``mysql``, ``mariadb``, ``sqlite3``; all that have a driver where empty.
        code: look for code that relies on the unique even where no migration of the plan drops it.

        probe: alias of a scratch database that is asked how the statements of its vendor lock.

    Raises: UsageError, ConfigurationError, HostModelNotFound, and what ``read_only`` raises.

    """
    asked: dict[str, Any] = {"vendors": vendors, "using": using or DEFAULT_DB_ALIAS, "code": code, "probe": probe}
    if using is None and (names or since):
        return check(names=names, since=since, **asked)
    with read_only(using or DEFAULT_DB_ALIAS) as snapshot:
        return check(names=names, since=since, snapshot=snapshot, **asked)
