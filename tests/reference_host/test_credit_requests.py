"""Requesting credit through the records API."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from model_bakery import baker

from credit_migration.reference_host.catalog.models import PathwayStatus, PathwayType
from credit_migration.reference_host.records import api, exceptions
from credit_migration.reference_host.records.models import ProgramCertRecord, UserCreditPathway

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rows(learner):
    return lambda: list(
        UserCreditPathway.objects.filter(user=learner).order_by("pk").values_list("pathway", "program", "status")
    )


def test_request_is_recorded_with_its_program_and_mailed_with_the_public_link(learner, pathway, programs, rows):
    request = api.request_credit(learner, pathway, programs[0])

    record = ProgramCertRecord.objects.get(user=learner, program=programs[0])
    assert rows() == [(pathway.pk, programs[0].pk, "sent")]
    assert request.status == "sent"
    [message] = mail.outbox
    assert (message.subject, message.to, message.reply_to, message.from_email) == (
        "Credit request for Data Science",
        ["registrar@example.edu"],
        ["ada@example.org"],
        "credentials@localhost",
    )
    assert message.body == (
        'Ada Byron requests credit from Example University for the program "Data Science" along the pathway '
        '"Master\'s credit".\n\n'
        "The learner has not completed the program yet.\n\n"
        "The learner's public record of the program:\n"
        f"https://example.com/records/shared/{record.uuid}/\n\n"
    )


def test_every_request_is_its_own_row_and_mail_and_the_link_stays(learner, pathway, programs, rows):
    for program in (programs[0], programs[0], programs[1]):
        api.request_credit(learner, pathway, program)

    assert rows() == [
        (pathway.pk, programs[0].pk, "sent"),
        (pathway.pk, programs[0].pk, "sent"),
        (pathway.pk, programs[1].pk, "sent"),
    ]
    assert [message.subject for message in mail.outbox] == [
        "Credit request for Data Science",
        "Credit request for Data Science",
        "Credit request for Robotics & <AI>",
    ]
    assert ProgramCertRecord.objects.filter(user=learner).count() == 2


def test_a_learner_without_name_and_address_and_a_title_of_two_lines_are_mailed_too(pathway, programs):
    learner = baker.make("core.User", username="nameless", first_name="", last_name="", email="")
    programs[0].title = "Two\nlines"
    programs[0].save()

    api.request_credit(learner, pathway, programs[0])

    [message] = mail.outbox
    assert (message.subject, message.reply_to) == ("Credit request for Two lines", [])
    assert "nameless requests credit" in message.body


REFUSALS = [
    (
        {"pathway_type": PathwayType.INDUSTRY},
        exceptions.NotACreditPathway,
        "“Master's credit” gives no credit, so none can be requested along it.",
    ),
    (
        {"status": PathwayStatus.RETIRED},
        exceptions.PathwayNotPublished,
        "“Master's credit” takes no requests at present: Example University has not published it.",
    ),
    (
        {"email": ""},
        exceptions.PathwayWithoutAddress,
        "“Master's credit” has no address at Example University to send your request to.",
    ),
]


@pytest.mark.parametrize(("change", "error", "words"), REFUSALS)
def test_a_pathway_that_takes_no_requests_refuses(learner, pathway, programs, rows, change, error, words):
    for name, value in change.items():
        setattr(pathway, name, value)
    pathway.save()

    with pytest.raises(error) as caught:
        api.request_credit(learner, pathway, programs[0])

    assert str(caught.value) == words
    assert list(api.credit_options(programs[0])) == []
    assert (rows(), mail.outbox, ProgramCertRecord.objects.count()) == ([], [], 0)


def test_a_program_outside_the_pathway_is_refused(learner, pathway, rows):
    other = baker.make("catalog.Program", site_id=1, title="Other")

    with pytest.raises(exceptions.ProgramNotInPathway) as caught:
        api.request_credit(learner, pathway, other)

    assert str(caught.value) == "“Master's credit” gives no credit for “Other”."
    assert (rows(), mail.outbox) == ([], [])


def test_options_do_not_depend_on_earlier_requests(learner, pathway, programs):
    other = baker.make("catalog.Pathway", site_id=1, name="B", org_name="Another College", email="b@example.edu")
    other.programs.set(programs)

    before = list(api.credit_options(programs[0]))
    api.request_credit(learner, pathway, programs[0])

    assert before == [other, pathway] == list(api.credit_options(programs[0]))


def test_mail_that_is_not_taken_leaves_the_request_on_record_as_not_sent(
    learner, pathway, programs, rows, monkeypatch, caplog
):
    def refuse(self, messages):
        raise SMTPServerDisconnected("Connection unexpectedly closed")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    request = api.request_credit(learner, pathway, programs[0])

    assert rows() == [(pathway.pk, programs[0].pk, "")]
    assert request.status == ""
    assert [record.getMessage() for record in caplog.records] == [
        f"Credit request {request.pk} is recorded, but its mail was not taken."
    ]


def test_mail_waits_for_the_callers_commit(learner, pathway, programs, rows):
    with transaction.atomic():
        request = api.request_credit(learner, pathway, programs[0])
        assert (request.status, mail.outbox) == ("", [])

    assert (request.status, len(mail.outbox)) == ("sent", 1)


def test_a_request_that_is_rolled_back_sends_nothing(learner, pathway, programs, rows):
    with transaction.atomic():
        api.request_credit(learner, pathway, programs[0])
        transaction.set_rollback(True)

    assert (rows(), mail.outbox) == ([], [])


def test_a_row_that_the_database_refuses_sends_nothing(learner, pathway, programs, rows, monkeypatch, caplog):
    def refuse(self, **kwargs):
        raise IntegrityError("duplicate key")

    monkeypatch.setattr("django.db.models.Model.save", refuse)
    monkeypatch.setattr(api, "share_record", lambda learner, program: None)
    with pytest.raises(exceptions.RequestNotRecorded) as caught:
        api.request_credit(learner, pathway, programs[0])
    monkeypatch.undo()

    assert str(caught.value) == (
        "Your request for “Data Science” can't be recorded at present, so it was not sent. Try again later."
    )
    assert (rows(), mail.outbox) == ([], [])
    assert [record.getMessage() for record in caplog.records] == [
        f"The database refused a credit request of learner {learner.pk} along pathway {pathway.pk}."
    ]
