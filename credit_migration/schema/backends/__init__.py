"""One module a vendor, the only places with vendor SQL; ``get_backend`` picks the one for a connection."""

from __future__ import annotations

from importlib import import_module

from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.exceptions import ConfigurationError
from credit_migration.schema.backends.base import Backend

_VENDORS = ("postgresql", "mysql", "mariadb", "sqlite3")


def vendor_name(connection: BaseDatabaseWrapper) -> str:
    """
    Return the backend module's name: Django's vendor, with MariaDB told apart from MySQL.

    Only a server that answers can say that it is MariaDB; before, it goes by the name of its protocol.
    """
    if connection.vendor == "mysql" and connection.connection is not None:
        return "mariadb" if connection.mysql_is_mariadb else "mysql"  # type: ignore[attr-defined]
    return {"sqlite": "sqlite3"}.get(connection.vendor, connection.vendor)


def get_backend(connection: BaseDatabaseWrapper) -> Backend:
    """Return what the toolkit knows of this connection's server. Raises: ConfigurationError for another vendor."""
    name = vendor_name(connection)
    if name not in _VENDORS:
        raise ConfigurationError(
            f"The database '{connection.alias}' is of vendor '{name}', which credit_migration does not know.",
            hint=f"Point --database at one of these: {', '.join(_VENDORS)}.",
        )
    backend: Backend = import_module(f"{__name__}.{name}").Backend(connection)
    return backend
