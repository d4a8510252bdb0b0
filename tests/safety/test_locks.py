"""The table of locks says what the servers answer, statement by statement."""

from __future__ import annotations

import os

import pytest

from credit_migration.data.safety import StatementLock
from credit_migration.safety.locks import lock_of
from credit_migration.safety.probe import observe
from tests.databases import connect
from tests.safety import statements

SERVER = os.environ["DATABASE_URL"].partition(":")[0]
ASKED = {
    "postgres": ("postgresql", statements.POSTGRESQL_TABLES, statements.POSTGRESQL, statements.POSTGRESQL_DIFFERENT),
    "mysql": ("mariadb", statements.MARIADB_TABLES, statements.MARIADB, statements.MARIADB_DIFFERENT),
}
VERSIONS = {"postgresql": (15,), "mariadb": (10, 11), "mysql": (8, 0, 36), "sqlite3": (3, 40)}


def shown(lock: StatementLock | None) -> tuple[dict[str, str], str] | None:
    return lock and ({one.table: one.mode for one in lock.locks}, lock.growth.name)


@pytest.mark.skipif(SERVER not in ASKED, reason="SQLite has one lock, for the whole file")
def test_the_table_says_what_the_server_answers(django_db_blocker):
    vendor, tables, catalogue, different = ASKED[SERVER]
    assert len(catalogue) >= 60
    with django_db_blocker.unblock():
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
    documented = {sql: shown(lock_of(sql, vendor, VERSIONS[vendor], table="child")) for sql in catalogue}

    assert {sql: answer for sql, answer in answers.items() if answer != documented[sql]} == different


@pytest.mark.skipif(SERVER != "postgres", reason="the others build every index in place")
def test_a_statement_that_must_commit_is_left_to_the_table(django_db_blocker):
    with django_db_blocker.unblock():
        connection = connect(os.environ["DATABASE_URL"])
        try:
            assert observe(connection, "postgresql", "VACUUM", lambda: None) is None
        finally:
            connection.close()


@pytest.mark.skipif(SERVER != "mysql", reason="ALGORITHM and LOCK are MySQL's and MariaDB's")
def test_a_statement_that_can_not_be_asked_is_left_to_the_table(django_db_blocker):
    with django_db_blocker.unblock():
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
