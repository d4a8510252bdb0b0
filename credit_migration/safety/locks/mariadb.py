"""
MariaDB's locks, where they are not MySQL's.

Source: https://mariadb.com/kb/en/innodb-online-ddl-overview/
"""

from __future__ import annotations

from credit_migration.data.safety import Growth
from credit_migration.safety.locks import mysql
from credit_migration.safety.locks.mysql import Way


class LockTable(mysql.LockTable):
    name = "MariaDB"
    source = "https://mariadb.com/kb/en/innodb-online-ddl-overview/"
    instant_add_since = (10, 3, 2)
    instant_place_since = (10, 4)
    instant_drop_since = (10, 4)

    def renamed_column(self, version: tuple[int, ...]) -> Way:
        return Way.INSTANT

    def added_check(self) -> tuple[Way, Growth]:
        return Way.COPY, Growth.REBUILD


lock_of = LockTable().lock_of
