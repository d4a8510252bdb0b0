"""MariaDB: MySQL, but for what is named here."""

from __future__ import annotations

from credit_migration.schema.backends import mysql


class Backend(mysql.Backend):
    name = "mariadb"
    read_only_variable = "tx_read_only"
