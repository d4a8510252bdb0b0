import sqlite3

import pytest
from model_bakery import baker

from settings.databases import beside_the_host, rehearsal_of
from settings.routers import ReplicaRouter
from tests.databases import connect


@pytest.mark.parametrize(
    ("url", "name", "options"),
    [
        ("postgres://u:p@h/credentials", "credentials", {"options": "-c default_transaction_read_only=on"}),
        ("mysql://u:p@h/credentials", "credentials", {"init_command": "SET SESSION TRANSACTION READ ONLY"}),
        ("sqlite:////srv/a b.db", "file:/srv/a%20b.db?mode=ro", {"uri": True}),
    ],
)
def test_replica_refuses_writes_from_the_first_moment(url, name, options):
    config = beside_the_host(url)
    assert (config["NAME"], config["OPTIONS"]) == (name, options)


@pytest.mark.django_db
def test_replica_on_sqlite_refuses_a_write(tmp_path):
    file = tmp_path / "credentials.sqlite3"
    sqlite3.connect(file).execute("CREATE TABLE t (id int)").connection.close()
    connection = connect(f"sqlite:///{file}")
    connection.settings_dict.update(beside_the_host(f"sqlite:///{file}"))
    with pytest.raises(Exception, match="readonly"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO t VALUES (1)")
    connection.close()


@pytest.mark.parametrize(
    ("name", "engine", "expected"),
    [
        ("/srv/reference.sqlite3", "django.db.backends.sqlite3", "/srv/reference_rehearsal.sqlite3"),
        ("credentials", "django.db.backends.postgresql", "credentials_rehearsal"),
        # There is no file to put another one beside, and a rehearsal refuses a database that is another alias's too.
        (":memory:", "django.db.backends.sqlite3", ":memory:"),
    ],
)
def test_rehearsal_has_a_database_of_its_own(name, engine, expected):
    assert rehearsal_of({"ENGINE": engine, "NAME": name})["NAME"] == expected


def test_rehearsal_on_mysql_takes_every_title():
    config = rehearsal_of({"ENGINE": "django.db.backends.mysql", "NAME": "credentials"})
    assert (config["NAME"], config["TEST"]) == ("credentials_rehearsal", {"CHARSET": "utf8mb4"})


def test_router_refuses_migrations_on_the_replica_alone():
    router = ReplicaRouter()
    assert router.allow_migrate("credentials", "records") is False
    assert router.allow_migrate("default", "records") is None


def test_router_refuses_to_write_back_what_was_read_from_the_replica():
    user = baker.prepare("core.User")
    router = ReplicaRouter()
    assert router.db_for_write(type(user), instance=user) is None
    user._state.db = "credentials"
    with pytest.raises(PermissionError) as caught:
        router.db_for_write(type(user), instance=user)
    assert str(caught.value) == (
        "The database 'credentials' is a replica of a real service, so core.User is not written there."
    )


@pytest.mark.parametrize("arguments", [(), ("records", "0002_expand"), ("--plan",), ("--fake",), ("--check",)])
def test_migrate_refuses_the_replica_before_it_connects(scratch, arguments):
    done = scratch.manage(
        "migrate",
        "--database=credentials",
        *arguments,
        CREDENTIALS_DATABASE_URL="mysql://reader:x@192.0.2.1/credentials",
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        "CommandError: The database 'credentials' is a replica of a real service, so nothing is migrated there.\n"
        "Run migrate in the service itself, with its own migrations; see docs/host-guide.md.\n",
    )


def test_migrate_leaves_a_replica_on_the_server_under_test_as_it_is(scratch):
    before = scratch.execute("SELECT app, name FROM django_migrations ORDER BY id")
    done = scratch.manage("migrate", "--database=credentials", CREDENTIALS_DATABASE_URL=scratch.url)
    assert (done.returncode, done.stderr.count("\n")) == (2, 2)
    assert scratch.execute("SELECT app, name FROM django_migrations ORDER BY id") == before


def test_migrate_runs_on_the_projects_own_database(scratch):
    done = scratch.manage("migrate", "--check")
    assert (done.returncode, done.stderr) == (0, "")
