"""The mail that tells an institution of a credit request."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from credit_migration.reference_host.credentials.api import has_program_certificate
from credit_migration.reference_host.records.models import ProgramCertRecord, UserCreditPathway


def send_credit_request(request: UserCreditPathway, record: ProgramCertRecord) -> None:
    """
    Mail the request to its pathway's institution, in the service's language, with the link of the public record.

    Raises: what the mail backend raises when it does not take the mail.
    """
    learner, pathway, program = request.user, request.pathway, record.program
    path = reverse("records:shared", kwargs={"uuid": record.uuid})
    with override(settings.LANGUAGE_CODE):
        subject = _("Credit request for %(program)s") % {"program": program.title}
        body = render_to_string(
            "records/mail/credit_request.txt",
            {
                "learner_name": learner.get_full_name() or learner.get_username(),
                "pathway": pathway,
                "program": program,
                "program_completed": has_program_certificate(learner, program),
                "record_link": f"https://{program.site.domain}{path}",
            },
        )
    EmailMessage(
        # A title with a line break would be refused as an attempt to add headers.
        subject=" ".join(subject.split()),
        body=body,
        to=[pathway.email],
        reply_to=[learner.email] if learner.email else [],
    ).send()
