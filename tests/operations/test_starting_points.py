"""Whatever state the table is in, the two migrations bring it to the same target and leave its rows alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, models
from django.db.migrations.operations import AddField, AlterUniqueTogether

from tests.operations import schema

T = schema.TABLE
KEY = "records_usercreditpa_program_id_58a1bb1e_fk_catalog_p"
UNIQUE = "records_usercreditpathway_user_id_pathway_id_10fe716f_uniq"
POSTGRESQL, MYSQL, ANY = {"postgresql"}, {"mysql"}, {"postgresql", "mysql", "sqlite"}


def plain(*, uniques: set[tuple[str, ...]]) -> None:
    """Add the field and change the uniques as plain Django does."""
    field = models.ForeignKey("catalog.Program", null=True, blank=True, on_delete=models.PROTECT)
    add = AddField(model_name="usercreditpathway", name="program", field=field)
    alter = AlterUniqueTogether(name="usercreditpathway", unique_together=uniques)
    state = schema.state_at(schema.LEGACY)
    for operation in (add, alter):
        after = state.clone()
        operation.state_forwards("records", after)
        with connection.schema_editor() as editor:
            operation.database_forwards("records", editor, state, after)
        state = after


def column() -> None:
    schema.run(f"ALTER TABLE {T} ADD COLUMN program_id integer NULL")


def drop_unique() -> None:
    if connection.vendor == "mysql":
        schema.run(f"ALTER TABLE {T} ADD INDEX somebody_s (user_id), DROP INDEX {UNIQUE}")
    elif connection.vendor == "postgresql":
        schema.run(f"ALTER TABLE {T} DROP CONSTRAINT {UNIQUE}")
    else:
        schema.run(f"DROP INDEX {UNIQUE}")


def neither() -> None:
    column()
    drop_unique()


def index_without_key() -> None:
    column()
    schema.run(f"CREATE INDEX somebody_s_own ON {T} (program_id)")


def unusable_index() -> None:
    column()
    schema.run(
        f"CREATE INDEX records_usercreditpathway_program_id_58a1bb1e ON {T} (program_id)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid ="
        " 'records_usercreditpathway_program_id_58a1bb1e'::regclass",
    )


def unusable_index_under_another_name() -> None:
    column()
    schema.run(
        f"CREATE INDEX left_over ON {T} (program_id)",
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'left_over'::regclass",
    )


def key_not_validated() -> None:
    column()
    schema.run(
        f"ALTER TABLE {T} ADD CONSTRAINT {KEY} FOREIGN KEY (program_id) REFERENCES catalog_program (id)"
        " DEFERRABLE INITIALLY DEFERRED NOT VALID"
    )


def unique_index_beside() -> None:
    schema.run(f"CREATE UNIQUE INDEX left_over ON {T} (user_id, pathway_id)")


STATES: dict[str, tuple[Callable[[], None], set[str]]] = {
    "legacy": (lambda: None, ANY),
    "legacy with an index that history left": (lambda: schema.run(f"CREATE INDEX old ON {T} (user_id)"), MYSQL),
    "a second unique index that nothing declares": (unique_index_beside, ANY),
    "partial: unique of three": (lambda: plain(uniques={("user", "pathway", "program")}), ANY),
    "target by plain Django": (lambda: plain(uniques=set()), ANY),
    "a column and nothing else": (column, ANY),
    "a column with an index and no key": (index_without_key, ANY),
    "a column, and neither key nor unique": (neither, ANY),
    "an index that an interrupted build left unusable": (unusable_index, POSTGRESQL),
    "such an index under another name": (unusable_index_under_another_name, POSTGRESQL),
    "a key that was never validated": (key_not_validated, POSTGRESQL),
}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(make, id=name, marks=pytest.mark.skipif(connection.vendor not in where, reason="not on this one"))
        for name, (make, where) in STATES.items()
    ],
)
def test_every_starting_point_converges(people, make):
    users, pathways, _ = people
    schema.add_requests(*((user, pathway) for user in users for pathway in pathways))
    rows = f"SELECT id, created, modified, status, user_id, pathway_id FROM {T} ORDER BY id"
    before = schema.rows_of(rows)
    schema.migrate(schema.CONTRACT)
    target = schema.structure()
    schema.migrate(schema.LEGACY)

    make()
    schema.migrate(schema.CONTRACT)

    found, wanted = schema.structure(), target
    # Indexes of others stay, so that they may be there twice; what counts is there once at the least.
    assert (found[0], set(found[1]), found[2]) == (wanted[0], set(wanted[1]), wanted[2])
    assert schema.rows_of(rows) == before
    schema.migrate(schema.EXPAND)
    schema.migrate(schema.CONTRACT)
    assert set(schema.structure()[1]) == set(wanted[1])
    assert schema.rows_of(rows) == before


def test_from_zero_forwards_and_backwards_is_the_same_at_each_migration(legacy):
    at_legacy = schema.definition()
    schema.migrate(schema.EXPAND)
    at_expand = schema.definition()
    schema.migrate(schema.CONTRACT)
    at_contract = schema.definition()

    schema.migrate(schema.EXPAND)
    assert schema.definition() == at_expand
    schema.migrate(schema.LEGACY)
    assert schema.definition() == at_legacy
    schema.migrate(schema.CONTRACT)
    assert schema.definition() == at_contract


def test_says_at_verbosity_2_what_it_did_and_that_nothing_is_left(legacy):
    plain(uniques=set())
    out = schema.migrate(schema.CONTRACT, verbosity=2)
    said = [line.removesuffix(" OK").strip() for line in out.splitlines() if line.startswith("    ")]
    # Plain Django leaves an index of its own on MariaDB, so nothing is to be built there either.
    nothing = f"'{T}' is so already: nothing to do"
    assert [line.partition(" OK")[0] for line in said] == [nothing, nothing]
