from datetime import UTC, datetime, timedelta

import pytest
from model_bakery import baker

from credit_migration import api
from credit_migration.reference_host.records.models import UserCreditPathway

CUTOVER = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("before", "found"), [(timedelta(seconds=20), False), (timedelta(minutes=2), True)])
def test_a_new_request_that_was_saved_again_is_not_taken_for_a_filled_one(before, found):
    pathway = baker.make("catalog.Pathway")
    baker.make("records.UserCreditPathway", pathway=pathway, program=baker.make("catalog.Program"))
    UserCreditPathway.objects.update(created=CUTOVER - before, modified=CUTOVER)

    with api.read_only("default") as snapshot:
        report = api.audit(snapshot)

    assert ("credit_migration.W103" in {finding.id for finding in report.findings}) is found
