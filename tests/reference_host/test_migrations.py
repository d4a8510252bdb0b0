"""The reference host's migrations: from nothing and back, and the code of before and after on each stage's tables."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.exceptions import MultipleObjectsReturned
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from credit_migration.reference_host.records import api
from credit_migration.reference_host.records.exceptions import RequestNotRecorded
from credit_migration.reference_host.records.models import UserCreditPathway
from credit_migration.schema.introspection import read_table

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = (
    "catalog_pathway",
    "catalog_pathway_programs",
    "catalog_program",
    "credentials_programcertificate",
    "credentials_usercredential",
    "records_programcertrecord",
    "records_usercreditpathway",
)
STAGES = ("0001_legacy", "0002_expand", "0003_contract")


@pytest.fixture
def migrate():
    """Migrate an app to a stage; afterwards all are at their newest again."""
    yield lambda app_label, target: call_command("migrate", app_label, target, verbosity=0)
    call_command("migrate", verbosity=0)


@pytest.fixture
def legacy(migrate):
    """Return to the stage before the rows of the fixtures that come after."""
    migrate("records", "0001_legacy")


@pytest.fixture
def code_of():
    """Return the request model as the code of a stage has it."""

    def model(stage):
        state = MigrationLoader(connection).project_state(("records", stage))
        return state.apps.get_model("records", "UserCreditPathway")

    return model


def schema():
    return {table: read_table(connection, table) for table in TABLES}


def test_from_nothing_and_back_gives_the_same_schema(migrate):
    before = schema()
    for app_label in ("records", "credentials", "catalog"):
        migrate(app_label, "zero")
    assert not {*TABLES} & {*connection.introspection.table_names()}

    call_command("migrate", verbosity=0)

    assert schema() == before


def test_each_stage_is_the_same_there_and_back(migrate):
    migrate("records", "zero")
    there = {}
    for stage in STAGES:
        migrate("records", stage)
        there[stage] = schema()
    for stage in STAGES[-2::-1]:
        migrate("records", stage)
        assert schema() == there[stage], stage


def test_code_of_before_runs_until_the_contract(migrate, legacy, learner, pathway, code_of):
    requests = code_of("0001_legacy").objects
    first, made = requests.update_or_create(user_id=learner.pk, pathway_id=pathway.pk)
    assert made
    migrate("records", "0002_expand")
    again, made = requests.update_or_create(user_id=learner.pk, pathway_id=pathway.pk)
    assert (again.pk, made) == (first.pk, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        requests.create(user_id=learner.pk, pathway_id=pathway.pk)
    assert UserCreditPathway.objects.get().program is None

    migrate("records", "0003_contract")
    requests.create(user_id=learner.pk, pathway_id=pathway.pk)

    # That is why the contract step waits until no process of before runs any more.
    with pytest.raises(MultipleObjectsReturned):
        requests.update_or_create(user_id=learner.pk, pathway_id=pathway.pk)


def test_code_of_after_records_first_requests_once_expanded_and_second_ones_once_contracted(
    migrate, legacy, learner, pathway, programs
):
    migrate("records", "0002_expand")
    api.request_credit(learner, pathway, programs[0])
    with pytest.raises(RequestNotRecorded):
        api.request_credit(learner, pathway, programs[1])
    assert len(mail.outbox) == 1

    migrate("records", "0003_contract")
    api.request_credit(learner, pathway, programs[1])

    assert len(mail.outbox) == 2
    assert [*UserCreditPathway.objects.order_by("pk").values_list("program", flat=True)] == [p.pk for p in programs]
