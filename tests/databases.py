"""Real databases for tests that need more than one connection, another account, or another process."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import dj_database_url
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler


def with_parts(url: str, *, name: str | None = None, user: str | None = None, password: str = "secret") -> str:
    """Return ``url`` with another database name, or another account."""
    parts = urlsplit(url)
    netloc = parts.netloc if user is None else f"{user}:{password}@{parts.hostname}:{parts.port}"
    return urlunsplit((parts.scheme, netloc, parts.path if name is None else f"/{name}", parts.query, ""))


def connect(url: str) -> BaseDatabaseWrapper:
    """Return a connection of its own to ``url``, outside of Django's settings."""
    return ConnectionHandler({"default": {**dj_database_url.parse(url)}})["default"]


def execute(url: str, *statements: str) -> list[tuple[object, ...]]:
    """Run statements on ``url``, each committed at once, and return the last one's rows."""
    connection = connect(url)
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()
