"""Program certificates, and their awards to learners."""

from __future__ import annotations

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_extensions.db.models import TimeStampedModel

from credit_migration.reference_host.catalog.models import Program


class UserCredentialStatus(models.TextChoices):
    AWARDED = "awarded", _("awarded")
    REVOKED = "revoked", _("revoked")


class ProgramCertificate(TimeStampedModel):
    """
    The certificate that can be awarded for a program.

    .. no_pii: This model has no PII.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    is_active = models.BooleanField(default=False)
    program_uuid = models.UUIDField(db_index=True, verbose_name=_("Program UUID"))
    program = models.OneToOneField(Program, null=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "credentials_programcertificate"
        unique_together = (("site", "program_uuid"),)

    def __str__(self) -> str:
        return f"ProgramCertificate: {self.program_uuid}"


class UserCredential(TimeStampedModel):
    """
    The award of a certificate to a learner.

    .. pii: Holds the learner's username.
    .. pii_types: username
    .. pii_retirement: retained
    """

    credential_content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    credential_id = models.PositiveIntegerField(db_index=True)
    credential = GenericForeignKey("credential_content_type", "credential_id")
    username = models.CharField(max_length=255, db_index=True)
    status = models.CharField(max_length=255, choices=UserCredentialStatus, default=UserCredentialStatus.AWARDED)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    class Meta:
        db_table = "credentials_usercredential"
        unique_together = (("username", "credential_content_type", "credential_id"),)

    def __str__(self) -> str:
        return f"UserCredential: {self.uuid}"
