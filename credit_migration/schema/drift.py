"""``LiveSchema`` → where the database is not what the model and ``django_migrations`` say; pure functions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

from credit_migration import messages
from credit_migration.data import Finding, IndexState
from credit_migration.data.live import LiveSchema


class Step(Protocol):
    """A migration that takes one step of the schema, and whether it has run."""

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def applied(self) -> bool: ...


def judge_schema(
    live: LiveSchema, *, expand: Step | None = None, contract: Step | None = None, is_beside: bool = False
) -> tuple[Finding, ...]:
    """
    Return what is wrong with the live request table.

    Args:
        live: the table beside what the code says.
        expand, contract: the migrations that add the program and take the uniques away, where the project has them.
        is_beside: the table is that of a service whose code and migrations are not in this project.

    """
    found = (*_column(live, expand), *_foreign_key(live), *_index(live), *_invalid(live))
    if is_beside:
        return (*map(_for_the_service, found), *_uniques_beside(live))
    return (*found, *_uniques(live, contract))


def _finding(id: str, live: LiveSchema, **more: Any) -> Finding:  # noqa: A002 - the word of the catalogue
    names = {
        "table": live.table.table,
        "column": live.program,
        "model": live.model,
        "app": live.app,
        "program_table": live.program_table,
        "program_pk": live.program_pk,
    }
    return messages.finding(id, obj=live.table.table, **{**names, **more})


def _for_the_service(finding: Finding) -> Finding:
    """Return a finding whose next step is taken elsewhere: this project's own commands would not reach the table."""
    return replace(finding, hint=f"In the service itself: {finding.hint[0].lower()}{finding.hint[1:]}")


def _column(live: LiveSchema, expand: Step | None) -> Iterator[Finding]:
    column = next((column for column in live.table.columns if column.name == live.program), None)
    if column is None:
        if expand is not None and expand.applied:
            yield _finding("E501", live, migration=expand.key, name=expand.name, before=expand.before)
        return
    if expand is not None and not expand.applied:
        yield _finding("E502", live, migration=expand.key, name=expand.name)
    if not column.null:
        yield _finding("E503", live)
    if live.program_type != live.program_pk_type:
        yield _finding("E504", live, found=live.program_type, wanted=live.program_pk_type)


def _foreign_key(live: LiveSchema) -> Iterator[Finding]:
    if not live.table.has_column(live.program):
        return
    keys = [key for key in live.table.foreign_keys if key.column == live.program]
    right = [key for key in keys if (key.to_table, key.to_column) == (live.program_table, live.program_pk)]
    if not keys:
        yield _finding("E505", live)
    elif not right:
        yield _finding("E506", live, name=keys[0].name, found=f"{keys[0].to_table}.{keys[0].to_column}")
    elif not right[0].validated:
        yield _finding("W507", live, name=right[0].name)


def _index(live: LiveSchema) -> Iterator[Finding]:
    if not live.table.has_column(live.program):
        return
    if not any(index.columns[:1] == (live.program,) for index in live.table.indexes):
        yield _finding("W508", live)


def _invalid(live: LiveSchema) -> Iterator[Finding]:
    for index in live.table.indexes:
        if not index.valid:
            yield _finding("E509", live, name=index.name)


def _uniques(live: LiveSchema, contract: Step | None) -> Iterator[Finding]:
    if not live.table.has_column(live.program):
        # Before the expand step the model may be ahead of the table, which is no drift but a migration to run.
        return
    in_database = _gating([index for index in live.table.indexes if index.unique], live)
    in_code = {frozenset(columns) for columns in live.meta_uniques}
    for index in in_database:
        if contract is not None and contract.applied:
            yield _finding("E510", live, name=index.name, columns=", ".join(index.columns), migration=contract.key)
        elif contract is None and frozenset(index.columns) not in in_code:
            yield _finding("W511", live, name=index.name, columns=", ".join(index.columns))
    have = {frozenset(index.columns) for index in live.table.indexes if index.unique}
    for columns in live.meta_uniques:
        if frozenset(columns) not in have and set(columns) <= {column.name for column in live.table.columns}:
            yield _finding("W512", live, columns=", ".join(columns))


def _uniques_beside(live: LiveSchema) -> Iterator[Finding]:
    if live.table.has_column(live.program):
        for index in _gating([index for index in live.table.indexes if index.unique], live):
            yield _finding("I513", live, name=index.name, columns=", ".join(index.columns))


def _gating(uniques: list[IndexState], live: LiveSchema) -> list[IndexState]:
    return [index for index in uniques if {live.user, live.pathway} <= set(index.columns)]
