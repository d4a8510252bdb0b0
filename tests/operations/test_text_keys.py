"""A foreign key to a text: on PostgreSQL Django gives it a second index, for patterns, and so does the operation."""

from __future__ import annotations

from unittest import mock

import pytest
from django.db import connection, models
from django.db.migrations.operations import AddField, CreateModel, DeleteModel

from credit_migration.operations import AddNullableForeignKey
from tests.operations import schema

PARENT = CreateModel("Parent", [("code", models.CharField(max_length=20, primary_key=True))])
FIELD = {"model_name": "usercreditpathway", "name": "parent"}
only_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="the others have one index for both")


def key(**options) -> models.ForeignKey:
    return models.ForeignKey("records.Parent", null=True, on_delete=models.PROTECT, **options)


@pytest.fixture
def parent(legacy):
    """Let the schema have a model with a text as its primary key."""
    start = schema.state_at(schema.LEGACY)
    with_parent = start.clone()
    PARENT.state_forwards("records", with_parent)
    with connection.schema_editor() as editor:
        PARENT.database_forwards("records", editor, start, with_parent)
    with mock.patch.object(schema, "state_at", return_value=with_parent):
        yield
    with connection.schema_editor() as editor:
        DeleteModel("Parent").database_forwards("records", editor, with_parent, start)


def add(field: models.ForeignKey | None = None, **options) -> list[str]:
    return schema.apply(AddNullableForeignKey(field=field or key(), **FIELD), schema.LEGACY, **options)


@pytest.mark.parametrize("options", [{}, {"db_index": False}])
def test_is_what_plain_django_makes_and_goes_as_a_whole(parent, options):
    before = schema.definition()
    plain = AddField(field=key(**options), **FIELD)
    schema.apply(plain, schema.LEGACY, atomic=True)
    by_django = schema.structure()
    schema.apply(plain, schema.LEGACY, atomic=True, backwards=True)

    add(key(**options))
    added = schema.definition()
    assert schema.structure() == by_django
    add(key(**options))
    assert schema.definition() == added
    add(key(**options), backwards=True)
    assert schema.definition() == before


@only_postgresql
def test_its_second_index_is_djangos_own_and_is_built_beside_the_writers(parent):
    schema.apply(AddField(field=key(), **FIELD), schema.LEGACY, atomic=True)
    by_django = schema.definition()
    schema.apply(AddField(field=key(), **FIELD), schema.LEGACY, atomic=True, backwards=True)

    (build,) = [sql for sql in add(collect=True) if "pattern_ops" in sql]
    assert build.startswith("CREATE INDEX CONCURRENTLY")
    add()
    assert schema.definition() == by_django


@only_postgresql
@pytest.mark.parametrize("ending", ["_like", ""])
def test_an_index_that_is_missing_or_unusable_is_built(parent, ending):
    add()
    whole = schema.definition()
    names = [index.name for index in schema.table().indexes if index.columns == ("parent_id",)]
    (doomed,) = [name for name in names if name.endswith("_like") is bool(ending)]

    schema.run(f'DROP INDEX "{doomed}"')
    add()
    assert schema.definition() == whole

    schema.run(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '\"{doomed}\"'::regclass")
    add()
    assert schema.definition() == whole
