import logging

from django.dispatch import receiver

from campus.credentials.signals import program_certificate_awarded, program_certificate_revoked

logger = logging.getLogger(__name__)


@receiver([program_certificate_awarded, program_certificate_revoked])
def log_program_certificate(sender, user_credential, **kwargs):
    logger.info("Credential %s is now %s.", user_credential.uuid, user_credential.status)
