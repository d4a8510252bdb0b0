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
        id="E602",
        title="A writer was missed",
        msg="{rows} rows of {table} were created since {since}, when the first program was recorded, and have none "
        "(allowed: {allowed}).",
        hint="Find the code that wrote them, or old processes that still run: python manage.py "
        "verify_credit_decisions. List the rows: python manage.py audit_credit_pathways --created-from {since} "
        "--format csv. Once it is mended, let the rows be and allow them: --max-new-null-rows {rows}",
        why="Each request recorded since the cutover must have its program. A row without one comes from a process "
        "of the old code, or from a place that writes requests and was not changed. It can't be filled in later, so it "
        "is counted for ever: once its writer is mended, `--max-new-null-rows` allows the rows that are known, and the "
        "next one is an error again.",
    ),
    Message(
        id="U603",
        title="A stage is undecided",
        msg="Nobody can tell whether this stage is done: {fact}.",
        hint="Decide it{where}: {command}",
        why="What proves the stage could not be read. That is no clean bill, so the exit status is 3.",
    ),
    Message(
        id="E604",
        title="A required stage is not done",
        msg="The stage '{stage}' is {standing}, and this deployment needs it done: {fact}.",
        hint="Its next step: {command}. Then run the gate again.",
        why="`--fail-unless STAGE` makes a deployment pipeline wait for a stage of the rollout.",
    ),
)
