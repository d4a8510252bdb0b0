"""Findings about the stages of the rollout (6xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = (
    Message(
        id="E601",
        title="The code is ahead of the schema",
        msg="{model} names {table}.{column}, which the database lacks: each of its queries fails now.",
        hint="Run the expand step now: {command}",
        why="Schema first, then code. Until the column is there, learners can't request credit, and a certificate "
        "that is awarded to a learner with a shared record fails too.",
    ),
    Message(
        id="W602",
        title="A writer was missed",
        msg="{rows} rows of {table} were created since {since}, when the first program was recorded, and have none.",
        hint="Find the code that wrote them, or old processes that still run: "
        "python manage.py audit_credit_pathways --since {since}",
        why="Each request recorded since the cutover must have its program. A row without one comes from a process "
        "of the old code, or from a place that writes requests and was not changed. It can't be filled in later.",
    ),
    Message(
        id="U603",
        title="A stage is undecided",
        msg="Nobody can tell whether this stage is done: {fact}.",
        hint="Decide it: {command}",
        why="What proves the stage could not be read. That is no clean bill, so the exit status is 3.",
    ),
    Message(
        id="E604",
        title="A required stage is not done",
        msg="The stage '{stage}' is {standing}, and this deployment needs it done: {fact}.",
        hint="Then run the gate again: {command}",
        why="`--fail-unless STAGE` makes a deployment pipeline wait for a stage of the rollout.",
    ),
)
