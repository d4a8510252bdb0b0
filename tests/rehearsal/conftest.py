"""A rehearsal's own database on the server under test, for rehearsals inside the test process."""

from __future__ import annotations

import pytest
from django.db import connections

from credit_migration.rehearsal.scratch import ALIAS


def alias_for(name, folder):
    """Return a connection for the alias ``rehearsal`` to the database ``name``: on SQLite a file in ``folder``."""
    connection = connections["default"].copy(ALIAS)
    connection.settings_dict["NAME"] = str(folder / f"{name}.sqlite3") if connection.vendor == "sqlite" else name
    connection.settings_dict["TEST"]["CHARSET"] = "utf8mb4" if connection.vendor == "mysql" else None
    return connection


@pytest.fixture
def rehearsal_alias(tmp_path, database_blocker):
    """Point the alias ``rehearsal`` to a database of the test's own; no other database may be asked for anything."""
    before = connections[ALIAS]
    connection = alias_for("scratch_rehearsal", tmp_path)
    connections[ALIAS] = connection
    with database_blocker.unblock():
        yield connection
    connection.close()
    connections[ALIAS] = before
