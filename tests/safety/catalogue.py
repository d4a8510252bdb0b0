"""Migrations that are wrong, and migrations that look alike and are right, each with what must be found per vendor."""

from __future__ import annotations

from dataclasses import dataclass

from tests.safety.cases import source

EXPAND = """
AddNullableForeignKey("usercreditpathway", "program", FK),
"""
PLAIN_EXPAND = """
migrations.AddField("usercreditpathway", "program", FK),
"""
CONTRACT = """
DropUniqueTogether("usercreditpathway", unique_together=set()),
"""
FORWARDS = """
def forwards(apps, schema_editor):
    Request = apps.get_model("records", "UserCreditPathway")
    {body}
"""


@dataclass(frozen=True)
class Case:
    """A migration after ``before``; what it must be told on each database stands in ``expected.md``."""

    name: str
    text: str
    before: str = "0001_legacy"


def code(body: str, **more: str) -> str:
    return source("migrations.RunPython(forwards, migrations.RunPython.noop),", code=FORWARDS.format(body=body), **more)


def sql(statement: str, **more: str) -> str:
    return source(f"migrations.RunSQL({statement!r}),", **more)


EXPANDED = "0002_expand"
CONTRACTED = "0003_contract"

BAD = [
    Case("plain AddField", source(PLAIN_EXPAND)),
    Case(
        "plain AddField with a short name",
        source('migrations.AddField(model_name="UserCreditPathway", name="program", field=FK),'),
    ),
    Case(
        "plain AddField without index",
        source(
            'migrations.AddField("usercreditpathway", "program", models.ForeignKey("catalog.program", null=True, on_delete=PROTECT, db_index=False)),'
        ),
    ),
    Case(
        "plain AlterUniqueTogether",
        source('migrations.AlterUniqueTogether("usercreditpathway", set()),'),
        before=EXPANDED,
    ),
    Case(
        "not null",
        source(
            'migrations.AddField("usercreditpathway", "program", models.ForeignKey("catalog.program", on_delete=PROTECT)),'
        ),
    ),
    Case(
        "not null with a one-off default",
        source(
            'migrations.AddField("usercreditpathway", "program", models.ForeignKey("catalog.program", on_delete=PROTECT, default=1), preserve_default=False),'
        ),
    ),
    Case(
        "nullable with a default",
        source(
            'migrations.AddField("usercreditpathway", "program", models.ForeignKey("catalog.program", null=True, default=1, on_delete=PROTECT)),'
        ),
    ),
    Case(
        "nullable with a database default",
        source(
            'migrations.AddField("usercreditpathway", "program", models.ForeignKey("catalog.program", null=True, db_default=1, on_delete=PROTECT)),'
        ),
    ),
    Case(
        "made not null later",
        source(
            'migrations.AlterField("usercreditpathway", "program", models.ForeignKey("catalog.program", on_delete=PROTECT)),'
        ),
        before=EXPANDED,
    ),
    Case(
        "given a default later",
        source(
            'migrations.AlterField("usercreditpathway", "program", models.ForeignKey("catalog.program", null=True, default=1, on_delete=PROTECT)),'
        ),
        before=EXPANDED,
    ),
    Case(
        "points to the pathway",
        source(
            'AddNullableForeignKey("usercreditpathway", "program", models.ForeignKey("catalog.pathway", null=True, on_delete=PROTECT, related_name="+")),',
            atomic=False,
        ),
    ),
    Case(
        "an integer, not a key",
        source('migrations.AddField("usercreditpathway", "program_id", models.IntegerField(null=True)),'),
    ),
    Case(
        "fills by assignment",
        code("for row in Request.objects.all():\n        row.program_id = 1\n        row.save()"),
        before=EXPANDED,
    ),
    Case(
        "fills the relation by assignment",
        code(
            "for row in Request.objects.all():\n        row.program = row.pathway.programs.first()\n        row.save()"
        ),
        before=EXPANDED,
    ),
    Case("fills by update", code("Request.objects.filter(program=None).update(program_id=1)"), before=EXPANDED),
    Case("fills by update with a dict", code('Request.objects.update(**{"program_id": 1})'), before=EXPANDED),
    Case(
        "fills by bulk_update", code('Request.objects.bulk_update(Request.objects.all(), ["program"])'), before=EXPANDED
    ),
    Case(
        "fills by update_or_create",
        code('Request.objects.update_or_create(user_id=1, pathway_id=1, defaults={"program_id": 1})'),
        before=EXPANDED,
    ),
    Case("fills by setattr", code('row = Request.objects.first()\n    setattr(row, "program_id", 1)'), before=EXPANDED),
    Case(
        "fills in a function of its own",
        source(
            "migrations.RunPython(forwards),",
            code='def fill(rows):\n    rows.update(program_id=1)\n\ndef forwards(apps, schema_editor):\n    fill(apps.get_model("records.UserCreditPathway").objects.all())\n    extra = "UserCreditPathway"\n\ndef fill(rows):\n    "UserCreditPathway"\n    rows.update(program_id=1)\n',
        ),
        before=EXPANDED,
    ),
    Case("fills by SQL", sql("UPDATE records_usercreditpathway SET program_id = 1"), before=EXPANDED),
    Case(
        "fills by quoted SQL",
        sql('UPDATE "records_usercreditpathway" AS r SET "program_id" = (SELECT 1)'),
        before=EXPANDED,
    ),
    Case(
        "fills by SQL among others",
        sql("SELECT 1; UPDATE records_usercreditpathway SET program_id = 1; SELECT 2"),
        before=EXPANDED,
    ),
    Case(
        "fills by SQL with a WITH",
        sql("WITH p AS (SELECT 1 AS id) UPDATE records_usercreditpathway SET program_id = (SELECT id FROM p)"),
        before=EXPANDED,
    ),
    Case(
        "adds and fills",
        source(
            PLAIN_EXPAND + "migrations.RunPython(forwards),",
            code=FORWARDS.format(body="Request.objects.update(program_id=1)"),
        ),
    ),
    Case(
        "fills within SeparateDatabaseAndState",
        source(
            "SeparateDatabaseAndState(database_operations=[migrations.RunSQL('UPDATE records_usercreditpathway SET program_id = 1')]),"
        ),
        before=EXPANDED,
    ),
    Case("expand and contract in one", source(EXPAND + CONTRACT, atomic=False)),
    Case(
        "expand and contract in one, plain",
        source(PLAIN_EXPAND + 'migrations.AlterUniqueTogether("usercreditpathway", set()),'),
    ),
    Case(
        "unique of three in its place, as upstream",
        source(PLAIN_EXPAND + 'migrations.AlterUniqueTogether("usercreditpathway", {("user", "pathway", "program")}),'),
    ),
    Case(
        "unique of three in its place, later",
        source('migrations.AlterUniqueTogether("usercreditpathway", {("user", "pathway", "program")}),'),
        before=EXPANDED,
    ),
    Case(
        "unique of three as a constraint",
        source(
            'migrations.AddConstraint("usercreditpathway", models.UniqueConstraint(fields=["user", "pathway", "program"], name="u3")),'
        ),
        before=EXPANDED,
    ),
    Case(
        "unique of three after the contract",
        source('migrations.AlterUniqueTogether("usercreditpathway", {("program", "user", "pathway")}),'),
        before=CONTRACTED,
    ),
    Case(
        "unique of four",
        source(
            'migrations.AddConstraint("usercreditpathway", models.UniqueConstraint(fields=["user", "pathway", "program", "status"], name="u4")),'
        ),
        before=CONTRACTED,
    ),
    Case("no dependency on catalog", source(EXPAND, dependencies="", atomic=False)),
    Case("no dependency on catalog, plain", source(PLAIN_EXPAND, dependencies="")),
    Case(
        "program that no migration makes",
        source(
            'migrations.AddField("usercreditpathway", "program", models.ForeignKey("nowhere.program", null=True, on_delete=PROTECT)),'
        ),
    ),
    Case("renames the field", source('migrations.RenameField("usercreditpathway", "pathway", "route"),')),
    Case(
        "renames the program",
        source('migrations.RenameField("usercreditpathway", "program", "programme"),'),
        before=EXPANDED,
    ),
    Case("renames the table", source('migrations.AlterModelTable("usercreditpathway", "records_creditrequest"),')),
    Case("removes a field that code reads", source('migrations.RemoveField("usercreditpathway", "status"),')),
    Case("removes the program", source('migrations.RemoveField("usercreditpathway", "program"),'), before=EXPANDED),
    Case(
        "index not concurrent",
        source('migrations.AddIndex("usercreditpathway", models.Index(fields=["created"], name="by_created")),'),
    ),
    Case("index by SQL", sql("CREATE INDEX by_status ON records_usercreditpathway (status)")),
    Case(
        "concurrent index in a transaction",
        sql("CREATE INDEX CONCURRENTLY by_status ON records_usercreditpathway (status)"),
    ),
    Case("lock-safe expand in a transaction", source(EXPAND)),
    Case(
        "two columns at once",
        source(
            'migrations.AddField("usercreditpathway", "note", models.TextField(null=True)),\nmigrations.AddField("usercreditpathway", "more", models.TextField(null=True)),'
        ),
    ),
    Case(
        "column of another type",
        source('migrations.AlterField("usercreditpathway", "status", models.TextField(blank=True)),'),
    ),
    Case(
        "drops the unique in the state alone",
        source(
            'SeparateDatabaseAndState(state_operations=[migrations.AlterUniqueTogether("usercreditpathway", set())]),'
        ),
        before=EXPANDED,
    ),
    Case("SQL that nobody knows", sql("FROBNICATE TABLE records_usercreditpathway")),
    Case("SQL that can't be read", sql("UPDATE records_usercreditpathway SET status = 'x")),
]

