"""MariaDB: MySQL, but it can refuse to wait at all, and its NOCOPY and INSTANT reach further."""

from __future__ import annotations

from collections.abc import Sequence

from credit_migration.data import Holders
from credit_migration.schema.backends.changes import mysql


class Dialect(mysql.Dialect):
    # Source: https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/ and
    # innodb-online-ddl-operations-with-the-nocopy-alter-algorithm/
    add_column = "ALGORITHM=INSTANT, LOCK=NONE"
    add_index = "ALGORITHM=NOCOPY, LOCK=NONE"
    drop_index = "ALGORITHM=NOCOPY, LOCK=NONE"
    drop_column = "ALGORITHM=NOCOPY, LOCK=NONE"
    add_key = "ALGORITHM=INSTANT, LOCK=NONE"
    # MariaDB's max_statement_time ends any statement, an index build too.
    build_settings = ("SET SESSION max_statement_time = 0",)

    def in_the_way(self, tables: Sequence[str]) -> Holders:
        # NOWAIT makes a try cheap.
        return Holders()

    def wait_clause(self, wait_s: int) -> str:
        return f" WAIT {wait_s}" if wait_s else " NOWAIT"

    def wait_settings(self, wait_s: int) -> tuple[str, ...]:
        return ()
