"""The steps that make, fill and migrate the scratch database, and prove that no legacy row was touched."""

from __future__ import annotations

from django.core.management.sql import emit_post_migrate_signal
from django.db.migrations.executor import MigrationExecutor

from credit_migration.data import SchemaState
from credit_migration.exceptions import OutputRefused
from credit_migration.host import find_host
from credit_migration.reference_host.records.history.populate import REQUESTS, populate
from credit_migration.rehearsal.cast import choose_cast
from credit_migration.rehearsal.fingerprint import take_fingerprint
from credit_migration.rehearsal.scene import CONTRACTED, EXPANDED, LEGACY, Outcome, Scene
from credit_migration.schema.backends import get_backend
from credit_migration.schema.introspection import read_table, schema_state


def make_legacy_schema(scene: Scene) -> Outcome:
    """Migrate every app to its newest migration, but ``records`` to the one before ADR 0005."""
    executor = MigrationExecutor(scene.connection)
    others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != "records"]
    executor.migrate([*others, ("records", LEGACY)])
    emit_post_migrate_signal(verbosity=0, interactive=False, db=scene.using)
    server = get_backend(scene.connection)
    return _schema(
        scene, f"Scratch database on {server.name} {server.server_version()}, migrated to {LEGACY}", SchemaState.LEGACY
    )


def simulate_history(scene: Scene) -> Outcome:
    """Let learners use the service of before ADR 0005 for years."""
    asked = scene.options
    try:
        made = populate(scene.using, requests=asked.requests, seed=asked.seed, truth=scene.truth)
    except OSError as exc:
        raise OutputRefused(
            f"The truth can't be written to '{scene.truth}': {exc.strerror or exc}.",
            hint="Give --output-dir a folder that you may write to, with room on its disk.",
        ) from exc
    scene.folder.files.append((scene.truth.name, "The program that each request was truly made for"))
    scene.legacy = take_fingerprint(scene.using)
    scene.people = choose_cast(scene.using)
    return Outcome(
        done=f"Simulated {made[REQUESTS]} requests of {made['core_user']} learners over years",
        proved=f"What each truly meant is in {scene.truth.name}, and in no table",
        holds=scene.before.rows == asked.requests,
    )


def expand(scene: Scene) -> Outcome:
    """Add the program, while the code of before goes on."""
    scene.migrate("records", EXPANDED)
    return _schema(scene, f"migrate records {EXPANDED}", SchemaState.PARTIAL)


def run_code_of_before(scene: Scene) -> Outcome:
    """Let code of before ADR 0005 write to the expanded table, as it does until the last old process has gone."""
    learner, pathway = scene.cast.newcomers[0], scene.cast.pathway
    with scene.code_of_before() as model:
        rows = model._default_manager.using(scene.using)
        made = [rows.update_or_create(user_id=learner.pk, pathway_id=pathway.pk)[1] for _ in range(2)]
    return Outcome(
        done="Wrote as code of before does, then rolled it back",
        proved="Old and new processes can run side by side",
        holds=made == [True, False],
    )


def contract(scene: Scene) -> Outcome:
    """Drop the unique, now that no code of before runs any more."""
    scene.migrate("records", CONTRACTED)
    return _schema(scene, f"migrate records {CONTRACTED}", SchemaState.TARGET)


def compare_legacy_rows(scene: Scene) -> Outcome:
    """Hold every legacy row, as it is now, against what it was before the first migration."""
    filled, untouched = scene.filled(), scene.untouched()
    same = "the same" if untouched else "NOT the same"
    return Outcome(
        done=f"Checksum over all {scene.before.rows} legacy rows, before and after",
        proved=f"Every column of every row is {same}, and {filled} have a program",
        holds=untouched and not filled,
    )


def _schema(scene: Scene, done: str, expected: SchemaState) -> Outcome:
    host = find_host()
    table = read_table(scene.connection, host.request._meta.db_table)
    columns = {"user": host.user_field().column, "pathway": host.pathway_field().column}
    state = schema_state(table, **columns, program=host.program_column)
    untouched = scene.legacy is None or scene.untouched()
    rows = "" if scene.legacy is None else f"; all legacy rows are {'untouched' if untouched else 'NOT as they were'}"
    return Outcome(done=done, proved=f"The schema reads '{state}'{rows}", holds=state is expected and untouched)
