"""Data that the queries are asked over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from credit_migration.data import Filters, SchemaState
from tests import history

FILTERS = {
    "everything": Filters(),
    "pathway": Filters(pathway=21),
    "site": Filters(site=101, status="sent"),
    "organisation": Filters(organisation='Alpha, "U"'),
    "status": Filters(status=""),
    "moments": Filters(
        created_from=datetime(2020, 1, 31, 23, 59, 59, tzinfo=UTC), created_to=datetime(2020, 3, 6, tzinfo=UTC)
    ),
    "page": Filters(after_pk=2, limit=6),
}
EVERY_FILTER = Filters(
    site=101,
    pathway=21,
    organisation='Alpha, "U"',
    status="sent",
    created_from=datetime(2020, 1, 10, 10, tzinfo=UTC),
    created_to=datetime(2023, 1, 1, tzinfo=UTC),
    after_pk=1,
    limit=3,
)
STATES = {
    history.LEGACY: SchemaState.LEGACY,
    history.EXPANDED: SchemaState.PARTIAL,
    history.CONTRACTED: SchemaState.TARGET,
}


@pytest.fixture
def long_history(tmp_path):
    """Years of learners, in the legacy state until the test ends."""
    with history.schema_at(history.LEGACY):
        call_command("simulate_legacy_history", "--requests=2000", f"--truth={tmp_path / 'truth.csv'}", verbosity=0)
        yield
