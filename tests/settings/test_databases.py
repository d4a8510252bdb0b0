import sqlite3
from contextlib import suppress

import pytest
from django.core.management import CommandError, get_commands, load_command_class
from model_bakery import baker

from credit_migration.exceptions import ConfigurationError
from settings.command_line import READING, CommandLine
from settings.databases import beside_the_host, parsed, rehearsal_of
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


@pytest.mark.parametrize("url", ["sqlite:////", "nonsense://x", "postgres://u:p@h:port/x"])
def test_what_names_no_database_ends_with_a_hint(url):
    with pytest.raises(ConfigurationError, match=r"DATABASE_URL is no database URL\.") as caught:
        parsed("DATABASE_URL", url)
    assert "sqlite:///FILE" in caught.value.hint


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


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate",),
        ("migrate", "records", "0002_expand", "--fake"),
        ("flush", "--noinput"),
        ("loaddata", "fixture.json"),
        ("dbshell",),
    ],
    ids=" ".join,
)
def test_what_may_write_is_refused_on_the_replica_before_it_connects(scratch, arguments):
    done = scratch.manage(
        *arguments,
        "--database=credentials",
        CREDENTIALS_DATABASE_URL="mysql://reader:x@192.0.2.1/credentials",
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"CommandError: {refusal(arguments[0])}\n")


def refusal(name):
    return (
        f"The database 'credentials' is a replica of a real service, so {name} is not run there.\n"
        f"If it is meant for the service, run {name} in the service itself; what can be run on the replica is in "
        "docs/privileges.md."
    )


def with_a_database():
    for name, app in get_commands().items():
        with suppress(CommandError, ImportError):  # An extension may lack a library of its own.
            parser = load_command_class(app, name).create_parser("manage.py", name)
            if any(action.dest == "database" for action in parser._actions):
                yield name


def test_every_command_of_every_app_reads_or_is_refused():
    line, refused = CommandLine(["manage.py"]), {}
    for name in with_a_database():
        command = line.fetch_command(name)
        if "execute" in vars(command):
            with pytest.raises(CommandError) as caught:
                command.execute(database="credentials")
            refused[name] = (str(caught.value), caught.value.returncode)
        else:
            assert name in READING or type(command).__module__.startswith("credit_migration.management.")
    assert refused == {name: (refusal(name), 2) for name in refused}
    assert {"changepassword", "createcachetable", "createsuperuser", "dbshell", "flush", "loaddata", "migrate"} <= {
        *refused
    }
    assert {"simulate_legacy_history", "reset_db", "remove_stale_contenttypes"} <= {*refused}


@pytest.mark.django_db(transaction=True)
def test_what_is_refused_on_the_replica_runs_elsewhere(capsys):
    command = CommandLine(["manage.py"]).fetch_command("migrate")
    command.run_from_argv(["manage.py", "migrate", "--database=default", "--check"])
    assert capsys.readouterr() == ("", "")


def test_what_reads_runs_on_the_replica_and_leaves_it_as_it_is(scratch):
    url = scratch.url
    before = scratch.execute("SELECT app, name FROM django_migrations ORDER BY id")
    told = [
        (name, scratch.manage(name, *arguments, "--database=credentials", CREDENTIALS_DATABASE_URL=url).returncode)
        for name, arguments in (
            ("audit_credit_pathways", ()),
            ("dumpdata", ("records",)),
            ("showmigrations", ("records",)),
            ("inspectdb", ("records_usercreditpathway",)),
        )
    ]
    assert told == [("audit_credit_pathways", 0), ("dumpdata", 0), ("showmigrations", 0), ("inspectdb", 0)]
    assert scratch.execute("SELECT app, name FROM django_migrations ORDER BY id") == before
