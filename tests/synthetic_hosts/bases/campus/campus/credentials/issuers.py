import abc

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from campus.core.models import User
from campus.credentials.messages import ProgramCompleted
from campus.credentials.models import AWARDED, CourseCertificate, ProgramCertificate, UserCredential
from campus.credentials.signals import program_certificate_awarded, program_certificate_revoked


class AbstractCredentialIssuer(abc.ABC):
    @property
    @abc.abstractmethod
    def issued_credential_type(self):
        """The model of the certificates that are issued."""

    @transaction.atomic
    def issue_credential(self, credential, username, status=AWARDED, request=None):
        user_credential, _ = self._record(credential, username, status)
        return user_credential

    def _record(self, credential, username, status):
        return UserCredential.objects.update_or_create(
            username=username,
            credential_content_type=ContentType.objects.get_for_model(credential),
            credential_id=credential.pk,
            defaults={"status": status},
        )


class CourseCertificateIssuer(AbstractCredentialIssuer):
    issued_credential_type = CourseCertificate


class ProgramCertificateIssuer(AbstractCredentialIssuer):
    issued_credential_type = ProgramCertificate

    @transaction.atomic
    def issue_credential(self, credential, username, status=AWARDED, request=None):
        user_credential, created = self._record(credential, username, status)
        learner = User.objects.filter(username=username).first()
        if created and learner is not None:
            self._congratulate(learner, credential.program)
        self._announce(user_credential, created)
        return user_credential

    def _congratulate(self, learner, program):
        if settings.SEND_EMAIL_ON_PROGRAM_COMPLETION:
            ProgramCompleted(learner=learner, program=program).send()

    def _announce(self, user_credential, created):
        awarded = user_credential.status == AWARDED
        signal = program_certificate_awarded if awarded else program_certificate_revoked
        signal.send(sender=ProgramCertificate, user_credential=user_credential, created=created)
