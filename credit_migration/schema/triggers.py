"""The triggers on the tables of awards and requests → ``Trigger``."""

from __future__ import annotations

from credit_migration.data.verification import Trigger
from credit_migration.host import Host
from credit_migration.schema.reading import Snapshot


def read_triggers(host: Host, snapshot: Snapshot) -> tuple[Trigger, ...]:
    """Return the triggers of the award's, the certificate's and the request's table, by name."""
    models = [model for model in (host.credential, host.certificate, host.request) if model is not None]
    sql = snapshot.backend.triggers_sql
    found = [row for model in models for row in snapshot.all(sql, [model._meta.db_table])]
    return tuple(Trigger(name=name, table=table, statement=text) for name, table, text in sorted(found))
