"""A schema change: what is wanted, the steps that lead there, how long they may wait, and who stood in the way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class LockConfig:
    """How long a schema change may wait. Source: ``CREDIT_MIGRATION_*`` settings."""

    lock_timeout_ms: int = 50
    """
    Longest wait of one try of a short step, which is how long writers may queue behind it. MariaDB does not wait at all
    below 1000, MySQL waits 1000 at the least.
    """
    build_lock_timeout_s: int = 1
    """Longest wait of an index build for its closing lock on MariaDB and MySQL; shorter throws whole builds away."""
    retry_budget_s: int = 300
    """
    How long one step is tried again before the change gives up; on PostgreSQL also the wait of an index build for old
    transactions, which holds no writer back.
    """
    retry_first_ms: int = 20
    """The first pause between two tries."""
    retry_longest_ms: int = 250
    """The longest pause between two tries."""
    other_run_wait_s: int = 3600
    """How long to wait for another run of the same change, which a killed client may have left on the server."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewForeignKey:
    """A nullable foreign key that a table is to have, every name unquoted."""

    table: str
    column: str
    definition: str
    """The column's type and ``NULL``, as SQL."""
    to_table: str
    to_column: str
    name: str | None
    """The constraint's name; ``None`` if the database is to know of no constraint."""
    index_name: str | None
    """The name of the column's index; ``None`` if it is to have none."""
    deferrable: str = ""
    """The SQL that defers the check to the end of a transaction, where the vendor can."""
    pattern_index: tuple[str, str] | None = None
    """The name of the index that serves ``LIKE`` on a text, and the SQL that builds it, where the vendor needs one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewIndex:
    """An index over one column that a table is to have beside others, unless one led by that column is there."""

    table: str
    column: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unique:
    """A unique constraint over plain columns, as a model declares it."""

    table: str
    columns: tuple[str, ...]
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """
    One statement that changes the schema, with what surrounds it.

    Running ``before``, ``sql`` and ``after`` in this order by hand is the same as letting the operation run it; with
    ``in_transaction`` they stand between BEGIN and COMMIT. After a failure ``undo`` removes what was left behind.
    """

    does: str
    """What it does, in the infinitive, for the operator."""
    sql: str
    more: tuple[str, ...] = ()
    """Statements that belong to ``sql`` and follow it in the same transaction."""
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    guard: str = ""
    """A query, asked just before ``sql``, whose first row forbids it: something would be lost."""
    undo: str = ""
    in_transaction: bool = False
    waits: bool = True
    """Whether ``sql`` waits for its lock at all, holding up those who come after it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Who holds a lock that a schema change waits for. No statement text: it may hold personal data."""

    id: int
    user: str
    application: str
    state: str
    open_for_s: float
    """Seconds since its transaction began."""

    def __str__(self) -> str:
        what = f" ({self.application})" if self.application else ""
        open_for = f"transaction open for {self.open_for_s:.0f} s"
        return f"connection {self.id} of user '{self.user}'{what}, {self.state}, {open_for}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Holders:
    """Who stands in the way, or why that can't be seen."""

    seen: tuple[Holder, ...] = ()
    unseen_because: str = ""

    def __str__(self) -> str:
        return "; ".join(map(str, self.seen)) or self.unseen_because
