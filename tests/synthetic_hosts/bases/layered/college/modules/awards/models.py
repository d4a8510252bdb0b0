import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from college.modules.catalog.models import Program


class Status(models.TextChoices):
    AWARDED = "awarded"
    REVOKED = "revoked"


class ProgramCertificate(models.Model):
    program = models.OneToOneField(Program, on_delete=models.PROTECT)
    program_uuid = models.UUIDField(db_index=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        db_table = "credentials_programcertificate"

    def __str__(self):
        return f"Certificate of {self.program_id}"


class UserCredentialQuerySet(models.QuerySet):
    def awarded(self):
        return self.filter(status=Status.AWARDED)

    def record(self, certificate, username, status):
        """Return the row of the learner's award, and whether it is new."""
        return self.update_or_create(
            username=username,
            credential_content_type=ContentType.objects.get_for_model(certificate),
            credential_id=certificate.pk,
            defaults={"status": status},
        )


class UserCredential(models.Model):
    credential_content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    credential_id = models.PositiveIntegerField(db_index=True)
    credential = GenericForeignKey("credential_content_type", "credential_id")
    username = models.CharField(max_length=255, db_index=True)
    status = models.CharField(max_length=255, choices=Status.choices, default=Status.AWARDED)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    objects = UserCredentialQuerySet.as_manager()

    class Meta:
        db_table = "credentials_usercredential"
        unique_together = (("username", "credential_content_type", "credential_id"),)

    def __str__(self):
        return f"UserCredential: {self.uuid}"
