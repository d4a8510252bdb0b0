import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from college.modules.catalog.models import Pathway, Program


class State(models.TextChoices):
    SENT = "sent"
    OTHER = "", "other"


class SharedRecord(models.Model):
    """A learner's record of a program, under an address of its own."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    program = models.ForeignKey(Program, on_delete=models.PROTECT)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    class Meta:
        db_table = "records_programcertrecord"
        unique_together = (("learner", "program"),)

    def __str__(self):
        return f"SharedRecord: {self.uuid}"


class CreditRequestQuerySet(models.QuerySet):
    def of(self, learner):
        return self.filter(learner=learner)

    def along(self, program):
        return self.filter(pathway__programs=program)


class CreditRequest(models.Model):
    """The record that a learner asked an institution for credit."""

    learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="asked")
    pathway = models.ForeignKey(Pathway, on_delete=models.PROTECT, related_name="asked")
    program = models.ForeignKey(Program, null=True, blank=True, on_delete=models.PROTECT)
    status = models.CharField(max_length=15, choices=State.choices, default=State.SENT, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    objects = CreditRequestQuerySet.as_manager()

    class Meta:
        db_table = "records_usercreditpathway"

    def __str__(self):
        return f"CreditRequest: {self.pk}"

    def clean(self):
        if not self.pathway.contact:
            raise ValidationError({"pathway": "This institution takes no requests."})

    def save(self, *args, **kwargs):
        self.full_clean()
        super().save(*args, **kwargs)
