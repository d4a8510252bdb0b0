"""An empty legacy database → one with a truthful history, whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.core.management.color import no_style
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.reference_host.records.history.catalogue import SITES
from credit_migration.reference_host.records.history.loading import LOADERS
from credit_migration.reference_host.records.history.rows import COLUMNS, Batch
from credit_migration.reference_host.records.history.simulation import simulate
from credit_migration.reference_host.records.history.truth import new_truth

REQUESTS = "records_usercreditpathway"
FILLED = {*COLUMNS, "django_site"}


class HistoryRefused(Exception):
    """The database is not one that a history can be written to; nothing was."""


def populate(
    using: str,
    *,
    requests: int,
    seed: int,
    truth: Path,
    watch: Callable[[Iterable[Batch]], Iterable[Batch]] = iter,
) -> Counter[str]:
    """
    Simulate a history into the legacy tables of ``using``, in one transaction, and its truth into a file.

    Args:
        using: database alias.
        requests: rows of the request table in all, at least 1.
        seed: which history; the same one again is the same to the byte.
        truth: the file for the true program of each request, compressed if it ends with ``.gz``.
        watch: sees each batch as it passes, for progress.

    Returns: the number of rows made, by table.
    Raises: HistoryRefused if the database is not in the legacy state, or holds rows already; OSError if the truth
        can't be written. Then neither rows nor file are left.

    """
    connection = connections[using]
    _refuse_unless_empty_and_legacy(connection)
    load = LOADERS[connection.vendor]
    made: Counter[str] = Counter()
    with load.bulk(connection), new_truth(truth) as stream:
        for batch in watch(simulate(requests, seed, _prepared(using))):
            for table, rows in batch.tables.items():
                if rows:
                    load.load(connection, table, COLUMNS[table], rows)
                    made[table] += len(rows)
            stream.writelines(f"{request_id},{program_id}\n" for request_id, program_id in batch.truth)
        _continue_ids(connection)
    return made


def _refuse_unless_empty_and_legacy(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if missing := [table for table in COLUMNS if table not in tables]:
            raise HistoryRefused(
                f"The database '{connection.alias}' has no table '{missing[0]}'. Migrate it to the legacy schema: "
                f"python manage.py migrate --database {connection.alias}, then python manage.py migrate records 0001 "
                f"--database {connection.alias}"
            )
        description = connection.introspection.get_table_description(cursor, REQUESTS)
        if any(column.name == "program_id" for column in description):
            raise HistoryRefused(
                f"The table '{REQUESTS}' of database '{connection.alias}' has the column 'program_id' already, so it "
                "is not in the legacy state. On a scratch database, go back first: "
                f"python manage.py migrate records 0001 --database {connection.alias}"
            )
        for table in COLUMNS:
            cursor.execute(f"SELECT id FROM {connection.ops.quote_name(table)} ORDER BY id LIMIT 1")
            if cursor.fetchone():
                raise HistoryRefused(
                    f"The table '{table}' of database '{connection.alias}' holds rows already, and a history is "
                    "written to empty tables only. Use a freshly migrated scratch database."
                )


def _prepared(using: str) -> int:
    """Make the sites, and return the id of the content type that awards point to."""
    for site_id in SITES:
        names = {"domain": f"credentials{site_id}.example.com", "name": f"Site {site_id}"}
        Site.objects.using(using).get_or_create(pk=site_id, defaults=names)
    content_types = ContentType.objects.using(using)
    return content_types.get_or_create(app_label="credentials", model="programcertificate")[0].pk


def _continue_ids(connection: BaseDatabaseWrapper) -> None:
    """Let new rows get ids after the ones that were given here."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in FILLED]
    connection.ops.execute_sql_flush(connection.ops.sequence_reset_sql(no_style(), models))
