"""Findings about planned migrations (4xx)."""

from __future__ import annotations

from credit_migration.messages.base import Message

_EXPAND = """```python
from credit_migration.operations import AddNullableForeignKey

operations = [
    AddNullableForeignKey(
        model_name="usercreditpathway",
        name="program",
        field=models.ForeignKey("catalog.Program", null=True, blank=True, on_delete=models.PROTECT),
    ),
]
```"""
_CONTRACT = """```python
from credit_migration.operations import DropUniqueTogether

operations = [DropUniqueTogether(name="usercreditpathway", unique_together=set())]
```"""
_TIMEOUT = """```python
operations = [
    migrations.RunSQL(
        ["SET LOCAL lock_timeout = '2s'", "ALTER TABLE records_usercreditpathway ALTER status SET DEFAULT 'sent'"],
        ["ALTER TABLE records_usercreditpathway ALTER status DROP DEFAULT"],
    ),
]
```"""

MESSAGES: tuple[Message, ...] = (
    Message(
        id="E401",
        title="A statement blocks writes for as long as the table is long",
        msg="On {vendor} this blocks {blocked} on {tables} while it {growth}: {sql}",
        hint="Use {instead} of credit_migration.operations, which does it in steps that let writes go on.",
        why="The statement keeps a lock that other sessions' writes wait for, and how long it runs grows with the "
        "number of rows. A learner's request waits or fails meanwhile.\n\nInstead, add the column and its key "
        f"through the operation that splits the work:\n\n{_EXPAND}",
    ),
    Message(
        id="W402",
        title="A statement waits for its lock without a limit",
        msg="{operation}: on {vendor} this needs {tables} to itself for a moment, and waits for that without a limit"
        "{behind}.",
        hint="Use {instead} of credit_migration.operations, or set a lock timeout before it and try again later.",
        why="The statement itself is short. But while it waits for one long transaction on the table, everything that "
        "comes after it waits behind it, reads included: one forgotten transaction stops the service. On MariaDB and "
        "MySQL writes on the tables that its foreign keys point to wait as well, such as the learners'. A lock timeout "
        "turns that into a migration that fails at once and can be run again.\n\nInstead of a plain operation on the "
        f"unique:\n\n{_CONTRACT}\n\nFor a statement that the operations do not have, on PostgreSQL; on "
        f"MariaDB and MySQL the first is `SET SESSION lock_wait_timeout = 2`:\n\n{_TIMEOUT}",
    ),
    Message(
        id="U403",
        title="Nobody could tell how a statement locks",
        msg="How this locks on {vendor} is not known: {sql}",
        hint="Ask a scratch server: python manage.py check_migration_safety {migration} --probe ALIAS",
        why="The table of locks does not know the statement. That is no clean bill: read the vendor's manual, or let "
        "a scratch database answer with `--probe`.",
    ),
    Message(
        id="U404",
        title="An operation could not be turned into statements",
        msg="{operation} could not be planned for {vendor}: {reason}",
        hint="Read its statements on a scratch database: python manage.py sqlmigrate {app} {name} --database ALIAS",
        why="The operation asks the database for something that a plan without one does not have, or it does not work "
        "with this vendor at all. What it would do is not in this report.",
    ),
    Message(
        id="I410",
        title="Expand: schema first, then code",
        msg="Code that has '{field}' fails on the table before this: every query of {model} names {table}.{column}.",
        hint="Run it before any process of the new code starts: python manage.py migrate {app} {name}",
        why="The old code goes on running on the new schema: it does not name the column, and the rows that it "
        "writes have no program. The new code on the old schema fails with *Unknown column* (MySQL, MariaDB), "
        "*column does not exist* (PostgreSQL) or *no such column* (SQLite) on each query of the model, also when a "
        "certificate is awarded to a learner with a shared record.\n\nOrder: this migration, then the code.",
    ),
    Message(
        id="W411",
        title="Contract: only once no old process runs",
        msg="After this, a second row for the same {user} and {pathway} can be stored, and code that expects one row "
        "of {model} breaks on it.",
        hint="Let it wait until no process of the old code runs; then: python manage.py migrate {app} {name}",
        why="Old code looks a request up by learner and pathway. With a second row its `get()`, `get_or_create()` and "
        "`update_or_create()` raise `MultipleObjectsReturned`, and a dict keyed by pathway keeps one row of the "
        f"two.\n\nOrder: deploy code that tolerates several rows, stop the old one, then:\n\n{_CONTRACT}",
    ),
    Message(
        id="W412",
        title="Contract: from the first second request on there is no way back",
        msg="Reversing {migration} builds the unique over {columns} again, which fails from the moment that two rows "
        "share them.",
        hint="Before you enable second requests, go back with: python manage.py migrate {app} {before}. "
        "After the first one, roll the code back, not the schema.",
        why="A second request of a learner along a pathway is what the contract step is for. Once it is stored, the "
        "old unique can't be built without losing a recorded request. PostgreSQL and SQLite refuse; MariaDB has "
        "dropped what it had by then and is left with neither constraint. "
        "`credit_migration.operations` looks first and begins nothing that it can't finish.",
    ),
    Message(
        id="W413",
        title="Expand: going back drops recorded programs",
        msg="Reversing {migration} would drop {table}.{column} with the program of every request recorded since. "
        "AddNullableForeignKey refuses that, a plain AddField does not.",
        hint="Go back only while no row has a program: python manage.py migrate {app} {before}",
        why="The column holds what the rollout is for. Its rows can't be told again from anything else: that is why "
        "the legacy rows stay null. Leave the column where it is when you roll the code back; the old code does not "
        "see it.",
    ),
    Message(
        id="W414",
        title="One migrate runs expand and contract at once",
        msg="A plain migrate would run {contract} right after {expand}, while old processes still run.",
        hint="Name the step: python manage.py migrate {app} {expand_name}",
        why="Between the two steps the new code is deployed and the old one stopped. A deployment that runs a plain "
        "`migrate` skips that. Release them apart, or name the step.",
    ),
    Message(
        id="W415",
        title="Data allows no way back any more",
        msg="Reversing {migration} is impossible now: {pairs} pairs of {user} and {pathway} have more than one row.",
        hint="Roll the code back, not the schema; nothing needs to be deleted for that.",
        why="The unique over learner and pathway can't be built on rows that share them. Deleting recorded requests "
        "to make room for a constraint would lose what the ADR keeps.",
    ),
    Message(
        id="W416",
        title="Going back before expand loses recorded programs now",
        msg="Reversing {migration} would lose the program of {recorded} requests in {table} now.",
        hint="Roll the code back, not the schema; code of before runs on it too.",
        why="What these rows recorded can't be told from anything else.",
    ),
    Message(
        id="E420",
        title="The program is not nullable",
        msg="{table}.{column} is NOT NULL without a default: the migration fails on a table with rows, and old code "
        "can't insert any more.",
        hint="Make it nullable: models.ForeignKey({program!r}, null=True, blank=True, on_delete=models.PROTECT)",
        why=f"Legacy rows have no program and stay that way.\n\nInstead:\n\n{_EXPAND}",
    ),
    Message(
        id="E421",
        title="A default gives legacy rows a program",
        msg="{table}.{column} has a default, which gives every legacy row a program that nobody asked for.",
        hint="Take the default away: models.ForeignKey({program!r}, null=True, blank=True, on_delete=models.PROTECT)",
        why="ADR 0005: for the rows from before, *that field will be null*. A default writes one program into all of "
        f"them.\n\nInstead:\n\n{_EXPAND}",
    ),
    Message(
        id="E422",
        title="A migration fills in the program of legacy rows",
        msg="{operation} writes {table}.{column} on rows that were there before.",
        hint="Take it out. Legacy rows are reported, never filled: python manage.py infer_program_candidates",
        why="Nobody knows which program a legacy row meant, and a filled row can't be told from a recorded one "
        "afterwards. Candidates and their evidence are a report for people, "
        "`python manage.py infer_program_candidates`.",
    ),
    Message(
        id="U423",
        title="Nobody could tell whether a migration fills in the program",
        msg="{operation} could not be read, so it may write {table}.{column}.",
        hint="Read it, and see that it writes no program; then waive this finding with the reason.",
        why="The code of the operation was not found as source, or its SQL can't be read.",
    ),
    Message(
        id="E424",
        title="Expand and contract in one migration",
        msg="{migration} adds {table}.{column} and takes the unique over {columns} away: no time is left for the "
        "code between.",
        hint="Split it: the column in one migration, the unique in the next, released after the code.",
        why="Old code breaks on the schema without the unique, new code on the schema without the column. In one "
        f"migration there is no moment at which either can be exchanged for the other.\n\nInstead, in one migration:"
        f"\n\n{_EXPAND}\n\nand in the next, released after the code:\n\n{_CONTRACT}",
    ),
    Message(
        id="E425",
        title="A wider unique still forbids second requests",
        msg="A unique over {columns} takes the place of the one over {user} and {pathway}: a learner still can't "
        "request the same program again.",
        hint="Drop it and put none in its place: DropUniqueTogether(name={model_name!r}, unique_together=set())",
        why="ADR 0005: no check may keep a learner from requesting again, for the same or another program. Rows "
        f"without a program are let through by this unique, so it does not even protect them."
        f"\n\nInstead:\n\n{_CONTRACT}",
    ),
    Message(
        id="E426",
        title="More than one schema change in one migration",
        msg="On {vendor} {migration} runs {count} schema changes on {table} that can't be rolled back together: "
        "{operations}.",
        hint="Give each operation a migration of its own, so that one that was interrupted can be run again.",
        why="MySQL and MariaDB commit each schema statement by itself. When the second fails or is killed, the first "
        "stays, the migration counts as not run, and running it again fails on what is there already.\n\nInstead, each "
        f"alone in a migration, as the operations need it too:\n\n{_EXPAND}\n\n{_CONTRACT}",
    ),
    Message(
        id="E427",
        title="An index is built while writes wait",
        msg="On {vendor} this index is not built concurrently, so writes on {tables} wait while it is: {sql}",
        hint="Use {instead} of credit_migration.operations, or AddIndexConcurrently in a migration that has "
        "atomic = False.",
        why="The nullable foreign key itself costs PostgreSQL nothing: it checks no row, since each has NULL. Its "
        "index hurts: a plain `CREATE INDEX` takes a SHARE lock, and every insert and update waits until it is "
        "built.",
    ),
    Message(
        id="E428",
        title="CONCURRENTLY inside a transaction",
        msg="{migration} is atomic, and PostgreSQL refuses this in a transaction: {sql}",
        hint="Write atomic = False in the class Migration.",
        why="`CREATE INDEX CONCURRENTLY` commits in between. Inside of a transaction PostgreSQL refuses it.",
    ),
    Message(
        id="E429",
        title="The program's app is no dependency",
        msg="{migration} points to {program} but does not depend on the app '{app}'{detail}.",
        hint='Add ("{app}", "{needed}") to its dependencies.',
        why="Without the dependency Django may run the migration before the table of programs is there, or with an "
        "older state of it: the order then depends on which app happens to be migrated first.",
    ),
    Message(
        id="E430",
        title="A rename breaks the running code",
        msg="{operation}: old code reads the old name and new code the new one, and only one of them is there.",
        hint="Keep the name. To show another one, set db_column or db_table, which changes no schema.",
        why="While a deployment rolls, processes of both versions run. There is no moment at which both names work.",
    ),
    Message(
        id="E431",
        title="The program is not Credentials' own",
        msg="{table}.{column} points to {found}, not to {program}.",
        hint="Point it to the program of the pathway: models.ForeignKey({program!r}, null=True, …)",
        why="ADR 0005: *program_id* is the id of Credentials' own Program, not Discovery's and not Curriculum's.",
    ),
    Message(
        id="E432",
        title="A column is removed that running code reads",
        msg="{operation}: every query of {model} by code from before names {table}.{column} and fails.",
        hint="Remove the field from the code in one release, and the column in a later one.",
        why="Django names every column of a model in each query. Code that still has the field fails for as long as "
        "it runs.",
    ),
    Message(
        id="E433",
        title="The unique is gone from the state but not from the database",
        msg="{operation} changes only Django's state: the unique over {columns} stays in the database.",
        hint="Drop it in the database too: DropUniqueTogether(name={model_name!r}, unique_together=set())",
        why="A `SeparateDatabaseAndState` with state operations alone makes Django believe that the unique is gone. "
        "The second request then fails with an `IntegrityError` of the database.",
    ),
    Message(
        id="E440",
        title="Code looks for the one row of a learner and pathway",
        msg="{function} expects one row: {code}. With a second request it raises MultipleObjectsReturned.",
        hint="Take the newest: .filter({user}=…, {pathway}=…).order_by('-created').first(), or ask exists().",
        why="Once the unique is gone there may be several rows for a learner and pathway. `get()` fails on them, for "
        "just those learners who asked again.",
    ),
    Message(
        id="E441",
        title="Code gets or makes the one row of a learner and pathway",
        msg="{function} takes the row that is there for a new request: {code}. With two it raises "
        "MultipleObjectsReturned, with one it overwrites the first request.",
        hint="Store each request as a row of its own: {model}.objects.create({user}=…, {pathway}=…, {field}=…)",
        why="ADR 0005: the table is a record of requests. `update_or_create()` and `get_or_create()` keep one row and "
        "lose the others; with two rows they fail.",
    ),
    Message(
        id="W442",
        title="Code asks for a row before it makes one",
        msg="{function} asks first whether there is a row: {code}. A learner who asked before is treated differently.",
        hint="Store the request without asking: {model}.objects.create({user}=…, {pathway}=…, {field}=…)",
        why="ADR 0005: no check may keep a learner from requesting again, and the rows that are there decide nothing "
        "any more. Without the unique, asking first does not even keep duplicates out: two processes ask at the same "
        "moment.",
    ),
    Message(
        id="W443",
        title="Code relies on an IntegrityError that will not come",
        msg="{function} catches IntegrityError to see a second request: {code}. Without the unique it is stored "
        "silently.",
        hint="Take the handler out: a second request is a request.",
        why="The database raised the error because of the unique. After the contract step the row is simply stored, "
        "and what the handler did for a repeated request no longer happens.",
    ),
    Message(
        id="E444",
        title="Code relies on a conflict of the unique",
        msg="{function} relies on the unique: {code}. Without it each run stores every row again, or the statement "
        "fails because no unique matches.",
        hint="Make the rows with create() or bulk_create() without conflicts, each once.",
        why="`ignore_conflicts` and `update_conflicts` mean *the row is there already* only while a unique says so. "
        "PostgreSQL and SQLite refuse an `ON CONFLICT (…)` that no unique matches; MySQL and MariaDB insert a "
        "duplicate.",
    ),
    Message(
        id="E445",
        title="The model itself still forbids a second request",
        msg="{function} is unique over learner and pathway in its Meta: {code}. full_clean() refuses a second request "
        "even when the database would not.",
        hint="Take it out of Meta in the release that contracts, with DropUniqueTogether as its migration.",
        why="`save()` of the host's model calls `full_clean()`, which looks at `Meta`. Dropping the unique in the "
        "database alone changes nothing for learners.",
    ),
    Message(
        id="E446",
        title="A serializer still forbids a second request",
        msg="{function} refuses a second request: {code}.",
        hint="Take the validator out; set validators = [] in the serializer's Meta so that none is derived from the "
        "model.",
        why="Django REST framework derives a `UniqueTogetherValidator` from `Meta`, and code may name one itself.",
    ),
    Message(
        id="E447",
        title="in_bulk over a field that is unique no more",
        msg="{function} reads rows by a field that must be unique: {code}.",
        hint="Read the rows with filter() and group them.",
        why="`in_bulk(field_name=…)` raises `ValueError` for a field that is not unique.",
    ),
    Message(
        id="W448",
        title="A dict keyed by pathway keeps one row of several",
        msg="{function} keys rows by their pathway: {code}. Of several requests the last one read "
        "overwrites the others.",
        hint="Group them: for row in rows: found[row.{pathway}].append(row), with found = defaultdict(list).",
        why="With one row a learner and pathway the key was unique. With several, which of them is kept depends on "
        "the order of the rows, which no one has asked for.",
    ),
    Message(
        id="U449",
        title="A lookup that can't be read",
        msg="{function} looks up one row by what only runs can tell: {code}.",
        hint="Read it: if it looks by learner and pathway, take the newest row instead; then waive this finding.",
        why="The fields are not written in the call, for example `get(**lookup)`. Whether it relies on the unique is "
        "not known.",
    ),
    Message(
        id="W450",
        title="A waiver has expired",
        msg="The waiver of {waived} expired on {until}: {reason}",
        hint="Mend what it waives, or decide again and give it a new date.",
        why="A waiver is a decision for some time. Once its date has passed, what it waived is told again, and the "
        "waiver with it.",
    ),
    Message(
        id="E451",
        title="A waiver can't be read",
        msg="This waiver can't be read: {text}",
        hint="Write it as: # credit_migration: waive E401 until 2027-01-31: the table has 200 rows",
        why="A waiver names an id, a date and a reason. In `pyproject.toml`:\n\n```toml\n"
        '[[tool.credit_migration.waivers]]\nid = "E401"\nwhere = "records.0002_expand"\nuntil = 2027-01-31\n'
        'reason = "The table has 200 rows."\n```\n\nAt the line, or on the line above it: '
        "`# credit_migration: waive E401 until 2027-01-31: the table has 200 rows`",
    ),
)
