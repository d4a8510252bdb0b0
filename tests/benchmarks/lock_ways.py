"""The ways to change the schema, each from the legacy table to the target."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.core.management import call_command
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField, AlterUniqueTogether

from tests.benchmarks.lock_load import TABLE


def ours() -> None:
    call_command("migrate", "records", "0003_contract", verbosity=0)


class _Plain(Migration):
    """What makemigrations writes for the decision, with Django's own operations."""

    operations = [
        AlterUniqueTogether(name="usercreditpathway", unique_together=set()),
        AddField(
            model_name="usercreditpathway",
            name="program",
            field=models.ForeignKey("catalog.Program", null=True, blank=True, on_delete=models.PROTECT),
        ),
    ]


def _run_plain(through: Any) -> None:
    state = MigrationLoader(connection).project_state(("records", "0001_legacy"))
    state.apps  # noqa: B018 - rendered before the clock matters
    with through.schema_editor(atomic=_Plain.atomic) as editor:
        _Plain("0002_plain", "records").apply(state, editor)


def plain() -> None:
    _run_plain(connection)


def pg_zero_downtime() -> None:
    base = import_module("django_zero_downtime_migrations.backends.postgres.base")
    through = base.DatabaseWrapper({**connection.settings_dict}, "default")
    # Its settings as its README recommends them.
    from django.conf import settings

    settings.ZERO_DOWNTIME_MIGRATIONS_LOCK_TIMEOUT = "1s"
    settings.ZERO_DOWNTIME_MIGRATIONS_STATEMENT_TIMEOUT = "1s"
    settings.ZERO_DOWNTIME_MIGRATIONS_FLEXIBLE_STATEMENT_TIMEOUT = True
    settings.ZERO_DOWNTIME_MIGRATIONS_RAISE_FOR_UNSAFE = False
    state = MigrationLoader(connection).project_state(("records", "0001_legacy"))
    try:
        with through.schema_editor(atomic=False) as editor:
            migration = type("Plain", (_Plain,), {"atomic": False})("0002_plain", "records")
            migration.apply(state, editor)
    finally:
        through.close()


def pt_osc() -> None:
    settings = connection.settings_dict
    with connection.cursor() as cursor:
        names = connection.introspection.get_constraints(cursor, TABLE)
    unique = next(name for name, found in names.items() if found["columns"] == ["user_id", "pathway_id"])
    # An index of the learner's own is there from the second run on, under the name that the first gave it.
    key = (
        ""
        if any(found["columns"] == ["user_id"] and found["index"] for found in names.values())
        else ("ADD INDEX key_user (user_id), ")
    )
    alter = (
        f"ADD COLUMN program_id int NULL, ADD INDEX key_program (program_id), {key}DROP INDEX {unique}, "
        "ADD CONSTRAINT key_program FOREIGN KEY (program_id) REFERENCES catalog_program (id)"
    )
    place = f"h={settings['HOST']},P={settings['PORT']},u={settings['USER']},p={settings['PASSWORD']}"
    done = subprocess.run(
        ["pt-online-schema-change", "--execute", "--alter", alter,
         "--no-check-unique-key-change", "--no-check-alter", "--set-vars", "lock_wait_timeout=1",
         f"{place},D={settings['NAME']},t={TABLE}"],
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"pt-online-schema-change failed: {done.stderr.strip() or done.stdout.strip()}")


def available() -> dict[str, Callable[[], None]]:
    """Return the ways that this database and this machine have."""
    ways: dict[str, Callable[[], None]] = {"ours": ours, "plain": plain}
    if connection.vendor == "mysql" and shutil.which("pt-online-schema-change"):
        ways["pt-osc"] = pt_osc
    if connection.vendor == "postgresql":
        try:
            import_module("django_zero_downtime_migrations.backends.postgres.base")
        except ImportError:
            return ways
        ways["pg-zero-downtime"] = pg_zero_downtime
    return ways
