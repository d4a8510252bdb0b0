"""Findings of a rehearsal (7xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = (
    Message(
        id="E701",
        title="A proof of the rehearsal does not hold",
        msg="The step '{step}' did not prove what it should: {proved}.",
        hint="Do not begin the rollout. Read the step's reports in the folder named above, repair what they show, and "
        "run the rehearsal again: python manage.py rehearse_credit_rollout",
        why="The rehearsal takes the reference host through the same migrations, commands and pages as a rollout does. "
        "A proof that fails on a scratch database with made data is a defect of this package, of its version for this "
        "database, or of a change to the reference host; a real service must not be the place to find out which.",
    ),
)