GOOD = [
    Case("expand", source(EXPAND, atomic=False)),
    Case(
        "expand with its neighbour's index",
        source('AddNullableForeignKey("usercreditpathway", "program", FK, also_index=["user"]),', atomic=False),
    ),
    Case("contract", source(CONTRACT, atomic=False), before=EXPANDED),
    Case("no operation", source("")),
    Case("reads in Python", code("print(Request.objects.filter(program=None).count())"), before=EXPANDED),
    Case("writes the status", code('Request.objects.filter(status="x").update(status="sent")'), before=EXPANDED),
    Case(
        "writes another model's program",
        code('apps.get_model("credentials", "ProgramCertificate").objects.update(program_id=1)').replace(
            'Request = apps.get_model("records", "UserCreditPathway")', "pass"
        ),
        before=EXPANDED,
    ),
    Case(
        "assigns another model's program",
        code("cert = Cert.objects.first()\n    cert.program_id = 1").replace(
            'Request = apps.get_model("records", "UserCreditPathway")',
            'Cert = apps.get_model("credentials", "ProgramCertificate")',
        ),
        before=EXPANDED,
    ),
    Case(
        "filters by program",
        code("rows = Request.objects.filter(program__isnull=True)\n    rows.exclude(program_id=3).count()"),
        before=EXPANDED,
    ),
    Case(
        "compares the program",
        code("for row in Request.objects.all():\n        assert row.program_id is None"),
        before=EXPANDED,
    ),
    Case("Python that does nothing", source("migrations.RunPython(migrations.RunPython.noop),"), before=EXPANDED),
    Case(
        "SQL that only reads",
        sql("SELECT COUNT(*) FROM records_usercreditpathway WHERE program_id IS NULL"),
        before=EXPANDED,
    ),
    Case(
        "SQL on another table's program",
        sql("UPDATE credentials_programcertificate SET program_id = 1"),
        before=EXPANDED,
    ),
    Case(
        "SQL that writes the status",
        sql("UPDATE records_usercreditpathway SET status = 'sent' WHERE status = 'x'"),
        before=EXPANDED,
    ),
    Case("SQL that does nothing", sql("SELECT 1")),
    Case("SQL that is empty", source("migrations.RunSQL(migrations.RunSQL.noop),")),
    Case("SQL as a list", source('migrations.RunSQL(["SELECT 1", ("SELECT %s", [2])]),')),
    Case(
        "label alone",
        source(
            'migrations.AlterField("usercreditpathway", "status", models.CharField(max_length=15, blank=True, verbose_name="state")),'
        ),
    ),
    Case(
        "choices alone",
        source(
            'migrations.AlterField("usercreditpathway", "status", models.CharField(max_length=15, blank=True, default="sent", choices=[("a", "A")])),'
        ),
    ),
    Case(
        "on_delete alone",
        source(
            'migrations.AlterField("usercreditpathway", "program", models.ForeignKey("catalog.program", null=True, blank=True, on_delete=models.SET_NULL)),'
        ),
        before=EXPANDED,
    ),
    Case(
        "related_name alone",
        source(
            'migrations.AlterField("usercreditpathway", "program", models.ForeignKey("catalog.program", null=True, blank=True, on_delete=PROTECT, related_name="requests")),'
        ),
        before=EXPANDED,
    ),
    Case(
        "options alone",
        source('migrations.AlterModelOptions("usercreditpathway", {"verbose_name": "credit request"}),'),
    ),
    Case("same table name", source('migrations.AlterModelTable("usercreditpathway", "records_usercreditpathway"),')),
    Case(
        "a table of its own",
        source(
            'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True)), ("text", models.TextField())]),'
        ),
    ),
    Case(
        "a table of its own with an index",
        source(
            'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True)), ("text", models.CharField(max_length=5, db_index=True))]),'
        ),
    ),
    Case(
        "a table of its own with a unique",
        source(
            'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True)), ("a", models.IntegerField()), ("b", models.IntegerField())], options={"unique_together": {("a", "b")}}),'
        ),
    ),
    Case(
        "two tables of their own",
        source(
            'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True))]),\nmigrations.CreateModel("Mark", [("id", models.AutoField(primary_key=True))]),'
        ),
    ),
    Case(
        "a table and a column on it",
        source(
            'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True))]),\nmigrations.AddField("note", "text", models.TextField(null=True)),'
        ),
    ),
    Case(
        "a table and an index on it",
        source(
            'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True)), ("n", models.IntegerField())]),\nmigrations.AddIndex("note", models.Index(fields=["n"], name="by_n")),'
        ),
    ),
    Case(
        "a program of another new table",
        source(
            'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True)), ("program_id", models.IntegerField())]),'
        ),
    ),
    Case(
        "a proxy",
        source(
            'migrations.CreateModel("OldRequest", [], options={"proxy": True}, bases=("records.usercreditpathway",)),'
        ),
    ),
    Case(
        "renames a field over its column",
        source(
            'migrations.AlterField("usercreditpathway", "status", models.CharField(max_length=15, blank=True, db_column="status")),\nmigrations.RenameField("usercreditpathway", "status", "state"),\n'
        ),
    ),
    Case("managers alone", source('migrations.AlterModelManagers("usercreditpathway", []),')),
    Case(
        "state alone",
        source(
            'SeparateDatabaseAndState(state_operations=[migrations.AlterModelOptions("usercreditpathway", {"ordering": ["id"]})]),'
        ),
    ),
    Case("nothing in the database", source("SeparateDatabaseAndState(database_operations=[]),")),
    Case("contract after the contract", source(CONTRACT, atomic=False), before=CONTRACTED),
    Case(
        "bounded by hand",
        source(
            "migrations.RunSQL([\"SET lock_timeout = '1s'\", \"ALTER TABLE records_usercreditpathway ALTER COLUMN status SET DEFAULT 'x'\"]),"
        ),
    ),
    Case(
        "a filled key of another new table",
        source(
            'migrations.CreateModel("Note", [("id", models.AutoField(primary_key=True)), ("program", models.ForeignKey("catalog.program", on_delete=PROTECT, default=1))]),'
        ),
    ),
    Case(
        "swaps a validator",
        source(
            'migrations.AlterField("usercreditpathway", "status", models.CharField(max_length=15, blank=True, default="sent", validators=[])),'
        ),
    ),
    Case(
        "help text alone",
        source(
            'migrations.AlterField("usercreditpathway", "program", models.ForeignKey("catalog.program", null=True, blank=True, on_delete=PROTECT, help_text="Since the cutover.")),'
        ),
        before=EXPANDED,
    ),
    Case(
        "counts in Python with a log",
        code('import logging\n    logging.info("%s program_id", Request.objects.count())'),
        before=EXPANDED,
    ),
    Case(
        "deletes a new table's rows",
        code('apps.get_model("records", "ProgramCertRecord").objects.filter(program_id=1).count()'),
        before=EXPANDED,
    ),
    Case(
        "an empty unique set", source('migrations.AlterUniqueTogether("usercreditpathway", set()),'), before=CONTRACTED
    ),
]
