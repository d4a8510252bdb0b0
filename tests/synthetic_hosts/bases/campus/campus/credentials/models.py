import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.db import models

from campus.catalog.models import Program

AWARDED, REVOKED = "awarded", "revoked"


class AbstractCertificate(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class CourseCertificate(AbstractCertificate):
    course_key = models.CharField(max_length=255, unique=True)

    class Meta:
        db_table = "credentials_coursecertificate"

    def __str__(self):
        return self.course_key


class ProgramCertificate(AbstractCertificate):
    program_uuid = models.UUIDField(db_index=True)
    program = models.OneToOneField(Program, null=True, on_delete=models.PROTECT)

    class Meta:
        db_table = "credentials_programcertificate"
        unique_together = (("site", "program_uuid"),)

    def __str__(self):
        return f"ProgramCertificate: {self.program_uuid}"


class UserCredential(models.Model):
    credential_content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
    credential_id = models.PositiveIntegerField(db_index=True)
    credential = GenericForeignKey("credential_content_type", "credential_id")
    username = models.CharField(max_length=255, db_index=True)
    status = models.CharField(max_length=255, default=AWARDED)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "credentials_usercredential"
        unique_together = (("username", "credential_content_type", "credential_id"),)

    def __str__(self):
        return f"UserCredential: {self.uuid}"
