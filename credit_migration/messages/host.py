"""Findings about settings and the host's models (0xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = (
    Message(
        id="E001",
        title="A setting can't be used",
        msg="{detail}",
        hint="{next}",
        why="A `CREDIT_MIGRATION_*` setting has a value of another form than it needs. No command can start.",
    ),
    Message(
        id="W002",
        title="The host's models were not found",
        msg="{detail}",
        hint="{next}",
        why="The commands find everything from the one request model: the learner, the pathway and its programs. "
        "In a project that records no credit requests, take the app out of it.",
    ),
    Message(
        id="W003",
        title="The live schema could not be checked",
        msg="The request table of database '{database}' could not be checked: {detail}",
        hint="{next}",
        why="`check --database` compares the request table with the model and with `django_migrations`. Here it could "
        "not read it.",
    ),
)
