import datetime

import pytest
from django.db import DatabaseError, connection, connections, transaction
from model_bakery import baker

from credit_migration import api
from credit_migration.exceptions import AccessDenied, ColumnNotFound, ReadOnlyRefused, TableNotFound, UnknownDatabase
from credit_migration.reference_host.core.models import User
from credit_migration.schema.backends import get_backend

PROOFS = {
    "postgresql": ("REPEATABLE READ", "transaction_read_only = on"),
    "mariadb": ("REPEATABLE READ", "START TRANSACTION READ ONLY, tx_read_only = 1"),
    "sqlite3": ("SERIALIZABLE", "query_only = 1"),
}


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_a_planted_write():
    user = baker.make("core.User", username="before")

    with pytest.raises(DatabaseError, match=r"(?i)read.?only"), api.read_only("default"):
        User.objects.filter(pk=user.pk).update(username="after")

    user.refresh_from_db()
    assert user.username == "before"


@pytest.mark.django_db(transaction=True)
def test_tells_how_the_database_confirmed_it():
    with api.read_only("default") as snapshot:
        run = snapshot.run

    vendor = get_backend(connection).name
    assert (run.database, run.vendor, run.isolation, run.read_only) == ("default", vendor, *PROOFS[vendor])
    assert run.server_version == ".".join(map(str, connection.get_database_version()))
    assert datetime.datetime.now(datetime.UTC) - run.taken_at < datetime.timedelta(minutes=1)


@pytest.mark.django_db(transaction=True)
def test_the_connection_writes_again_afterwards():
    for _ in range(2):
        with api.read_only("default"):
            assert User.objects.count() == 0
    baker.make("core.User")
    assert User.objects.count() == 1
    with transaction.atomic():
        baker.make("core.User")
    assert User.objects.count() == 2


@pytest.mark.django_db
def test_refuses_inside_another_transaction():
    with pytest.raises(ReadOnlyRefused) as caught, api.read_only("default"):
        raise AssertionError("nothing may be started")
    assert str(caught.value) == (
        "The database 'default' is in a transaction already, which can't be made a read-only snapshot any more.\n"
        "Call this outside of transaction.atomic(); nothing was started."
    )


def test_tells_which_databases_there_are():
    with pytest.raises(UnknownDatabase) as caught, api.read_only("replica"):
        raise AssertionError("nothing may be started")
    assert str(caught.value) == (
        f"The settings have no database 'replica'.\nUse --database with one of these: {', '.join(sorted(connections))}."
    )


@pytest.mark.django_db(transaction=True)
def test_tells_of_a_missing_table():
    with pytest.raises(TableNotFound) as caught, api.read_only("default"), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM records_gone")
    assert "The database 'default' lacks a table: " in caught.value.msg
    assert "records_gone" in caught.value.msg
    assert caught.value.hint == (
        "Check that --database names the Credentials database and that its migrations have run: "
        "python manage.py showmigrations."
    )


@pytest.mark.django_db(transaction=True)
def test_tells_of_a_missing_column():
    with pytest.raises(ColumnNotFound) as caught, api.read_only("default"), connection.cursor() as cursor:
        cursor.execute("SELECT gone FROM core_user")
    assert "The database 'default' lacks a column that the host's code has: " in caught.value.msg
    assert "gone" in caught.value.msg
    assert caught.value.hint == (
        "The code is ahead of the schema. Run the pending migrations: python manage.py migrate --plan."
    )


@pytest.mark.django_db(transaction=True)
def test_leaves_other_database_errors_as_they_are():
    with pytest.raises(DatabaseError), api.read_only("default"), connection.cursor() as cursor:
        cursor.execute("SELEC 1")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="query_only is SQLite's own.")
@pytest.mark.parametrize("way_out", ["PRAGMA query_only = OFF", "PRAGMA Query_Only(0)", "ATTACH '{path}' AS other"])
def test_sqlite_can_not_be_made_to_write_again(way_out, tmp_path):
    path = tmp_path / "other.sqlite3"
    with pytest.raises(AccessDenied), api.read_only("default"), connection.cursor() as cursor:
        cursor.execute(way_out.format(path=path))
    assert not path.exists()
    baker.make("core.User")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "mysql", reason="These statements are MariaDB's and MySQL's own.")
@pytest.mark.parametrize("way_out", ["START TRANSACTION READ WRITE", "set session transaction read write", "COMMIT"])
def test_mariadb_can_not_be_made_to_write_again(way_out):
    with pytest.raises(ReadOnlyRefused) as caught, api.read_only("default"), connection.cursor() as cursor:
        cursor.execute(way_out)
    assert str(caught.value) == (
        f"The statement '{way_out}' would leave the read-only transaction.\n"
        "Only SELECT belongs into a read-only snapshot; nothing was changed."
    )
    baker.make("core.User")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL holds it by itself.")
def test_postgresql_can_not_be_made_to_write_again():
    with api.read_only("default"), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        with pytest.raises(DatabaseError, match="read-write mode"), transaction.atomic():
            cursor.execute("SET TRANSACTION READ WRITE")


@pytest.mark.django_db(transaction=True)
def test_a_stream_that_is_read_in_part_is_closed_with_its_snapshot():
    numbers = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n"
    if connection.vendor == "mysql":
        numbers = "SELECT seq FROM seq_1_to_5000"
    with api.read_only("default") as snapshot:
        kept = snapshot.stream(numbers)
        assert next(kept) == (1,)
    assert list(kept) == []
    baker.make("core.User")
