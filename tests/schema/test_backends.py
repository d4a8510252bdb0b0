from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection

from credit_migration import api
from credit_migration.exceptions import (
    AccessDenied,
    ConfigurationError,
    DatabaseGone,
    DatabaseUnreachable,
    ReadOnlyRefused,
)
from credit_migration.schema.backends import get_backend, mariadb, mysql, postgresql, sqlite3, vendor_name
from credit_migration.schema.backends.base import Backend


def _connection(vendor, **attributes):
    return SimpleNamespace(alias="default", vendor=vendor, connection=object(), **attributes)


@pytest.mark.parametrize(
    ("of", "backend"),
    [
        (_connection("postgresql"), postgresql.Backend),
        (_connection("mysql", mysql_is_mariadb=True), mariadb.Backend),
        (_connection("mysql", mysql_is_mariadb=False), mysql.Backend),
        (_connection("sqlite"), sqlite3.Backend),
    ],
)
def test_each_vendor_has_its_backend(of, backend):
    assert type(get_backend(of)) is backend
    assert vendor_name(of) == backend.name


def test_a_server_that_never_answered_goes_by_its_protocol():
    assert vendor_name(SimpleNamespace(vendor="mysql", connection=None)) == "mysql"


def test_an_unknown_vendor_is_refused():
    with pytest.raises(ConfigurationError) as caught:
        get_backend(_connection("oracle"))
    assert str(caught.value) == (
        "The database 'default' is of vendor 'oracle', which credit_migration does not know.\n"
        "Point --database at one of these: postgresql, mysql, mariadb, sqlite3."
    )


class Driver(Exception):
    """A driver's error with what each driver puts on it."""

    def __init__(self, *args, **attributes):
        super().__init__(*args)
        self.__dict__.update(attributes)


def _wrapped(cause):
    error = Exception("wrapped\nover lines")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("backend", "cause", "kind"),
    [
        (postgresql.Backend, Driver(sqlstate="42501"), AccessDenied),
        (postgresql.Backend, Driver(sqlstate="28P01"), DatabaseUnreachable),
        (postgresql.Backend, Driver(sqlstate="57P01"), DatabaseGone),
        (mysql.Backend, Driver(1142, "denied"), AccessDenied),
        (mysql.Backend, Driver(1045, "denied"), DatabaseUnreachable),
        (mysql.Backend, Driver(2013, "lost"), DatabaseGone),
        (sqlite3.Backend, Driver(sqlite_errorname="SQLITE_PERM"), AccessDenied),
        (sqlite3.Backend, Driver(sqlite_errorname="SQLITE_NOTADB"), DatabaseUnreachable),
        (sqlite3.Backend, Driver(sqlite_errorname="SQLITE_IOERR"), DatabaseGone),
    ],
)
def test_a_driver_error_becomes_the_reader_s(backend, cause, kind):
    told = backend(_connection("any")).explain(_wrapped(cause), connected=True)
    assert type(told) is kind
    assert told.msg.endswith(": wrapped over lines")


def test_the_client_library_tells_that_the_server_has_gone():
    told = postgresql.Backend(_connection("any")).explain(OperationalError("server closed it"), connected=True)
    assert type(told) is DatabaseGone
    assert told.msg == "The database 'default' went away in the middle: server closed it"


@pytest.mark.parametrize("cause", [Driver(), Driver(9999, "?"), Driver("text")])
@pytest.mark.parametrize("backend", [postgresql.Backend, mysql.Backend, sqlite3.Backend])
def test_an_unknown_error_is_told_only_before_the_first_answer(backend, cause):
    known = backend(_connection("any"))
    assert known.explain(_wrapped(cause), connected=True) is None
    assert type(known.explain(_wrapped(cause), connected=False)) is DatabaseUnreachable


@pytest.mark.django_db(transaction=True)
def test_nothing_starts_where_the_database_does_not_confirm(monkeypatch):
    backend = type(get_backend(connection))
    monkeypatch.setattr(backend, "_scalar", lambda self, sql: 0)
    with pytest.raises(ReadOnlyRefused) as caught, api.read_only("default"):
        raise AssertionError("nothing may be started")
    assert caught.value.hint.endswith("; nothing was started.")


def test_the_base_answers_nothing_itself():
    base = Backend(_connection("any"))
    with pytest.raises(NotImplementedError):
        base.error_code(Exception())
    with pytest.raises(NotImplementedError), base.read_only():
        raise AssertionError("nothing may be started")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="The two drivers are PostgreSQL's.")
def test_the_older_driver_streams_by_a_cursor(monkeypatch):
    monkeypatch.setattr("django.db.backends.postgresql.psycopg_any.is_psycopg3", False)
    with api.read_only("default") as snapshot:
        rows = snapshot.stream("SELECT n, %s FROM generate_series(1, 3000) n ORDER BY n", ("x",))
        assert sum(number for number, text in rows if text == "x") == 3000 * 3001 // 2


@pytest.mark.parametrize("piece", ["month_key", "month_name", "iso_text"])
def test_a_vendor_has_its_own_pieces(piece):
    with pytest.raises(NotImplementedError):
        getattr(Backend(connection), piece)("created")
    with pytest.raises(NotImplementedError):
        Backend(connection).within(10, "a", "b")
