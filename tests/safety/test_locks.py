"""The table of locks says what the servers answer, statement by statement."""

from __future__ import annotations

import os
import time
from threading import Thread

import pytest
from django.db import OperationalError

from credit_migration.data.safety import StatementLock
from credit_migration.safety.locks import lock_of
from credit_migration.safety.probe import observe
from credit_migration.safety.tables.changes import tables_after
from tests.databases import connect
from tests.safety import statements

SERVER = os.environ["DATABASE_URL"].partition(":")[0]
ASKED = {
    "postgres": ("postgresql", statements.POSTGRESQL_TABLES, statements.POSTGRESQL),
    "mysql": ("mariadb", statements.MARIADB_TABLES, statements.MARIADB),
}
VERSIONS = {"postgresql": (15,), "mariadb": (10, 11), "mysql": (8, 0, 36), "sqlite3": (3, 40)}


def shown(lock: StatementLock | None) -> tuple[dict[str, str], str] | None:
    return lock and ({one.table: one.mode for one in lock.locks}, lock.growth.name)


@pytest.mark.skipif(SERVER not in ASKED, reason="SQLite has one lock, for the whole file")
def test_the_table_says_what_the_server_answers(database_blocker):
    vendor, tables, catalogue = ASKED[SERVER]
    assert len(set(catalogue)) >= 60
    with database_blocker.unblock():
        connection = connect(os.environ["DATABASE_URL"])

        def set_up() -> None:
            with connection.cursor() as cursor:
                for table in tables:
                    cursor.execute(table)

        try:
            answers = {sql: shown(observe(connection, vendor, sql, set_up)) for sql in catalogue}
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA probe CASCADE" if vendor == "postgresql" else tables[0])
                if vendor == "mariadb":
                    cursor.execute(tables[1])
            connection.close()
    before = tables_after(tables, vendor)
    documented = {sql: shown(lock_of(sql, vendor, VERSIONS[vendor], table="child", tables=before)) for sql in catalogue}

    assert [sql for sql, answer in answers.items() if answer is None] == []
    assert answers == documented


@pytest.mark.skipif(SERVER != "postgres", reason="the others build every index in place")
def test_a_statement_that_must_commit_is_left_to_the_table(database_blocker):
    with database_blocker.unblock():
        connection = connect(os.environ["DATABASE_URL"])
        try:
            assert observe(connection, "postgresql", "VACUUM", lambda: None) is None
        finally:
            connection.close()


@pytest.mark.skipif(SERVER != "mysql", reason="PostgreSQL tells its locks on all tables, and SQLite has one")
def test_writing_to_a_parent_waits_behind_a_statement_that_waits(database_blocker):
    with database_blocker.unblock():
        reader, altering, writer = (connect(os.environ["DATABASE_URL"]) for _ in range(3))
        altering.inc_thread_sharing()
        run(altering, *statements.MARIADB_TABLES)
        run(writer, "SET lock_wait_timeout = 1, innodb_lock_wait_timeout = 1")
        try:
            run(reader, "BEGIN", "SELECT * FROM child")
            statement = Thread(target=run, args=(altering, "ALTER TABLE child ADD COLUMN n integer NULL"))
            statement.start()
            while not waiting(writer):
                time.sleep(0.05)
            with pytest.raises(OperationalError, match="Lock wait timeout exceeded"):
                run(writer, "INSERT INTO parent (id) VALUES (1)")
            run(writer, "SELECT * FROM parent", "INSERT INTO other VALUES (1)")
            run(reader, "COMMIT")
            statement.join()
            run(writer, "INSERT INTO parent (id) VALUES (1)")
        finally:
            run(altering, *statements.MARIADB_TABLES[:3])
            for connection in (reader, altering, writer):
                connection.close()
    tables = tables_after(statements.MARIADB_TABLES, "mariadb")
    lock = lock_of("ALTER TABLE child ADD COLUMN n integer NULL", "mariadb", (10, 11), tables=tables)
    assert [one.table for one in lock.locks] == ["child", "parent"]


