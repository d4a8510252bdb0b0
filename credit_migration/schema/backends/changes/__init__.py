"""How each vendor changes a schema without holding writers back, one module a vendor; ``get_dialect`` picks one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

from credit_migration.data import LockConfig
from credit_migration.schema.backends import vendor_name
from credit_migration.schema.backends.changes.base import Dialect


def get_dialect(editor: BaseDatabaseSchemaEditor, model: type[Model], locks: LockConfig) -> Dialect:
    """
    Return how the editor's server changes a table.

    Args:
        editor: the schema editor of the running migration.
        model: what the table is to be like afterwards.
        locks: how long to wait.

    """
    connection: Any = editor.connection
    # An editor that only collects may stand on a connection that never connects, and knows its vendor all the same.
    mariadb = connection.vendor == "mysql" and connection.mysql_is_mariadb
    name = "mariadb" if mariadb else vendor_name(connection)
    dialect: Dialect = import_module(f"{__name__}.{name}").Dialect(editor, model, locks)
    return dialect
