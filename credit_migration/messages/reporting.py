"""Findings about recorded requests (2xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = (
    Message(
        id="W201",
        title="Learners ask for the same again and again",
        msg="{repeats} times a learner requested the same program along the same pathway more than {more_than} times "
        "within {days} days; most requests of this kind reached {institution}: {requests}.",
        hint="See who and where: python manage.py report_credit_requests --repeats --format csv. "
        "Limit the rate at the view, not by a unique: the table decides nothing.",
        why="ADR 0005 names the risk itself: once nothing keeps a learner from asking again, learners can spam "
        "institutions. The table is a record and no application logic may depend on it, so a limit belongs at the "
        "view, by rate, and not into a constraint.",
    ),
    Message(
        id="I202",
        title="No program is recorded yet",
        msg="The request table has no program column yet, so there are no recorded requests to report on.",
        hint="Run the expand step first: python manage.py show_credit_rollout. Legacy candidates are shown apart.",
        why="Before the expand step no request has a program. What the report shows then is legacy candidates only, "
        "which say what pathways have one program now, not what learners asked for.",
    ),
)
