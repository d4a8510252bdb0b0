"""Shared program records, and the record of credit requests that ADR 0005 is about."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_extensions.db.models import TimeStampedModel

from credit_migration.reference_host.catalog.models import Pathway, PathwayType, Program


class UserCreditPathwayStatus(models.TextChoices):
    SENT = "sent", _("sent")
    OTHER = "", _("other")


class ProgramCertRecord(TimeStampedModel):
    """
    A learner's public record of a program, made when they first share it; ``uuid`` is in its link.

    .. no_pii: This model has no PII.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    class Meta:
        db_table = "records_programcertrecord"
        verbose_name = _("shared program record")
        unique_together = (("program", "user"),)

    def __str__(self) -> str:
        return f"ProgramCertRecord: {self.uuid}"


class UserCreditPathway(TimeStampedModel):
    """
    The record of one credit request; ``created`` is its moment. No application logic reads it.

    ``program`` is null on the legacy rows, from before it was recorded, and stays null there.
    Source: ADR 0005, "the UserCreditPathway model will now only keep a record of these credit requests".

    .. no_pii: This model has no PII.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT)
    program = models.ForeignKey(Program, null=True, blank=True, on_delete=models.PROTECT)
    status = models.CharField(
        max_length=15, choices=UserCreditPathwayStatus, default=UserCreditPathwayStatus.SENT, blank=True
    )

    class Meta:
        db_table = "records_usercreditpathway"

    def __str__(self) -> str:
        return f"UserCreditPathway: {self.pk}"

    def clean(self) -> None:
        if self.pathway.pathway_type != PathwayType.CREDIT:
            raise ValidationError({"pathway": _("User credit pathways can only be connected to credit pathways.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.full_clean()
        super().save(*args, **kwargs)  # type: ignore[no-untyped-call]
