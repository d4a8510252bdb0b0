"""
What other tools say of the rollout's own migrations: ``python -m tests.comparison`` prints docs/comparison.md.

Every tool is run on the same migrations: linters on what they read (statements, or the migration), and
django-pg-zero-downtime-migrations, a database engine, on a throw-away PostgreSQL. The tools are the dependency
group ``comparison``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import dj_database_url
import django
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import ConnectionHandler

from tests import servers
from tests.databases import execute, with_parts

HAZARDS = (
    # Name in the catalogue, the id of ours that names the hazard, and the hazard.
    ("plain AddField", "E427", "PostgreSQL: the key's index blocks writes while it is built"),
    ("plain AddField", "E401", "MariaDB: the key copies the table, and writes wait"),
    ("plain AlterUniqueTogether", "W411", "contract: old code meets a second row"),
    ("plain AlterUniqueTogether", "W412", "contract: no way back from the second request on"),
    ("plain AddField", "W413", "expand: going back loses programs"),
    ("unique of three in its place, as upstream", "E425", "a unique of three still forbids second requests"),
    ("unique of three in its place, as upstream", "E424", "expand and contract in one migration"),
    ("unique of three in its place, as upstream", "E426", "two schema changes that MySQL can't roll back together"),
    ("fills by SQL", "E422", "legacy rows are filled in"),
    ("fills by assignment", "E422", "legacy rows are filled in by Python"),
    ("not null", "E420", "the program is NOT NULL"),
    ("nullable with a default", "E421", "a default fills legacy rows"),
    ("renames the field", "E430", "a rename breaks the running code"),
    ("concurrent index in a transaction", "E428", "CONCURRENTLY inside a transaction"),
    ("no dependency on catalog, plain", "E429", "the program's app is no dependency"),
)
RIGHT = "expand"
"""The catalogue's lock-safe expand step: what is said of it is a false alarm."""
SAID = {
    # Which of a tool's rules names the hazard, read by a person; a rule about something else does not count.
    "E427": {"CREATE_INDEX", "require-concurrent-index-creation"},
    "W413": {"RV001"},
    "E422": {"RUNSQL_MODEL", "RUNPYTHON_MODEL_IMPORT", "ban-uncommitted-transaction"},
    "E420": {"NOT_NULL", "adding-not-nullable-field", "adding-required-field", "SM001", "ADD COLUMN NOT NULL"},
    "E421": {"ADD_FIELD_DEFAULT", "adding-field-with-default"},
    "E430": {"RENAME_COLUMN", "renaming-column", "SM006", "ALTER TABLE RENAME COLUMN"},
    "E428": {"ban-concurrent-index-creation-in-transaction", "SM018"},
}
NOT_POSTGRESQL = {"E401", "E426"}
ENGINE = "django_zero_downtime_migrations.backends.postgres"
TOOLS = ("django-migration-linter", "squawk-cli", "django-pg-zero-downtime-migrations", "django-safe-migrations")


@dataclass
class Answer:
    """What one tool said of one migration: its rules, and what it did itself instead of saying something."""

    rules: set[str] = field(default_factory=set)
    avoided: set[str] = field(default_factory=set)
    """Ids of ours whose hazard its own statements do not have."""
    stopped: str = ""
    postgresql_only: bool = False

    def of(self, id_: str) -> str:
        if self.postgresql_only and id_ in NOT_POSTGRESQL:
            return "PostgreSQL only"
        naming = sorted(self.rules & SAID.get(id_, set()))
        if naming:
            return f"yes, {', '.join(naming)}"
        return "avoids it" if id_ in self.avoided else f"no, stops: {self.stopped}" if self.stopped else "no"

    def whole(self) -> str:
        said = sorted(self.rules) + ([f"stops: {self.stopped}"] if self.stopped else [])
        return ", ".join(said) or "none"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    django.setup()
    from tests.safety.catalogue import BAD, GOOD

    cases = {case.name: case for case in [*BAD, *GOOD]}
    names = list(dict.fromkeys([*(name for name, _, _ in HAZARDS), RIGHT]))
    ours = {name: {f.id.rpartition(".")[2] for f in _project(cases[name]).findings()} for name in names}
    with servers.postgresql() as url:
        through = dict(_zero_downtime(url, [cases[name] for name in names]))
    others = {name: [*_readers(cases[name])] for name in names}
    answers = {name: [one[0], one[1], through[name], one[2]] for name, one in others.items()}
    heads = ["credit_migration", *(f"{tool} {version(tool)}" for tool in TOOLS)]
    lines = [
        "# How it compares",
        "",
        "<!-- Written by `python -m tests.comparison`. -->",
        "",
        "The same migrations given to each tool. *yes*: a rule of the tool names the hazard; *no*: none does, whatever "
        "else it says; *avoids it*: the tool runs other statements, which do not have the hazard.",
        "",
        _line(["hazard", *heads]),
        _line(["---"] * (len(heads) + 1)),
    ]
    for name, id_, hazard in HAZARDS:
        said = f"yes, {id_}" if id_ in ours[name] else "no"
        lines.append(_line([hazard, said, *(answer.of(id_) for answer in answers[name])]))
    said = ", ".join(sorted(ours[RIGHT])) or "none"
    lines.append(_line(["*said of the lock-safe expand step*", said, *(one.whole() for one in answers[RIGHT])]))
    lines += ["", "Every rule that a tool raised, migration by migration:", ""]
    lines += [_line(["migration", *heads[1:]]), _line(["---"] * len(heads))]
    lines += [_line([name, *(answer.whole() for answer in answers[name])]) for name in names if name != RIGHT]
    lines += ["", *NOTES]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


