"""
What each step does to code of the other version, run on the database under test.

The old code is the legacy request view's own call, on the model as it was before the expand step; the new code is the
reference host's request flow.
"""

from __future__ import annotations

import pytest
from django.core.exceptions import MultipleObjectsReturned
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from model_bakery import baker

from credit_migration.exceptions import PointOfNoReturn
from credit_migration.reference_host.records.models import UserCreditPathway

pytestmark = pytest.mark.django_db(transaction=True)
OLD = MigrationLoader(None).project_state(("records", "0001_legacy")).apps.get_model("records", "UserCreditPathway")


@pytest.fixture
def at():
    yield lambda name: call_command("migrate", "records", name, verbosity=0, skip_checks=True)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM records_usercreditpathway")
    call_command("migrate", "records", verbosity=0, skip_checks=True)


@pytest.fixture
def learner_and_pathway():
    return baker.make("core.User").pk, baker.make("catalog.Pathway", pathway_type="credit").pk


def old_request(user: int, pathway: int):
    """Record a request as the code of before does: one row a learner and pathway."""
    return OLD.objects.update_or_create(user_id=user, pathway_id=pathway, defaults={"status": "sent"})


def new_request(user: int, pathway: int, program: int | None = None):
    """Record a request as the code of after does: a row each."""
    return UserCreditPathway.objects.create(user_id=user, pathway_id=pathway, program_id=program)


def rows() -> list[tuple[int | None]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT program_id FROM records_usercreditpathway ORDER BY id")
        return list(cursor.fetchall())


def test_i410_old_code_goes_on_after_expand_and_its_rows_have_no_program(at, learner_and_pathway):
    at("0001")
    _, created = old_request(*learner_and_pathway)
    assert created
    at("0002")
    _, created = old_request(*learner_and_pathway)
    assert (created, rows()) == (False, [(None,)])
    old_request(baker.make("core.User").pk, learner_and_pathway[1])
    assert rows() == [(None,), (None,)]


def test_i410_new_code_before_expand_fails_on_every_query(at, learner_and_pathway):
    at("0001")
    for query in (
        lambda: list(UserCreditPathway.objects.all()),
        lambda: new_request(*learner_and_pathway),
        lambda: UserCreditPathway.objects.filter(user_id=1).exists() or UserCreditPathway.objects.first(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            query()


def test_new_code_after_expand_can_not_record_a_second_request(at, learner_and_pathway):
    at("0002")
    new_request(*learner_and_pathway)
    with pytest.raises(IntegrityError), transaction.atomic():
        new_request(*learner_and_pathway, baker.make("catalog.Program").pk)


def test_w411_old_code_after_contract_works_until_there_is_a_second_row(at, learner_and_pathway):
    at("0003")
    old_request(*learner_and_pathway)
    assert old_request(*learner_and_pathway)[1] is False
    new_request(*learner_and_pathway, baker.make("catalog.Program").pk)
    with pytest.raises(MultipleObjectsReturned):
        old_request(*learner_and_pathway)


def test_w411_old_code_after_contract_no_longer_keeps_duplicates_out(at, learner_and_pathway):
    at("0003")
    user, pathway = learner_and_pathway
    for _ in range(2):
        OLD.objects.create(user_id=user, pathway_id=pathway)
    assert rows() == [(None,), (None,)]


def test_w448_a_dict_keyed_by_pathway_keeps_one_of_two_requests(at, learner_and_pathway):
    at("0003")
    programs = [baker.make("catalog.Program").pk for _ in range(2)]
    for program in programs:
        new_request(*learner_and_pathway, program)
    kept = {row.pathway_id: row.program_id for row in UserCreditPathway.objects.order_by("pk")}
    assert kept == {learner_and_pathway[1]: programs[1]}


def test_w412_going_back_is_refused_from_the_second_request_on(at, learner_and_pathway):
    at("0003")
    new_request(*learner_and_pathway, baker.make("catalog.Program").pk)
    at("0002")
    at("0003")
    new_request(*learner_and_pathway, baker.make("catalog.Program").pk)
    with pytest.raises(PointOfNoReturn, match=r"can't have its unique .* back: 1 group of rows violates it"):
        at("0002")
    assert len(rows()) == 2


def test_w413_going_back_before_expand_is_refused_once_a_program_is_recorded(at, learner_and_pathway):
    at("0003")
    new_request(*learner_and_pathway)
    at("0001")
    at("0003")
    program = baker.make("catalog.Program").pk
    new_request(baker.make("core.User").pk, learner_and_pathway[1], program)
    with pytest.raises(PointOfNoReturn, match=r"can't lose its column 'program_id': 1 row has a value in it"):
        at("0001")
    assert rows() == [(None,), (program,)]
