"""Takes the steps: look at the table, take the first step that is left, look again, until none is left."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress

from django.db import DatabaseError, IntegrityError, InterfaceError, transaction

from credit_migration.data import Holders, Step, TableState
from credit_migration.exceptions import (
    GuardedStep,
    LockNotGranted,
    SchemaConflict,
    TableNotFound,
    TransactionOpen,
)
from credit_migration.schema.backends.changes.base import Dialect
from credit_migration.schema.change import telling
from credit_migration.schema.change.retries import pause_s
from credit_migration.schema.introspection import read_table

Plan = Callable[[TableState], Sequence[Step]]


def refuse_transaction(dialect: Dialect) -> None:
    """Raise TransactionOpen if the steps could not commit one by one."""
    connection = dialect.connection
    if dialect.needs_autocommit and connection.in_atomic_block:
        raise TransactionOpen(
            f"This migration runs in a transaction, in which '{connection.alias}' would hold every lock to the end.",
            hint="Write 'atomic = False' in its class Migration, above 'operations'. A killed run can be repeated.",
        )


def converge(dialect: Dialect, table: str, plan: Plan, others: Sequence[str]) -> None:
    """
    Take the steps of ``plan`` until it has none left.

    Args:
        dialect: the vendor's way.
        table: the table to change.
        plan: the table as it is → the steps that are left.
        others: further tables that the steps lock, to find who holds them.

    Raises: LockNotGranted, ChangeRefused, SchemaConflict, AccessDenied, DatabaseGone, TableNotFound; GuardedStep and
        IntegrityError if the rows do not allow a step.

    """
    with dialect.alone(table, telling.waiting):
        taken: Counter[str] = Counter()
        while steps := plan(read_table(dialect.connection, table)):
            step = steps[0]
            taken[step.sql] += 1
            if taken[step.sql] > 2:
                raise SchemaConflict(
                    f"The step did not stay: {step.does}.",
                    hint=f"Look who else changes '{table}', then run: python manage.py migrate.",
                )
            _take(dialect, step, (table, *others))
        if not taken:
            telling.nothing_left(table)


def collect(dialect: Dialect, table: str, plan: Plan, expected: Callable[[], TableState]) -> None:
    """
    Hand the schema editor the statements that ``converge`` would run now, in their order.

    From a table that is not there, or where nothing is left to do, they are those that a table made by plain Django
    would need.
    """
    editor = dialect.editor
    try:
        steps = plan(read_table(dialect.connection, table))
        reason = f"-- '{table}' is so already. From the schema before, this would run:"
    except TableNotFound:
        steps, reason = (), f"-- There is no '{table}' to look at. From the schema before, this would run:"
    if not steps:
        steps = plan(expected())
        if steps:
            editor.collected_sql.append(reason)
    for step in steps:
        for sql in statements(step):
            editor.execute(sql, params=None)


def statements(step: Step) -> tuple[str, ...]:
    """Return a step's statements as they are sent, in their order, with the transaction around them."""
    inner = (*step.before, *([step.guard] if step.guard else []), step.sql, *step.more)
    return ("BEGIN", *inner, "COMMIT") if step.in_transaction else (*inner, *step.after)


def _take(dialect: Dialect, step: Step, tables: Sequence[str]) -> None:
    deadline, tries = time.monotonic() + dialect.locks.retry_budget_s, 0
    while True:
        tries += 1
        if time.monotonic() < deadline and dialect.in_the_way(tables).seen:
            time.sleep(pause_s(dialect.locks, tries, waits=step.waits))
            continue
        began = time.monotonic()
        # A build's one try lasts as long as the whole budget, so that it is watched from the first; of the short ones
        # the last is, which is one begun after the budget has run out.
        watched = began >= deadline or bool(step.undo)
        with dialect.watching(tables) if watched else nullcontext(lambda: dialect.holders(tables)) as holders:
            try:
                _try(dialect, step, again=tries > 1)
            except (DatabaseError, InterfaceError) as exc:
                if not dialect.is_lock_timeout(exc):
                    raise _explained(dialect, exc, step) from exc
                if (watched and time.monotonic() >= deadline) or not dialect.can_retry():
                    raise _not_granted(dialect, step, tables, tries, holders()) from exc
            else:
                telling.done(step, duration_ms=(time.monotonic() - began) * 1000, tries=tries)
                return
        time.sleep(min(pause_s(dialect.locks, tries, waits=step.waits), max(0.0, deadline - time.monotonic())))


def _try(dialect: Dialect, step: Step, *, again: bool) -> None:
    connection, editor = dialect.connection, dialect.editor
    try:
        with transaction.atomic(connection.alias) if step.in_transaction else nullcontext():
            try:
                for sql in step.before:
                    editor.execute(sql, params=None)
                _ask(dialect, step)
                if again and step.undo:
                    editor.execute(step.undo, params=None)
                for sql in (step.sql, *step.more):
                    editor.execute(sql, params=None)
            except (DatabaseError, InterfaceError):
                _undo(dialect, step)
                raise
    finally:
        # Only steps outside of a transaction have something to restore; a connection that is gone has not.
        if step.after and connection.is_usable():
            for sql in step.after:
                editor.execute(sql, params=None)


def _undo(dialect: Dialect, step: Step) -> None:
    if step.undo and dialect.connection.is_usable():
        # What is left behind then is unusable, and the next run finds and drops it.
        with suppress(DatabaseError):
            dialect.editor.execute(step.undo, params=None)


def _ask(dialect: Dialect, step: Step) -> None:
    if not step.guard:
        return
    with dialect.connection.cursor() as cursor:
        cursor.execute(step.guard)
        if cursor.fetchone() is not None:
            raise GuardedStep(f"Rows have come that this would lose: {step.does}.", hint="Nothing was changed by it.")


def _explained(dialect: Dialect, exc: Exception, step: Step) -> Exception:
    if isinstance(exc, IntegrityError):
        return exc
    return dialect.explain(exc, step) or exc


def _not_granted(dialect: Dialect, step: Step, tables: Sequence[str], tries: int, holders: Holders) -> LockNotGranted:
    names = " and ".join(map(repr, tables))
    held = f"Held by {holders}." if holders.seen else f"Who held it can't be seen: {holders}."
    return LockNotGranted(
        f"The lock on {names} to {step.does} was not granted in {tries} tries "
        f"over {dialect.locks.retry_budget_s} s. {held}",
        hint="End that transaction or wait for it, then run again: python manage.py migrate. It goes on from here. "
        "See runbooks/lock-not-granted.md.",
    )
