"""``check_migration_safety`` as its caller sees it: output, errors, exit status."""

from __future__ import annotations

import json
import subprocess
from importlib.metadata import PackageNotFoundError

import pytest
from django.db import connection
from django.db.migrations.exceptions import NodeNotFoundError
from model_bakery import baker

from credit_migration.data.safety import WayBack
from credit_migration.host import find_host
from credit_migration.safety import linter, selection, unconnected
from credit_migration.safety.plan import plan_migrations
from credit_migration.safety.way_back import read_way_back
from credit_migration.schema.reading import read_only
from tests.safety.cases import Project, needs_mysql, source

NAMED = ("check_migration_safety", "records.0002", "records.0003_contract")


@needs_mysql
def test_right_steps_are_told_what_to_mind_and_pass(run_command):
    status, out, err = run_command(*NAMED, "--vendor=mariadb", "--format=json")

    report = json.loads(out)
    assert (status, err) == (0, "")
    assert [one["id"].rpartition(".")[2] for one in report["findings"]] == ["W413", "W414", "W411", "W412", "I410"]
    assert report["facts"] == {
        "selected": "named: records.0002, records.0003_contract",
        "migrations": 2,
        "statements": len(report["records"]),
        "judged_for": "MariaDB 10.11.0",
        "merged_with": f"django-migration-linter {linter.linter_version()}",
    }
    assert [row["operation"] for row in report["sections"]["operations"]] == [
        "Add nullable foreign key program to usercreditpathway, step by step, without holding writers back",
        "Drop unique_together of usercreditpathway, without holding writers back",
    ]


def test_needs_no_database(run_command, settings):
    """The database that the test may not open is not opened: pytest-django would refuse."""
    assert run_command(*NAMED)[0] == 0


@pytest.mark.django_db(transaction=True)
def test_says_the_same_with_a_migrated_database_and_with_none(run_command):
    _, out, _ = run_command(*NAMED, "--format=json")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'records'")
    try:
        assert run_command(*NAMED, "--format=json")[1] == out
        status, unapplied, _ = run_command("check_migration_safety", "--format=json")
    finally:
        with connection.cursor() as cursor:
            for name in ("0001_legacy", "0002_expand", "0003_contract"):
                values = f"('records', '{name}', CURRENT_TIMESTAMP)"
                cursor.execute(f"INSERT INTO django_migrations (app, name, applied) VALUES {values}")
    report = json.loads(unapplied)
    assert status == 0
    assert report["facts"]["selected"] == "not applied on database 'default'"
    assert report["facts"]["migrations"] == 3
    assert report["run"]["database"] == "default"


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_to_run(run_command):
    status, out, _ = run_command("check_migration_safety", "--format=json")
    assert (status, json.loads(out)["findings"]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("nowhere",),
            "The project has no app 'nowhere' with migrations.\n"
            "Name one of these, or one of its migrations: admin, auth, catalog, contenttypes, core, credentials, "
            "records, sessions, sites.",
        ),
        (
            ("records.0009",),
            "The app 'records' has no migration that begins with '0009'.\n"
            "See its migrations: python manage.py showmigrations records",
        ),
        (
            ("records.0",),
            "The app 'records' has more than one migration that begins with '0'.\nWrite the migration's whole name.",
        ),
        (
            ("nowhere.py",),
            "The file 'nowhere.py' is no migration of an installed app.\n"
            "Name a migration's file, an app, or an app and migration such as records.0002_expand.",
        ),
        (
            ("records", "--since=HEAD"),
            "Migrations are named and --since is given too.\nUse one of the two.",
        ),
    ],
)
def test_what_can_not_be_selected_is_a_usage_error(run_command, arguments, message):
    assert run_command("check_migration_safety", *arguments) == (2, "", message)


def test_selects_a_file(run_command):
    path = "credit_migration/reference_host/records/migrations/0002_expand.py"
    _, by_path, _ = run_command("check_migration_safety", path, "--format=json")
    _, by_name, _ = run_command("check_migration_safety", "records.0002_expand", "--format=json")
    first, second = json.loads(by_path), json.loads(by_name)
    assert first["records"] == second["records"]
    assert first["facts"]["selected"] == f"named: {path}"


