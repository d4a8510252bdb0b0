"""
MariaDB's locks, where they are not MySQL's.

Source: https://mariadb.com/kb/en/innodb-online-ddl-overview/ and
https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/
"""

from __future__ import annotations

from credit_migration.data.safety import Growth
from credit_migration.safety.locks import mysql
from credit_migration.safety.locks.mysql import Way
from credit_migration.safety.locks.mysql_columns import lengths
from credit_migration.safety.statements import Clause
from credit_migration.safety.tables.shapes import Column, Table


class LockTable(mysql.LockTable):
    name = "MariaDB"
    source = "https://mariadb.com/kb/en/innodb-online-ddl-overview/"
    instant_add_since = (10, 3, 2)
    instant_place_since = (10, 4)
    instant_drop_since = (10, 4)
    keys_in_columns = True
    places_instantly = True

    def renamed_column(self, version: tuple[int, ...]) -> Way:
        return Way.INSTANT

    def added_column(self, clause: Clause, version: tuple[int, ...]) -> tuple[Way, Growth]:
        if clause.has("CHECK") and not clause.has("STORED"):
            return Way.INSTANT, Growth.NONE
        return super().added_column(clause, version)

    def dropped(self, clause: Clause, version: tuple[int, ...], old: Table | None) -> tuple[Way, Growth]:
        if clause.words[1].key in {"FOREIGN", "CONSTRAINT", "CHECK"}:
            return Way.INSTANT, Growth.NONE
        return super().dropped(clause, version, old)

    def dropped_column(self, column: str, version: tuple[int, ...], old: Table | None) -> tuple[Way, Growth]:
        indexes = old.indexes_of(column) if old else []
        if any(len(index.columns) > 1 for index in indexes):
            # The index is built again without the column.
            return Way.REBUILD, Growth.REBUILD
        if indexes and version >= self.instant_drop_since:
            return Way.INPLACE, Growth.NONE
        return super().dropped_column(column, version, None)

    def retyped(self, before: Column, new: Column, *, indexed: bool) -> Way:
        if before.charset != new.charset:
            return Way.COPY
        lengthened = lengths(before, new)
        alike = all(old <= 127 or new <= 255 or old > 255 for old, new in lengthened)
        return Way.INSTANT if before.type == new.type or (lengthened and alike) else Way.COPY

    def rebuilds_beside(self, way: Way, growth: Growth) -> bool:
        return way > Way.INSTANT and growth is not Growth.NONE

    instant_clauses = (("RENAME", "INDEX"), ("RENAME", "KEY"), ("COMMENT",), ("AUTO_INCREMENT",))


lock_table = LockTable()
lock_of = lock_table.lock_of
