"""Every way in which the toolkit gives up: what happened, and what to type next; standard library only."""

from __future__ import annotations


class CreditMigrationError(Exception):
    """The work can't be done as asked. ``msg`` says what is wrong in the reader's own names, ``hint`` what to do."""

    def __init__(self, msg: str, *, hint: str) -> None:
        super().__init__(msg)
        self.msg = msg
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.msg}\n{self.hint}"


class ConfigurationError(CreditMigrationError):
    """A setting has a value that can't be used."""


class UsageError(CreditMigrationError):
    """An option has a value that can't be used, or two options that exclude each other."""


class HostModelNotFound(CreditMigrationError):
    """The host project has no such model, or the model lacks a relation that credit requests have."""


class UnknownDatabase(CreditMigrationError):
    """The settings name no such database alias."""


class DatabaseUnreachable(CreditMigrationError):
    """The server does not answer, or it refuses the account."""


class DatabaseGone(CreditMigrationError):
    """The server went away in the middle of the work."""


class AccessDenied(CreditMigrationError):
    """The account may not do what the work needs, most often SELECT on a table."""


class TableNotFound(CreditMigrationError):
    """The database has no such table: another database, or migrations that were never run."""


class ColumnNotFound(CreditMigrationError):
    """The database lacks a column that the host's code has: code before schema."""


class MomentUnreadable(CreditMigrationError):
    """A row has something else where a moment belongs, which a database that does not type its columns lets in."""


class ReadOnlyRefused(CreditMigrationError):
    """The connection can't be made read-only in the database, so nothing was started."""


class LockNotGranted(CreditMigrationError):
    """A schema change could not get its lock within its budget of retries."""


class PointOfNoReturn(CreditMigrationError):
    """Going back would lose recorded requests, so nothing was begun."""


class TransactionOpen(CreditMigrationError):
    """A schema change that must commit step by step was started inside a transaction."""


class SchemaConflict(CreditMigrationError):
    """The table has something that the change neither expects nor may replace."""


class ChangeRefused(CreditMigrationError):
    """The server refused a statement that it can't run without holding writers back."""


class GuardedStep(CreditMigrationError):
    """A step found, just before it was taken, something that it would have lost; it was not taken."""


class OrphansFound(CreditMigrationError):
    """Rows name a program that does not exist, so the foreign key can't be trusted."""


class LibraryMissing(CreditMigrationError):
    """What was asked for needs a library that is an extra of the package, and not installed."""


class OutputRefused(CreditMigrationError):
    """The report could not be written where it was asked for."""


class ResumeRefused(CreditMigrationError):
    """What an interrupted run left is not of the export that is asked for now, or it is damaged."""


class ScratchRefused(CreditMigrationError):
    """The rehearsal's own database can't be made anew, or it is somebody else's."""


class NoReferenceHost(CreditMigrationError):
    """A rehearsal was asked for where the reference host is not installed, which is every real service."""
