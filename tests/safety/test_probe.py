"""``--probe``: a scratch database says how the statements lock, and nothing of it is left."""

from __future__ import annotations

import json

import pytest
from django.db import DatabaseError, connection

from credit_migration.safety.lock_rules import with_locks
from credit_migration.safety.plan import plan_migrations
from credit_migration.safety.probe import plan as probing
from credit_migration.safety.probe.plan import ROOM, probe_plan
from credit_migration.safety.selection import Selected
from credit_migration.safety.unconnected import DIALECTS
from tests.safety.cases import Project, source

pytestmark = pytest.mark.django_db(transaction=True)
on_server = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one lock, for the whole file")
VENDOR = {"postgresql": "postgresql", "mysql": "mariadb"}.get(connection.vendor)


def rooms() -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '{ROOM}'")
        return cursor.fetchone()[0]


def tables() -> set[str]:
    return set(connection.introspection.table_names())


@on_server
def test_the_server_proves_the_lock_safe_steps(run_command):
    before = tables()

    status, out, err = run_command(
        "check_migration_safety",
        "records.0002",
        "records.0003",
        f"--vendor={VENDOR}",
        "--probe=default",
        "--format=json",
    )

    assert (status, err) == (0, "")
    locking = [row for row in json.loads(out)["records"] if row["tables"]]
    unproven = [row["statement"] for row in locking if not row["proven"]]
    # PostgreSQL can't build an index concurrently in the transaction that the probe takes back.
    assert all("CONCURRENTLY" in statement for statement in unproven)
    assert len(locking) > len(unproven)
    assert {row["grows"] for row in locking if "writes" in row["blocks"]} <= {"no"}
    assert (tables(), rooms()) == (before, 0)


@on_server
def test_the_server_proves_that_a_plain_add_field_hurts(tmp_path):
    project = Project(tmp_path)
    project.add(source('migrations.AddField("usercreditpathway", "program", FK),'))
    selected = Selected(loader=project.loader, keys=frozenset(project.keys), applied=None)
    plan = list(plan_migrations(selected, project.names(), vendors=[VENDOR, "sqlite3"]))
    judged = with_locks(plan, {vendor: DIALECTS[vendor].version for vendor in (VENDOR, "sqlite3")})

    proven = [one for one in probe_plan(plan, judged, "default") if one.proven]

    assert [set(one.lock.locks) for one in proven] == [
        set(one.lock.locks) for one in judged if one.lock.locks and one.statement.vendor == VENDOR
    ]
    assert any(one.lock.blocks_long for one in proven)


@on_server
def test_tables_that_can_not_be_made_leave_the_documented_lock(tmp_path, monkeypatch):
    def fails(*_):
        raise DatabaseError("no such type")

    monkeypatch.setattr(probing, "observe", fails)
    project = Project(tmp_path)
    project.add(source('migrations.AddField("usercreditpathway", "program", FK),'))
    selected = Selected(loader=project.loader, keys=frozenset(project.keys), applied=None)
    plan = list(plan_migrations(selected, project.names(), vendors=[VENDOR]))
    judged = with_locks(plan, {VENDOR: DIALECTS[VENDOR].version})

    assert probe_plan(plan, judged, "default") == judged


@on_server
def test_statements_by_hand_are_never_run(tmp_path):
    project = Project(tmp_path)
    project.add(source("migrations.RunSQL('DROP TABLE records_usercreditpathway'),"))
    selected = Selected(loader=project.loader, keys=frozenset(project.keys), applied=None)
    plan = list(plan_migrations(selected, project.names(), vendors=[VENDOR]))
    judged = with_locks(plan, {VENDOR: DIALECTS[VENDOR].version})

    assert probe_plan(plan, judged, "default") == judged
    assert "records_usercreditpathway" in tables()


@on_server
def test_a_place_that_is_taken_is_left_alone(run_command):
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {ROOM}")
    try:
        status, out, err = run_command("check_migration_safety", "records.0002", "--probe=default")
        assert (status, out) == (2, "")
        assert err.startswith(f"The probe can't make its own '{ROOM}' on database 'default': ")
        assert rooms() == 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {ROOM}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the servers can be probed")
def test_sqlite_can_not_be_probed(run_command):
    assert run_command("check_migration_safety", "records.0002", "--probe=default") == (
        2,
        "",
        "The database 'default' can't be probed: SQLite has one lock, for the whole file.\n"
        "Give --probe the alias of a scratch database on PostgreSQL, MySQL or MariaDB.",
    )


def test_unknown_alias_is_a_usage_error(run_command):
    status, _, err = run_command("check_migration_safety", "records.0002", "--probe=nowhere")
    assert status == 2
    assert err.startswith("The settings have no database 'nowhere'.\nUse --probe with one of these: default")