def run(connection, *statements_: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements_:
            cursor.execute(statement)


def waiting(connection) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM information_schema.processlist WHERE state = 'Waiting for table metadata lock' "
            "AND info LIKE 'ALTER TABLE child ADD COLUMN n%'"
        )
        return cursor.fetchone() is not None


@pytest.mark.skipif(SERVER != "mysql", reason="ALGORITHM and LOCK are MySQL's and MariaDB's")
def test_a_statement_that_can_not_be_asked_is_left_to_the_table(database_blocker):
    with database_blocker.unblock():
        connection = connect(os.environ["DATABASE_URL"])
        try:
            assert observe(connection, "mariadb", "TRUNCATE TABLE child", lambda: None) is None
            assert observe(connection, "mariadb", "ALTER TABLE nowhere ADD COLUMN n integer", lambda: None) is None
        finally:
            connection.close()


@pytest.mark.parametrize(
    ("vendor", "version", "sql", "expected"),
    [
        ("postgresql", (10,), "ALTER TABLE t ADD COLUMN n integer DEFAULT 3", ({"t": "ACCESS EXCLUSIVE"}, "REBUILD")),
        ("postgresql", (15,), "CREATE INDEX CONCURRENTLY i ON t (a)", ({"t": "SHARE UPDATE EXCLUSIVE"}, "INDEX")),
        ("postgresql", (15,), "DROP INDEX CONCURRENTLY i", ({"child": "SHARE UPDATE EXCLUSIVE"}, "NONE")),
        ("postgresql", (15,), "CREATE EXTENSION citext", ({}, "NONE")),
        ("postgresql", (15,), "LOCK TABLE t", ({"t": "ACCESS EXCLUSIVE"}, "NONE")),
        ("mysql", (8, 0, 11), "ALTER TABLE t ADD COLUMN n integer", ({"t": "INPLACE, LOCK=NONE"}, "REBUILD")),
        ("mysql", (8, 0, 28), "ALTER TABLE t ADD COLUMN n integer FIRST", ({"t": "INPLACE, LOCK=NONE"}, "REBUILD")),
        ("mysql", (8, 0, 28), "ALTER TABLE t DROP COLUMN n", ({"t": "INPLACE, LOCK=NONE"}, "REBUILD")),
        ("mysql", (8, 0, 29), "ALTER TABLE t DROP COLUMN n", ({"t": "INSTANT"}, "NONE")),
        ("mysql", (8, 0, 27), "ALTER TABLE t RENAME COLUMN a TO b", ({"t": "INPLACE, LOCK=NONE"}, "NONE")),
        ("mysql", (8, 0, 36), "ALTER TABLE t RENAME COLUMN a TO b", ({"t": "INSTANT"}, "NONE")),
        ("mysql", (8, 0, 36), "ALTER TABLE t DROP FOREIGN KEY k", ({"t": "INPLACE, LOCK=NONE"}, "NONE")),
        ("mysql", (8, 0, 36), "RENAME TABLE t TO u", ({"t": "INSTANT"}, "NONE")),
        ("mysql", (8, 0, 36), "UPDATE t SET a = 1", ({"t": "row locks"}, "ROWS")),
        ("sqlite3", (3, 40), "CREATE INDEX i ON t (a)", ({"t": "RESERVED on the whole file"}, "INDEX")),
        (
            "sqlite3",
            (3, 40),
            "INSERT INTO new__t (a) SELECT a FROM t",
            ({"new__t": "RESERVED on the whole file"}, "REBUILD"),
        ),
        ("sqlite3", (3, 40), "INSERT INTO t (a) VALUES (1)", ({"t": "RESERVED on the whole file"}, "ROWS")),
        ("sqlite3", (3, 40), "DROP TABLE t", ({"t": "RESERVED on the whole file"}, "ROWS")),
        ("sqlite3", (3, 40), "DROP INDEX i", ({"child": "RESERVED on the whole file"}, "NONE")),
        ("sqlite3", (3, 40), "ALTER TABLE t DROP COLUMN a", ({"t": "RESERVED on the whole file"}, "REBUILD")),
        ("sqlite3", (3, 40), "ALTER TABLE t ADD COLUMN a CHECK (a > 0)", ({"t": "RESERVED on the whole file"}, "SCAN")),
        ("sqlite3", (3, 40), "ALTER TABLE t RENAME TO u", ({"t": "RESERVED on the whole file"}, "NONE")),
        ("sqlite3", (3, 40), "PRAGMA foreign_keys = ON", ({}, "NONE")),
    ],
)
def test_what_the_table_says_of_other_versions_and_vendors(vendor, version, sql, expected):
    assert shown(lock_of(sql, vendor, version, table="child")) == expected


