"""The errors of a migration as ``manage.py migrate`` shows them: two lines and an exit status, no traceback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError

from credit_migration import exceptions


class AccessDenied(exceptions.AccessDenied, CommandError):
    pass


class ChangeRefused(exceptions.ChangeRefused, CommandError):
    pass


class ConfigurationError(exceptions.ConfigurationError, CommandError):
    pass


class DatabaseGone(exceptions.DatabaseGone, CommandError):
    pass


class GuardedStep(exceptions.GuardedStep, CommandError):
    pass


class LockNotGranted(exceptions.LockNotGranted, CommandError):
    pass


class OrphansFound(exceptions.OrphansFound, CommandError):
    pass


class PointOfNoReturn(exceptions.PointOfNoReturn, CommandError):
    pass


class SchemaConflict(exceptions.SchemaConflict, CommandError):
    pass


class TableNotFound(exceptions.TableNotFound, CommandError):
    pass


class TransactionOpen(exceptions.TransactionOpen, CommandError):
    pass


@contextmanager
def as_command_errors() -> Iterator[None]:
    """Raise the toolkit's errors in their form for the command line; they stay what they are for an ``except``."""
    try:
        yield
    except exceptions.CreditMigrationError as exc:
        told: type[exceptions.CreditMigrationError] = globals()[type(exc).__name__]
        raise told(exc.msg, hint=exc.hint) from exc
