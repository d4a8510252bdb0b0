"""``Host`` and the live request table → the quoted names of every table and column that is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType

from credit_migration.data import SchemaState, TableState
from credit_migration.host import Host, ModelClass, foreign_key
from credit_migration.reading.moments import require_moments
from credit_migration.schema.introspection import read_table, schema_state
from credit_migration.schema.reading import Snapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class Tables:
    """
    The host's tables and columns, quoted for one server, as SQL needs them.

    ``program`` is ``None`` before the expand step: no query may name a column that is not there.
    """

    request: str
    pk: str
    user: str
    pathway: str
    program: str | None
    through: str
    through_pathway: str
    through_program: str
    programs: str
    program_pk: str
    users: str
    user_pk: str
    shared: str | None
    shared_user: str = ""
    shared_program: str = ""
    certificate: str | None = None
    certificate_pk: str = ""
    credential: str | None = None
    credential_type: str = ""
    content_type: str = ""
    username: str = ""
    certificate_label: tuple[str, str] = ("", "")
    """App label and model name of the certificate, its content type."""
    state: SchemaState
    live: TableState
    one_per_pair: bool
    """A unique over exactly learner and pathway is there, so there can be no duplicates."""
    user_held: bool
    """The database itself sees to it that each row's learner is there."""

    @property
    def is_legacy(self) -> str:
        """SQL that is true for a legacy row ``r``."""
        return "1 = 1" if self.program is None else f"r.{self.program} IS NULL"


def find_tables(host: Host, snapshot: Snapshot) -> Tables:
    """
    Return the names of the host's tables, and what the database says of the request table.

    Raises: TableNotFound if the database has no request table, MomentUnreadable for a row that can't be told of.
    """
    live = read_table(snapshot.connection, host.request._meta.db_table)
    user, pathway = host.user_field().column, host.pathway_field().column
    state = schema_state(live, user=user, pathway=pathway, program=host.program_column)
    program = snapshot.connection.ops.quote_name(host.program_column)
    recorded = "1 = 0" if state is SchemaState.LEGACY else f"{program} IS NOT NULL"
    require_moments(snapshot, host.request, "created", "modified", checked=recorded)
    require_moments(snapshot, host.program, "created", checked="1 = 1")
    return name_tables(
        host,
        snapshot.connection.ops.quote_name,
        live=live,
        state=state,
        one_per_pair=any(index.unique and set(index.columns) == {user, pathway} for index in live.indexes),
        user_held=snapshot.backend.foreign_keys_hold and _held(live, user, host.user._meta.db_table),
    )


def name_tables(
    host: Host,
    quote: Callable[[str], str],
    *,
    live: TableState,
    state: SchemaState,
    one_per_pair: bool = False,
    user_held: bool = False,
) -> Tables:
    """Return the names of the host's tables and columns, each as ``quote`` writes it."""
    return Tables(
        request=quote(host.request._meta.db_table),
        pk=_pk(host.request, quote),
        user=quote(host.user_field().column),
        pathway=quote(host.pathway_field().column),
        program=None if state is SchemaState.LEGACY else quote(host.program_column),
        through=quote(host.pathway_program._meta.db_table),
        through_pathway=quote(host.through_column(host.pathway)),
        through_program=quote(host.through_column(host.program)),
        programs=quote(host.program._meta.db_table),
        program_pk=_pk(host.program, quote),
        users=quote(host.user._meta.db_table),
        user_pk=_pk(host.user, quote),
        state=state,
        live=live,
        one_per_pair=one_per_pair,
        user_held=user_held,
        **_shared_record(host, quote),
        **_certificate(host, quote),
    )


def _pk(model: ModelClass, quote: Any) -> str:
    name: str = quote(model._meta.pk.column)
    return name


def _column(model: ModelClass, name: str) -> str:
    return str(next(field.column for field in model._meta.concrete_fields if field.name == name))


def _held(live: TableState, column: str, to_table: str) -> bool:
    return any(key.column == column and key.to_table == to_table and key.validated for key in live.foreign_keys)


def _shared_record(host: Host, quote: Any) -> dict[str, Any]:
    model = host.shared_record
    if model is None:
        return {"shared": None}
    return {
        "shared": quote(model._meta.db_table),
        "shared_user": quote(foreign_key(model, host.user).column),
        "shared_program": quote(foreign_key(model, host.program).column),
    }


def _certificate(host: Host, quote: Any) -> dict[str, Any]:
    if host.certificate is None or host.credential is None:
        return {}
    options = host.certificate._meta
    return {
        "certificate": quote(options.db_table),
        "certificate_pk": _pk(host.certificate, quote),
        "credential": quote(host.credential._meta.db_table),
        "credential_type": quote(foreign_key(host.credential, ContentType).column),
        "content_type": quote(ContentType._meta.db_table),
        "username": quote(_column(host.user, "username")),
        "certificate_label": (options.app_label, str(options.model_name)),
    }
