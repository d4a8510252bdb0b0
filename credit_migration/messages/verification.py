"""Findings about the host's code (3xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = (
    Message(
        id="E301",
        title="A credit request is sent without the learner asking",
        msg="The {entry} ({wired}) leads to {channel}, which sends {tells} without the learner asking.{also}{switch}",
        hint="Remove the call at {caller}, and keep the learner's own request as the only way to a send.",
        why="ADR 0005 removes the code that sends a credit request again when a program certificate is awarded: an "
        "institution hears from a learner only when the learner asks. The path goes from what the host runs by itself "
        "to the call that sends. A setting or a switch that is off today does not remove the path.",
    ),
    Message(
        id="E302",
        title="An award sent a credit request",
        msg="During '{trial}' something left by {channel} to {recipients}.",
        hint="Remove the call that the path shows, then run python manage.py verify_resend_removed --probe again.",
        why="The probe awarded a certificate in a scratch database, and recorded what left the host instead of sending "
        "it. Nobody had asked for a credit request.",
    ),
    Message(
        id="U303",
        title="A place on a way from an award could not be decided",
        msg="Not decided: {what}.",
        hint="{decide}",
        why="From here the source does not show what runs. That is neither a fault nor a clean bill: the verdict is "
        "INCONCLUSIVE until the place is decided, unless something else proves PRESENT.",
    ),
    Message(
        id="U304",
        title="An award read or wrote recorded requests, and nothing left",
        msg="During '{trial}' the table of credit requests was used, and nothing left the host.",
        hint="Find what reads the table during an award, and take it out: no application logic may use these rows.",
        why="After ADR 0005 the table is a record only. Code that looks at it during an award may send under "
        "circumstances that the probe did not meet.",
    ),
    Message(
        id="U305",
        title="The probe could not try an award",
        msg="The probe failed: {reason}.",
        hint="Give an adapter that makes this host's data: --adapter package.module.Adapter",
        why="What was not tried was not seen. A clean result of the source alone does not become a proof by a probe "
        "that failed.",
    ),
    Message(
        id="U306",
        title="A database trigger stands on a table that an award writes",
        msg="The trigger '{trigger}' on '{table}' runs in the database when a certificate is awarded.",
        hint="Read the trigger's statement, and drop it if it fills a queue or a table that something sends from.",
        why="A trigger runs where no source of the host shows it.",
    ),
    Message(
        id="I307",
        title="Left over: code that could send a credit request, and that nothing calls",
        msg="'{function}' could send a credit request, and nothing calls it any more.",
        hint="Remove '{function}', so that nothing can call it again.",
        why="It is no failure. But what is not there can't be called by mistake.",
    ),
)
