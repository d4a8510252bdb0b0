"""Findings of the audit and of inference (1xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

MESSAGES: tuple[Message, ...] = (
    Message(
        id="E101",
        title="A request was made without its program since the cutover",
        msg="{rows} requests created since {cutover} have no program (allowed: {allowed}), along {pathways} pathways; "
        "most along pathway {pathway}: {most}.",
        hint="A writer was missed. Find it: python manage.py verify_credit_decisions. List the rows: "
        "python manage.py audit_credit_pathways --created-from {cutover} --format csv",
        why="Since the cutover the code stores the program with each new request (ADR 0005: it is stored when the "
        "request is first created). A row without one was written by code that does not know the field: an old "
        "process that still runs, a script, or a view that was overlooked. Such rows can't be told from legacy rows "
        "later, and nobody will know which program they meant. Find the writer first; the rows stay null.\n\n"
        "The cutover is `--since`, or the moment at which the first program was recorded: the earliest `modified` "
        "of a row that has one.",
    ),
    Message(
        id="E102",
        title="More legacy rows than allowed",
        msg="{rows} legacy rows are selected, and --max-legacy-rows allows {allowed}.",
        hint="Legacy rows never go away, and none should come. See where they grow: "
        "python manage.py audit_credit_pathways --format csv",
        why="The number of legacy rows is fixed once the code records programs. A threshold at today's number makes "
        "CI or a scheduled job notice the first one that is added.",
    ),
    Message(
        id="W103",
        title="A program was filled into an older row",
        msg="{rows} requests from before {cutover} have a program: it was filled in later.",
        hint="Find the writer: python manage.py verify_credit_decisions. It must create a new row for each request and "
        "leave rows without a program as they are.",
        why="ADR 0005 leaves the program of rows from before null, because nobody knows it: reported, never filled. A "
        "row that is older than the first recorded program and has one was updated by code, for example by an "
        "`update_or_create` that looks for the row without a program, or by a script. What it says is a guess, and "
        "it counts as a fact in every report from now on.",
    ),
    Message(
        id="W104",
        title="Several requests of one learner along one pathway",
        msg="{pairs} pairs of learner and pathway have several requests, {rows} rows in all.",
        hint="A unique over learner and pathway can't be restored any more: where the contract step dropped that one, "
        "go forward instead, see runbooks/duplicates-found.md.",
        why="This is what the rollout is for: learners may ask again. It is also the point of no return. Restoring the "
        "unique over learner and pathway fails on PostgreSQL and SQLite while such pairs are there, and MariaDB and "
        "MySQL are left with neither unique. Upstream's unique of three keeps no rows without a program apart, and can "
        "come back as long as there is no W105. Deleting rows to make room would lose recorded requests.",
    ),
    Message(
        id="W105",
        title="Several requests for one program by one learner along one pathway",
        msg="{pairs} pairs of learner and pathway have several requests for the same program.",
        hint="A unique over learner, pathway and program can't be restored any more. See who repeats: "
        "python manage.py report_credit_requests",
        why="Repeated requests for the same program are allowed by ADR 0005. They keep a unique over learner, pathway "
        "and program from being added or restored.",
    ),
    Message(
        id="E106",
        title="A request whose learner is missing",
        msg="{rows} legacy rows name a learner who is not in the user table.",
        hint="The database did not enforce the foreign key. Find how they came there before you add a constraint on "
        "this table: ALTER TABLE would fail on them.",
        why="A row without its learner stays from an import with foreign key checks off, or from a deletion around the "
        "application. It still counts in its class. A new foreign key or a table copy that checks keys fails on it.",
    ),
    Message(
        id="E107",
        title="A request whose pathway is missing",
        msg="{rows} legacy rows name a pathway that is not there: {pathways}.",
        hint="The database did not enforce the foreign key. They are counted as mapping to no program.",
        why="Without its pathway a row maps to no program, and it has no organisation. It stays from an import with "
        "foreign key checks off, or from a deletion around the application.",
    ),
    Message(
        id="W108",
        title="A request along a pathway that is no credit pathway",
        msg="{rows} legacy rows are on pathways that are no credit pathways: {pathways}.",
        hint="See whether the pathway's type was changed since; new requests can't be made along it.",
        why="The model refuses to save a request along a pathway of another type, so the type was changed later, or "
        "the row was written around the model. Saving such a row again, even unchanged, raises a validation error.",
    ),
    Message(
        id="W109",
        title="A pathway's program list names something that is missing",
        msg="{count} entries of the pathways' program lists name a pathway or program that is not there, the first: "
        "pathway {pathway}, program {program}.",
        hint="Such entries are left out when a pathway's programs are counted. Remove them in the catalogue.",
        why="An entry whose pathway or program was deleted around the application would make a pathway look as if it "
        "had more programs than it has. The audit counts only programs that are there.",
    ),
)