def test_migrations_that_can_not_be_ordered_are_a_configuration_error(run_command, monkeypatch):
    def broken(_):
        raise NodeNotFoundError("records.0002 depends on nowhere", ("nowhere", "0001"))

    monkeypatch.setattr(selection, "MigrationLoader", broken)
    assert run_command(*NAMED) == (
        2,
        "",
        "The project's migrations can't be put in an order: records.0002 depends on nowhere\n"
        "Mend the dependencies of the migration named here; see python manage.py showmigrations.",
    )


def without(monkeypatch, missing):
    real = unconnected._wrapper_class
    monkeypatch.setattr(unconnected, "_wrapper_class", lambda name: None if name in missing else real(name))


@needs_mysql
def test_a_vendor_without_driver_is_left_out_and_told(run_command, monkeypatch):
    without(monkeypatch, {"postgresql"})
    _, out, _ = run_command(*NAMED, "--format=json")
    facts = json.loads(out)["facts"]
    assert facts["left_out"] == "PostgreSQL: no driver (pip install 'credit-migration[postgresql]')"
    assert facts["judged_for"] == "MySQL 8.0.36, MariaDB 10.11.0, SQLite 3.40.0"


def test_a_vendor_that_was_asked_for_must_have_its_driver(run_command, monkeypatch):
    without(monkeypatch, {"postgresql"})
    assert run_command(*NAMED, "--vendor=postgresql") == (
        2,
        "",
        "The statements for 'postgresql' can't be written: its Python driver is not installed.\n"
        "Install it (pip install 'credit-migration[postgresql]'), or name other databases with --vendor.",
    )


def test_a_backend_that_is_not_there_has_no_driver(monkeypatch):
    gone = unconnected.Dialect(backend="nowhere.backend", version=(1,), driver="", pinned={})
    monkeypatch.setattr(unconnected, "DIALECTS", {"sqlite3": gone})
    assert unconnected._wrapper_class("sqlite3") is None


