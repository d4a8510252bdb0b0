import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from campus.catalog.models import Pathway, Program

SENT = "sent"


class ProgramCertRecord(models.Model):
    program = models.ForeignKey(Program, on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "records_programcertrecord"
        unique_together = (("program", "user"),)

    def __str__(self):
        return f"ProgramCertRecord: {self.uuid}"


class UserCreditPathway(models.Model):
    """The record of one credit request."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT)
    program = models.ForeignKey(Program, null=True, blank=True, on_delete=models.PROTECT)
    status = models.CharField(max_length=15, choices=[(SENT, "sent"), ("", "other")], default=SENT, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "records_usercreditpathway"

    def __str__(self):
        return f"UserCreditPathway: {self.pk}"

    def clean(self):
        if self.pathway.pathway_type != "credit":
            raise ValidationError({"pathway": "Credit is requested along credit pathways only."})

    def save(self, *args, **kwargs):
        self.full_clean()
        super().save(*args, **kwargs)
