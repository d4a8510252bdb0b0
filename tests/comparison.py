"""
What other tools say of the rollout's own migrations, beside ours: ``python -m tests.comparison`` prints the table.

Each tool is given the same statements, as Django writes them; ``squawk`` must be on the PATH (``pip install
squawk-cli``), django-migration-linter in this environment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import django

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
SAID = {
    # Which of a tool's rules names the hazard, read by a person; a rule about something else does not count.
    "E427": {"CREATE_INDEX", "require-concurrent-index-creation"},
    "E422": {"RUNSQL_MODEL", "RUNPYTHON_MODEL_IMPORT", "ban-uncommitted-transaction"},
    "E420": {"NOT_NULL", "adding-not-nullable-field", "adding-required-field"},
    "E421": {"ADD_FIELD_DEFAULT", "adding-field-with-default"},
    "E430": {"RENAME_COLUMN", "renaming-column"},
    "E428": {"ban-concurrent-index-creation-in-transaction"},
}


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.test")
    django.setup()
    from credit_migration.safety import linter
    from tests.safety.catalogue import BAD

    # Here the linter is given the statements of our own operations as well, which the merged report leaves out.
    linter._OURS = set()
    cases = {case.name: case for case in BAD}
    squawk = subprocess.run(["squawk", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    lines = [
        "# How it compares",
        "",
        "<!-- Written by `python -m tests.comparison`. -->",
        "",
        "The same migrations, as Django writes their statements, given to each tool. *yes*: a rule of the tool names "
        "the hazard; *no*: none does, whatever else it says. Other rules that it raised are named.",
        "",
        f"| hazard | credit_migration | django-migration-linter {linter.linter_version()} | {squawk} (PostgreSQL) |",
        "| --- | --- | --- | --- |",
    ]
    lines += [_row(cases[name], id_, hazard) for name, id_, hazard in HAZARDS]
    good = _others("expand", "E000")
    lines += [
        f"| *false alarms on the lock-safe expand step* | none | {good[0]} | {good[1]} |",
        "",
        "django-migration-linter was given the statements of PostgreSQL and MariaDB; its rules over the source of a "
        "`RunPython` were not run. squawk's `adding-foreign-key-constraint` on a new nullable column is a false alarm: "
        "PostgreSQL looks at no row for it, as the tests ask the server.",
        "",
        "Not run: django-pg-zero-downtime-migrations and django-safe-migrations, which work inside a project and on a "
        "database, and would each need one of their own. MySQL was not asked by anybody.",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _row(case, id_: str, hazard: str) -> str:
    project = _project(case)
    ours = {finding.id.rpartition(".")[2] for finding in project.findings()}
    linter, squawk = _others(case.name, id_)
    return f"| {hazard} | {f'yes, {id_}' if id_ in ours else 'no'} | {linter} | {squawk} |"


def _project(case):
    from tests.safety.cases import Project

    project = Project(Path(tempfile.mkdtemp()), case.before)
    project.add(case.text)
    return project


def _others(name: str, id_: str) -> tuple[str, str]:
    from credit_migration.safety.linter import linter_findings
    from credit_migration.safety.plan import plan_migrations
    from credit_migration.safety.selection import Selected
    from tests.safety.catalogue import BAD, GOOD

    project = _project({case.name: case for case in [*BAD, *GOOD]}[name])
    selected = Selected(loader=project.loader, keys=frozenset(project.keys), applied=None)
    plan = list(plan_migrations(selected, project.names(), vendors=["postgresql", "mariadb"]))
    linter = {finding.id.partition(".")[2] for finding in linter_findings(plan)}
    return _told(linter, id_), _told(_squawk(plan), id_)


def _squawk(plan) -> set[str]:
    statements = [s.sql for migration in plan for s in migration.statements if s.vendor == "postgresql"]
    if not statements:
        return set()
    atomic = all(migration.atomic for migration in plan)
    text = ";\n".join(["BEGIN", *statements, "COMMIT"] if atomic else statements) + ";\n"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(text)
        file.flush()
        done = subprocess.run(["squawk", "--reporter", "json", file.name], capture_output=True, text=True)
    return {one["rule_name"] for one in json.loads(done.stdout or "[]")}


def _told(rules: set[str], id_: str) -> str:
    naming = rules & SAID.get(id_, set())
    others = sorted(rules - naming)
    said = f"yes, {', '.join(sorted(naming))}" if naming else "no" if id_ != "E000" else ""
    also = f"({', '.join(others)})" if others else ""
    return f"{said} {also}".strip() or "none"


if __name__ == "__main__":
    sys.exit(main())
