"""What every vendor's way of changing a schema has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, TypeAlias

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

from credit_migration.data import (
    Holders,
    IndexState,
    LockConfig,
    NewForeignKey,
    NewIndex,
    Step,
    TableState,
    Unique,
)
from credit_migration.exceptions import (
    AccessDenied,
    ChangeRefused,
    CreditMigrationError,
    DatabaseGone,
    LockNotGranted,
    SchemaConflict,
)
from credit_migration.schema.backends import get_backend
from credit_migration.schema.backends.base import first_line

Code: TypeAlias = str | int
ForeignKeyField: TypeAlias = Any
"""A ``ForeignKey``, of whose ``db_constraint`` and ``db_index`` the type stubs know nothing."""


OTHER_RUN_HINT = "Wait for it, or end it, then run: python manage.py migrate. See runbooks/lock-not-granted.md."


class Dialect(ABC):
    """
    A vendor's steps. The methods that return steps decide from the table as it is, and touch nothing.

    Each of them returns what is left to do, in order, from any state of the table; nothing when nothing is left.
    """

    needs_autocommit: ClassVar[bool] = False
    """Whether the steps must commit one by one, so that no transaction may be open around them."""
    together_is_constraint: ClassVar[bool] = True
    """Whether ``unique_together`` is a constraint that the table declares, rather than a bare index."""
    unique_serves_foreign_key: ClassVar[bool] = False
    """Whether a foreign key has no index of its own where a unique starts with its column."""
    adds_keys_unproven: ClassVar[bool] = False
    """Whether a foreign key is added without a look at the rows, so that they must be proven afterwards."""
    lock_timeouts: ClassVar[frozenset[Code]] = frozenset()
    """Codes of a lock that was not granted in time, deadlocks included: worth another try."""
    refusals: ClassVar[frozenset[Code]] = frozenset()
    """Codes of a statement that the server can't run in the way that was asked for."""
    conflicts: ClassVar[frozenset[Code]] = frozenset()
    """Codes of a foreign key whose two columns do not fit."""
    may_not: ClassVar[frozenset[Code]] = frozenset()
    """Codes of a missing privilege."""

    def __init__(self, editor: BaseDatabaseSchemaEditor, model: type[Model], locks: LockConfig) -> None:
        self.editor = editor
        self.connection = editor.connection
        self.backend = get_backend(editor.connection)
        self.model = model
        self.locks = locks

    # Deciding: the table as it is → what is left to do.

    @abstractmethod
    def add_foreign_key(self, table: TableState, key: NewForeignKey, also: Sequence[NewIndex]) -> list[Step]:
        """Return the steps to the column, its index, the foreign key, and the other indexes."""

    @abstractmethod
    def remove_foreign_key(self, table: TableState, key: NewForeignKey, also: Sequence[NewIndex]) -> list[Step]:
        """Return the steps that take all of it away again."""

    @abstractmethod
    def drop_uniques(self, table: TableState, doomed: Sequence[IndexState], instead: Sequence[NewIndex]) -> list[Step]:
        """
        Return the steps that drop uniques.

        Args:
            table: the table as it is.
            doomed: the uniques to drop.
            instead: for each foreign key, the index to build where only a dropped unique served it.

        """

    @abstractmethod
    def add_uniques(self, table: TableState, uniques: Sequence[Unique], instead: Sequence[NewIndex]) -> list[Step]:
        """Return the steps that add uniques, and then take away the indexes that stood in for them."""

    def column_definition(self, field: ForeignKeyField) -> str:
        """Return the SQL of a nullable column that can hold the foreign key."""
        return f"{field.db_type(self.connection)} NULL"

    def foreign_key_index_name(self, field: ForeignKeyField, key_name: str, index_name: str) -> str | None:
        """Return the name that the vendor's own Django gives the foreign key's index, or ``None`` for no index."""
        return index_name if field.db_index else None

    def pattern_index(self, model: type[Model], field: ForeignKeyField) -> tuple[str, str] | None:
        """Return the name and SQL of the second index that Django gives a text on this vendor; ``None`` for none."""
        return None

    # Reading.

    @abstractmethod
    def holders(self, tables: Sequence[str]) -> Holders:
        """Return who holds locks on the tables, longest open transaction first, or why that can't be seen."""

    @contextmanager
    def watching(self, tables: Sequence[str]) -> Iterator[Callable[[], Holders]]:
        """Yield a function that tells who stood in the way of a statement run within the block."""
        yield lambda: self.holders(tables)

    def in_the_way(self, tables: Sequence[str]) -> Holders:
        """Return who would make a try wait for nothing, where a try is dear and the server tells beforehand."""
        return Holders()

    def can_retry(self) -> bool:
        """Whether a failed statement left the connection fit for another try: not inside a transaction around it."""
        return not self.connection.in_atomic_block

    def is_lock_timeout(self, exc: Exception) -> bool:
        return self.backend.error_code(exc) in self.lock_timeouts

    def explain(self, exc: Exception, step: Step) -> CreditMigrationError | None:
        """Return the operator's error for a failed step, or ``None`` if the database's own words must do."""
        code, detail = self.backend.error_code(exc), first_line(exc)
        alias = self.connection.alias
        if code in self.refusals:
            return ChangeRefused(
                f"The database '{alias}' can't {step.does} without holding writers back: {detail}",
                hint="Nothing was changed by this step. See the table of server versions in docs/host-guide.md.",
            )
        if code in self.conflicts:
            return SchemaConflict(
                f"The database '{alias}' can't {step.does}: {detail}",
                hint="The two columns must have the same type. Compare them in the table's definition, change the "
                "column that is wrong, then run: python manage.py migrate.",
            )
        if code in self.may_not:
            return AccessDenied(
                f"The account of database '{alias}' may not {step.does}: {detail}",
                hint="Use an account that may alter the table. The grants are in docs/host-guide.md.",
            )
        if code in self.backend.connection_lost:
            return DatabaseGone(
                f"The database '{alias}' went away in the middle of: {step.does}.",
                hint="Run the same command again: python manage.py migrate. It looks at what is there and goes on.",
            )
        return None

    # Acting.

    @contextmanager
    def alone(self, table: str, waiting: Callable[[Holders], None]) -> Iterator[None]:
        """
        Let no other run change this table meanwhile, also one whose client was killed.

        Args:
            table: the table's name.
            waiting: told who is in the way, once, if another run is.

        Raises: LockNotGranted if the other run does not end in time.

        """
        yield

    def quote(self, name: str) -> str:
        return self.connection.ops.quote_name(name)

    def columns(self, names: Sequence[str]) -> str:
        return ", ".join(map(self.quote, names))

    def _still_changed(self, table: str, holders: Holders) -> LockNotGranted:
        return LockNotGranted(
            f"Another run still changes '{table}' after {self.locks.other_run_wait_s} s: {holders}.",
            hint=OTHER_RUN_HINT,
        )

    def _answer(self, sql: str, value: Any) -> object:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, [value])
            return cursor.fetchone()[0]