@pytest.mark.parametrize("vendor", VERSIONS)
@pytest.mark.parametrize("sql", ["FROBNICATE t", "ALTER TABLE t FROBNICATE", "UPDATE t SET a = 'x", ""])
def test_what_nobody_knows_is_not_known(vendor, sql):
    known = lock_of(sql, vendor, VERSIONS[vendor]).known
    assert known is (vendor == "sqlite3" and sql == "ALTER TABLE t FROBNICATE")


def test_a_key_costs_mysql_a_copy_only_while_keys_are_checked():
    sql = "ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES u (id)"
    checked, unchecked = (lock_of(sql, "mysql", (8, 0, 36), keys_checked=checked) for checked in (True, False))
    assert (checked.blocks_long, unchecked.blocks_long) == (True, False)


@pytest.mark.parametrize(
    ("sql", "parents"),
    [
        ("ALTER TABLE child DROP CONSTRAINT child_parent", {"parent"}),
        ("ALTER TABLE child DROP COLUMN parent_id", {"parent"}),
        ("ALTER TABLE child DROP COLUMN c", set()),
        ("DROP TABLE grand", {"child"}),
    ],
)
def test_postgresql_locks_the_table_that_a_foreign_key_points_to(sql, parents):
    tables = tables_after(statements.POSTGRESQL_TABLES, "postgresql")
    own, *others = lock_of(sql, "postgresql", (15,), tables=tables).locks
    assert {other.table for other in others} == parents
    assert all(other.mode == own.mode == "ACCESS EXCLUSIVE" for other in others)


@pytest.mark.parametrize("sql", ["ALTER TABLE t MODIFY a varchar(30)", "ALTER TABLE t CHANGE a b varchar(30)"])
@pytest.mark.parametrize("vendor", ["mysql", "mariadb"])
def test_a_column_whose_former_type_nobody_knows_is_copied(vendor, sql):
    assert shown(lock_of(sql, vendor, VERSIONS[vendor])) == ({"t": "COPY, LOCK=SHARED"}, "REBUILD")


@pytest.mark.parametrize(
    ("former", "sql", "expected"),
    [
        ("varchar(20)", "MODIFY a varchar(30)", ("INPLACE, LOCK=NONE", "NONE")),
        (
            "varchar(50) CHARACTER SET utf8mb4",
            "MODIFY a varchar(70) CHARACTER SET utf8mb4",
            ("COPY, LOCK=SHARED", "REBUILD"),
        ),
        ("varchar(20)", "MODIFY a varchar(10)", ("COPY, LOCK=SHARED", "REBUILD")),
        ("varchar(20)", "MODIFY a varchar(20) NOT NULL", ("INPLACE, LOCK=NONE", "REBUILD")),
        ("varchar(20)", "MODIFY a varchar(20) FIRST", ("INPLACE, LOCK=NONE", "REBUILD")),
        ("varchar(20)", "CHANGE a b varchar(20)", ("INSTANT", "NONE")),
        ("varchar(20), KEY k (a)", "DROP COLUMN a", ("INPLACE, LOCK=NONE", "REBUILD")),
        ("text, FULLTEXT KEY k (a)", "ADD COLUMN n integer", ("INPLACE, LOCK=SHARED", "REBUILD")),
        ("integer", "ADD COLUMN n integer REFERENCES u (id)", ("INSTANT", "NONE")),
    ],
)
def test_mysql_by_the_column_before(former, sql, expected):
    tables = tables_after([f"CREATE TABLE t (id integer PRIMARY KEY, a {former})"], "mysql")
    lock = lock_of(f"ALTER TABLE t {sql}", "mysql", (8, 0, 36), tables=tables)
    assert (lock.locks[0].mode, lock.growth.name) == expected