def test_a_connection_that_never_connects_says_so():
    with pytest.raises(RuntimeError, match="an operation asked the database, which the plan does without"):
        unconnected.unconnected("sqlite3").connect()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A clone in which one migration's file was changed since HEAD."""
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    identity = ["-c", "user.name=t", "-c", "user.email=t@localhost"]
    for name in ("changed.py", "kept.py", "other.txt"):
        (tmp_path / name).write_text("x = 1\n")
    subprocess.run(["git", "-C", tmp_path, "add", "."], check=True)
    subprocess.run(["git", "-C", tmp_path, *identity, "commit", "-qm", "Begin"], check=True)
    (tmp_path / "changed.py").write_text("x = 2\n")
    (tmp_path / "new.py").write_text("x = 3\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_since_selects_changed_and_new_files(repository, monkeypatch):
    paths = {("records", name): repository / f"{name}.py" for name in ("changed", "kept", "new")}
    monkeypatch.setattr(selection, "migration_paths", lambda _: paths)
    selected = selection.since(selection.load_migrations(), "HEAD")
    assert selected.keys == {("records", "changed"), ("records", "new")}


def test_since_an_unknown_reference_is_a_usage_error(run_command, repository):
    status, out, err = run_command("check_migration_safety", "--since=nowhere")
    assert (status, out) == (2, "")
    assert err.startswith("git could not tell what changed: fatal: ")
    assert err.endswith(
        "\nGive --since a branch, tag or commit that this clone has; a CI clone may need its whole history."
    )


def test_since_without_git_is_a_usage_error(run_command, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert run_command("check_migration_safety", "--since=HEAD") == (
        2,
        "",
        "git is not installed, which --since asks.\nName the migrations instead.",
    )


def test_since_head_of_a_clean_clone_finds_nothing(repository, run_command):
    subprocess.run(["git", "checkout", "-q", "."], check=True)
    status, out, _ = run_command("check_migration_safety", "--since=HEAD", "--format=json")
    assert (status, json.loads(out)["facts"]["migrations"]) == (0, 0)


def test_api_needs_to_know_what_is_meant():
    from credit_migration.exceptions import UsageError
    from credit_migration.safety.check import check

    with pytest.raises(UsageError, match="No migrations are named, and no database was asked"):
        check()


def test_a_waived_finding_is_shown_and_does_not_fail(run_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[[tool.credit_migration.waivers]]\nid = "W414"\nuntil = 2999-01-01\nreason = "Released apart."\n'
    )
    _, out, _ = run_command(*NAMED, "--vendor=sqlite3", "--format=json")
    report = json.loads(out)
    assert "credit_migration.W414" not in [one["id"] for one in report["findings"]]
    (waived,) = report["sections"]["waived"]
    assert (waived["id"], waived["until"], waived["reason"]) == (
        "credit_migration.W414",
        "2999-01-01",
        "Released apart.",
    )


def test_code_is_looked_at_when_asked(run_command, monkeypatch):
    from credit_migration.data import Location
    from credit_migration.data.safety import Dependence, Dependent
    from credit_migration.safety import check

    found = Dependent(dependence=Dependence.GET, location=Location(path="v.py", line=3), function="", code="x.get()")
    monkeypatch.setattr(check, "host_dependents", lambda _: [found])
    status, out, _ = run_command(
        "check_migration_safety", "records.0002", "--vendor=sqlite3", "--code", "--format=json"
    )
    assert status == 1
    assert [one["msg"] for one in json.loads(out)["findings"] if one["id"].endswith("E440")] == [
        "The module expects one row: x.get(). With a second request it raises MultipleObjectsReturned."
    ]


@pytest.mark.django_db(transaction=True)
def test_rows_say_what_can_not_be_reversed_any_more(run_command):
    user, program = baker.make("core.User"), baker.make("catalog.Program")
    pathway = baker.make("catalog.Pathway", pathway_type="credit")
    for given in (None, program, program):
        baker.make("records.UserCreditPathway", user=user, pathway=pathway, program=given)

    _, out, _ = run_command(*NAMED, "--vendor=sqlite3", "--database=default", "--format=json")

    told = {one["id"].rpartition(".")[2]: one["msg"] for one in json.loads(out)["findings"]}
    assert told["W415"] == (
        "Reversing records.0003_contract is impossible now: 1 pairs of user and pathway have more than one row."
    )
    assert told["W416"] == (
        "Reversing records.0002_expand would lose the program of 2 requests in records_usercreditpathway now."
    )
    assert json.loads(out)["run"]["database"] == "default"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("away", "back"),
    [
        ("records_usercreditpathway RENAME TO moved", "moved RENAME TO records_usercreditpathway"),
        (
            "records_usercreditpathway RENAME COLUMN program_id TO moved",
            "records_usercreditpathway RENAME COLUMN moved TO program_id",
        ),
    ],
)
def test_without_the_table_or_the_column_nothing_keeps_it_from_being_reversed(away, back):
    host = find_host()
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {away}")
    try:
        with read_only("default") as snapshot:
            assert read_way_back(host, snapshot) == WayBack(pairs=0, recorded=0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {back}")


@needs_mysql
def test_merges_the_linters_findings_when_it_is_installed(tmp_path, monkeypatch):
    project = Project(tmp_path)
    project.add(source('migrations.RemoveField("usercreditpathway", "status"),'))
    selected = selection.Selected(loader=project.loader, keys=frozenset(project.keys), applied=None)
    plan = list(plan_migrations(selected, project.names(), vendors=["mysql", "mariadb"]))

    assert [(one.id, one.level.name, one.msg, one.obj) for one in linter.linter_findings(plan)] == [
        ("django-migration-linter.DROP_COLUMN", "ERROR", "DROPPING columns", "records.0002_case")
    ]

    def missing(_):
        raise PackageNotFoundError

    monkeypatch.setattr(linter, "version", missing)
    assert (linter.linter_version(), linter.linter_findings(plan)) == (None, [])
