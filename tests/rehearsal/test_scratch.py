"""The scratch database: made anew each time, never anybody else's, and for its time the only one there is."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connections

from credit_migration.exceptions import ConfigurationError, ScratchRefused, UnknownDatabase
from credit_migration.rehearsal.scratch import ALIAS, MARK, scratch_database
from tests.rehearsal.conftest import alias_for


def tables():
    return connections[ALIAS].introspection.table_names()


def execute(sql):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(sql)


def test_every_alias_leads_there_and_back_again(rehearsal_alias):
    before = connections["default"]
    with scratch_database() as connection:
        assert connections["default"] is connection is connections[ALIAS] is rehearsal_alias
        assert tables() == [MARK]
    assert connections["default"] is before


def test_it_is_given_back_after_an_error_too(rehearsal_alias):
    before = connections["default"]
    with pytest.raises(KeyboardInterrupt), scratch_database():
        raise KeyboardInterrupt
    assert connections["default"] is before


def test_what_an_earlier_rehearsal_left_is_replaced(rehearsal_alias):
    with scratch_database():
        execute("CREATE TABLE left_behind (id integer)")
    with scratch_database():
        assert tables() == [MARK]


def test_what_was_killed_before_its_first_table_is_replaced(rehearsal_alias):
    with scratch_database():
        execute(f"DROP TABLE {MARK}")
    with scratch_database():
        assert tables() == [MARK]


def test_a_database_that_no_rehearsal_made_is_left_alone(rehearsal_alias):
    with scratch_database():
        execute("CREATE TABLE precious (id integer)")
        execute(f"DROP TABLE {MARK}")
    with pytest.raises(ScratchRefused) as caught, scratch_database():
        pass  # pragma: no cover - it is refused

    name = rehearsal_alias.settings_dict["NAME"]
    assert str(caught.value) == (
        f"The database '{name}' holds tables that no rehearsal made, such as 'precious'.\n"
        "Look whose it is. A rehearsal replaces only what it made itself: give 'rehearsal' another NAME, or drop that "
        "database."
    )
    assert tables() == ["precious"]
    execute("DROP TABLE precious")


def test_another_alias_s_database_is_refused(rehearsal_alias):
    name = rehearsal_alias.settings_dict["NAME"] = connections["default"].settings_dict["NAME"]
    with pytest.raises(ConfigurationError) as caught, scratch_database():
        pass  # pragma: no cover - it is refused

    assert str(caught.value) == (
        f"The databases 'rehearsal' and 'default' are one, '{name}', and a rehearsal replaces its own.\n"
        "Give 'rehearsal' a NAME of its own in the settings, and a file where it is SQLite."
    )


def test_settings_without_the_alias_are_refused(monkeypatch):
    monkeypatch.setattr("credit_migration.rehearsal.scratch.ALIAS", "missing")
    with pytest.raises(UnknownDatabase) as caught, scratch_database():
        pass  # pragma: no cover - it is refused

    assert str(caught.value) == (
        "The settings have no database 'missing', which a rehearsal would make and replace.\n"
        "Run the command from the toolkit's own project, whose settings have it: python manage.py "
        "rehearse_credit_rollout --settings settings.base"
    )


def test_a_server_that_makes_no_database_is_told_with_what_to_grant(tmp_path, database_blocker, monkeypatch):
    connection = alias_for("scratch_refused", tmp_path / "missing")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setattr(connections._connections, ALIAS, connection)
    with database_blocker.unblock(), pytest.raises(ScratchRefused) as caught, scratch_database():
        pass  # pragma: no cover - it is refused

    name = connection.settings_dict["NAME"]
    assert isinstance(caught.value.__cause__, OperationalError)
    assert caught.value.msg.startswith(f"The scratch database '{name}' can't be made anew: ")
    assert caught.value.hint == (
        "See that the server is up, that no other rehearsal runs, and that the account may create databases: "
        f"ALTER ROLE … CREATEDB on PostgreSQL, GRANT ALL ON {name}.* TO … on MariaDB and MySQL."
    )
