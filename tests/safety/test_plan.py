"""What a plan knows of operations that are rarer than those of the catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db.migrations.loader import MigrationLoader

from credit_migration.data import Location
from credit_migration.data.safety import Dependence, PlannedMigration, Writes
from credit_migration.host import find_host
from credit_migration.safety.constraints import constraints_of_state
from credit_migration.safety.lock_rules import with_locks
from credit_migration.safety.locks import lock_of
from credit_migration.safety.names import names_of
from credit_migration.safety.plan import plan_migrations
from credit_migration.safety.report import safety_report
from credit_migration.safety.rules import judge_plan
from credit_migration.safety.selection import Selected
from credit_migration.safety.source import code_writes_program, operation_lines
from credit_migration.safety.statements import read, split
from credit_migration.safety.unconnected import available_vendors, unconnected
from tests.safety.cases import Project, needs_mysql, source
from tests.safety.test_code import found


def planned(project: Project, *vendors: str) -> list[PlannedMigration]:
    selected = Selected(loader=project.loader, keys=frozenset(project.keys), applied=None)
    return list(plan_migrations(selected, project.names(), vendors=vendors or available_vendors()))


def statements(tmp_path, operations: str, vendor: str) -> list[str]:
    project = Project(tmp_path)
    project.add(source(operations))
    (migration,) = planned(project, vendor)
    assert migration.unplanned == ()
    return [statement.sql for statement in migration.statements]


CONSTRAINED = """
migrations.AddConstraint("usercreditpathway", models.UniqueConstraint(fields=["user", "status"], name="by_status")),
migrations.AddConstraint("usercreditpathway", models.CheckConstraint(condition=~models.Q(status="x"), name="no_x")),
migrations.AddIndex("usercreditpathway", models.Index(fields=["created"], name="by_created")),
migrations.AlterField("usercreditpathway", "status", models.CharField(max_length=15, unique=True)),
migrations.AlterField("usercreditpathway", "status", models.CharField(max_length=15)),
migrations.RemoveIndex("usercreditpathway", "by_created"),
migrations.RemoveConstraint("usercreditpathway", "by_status"),
"""


@pytest.mark.parametrize(
    ("vendor", "expected"),
    [
        ("postgresql", 'ALTER TABLE "records_usercreditpathway" DROP CONSTRAINT "by_status"'),
        pytest.param("mysql", "ALTER TABLE `records_usercreditpathway` DROP INDEX `by_status`", marks=needs_mysql),
    ],
)
def test_names_of_constraints_come_from_the_state(tmp_path, vendor, expected):
    written = statements(tmp_path, CONSTRAINED, vendor)
    assert written[-1] == expected
    assert any("records_usercreditpathway_status_" in statement and "DROP" in statement for statement in written)


def test_a_table_that_no_model_has_has_no_constraints():
    assert constraints_of_state(unconnected("postgresql"), None) == {}


def test_a_many_to_many_makes_a_table_of_its_own(tmp_path):
    project = Project(tmp_path)
    project.add(source('migrations.AddField("usercreditpathway", "more", models.ManyToManyField("catalog.program")),'))
    assert project.findings() == []


def test_defaults_are_written_as_text(tmp_path):
    text = 'migrations.AddField("usercreditpathway", "n", models.{field}(null=True, default={default})),'
    for field, default, shown in (
        ("BooleanField", "True", "DEFAULT true"),
        ("IntegerField", "7", "DEFAULT 7"),
        ("TextField", '"it\'s"', "DEFAULT 'it''s'"),
    ):
        project = Project(tmp_path)
        project.add(source(text.format(field=field, default=default)), name=f"0002_{field.lower()}")
        (migration,) = planned(project, "postgresql")
        assert shown in migration.statements[0].sql


def test_a_state_that_django_can_not_build_is_a_missing_dependency(tmp_path):
    project = Project(tmp_path)
    project.add(source('migrations.RemoveField("nothing", "program"),'))
    (migration,) = planned(project, "postgresql")
    assert migration.state_error
    (finding,) = judge_plan([migration], project.names())
    assert finding.id == "credit_migration.E429"
    assert f"so Django can't run it: {migration.state_error}" in finding.msg


def test_operations_that_are_no_plain_list_have_the_files_first_line(tmp_path):
    for text in (
        "class Migration:\n    operations = list()\n",
        "class Other:\n    pass\n",
        "class Migration:\n    x = 1\n",
    ):
        path = tmp_path / f"m{len(text)}.py"
        path.write_text(text)
        assert operation_lines(path) == {}


def test_code_without_source_is_not_known(tmp_path):
    names = Project(tmp_path).names()
    assert code_writes_program(len, names) == (Writes.UNKNOWN, None)
    assert code_writes_program(lambda apps, editor: None, names) == (Writes.UNKNOWN, None)


@pytest.mark.parametrize(
    ("body", "writes"),
    [
        ("row.program_id: int = 3", True),
        ("row.program_id += 3", True),
        ("Request.objects.bulk_create([Request(program_id=1)])", True),
        ("Request.objects.bulk_create([make(**given)])", False),
        ("Request.objects.update(status='sent')", False),
        ("setattr(row, name, 3)", False),
    ],
)
def test_more_ways_to_write_the_program(tmp_path, body, writes):
    head = 'def forwards(apps, editor):\n    Request = apps.get_model("records", "UserCreditPathway")\n    '
    project = Project(tmp_path, "0002_expand")
    project.add(source("migrations.RunPython(forwards),", code=head + body))
    (migration,) = planned(project, "sqlite3")
    assert migration.operations[0].writes_program is (Writes.YES if writes else Writes.NO)


def test_a_new_unique_that_does_not_gate_is_no_matter(tmp_path):
    project = Project(tmp_path, "0002_expand")
    project.add(
        source('migrations.AlterUniqueTogether("usercreditpathway", {("user", "pathway"), ("user", "status")}),')
    )
    assert judge_plan(planned(project, "sqlite3"), project.names()) == []


def test_the_unique_of_two_again_is_what_was_there_before(tmp_path):
    project = Project(tmp_path, "0003_contract")
    project.add(source('migrations.AlterUniqueTogether("usercreditpathway", {("user", "pathway")}),'))
    assert judge_plan(planned(project, "sqlite3"), project.names()) == []


def test_removing_a_many_to_many_names_no_column(tmp_path):
    project = Project(tmp_path)
    project.add(source('migrations.AddField("usercreditpathway", "more", models.ManyToManyField("catalog.program")),'))
    project.add(source('migrations.RemoveField("usercreditpathway", "more"),'), name="0003_case")
    found_ids = [finding.id.rpartition(".")[2] for finding in project.findings("sqlite3")]
    assert found_ids == ["E432"]


@needs_mysql
def test_report_without_linter_and_with_an_unknown_lock(tmp_path):

    project = Project(tmp_path)
    project.add(source("migrations.RunSQL('FROBNICATE records_usercreditpathway'),"))
    plan = planned(project, "mariadb")
    report = safety_report(
        plan, with_locks(plan, {"mariadb": (10, 11)}), [], selected="x", versions={"mariadb": (10, 11)}, left_out={}
    )
    assert "merged_with" not in report.facts
    assert [row[2] for row in report.records.rows] == ["unknown"]


@pytest.mark.parametrize(
    ("sql", "verb", "table"),
    [
        ("CREATE OR REPLACE FUNCTION f() RETURNS int", "CREATE OR REPLACE", None),
        ("CREATE TEMPORARY TABLE t (a int)", "CREATE TEMPORARY TABLE", "t"),
        ("WITH x AS (SELECT 1) DELETE FROM t", "DELETE", "t"),
        ("WITH x AS (SELECT 1) SELECT 2", "SELECT", None),
        ("ALTER TABLE", "ALTER TABLE", None),
        ("ALTER TABLE t", "ALTER TABLE", "t"),
        ("BEGIN;", "BEGIN", None),
    ],
)
def test_reads_verb_and_table(sql, verb, table):
    statement = read(sql, "postgresql")
    assert (statement.verb, statement.table) == (verb, table)


def test_splits_statements_but_not_texts():
    assert split("SELECT ';'; SELECT 2;", "postgresql") == ["SELECT ';'", "SELECT 2"]


@pytest.mark.parametrize(
    ("vendor", "sql", "growth"),
    [
        ("mysql", "ALTER TABLE t ALTER INDEX i INVISIBLE", "NONE"),
        ("mysql", "ALTER TABLE t ADD FULLTEXT INDEX i (a)", "INDEX"),
        ("mysql", "ALTER TABLE t ADD PRIMARY KEY (a)", "REBUILD"),
        ("mysql", "ALTER TABLE t ADD CHECK (a > 0)", "REBUILD"),
        ("mysql", "ALTER TABLE t ADD COLUMN a int AUTO_INCREMENT", "REBUILD"),
        ("mysql", "ALTER TABLE t ADD COLUMN a int AS (1) STORED", "REBUILD"),
        ("mysql", "ALTER TABLE t ADD COLUMN a int UNIQUE", "REBUILD"),
        ("mysql", "ALTER TABLE t DROP PRIMARY KEY", "REBUILD"),
        ("mysql", "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (b)", "REBUILD"),
        ("mysql", "ALTER TABLE t ADD COLUMN a int, ADD INDEX i (a)", "REBUILD"),
        ("mariadb", "ALTER TABLE t ADD COLUMN a int CHECK (a > 0)", "NONE"),
        ("mariadb", "ALTER TABLE t DROP CONSTRAINT c", "NONE"),
        ("mariadb", "ALTER TABLE t RENAME INDEX i TO j", "NONE"),
        ("postgresql", "ALTER TABLE t ADD COLUMN a serial", "REBUILD"),
        ("postgresql", "ALTER TABLE t ADD COLUMN a int DEFAULT 1 REFERENCES u (id)", "SCAN"),
        ("postgresql", "ALTER TABLE t ADD COLUMN a int DEFAULT 1", "NONE"),
        ("postgresql", "ALTER TABLE t ADD COLUMN a int UNIQUE", "INDEX"),
        ("postgresql", "ALTER TABLE t ADD CONSTRAINT c UNIQUE USING INDEX i", "NONE"),
        ("postgresql", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "SCAN"),
        ("postgresql", "ALTER TABLE t ALTER COLUMN a SET STATISTICS 5", "NONE"),
        ("postgresql", "ALTER TABLE t ALTER COLUMN a DROP NOT NULL", "NONE"),
        ("postgresql", "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES t (id)", "SCAN"),
        ("postgresql", "ALTER TABLE t VALIDATE CONSTRAINT c", "SCAN"),
    ],
)
def test_growth_of_more_statements(vendor, sql, growth):
    version = {"mysql": (8, 0, 36), "mariadb": (10, 11), "postgresql": (15,)}[vendor]
    assert lock_of(sql, vendor, version).growth.name == growth


def test_a_column_altered_in_a_way_that_nobody_knows_is_not_known():
    assert not lock_of("ALTER TABLE t ALTER COLUMN a FROBNICATE", "postgresql", (15,)).known


def test_rows_kept_under_another_key_are_no_matter():
    assert found("for row in UserCreditPathway.objects.all():\n    a[row.pk] = row\n    b[make().pathway] = row") == []
    assert Dependence.KEYED.value == "dict keyed by pathway"


def test_findings_move_with_their_place(tmp_path):
    project = Project(tmp_path)
    project.add(source('migrations.RenameField("usercreditpathway", "pathway", "route"),'))
    (finding,) = judge_plan(planned(project, "sqlite3"), project.names())
    assert replace(finding, location=Location(path="x", line=1)).msg == finding.msg
    assert finding.location.line == 1 + (tmp_path / "0002_case.py").read_text().splitlines().index(
        '        migrations.RenameField("usercreditpathway", "pathway", "route"),'
    )


@needs_mysql
def test_a_table_that_the_plan_makes_is_empty_unless_it_is_the_request_table():
    loader = MigrationLoader(None)
    keys = frozenset(key for key in loader.graph.nodes if key[0] in {"auth", "contenttypes", "records"})
    plan = list(
        plan_migrations(
            Selected(loader=loader, keys=keys, applied=None), names_of(find_host(), "0001_initial"), vendors=["mariadb"]
        )
    )

    def on_new_tables(**options) -> set[str]:
        judged = with_locks(plan, {"mariadb": (10, 11)}, **options)
        return {one.migration for one in judged if one.on_new_table and one.statement.sql.startswith("ALTER TABLE")}

    named = on_new_tables()
    assert {"auth.0002_alter_permission_name_max_length", "records.0002_expand"}.isdisjoint(named)
    whole = on_new_tables(in_use={"records_usercreditpathway"})
    assert "auth.0002_alter_permission_name_max_length" in whole
    assert "records.0002_expand" not in whole


@needs_mysql
def test_an_unbounded_wait_names_whose_writes_wait_with_it(tmp_path):
    project = Project(tmp_path, "0002_expand")
    project.add(source('migrations.AlterUniqueTogether("usercreditpathway", set()),'))

    (found,) = [finding for finding in project.findings("mariadb") if finding.id.endswith("W402")]

    assert found.msg == (
        "Alter unique_together for usercreditpathway (0 constraint(s)): on MariaDB this needs "
        "'records_usercreditpathway' to itself for a moment, and waits for that without a limit; writes on "
        "'catalog_pathway', 'core_user' and 'catalog_program' wait with it."
    )


@pytest.mark.parametrize(
    "operations",
    ['migrations.AlterUniqueTogether("usercreditpathway", set()),', 'DropUniqueTogether("usercreditpathway", set()),'],
)
def test_the_unique_of_three_is_contracted_as_that_of_two_is(tmp_path, operations):
    project = Project(tmp_path, before="0002_expand")
    three = '{("user", "pathway", "program")}'
    project.add(source(f'migrations.AlterUniqueTogether("usercreditpathway", {three}),'), name="0003_partial")
    project.add(source(operations, atomic=False), name="0004_contract")

    told = [one for one in judge_plan(planned(project), project.names()) if one.obj == "records.0004_contract"]
    assert [one.id.rpartition(".")[2] for one in told] == ["W411", "W412"]
    assert told[1].msg == (
        "Reversing records.0004_contract builds the unique over user_id, pathway_id, program_id again, which fails "
        "from the moment that two rows share them."
    )
