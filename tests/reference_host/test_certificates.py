"""Awarding and revoking program certificates."""

from __future__ import annotations

import pytest
from django.core import mail

from credit_migration.reference_host.credentials import api
from credit_migration.reference_host.credentials.exceptions import ProgramCertificateNotFound
from credit_migration.reference_host.records import api as records_api
from credit_migration.reference_host.records.models import UserCreditPathway

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_award_sends_nothing_to_an_institution_also_after_a_request(learner, pathway, programs, certificate):
    records_api.request_credit(learner, pathway, programs[0])
    before = list(UserCreditPathway.objects.values_list())
    mail.outbox.clear()

    credential = api.award_program_certificate(learner, programs[0])

    assert (credential.status, credential.credential) == ("awarded", certificate)
    assert api.has_program_certificate(learner, programs[0])
    assert mail.outbox == []
    assert list(UserCreditPathway.objects.values_list()) == before


def test_a_mail_after_the_award_says_that_the_program_is_completed(learner, pathway, programs, certificate):
    api.award_program_certificate(learner, programs[0])

    records_api.request_credit(learner, pathway, programs[0])

    assert "The learner has completed the program." in mail.outbox[0].body


def test_a_revoked_certificate_can_be_awarded_again(learner, programs, certificate):
    first = api.award_program_certificate(learner, programs[0])
    revoked = api.revoke_program_certificate(learner, programs[0])
    assert (revoked.status, api.has_program_certificate(learner, programs[0])) == ("revoked", False)

    again = api.award_program_certificate(learner, programs[0])

    assert (again.pk, again.status, mail.outbox) == (first.pk, "awarded", [])


def test_a_program_without_active_certificate_is_not_awarded(learner, programs, certificate):
    certificate.is_active = False
    certificate.save()

    with pytest.raises(ProgramCertificateNotFound) as caught:
        api.award_program_certificate(learner, programs[0])

    assert str(caught.value) == f"The program {programs[0].uuid} has no active certificate to award."


def test_a_certificate_that_was_never_awarded_is_not_revoked(learner, programs, certificate):
    with pytest.raises(ProgramCertificateNotFound) as caught:
        api.revoke_program_certificate(learner, programs[0])

    assert str(caught.value) == f"The learner {learner.pk} holds no certificate of the program {programs[0].uuid}."
