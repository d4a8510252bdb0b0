"""Snapshot and a selection → what a file of its rows has to say of itself, so that a later run can go on with it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from credit_migration.data import Catalogue, Changes, Continued, Export, Scalar
from credit_migration.data.cells import as_text
from credit_migration.reading.selection import Selection
from credit_migration.reading.tables import Tables
from credit_migration.schema.reading import Snapshot


def read_export(
    tables: Tables,
    snapshot: Snapshot,
    catalogue: Catalogue,
    *,
    command: str,
    options: Mapping[str, Scalar],
    before: Selection | None,
    continued: Continued | None,
) -> Export:
    """
    Return how an export is known again, and what has changed since it began.

    Args:
        options: what was asked that decides on the rows or their form.
        before: the selected rows up to ``continued.after``.

    """
    settings = snapshot.connection.settings_dict
    asked = ", ".join(f"{name}={as_text(value)}" for name, value in sorted(options.items())) or "none"
    where = (str(settings.get(key) or "-") for key in ("HOST", "PORT", "NAME"))
    identity = {
        "command": command,
        "version of credit_migration": _version(),
        "options": asked,
        "database": ", ".join([snapshot.run.vendor, *where]),
        "schema state": tables.state.value,
        "catalogue of pathways and programs": _digest(catalogue),
    }
    if continued is None or before is None:
        ((highest,),) = snapshot.all(f"SELECT MAX({tables.pk}) FROM {tables.request}")
        return Export(identity=identity, upto=int(highest or 0))
    return Export(
        identity=identity, upto=continued.upto, changes=_changes(tables, snapshot, before=before, continued=continued)
    )


def _version() -> str:
    try:
        return version("credit-migration")
    except PackageNotFoundError:
        return "not installed"


def _digest(catalogue: Catalogue) -> str:
    parts = (sorted(catalogue.pathways.items()), sorted(catalogue.programs.items()), catalogue.dangling)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _changes(tables: Tables, snapshot: Snapshot, *, before: Selection, continued: Continued) -> Changes:
    moment = snapshot.connection.ops.adapt_datetimefield_value(continued.began)

    def count(sql: str, *params: Any) -> int:
        ((rows,),) = snapshot.all(f"SELECT COUNT(*) FROM {sql}", params)
        return int(rows)

    made = [table for table in (tables.shared, tables.credential) if table]
    return Changes(
        requests=count(f"{tables.request} WHERE {tables.pk} <= %s AND modified >= %s", continued.upto, moment),
        evidence=sum(count(f"{table} WHERE created >= %s", moment) for table in made),
        rows_then=continued.written,
        rows_now=count(f"{before.source} WHERE {before.condition}", *before.params),
    )
