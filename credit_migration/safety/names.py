"""``Host`` → ``HostNames``: the host's own names, for findings."""

from __future__ import annotations

from credit_migration.data.safety import HostNames
from credit_migration.host import Host


def names_of(host: Host, program_migration: str) -> HostNames:
    """
    Return the names that findings use.

    Args:
        host: the host's models.
        program_migration: the newest migration of the program's app.

    """
    user, pathway = host.user_field(), host.pathway_field()
    return HostNames(
        request=host.request._meta.label,
        request_app=host.request._meta.app_label,
        request_table=host.request._meta.db_table,
        user_column=user.column,
        user_field=user.name,
        pathway_column=pathway.column,
        pathway_field=pathway.name,
        program_field=host.config.program_field,
        program_column=host.program_column,
        program=host.program._meta.label,
        program_app=host.program._meta.app_label,
        program_table=host.program._meta.db_table,
        program_migration=program_migration,
    )
