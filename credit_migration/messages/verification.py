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
        msg="During '{trial}' something left by {channel} to {recipients}.{also}",
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
        msg="During '{trial}' the table of credit requests was used, and nothing left the host.{also}",
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
        title="A database trigger stands on a table of awards or requests",
        msg="The trigger '{trigger}' on '{table}' runs in the database when that table is written.",
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
    Message(
        id="U308",
        title="Something left during an award, and to whom is not known",
        msg="During '{trial}' something would have left by {channel}{recipients}, and what it says is not known.{also}",
        hint="Read the last call of the path. If it can't reach an institution, name the receiver in the adapter's "
        "'harmless'; if it can, remove it.",
        why="The probe refuses connections, name lookups and processes, notes files, and waits some seconds for "
        "threads. What would have been said is not seen then, so that the award is neither a fault nor clean.",
    ),
    Message(
        id="U309",
        title="The host can't be imported",
        msg="The host can't be imported, so nothing was looked at: {error}",
        hint="Mend the import, then run this again.",
        why="What does not start can't be read as it runs. That is no clean bill: a send may stand behind the import "
        "that failed.",
    ),
    Message(
        id="E310",
        title="A credit request is recorded without its program",
        msg="This '{detail}' records a credit request without its program: nobody will know what the "
        "learner asked for.",
        hint="Give the program when the row is made: UserCreditPathway.objects.create(user=…, pathway=…, program=…)",
        why="ADR 0005 stores the program when a request is first created. A row made without it can't be told from the "
        "legacy rows any more.",
    ),
    Message(
        id="U311",
        title="Nobody could tell whether a request is recorded with its program",
        msg="This '{detail}' takes what it writes from arguments that the source does not show here.",
        hint="Name the program where the row is made: UserCreditPathway.objects.create(program=…, **others)",
        why="A writer that passes on `**kwargs` may or may not give the program.",
    ),
    Message(
        id="E312",
        title="A repeated request overwrites the first",
        msg="This '{detail}' finds the learner's earlier request along the pathway, so that a repeated one "
        "leaves no row.",
        hint="Record every request with a row of its own: UserCreditPathway.objects.create(user=…, "
        "pathway=…, program=…)",
        why="After ADR 0005 the table records requests. A request that overwrites, or reuses, an earlier row is "
        "not on record, and repeats can't be counted. With two rows found, `update_or_create` raises after the mail "
        "has left.",
    ),
    Message(
        id="E313",
        title="The program of an earlier row is filled in",
        msg="This '{detail}' fills a program into a row that is there already.",
        hint="Leave earlier rows as they are, and record a new one: UserCreditPathway.objects.create(program=…, …)",
        why="ADR 0005 leaves the program of rows from before null. What is filled in is a claim that nobody made.",
    ),
    Message(
        id="E314",
        title="Earlier requests decide whether a request is taken",
        msg="Here earlier rows decide whether the learner's request is taken or sent ('{detail}').",
        hint="Take the condition out: a learner may request credit again, for the same program or another.",
        why="No check may keep a learner from requesting credit again.",
    ),
    Message(
        id="E315",
        title="Earlier requests decide what is offered",
        msg="This '{detail}' leaves programs or pathways out, or in, by the learner's earlier requests.",
        hint="Offer what the catalogue says, whatever was requested before.",
        why="Existing rows no longer decide what the learner is offered.",
    ),
    Message(
        id="W316",
        title="A pathway is shown as requested for another program",
        msg="This '{detail}' reads the learner's requests by pathway, whatever the program: a request for "
        "one program is "
        "shown on another.",
        hint="Read them by program too, program=program, or show no state at all.",
        why="A pathway may serve several programs. It only displays, so it is a warning; make sure that no button "
        "depends on it.",
    ),
    Message(
        id="E317",
        title="The model refuses a second request",
        msg="The model is unique by {detail}: the learner's second request for it is refused.",
        hint="Take it out of the model's Meta, with DropUniqueTogether of credit_migration.operations in the "
        "migration.",
        why="`full_clean()` checks a model's uniques before the database does, so dropping the index is not enough.",
    ),
    Message(
        id="E318",
        title="The admin's form records a request without a program",
        msg="The add form of '{detail}' takes a row without a program.",
        hint="Let has_add_permission return False, or make the program required in the form.",
        why="A row that staff adds without a program can't be told from the legacy rows.",
    ),
    Message(
        id="E319",
        title="The admin's form fills in the program of an earlier request",
        msg="The change form of '{detail}' lets staff put a program into a row that is there already.",
        hint="Make it read-only for rows that are there: in get_readonly_fields(self, request, obj=None), return "
        "(*super().get_readonly_fields(request, obj), 'program') if obj is given. Or let has_change_permission return "
        "False.",
        why="ADR 0005 leaves the program of rows from before null. What staff fill in is a claim that nobody made, and "
        "a form that requires the program makes them claim one whenever they save such a row.",
    ),
)
