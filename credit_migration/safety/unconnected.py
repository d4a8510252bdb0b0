"""A vendor's name → a connection that never connects: Django's own schema editor writes its SQL, nothing runs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NoReturn, cast

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from credit_migration.exceptions import UsageError
from credit_migration.safety.constraints import ConstraintsOfState, constraints_of_state


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """How to drive one vendor's schema editor without a server: its Django backend, and the version to write for."""

    backend: str
    version: tuple[int, ...]
    driver: str
    pinned: Mapping[str, Any]
    """Attributes of the connection that it would otherwise ask the server for."""


_MYSQL_SERVER = {
    "sql_mode": "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE",
    "default_storage_engine": "InnoDB",
    "sql_auto_is_null": False,
    "lower_case_table_names": False,
    "has_zoneinfo_database": True,
}

DIALECTS: Mapping[str, Dialect] = {
    "postgresql": Dialect(
        backend="django.db.backends.postgresql",
        version=(15, 0),
        driver="pip install 'credit-migration[postgresql]'",
        pinned={"pg_version": 150000},
    ),
    "mysql": Dialect(
        backend="django.db.backends.mysql",
        version=(8, 0, 36),
        driver="pip install 'credit-migration[mysql]'",
        pinned={
            "mysql_is_mariadb": False,
            "mysql_version": (8, 0, 36),
            "mysql_server_data": {**_MYSQL_SERVER, "version": "8.0.36"},
        },
    ),
    "mariadb": Dialect(
        backend="django.db.backends.mysql",
        version=(10, 11, 0),
        driver="pip install 'credit-migration[mysql]'",
        pinned={
            "mysql_is_mariadb": True,
            "mysql_version": (10, 11, 0),
            "mysql_server_data": {**_MYSQL_SERVER, "version": "10.11.0-MariaDB"},
        },
    ),
    "sqlite3": Dialect(backend="django.db.backends.sqlite3", version=(3, 40, 0), driver="", pinned={}),
}
VENDORS = tuple(DIALECTS)


def available_vendors() -> tuple[str, ...]:
    """Return the vendors whose Python driver is installed: without it Django has no schema editor for them."""
    return tuple(name for name in VENDORS if _wrapper_class(name) is not None)


def unconnected(vendor: str, *, using: str = DEFAULT_DB_ALIAS) -> BaseDatabaseWrapper:
    """
    Return a connection for ``vendor`` that refuses to connect.

    Args:
        vendor: one of ``VENDORS``.
        using: the alias that routers are asked about.

    Raises: UsageError if its driver is not installed.

    """
    base, dialect = _wrapper_class(vendor), DIALECTS[vendor]
    if base is None:
        raise UsageError(
            f"The statements for '{vendor}' can't be written: its Python driver is not installed.",
            hint=f"Install it ({dialect.driver}), or name other databases with --vendor.",
        )
    settings: dict[str, Any] = {"NAME": ":memory:", "OPTIONS": {}, "TIME_ZONE": None}
    wrapper: Any = _unconnected_class(base)(settings, using)
    vars(wrapper).update(dialect.pinned)
    wrapper.introspection.get_constraints = ConstraintsOfState()
    wrapper.introspection.get_sequences = lambda *_, **__: []
    wrapper.introspection.get_storage_engine = lambda *_: "InnoDB"
    # Plain text for a person to read: no server's own quoting is needed, and none is there to ask.
    wrapper.ops.compose_sql = lambda sql, params: sql % tuple(map(_quoted, params)) if params else sql
    return cast("BaseDatabaseWrapper", wrapper)


@contextmanager
def writing_editor(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseSchemaEditor]:
    """Yield the connection's schema editor, which collects its statements, those deferred to its end included."""
    editor_class: Any = connection.SchemaEditorClass
    writing = type("WritingSchemaEditor", (editor_class,), {"quote_value": lambda _, value: _quoted(value)})
    editor: BaseDatabaseSchemaEditor = writing(connection, collect_sql=True, atomic=False)
    with editor:
        yield editor


def set_tables(connection: BaseDatabaseWrapper, apps: Any) -> None:
    """Let the connection's introspection answer from the models of ``apps``, a migration state's registry."""
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    known = cast("ConstraintsOfState", connection.introspection.get_constraints)
    known.answer = lambda table: constraints_of_state(connection, models.get(table))


def _wrapper_class(vendor: str) -> type[BaseDatabaseWrapper] | None:
    try:
        found: type[BaseDatabaseWrapper] = import_module(f"{DIALECTS[vendor].backend}.base").DatabaseWrapper
    except (ImproperlyConfigured, ImportError):
        return None
    return found


def _unconnected_class(base: type[BaseDatabaseWrapper]) -> type[BaseDatabaseWrapper]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise RuntimeError("an operation asked the database, which the plan does without")

    return type(
        "Unconnected",
        (base,),
        {
            "connect": refuse,
            "cursor": lambda _: _NoCursor(),
            "disable_constraint_checking": lambda _: True,
            "enable_constraint_checking": lambda _: None,
            "check_constraints": lambda *_: None,
            "close": lambda _: None,
        },
    )


class _NoCursor:
    """Stands where Django's introspection wants a cursor to hand on; there is nothing to read through it."""

    def __enter__(self) -> _NoCursor:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def execute(self, *_: object) -> _NoCursor:
        return self

    def fetchall(self) -> list[object]:
        return []

    def fetchone(self) -> None:
        return None


def _quoted(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"
