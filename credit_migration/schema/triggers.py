"""The triggers on the tables of awards and requests → ``Trigger``."""

from __future__ import annotations

from credit_migration.data.verification import Trigger
from credit_migration.host import Host, award_models
from credit_migration.schema.reading import Snapshot


def read_triggers(host: Host, snapshot: Snapshot) -> tuple[Trigger, ...]:
    """Return the triggers of the awards', the certificate's and the request's table, by name."""
    named = (*award_models(host), host.certificate, host.request)
    models = dict.fromkeys(model for model in named if model is not None)
    sql = snapshot.backend.triggers_sql
    found = [row for model in models for row in snapshot.all(sql, [model._meta.db_table])]
    return tuple(Trigger(name=name, table=table, statement=text) for name, table, text in sorted(found))
