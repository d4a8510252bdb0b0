"""What the tests of the operations can ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from model_bakery import baker

from tests.operations import schema


@pytest.fixture
def legacy(transactional_db) -> Iterator[None]:
    """The request table in its legacy state, made from zero; afterwards it is whole again for other tests."""
    schema.migrate("zero")
    schema.migrate(schema.LEGACY)
    yield
    schema.rebuild_from_nothing()


@pytest.fixture
def people(legacy) -> tuple[list[int], list[int], list[int]]:
    """Ids of three learners, two pathways and two programs."""
    users = [baker.make("core.User").pk for _ in range(3)]
    pathways = [baker.make("catalog.Pathway", pathway_type="credit").pk for _ in range(2)]
    programs = [baker.make("catalog.Program").pk for _ in range(2)]
    return users, pathways, programs
