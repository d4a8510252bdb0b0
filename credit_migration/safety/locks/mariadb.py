"""
MariaDB's locks, where they are not MySQL's.

Source: https://mariadb.com/kb/en/innodb-online-ddl-overview/
"""

from __future__ import annotations

from credit_migration.data.safety import Growth
from credit_migration.safety.locks import mysql
from credit_migration.safety.locks.mysql import Way
from credit_migration.safety.statements import Clause


class LockTable(mysql.LockTable):
    name = "MariaDB"
    source = "https://mariadb.com/kb/en/innodb-online-ddl-overview/"
    instant_add_since = (10, 3, 2)
    instant_place_since = (10, 4)
    instant_drop_since = (10, 4)

    def renamed_column(self, version: tuple[int, ...]) -> Way:
        return Way.INSTANT

    def added_column(self, clause: Clause, version: tuple[int, ...]) -> tuple[Way, Growth]:
        if clause.has("CHECK") and not clause.has("STORED"):
            return Way.INSTANT, Growth.NONE
        return super().added_column(clause, version)

    def dropped(self, clause: Clause, version: tuple[int, ...]) -> tuple[Way, Growth]:
        if clause.words[1].key in {"FOREIGN", "CONSTRAINT", "CHECK"}:
            return Way.INSTANT, Growth.NONE
        return super().dropped(clause, version)

    instant_clauses = (("RENAME", "INDEX"), ("RENAME", "KEY"), ("COMMENT",), ("AUTO_INCREMENT",))


lock_table = LockTable()
lock_of = lock_table.lock_of