NOTES = (
    "- **django-migration-linter** was given the statements for PostgreSQL and for MariaDB, and the migration's "
    "`RunPython` and `RunSQL` operations.",
    "- **squawk** was given the statements for PostgreSQL, the only database that it knows. Its "
    "`adding-foreign-key-constraint` on a new nullable column is a false alarm: PostgreSQL looks at no row for it, as "
    "the tests ask the server.",
    "- **django-pg-zero-downtime-migrations** is a database engine, for PostgreSQL alone, that writes other statements "
    "and warns of what it can't make safe. It ran each migration on a database migrated up to it; *stops* is the error "
    "that ended the run.",
    "- **django-safe-migrations** was given the migration twice, as for PostgreSQL and as for MariaDB, with "
    "`--check-reverse`. Its SM015 says of any `AlterUniqueTogether` that it is deprecated, which names no hazard.",
    "- W413 of ours and RV001 are the same hint, true of any added column: going back loses what was written to it. "
    "SM005 and `adding-foreign-key-constraint` on the lock-safe step are false alarms.",
    "- MySQL was not asked by anybody.",
)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _project(case):
    from tests.safety.cases import Project

    project = Project(Path(tempfile.mkdtemp()), case.before)
    project.add(case.text)
    return project


def _readers(case) -> Iterator[Answer]:
    """Yield what the tools say that only read: linter, squawk, django-safe-migrations."""
    from credit_migration.safety.plan import plan_migrations
    from credit_migration.safety.selection import Selected

    project = _project(case)
    selected = Selected(loader=project.loader, keys=frozenset(project.keys), applied=None)
    plan = list(plan_migrations(selected, project.names(), vendors=["postgresql", "mariadb"]))
    migration = project.loader.graph.nodes[project.keys[0]]
    yield Answer(rules=_linter(plan, migration))
    yield Answer(rules=_squawk(plan), postgresql_only=True)
    yield Answer(rules=_safe_migrations(migration, project.loader))


def _linter(plan, migration) -> set[str]:
    from django_migration_linter import MigrationLinter

    from credit_migration.safety import linter

    # Here the linter is given the statements of our own operations as well, which the merged report leaves out.
    linter._OURS = set()
    errors, _, raised = MigrationLinter(no_cache=True).analyse_data_migration(migration)
    return {f.id.partition(".")[2] for f in linter.linter_findings(plan)} | {i.code for i in [*errors, *raised]}


def _squawk(plan) -> set[str]:
    statements = [s.sql for migration in plan for s in migration.statements if s.vendor == "postgresql"]
    if not statements:
        return set()
    atomic = all(migration.atomic for migration in plan)
    text = ";\n".join(["BEGIN", *statements, "COMMIT"] if atomic else statements) + ";\n"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(text)
        file.flush()
        command = [str(Path(sys.executable).with_name("squawk")), "--reporter", "json", file.name]
        done = subprocess.run(command, capture_output=True, text=True)
    return {one["rule_name"] for one in json.loads(done.stdout or "[]")}


def _safe_migrations(migration, loader) -> set[str]:
    from django_safe_migrations.analyzer import MigrationAnalyzer

    return {
        issue.rule_id
        for vendor in ("postgresql", "mariadb")
        for issue in MigrationAnalyzer(db_vendor=vendor, check_reverse=True).analyze_migration(migration, loader=loader)
    }


def _zero_downtime(url: str, cases) -> Iterator[tuple[str, Answer]]:
    """Yield each case's name with what the engine says and does, on a database migrated up to the case."""
    for case in cases:
        start = with_parts(url, name=f"from_{case.before}")
        if not execute(url, f"SELECT 1 FROM pg_database WHERE datname = 'from_{case.before}'"):
            execute(url, f'CREATE DATABASE "from_{case.before}"')
            _migrate(start, case.before)
        execute(url, "DROP DATABASE IF EXISTS here", f'CREATE DATABASE here TEMPLATE "from_{case.before}"')
        yield case.name, _through_engine(with_parts(url, name="here"), case)


def _migrate(url: str, before: str) -> None:
    with _default(url) as connection:
        executor = MigrationExecutor(connection)
        others = [key for key in executor.loader.graph.leaf_nodes() if key[0] != "records"]
        executor.migrate([*others, ("records", before)])


@contextmanager
def _default(url: str, **config: str):
    """Make ``url`` the database ``default`` for the block: a migration's own queries go there too."""
    connection = ConnectionHandler({"default": {**dj_database_url.parse(url), **config}})["default"]
    before, connections["default"] = connections["default"], connection
    try:
        yield connection
    finally:
        connections["default"] = before
        connection.close()


def _through_engine(url: str, case) -> Answer:
    from credit_migration.safety.locks import lock_of

    project, answer, ran = _project(case), Answer(postgresql_only=True), []

    def note(execute, sql, params, many, context):
        ran.append(sql)
        return execute(sql, params, many, context)

    leaves = [key for key in project.loader.graph.leaf_nodes() if key[0] != "records"]
    with _default(url, ENGINE=ENGINE) as connection, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        state = project.loader.project_state([*leaves, ("records", case.before)])
        executor = MigrationExecutor(connection)
        with connection.execute_wrapper(note):
            try:
                executor.apply_migration(state, project.loader.graph.nodes[project.keys[0]])
            except Exception as exc:
                answer.stopped = type(exc).__name__
    answer.rules = {str(one.message).partition(" is unsafe")[0] for one in caught}
    blocking = [sql for sql in ran if "INDEX" in sql and lock_of(sql, "postgresql", (15,), table="t").blocks_long]
    if not answer.stopped and not blocking:
        answer.avoided.add("E427")
    if not answer.stopped and any("CONCURRENTLY" in sql for sql in ran):
        # PostgreSQL refuses it in a transaction.
        answer.avoided.add("E428")
    return answer


if __name__ == "__main__":
    sys.exit(main())
