"""Programs, and the pathways along which credit for them can be requested."""

from __future__ import annotations

import uuid

from django.contrib.sites.models import Site
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_extensions.db.models import TimeStampedModel
from sortedm2m.fields import SortedManyToManyField


class ProgramStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    RETIRED = "retired", _("retired")
    DELETED = "deleted", _("deleted")
    UNPUBLISHED = "unpublished", _("unpublished")


class PathwayStatus(models.TextChoices):
    PUBLISHED = "published", _("published")
    UNPUBLISHED = "unpublished", _("unpublished")
    RETIRED = "retired", _("retired")


class PathwayType(models.TextChoices):
    CREDIT = "credit", _("credit")
    INDUSTRY = "industry", _("industry")


class Program(TimeStampedModel):
    """
    A program of courses; ``id`` is Credentials' own, neither Discovery's nor the LMS's.

    .. no_pii: This model has no PII.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, verbose_name="UUID")
    title = models.CharField(max_length=255)
    type = models.CharField(max_length=32, default="")
    status = models.CharField(max_length=24, choices=ProgramStatus, default=ProgramStatus.ACTIVE)

    class Meta:
        db_table = "catalog_program"
        unique_together = (("site", "uuid"),)

    def __str__(self) -> str:
        return f"{self.title} ({self.uuid.hex})"


class Pathway(TimeStampedModel):
    """
    A channel to an institution along which learners request credit for the pathway's programs.

    .. no_pii: This model has no learner's PII; ``email`` is the institution's own address.
    """

    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4, verbose_name="UUID")
    name = models.CharField(max_length=255)
    org_name = models.CharField(max_length=255)
    email = models.EmailField(blank=True)
    programs = SortedManyToManyField(Program, related_name="pathways")
    pathway_type = models.CharField(max_length=32, choices=PathwayType, default=PathwayType.CREDIT)
    status = models.CharField(max_length=24, choices=PathwayStatus, default=PathwayStatus.PUBLISHED)

    class Meta:
        db_table = "catalog_pathway"
        unique_together = (("site", "uuid"),)

    def __str__(self) -> str:
        return self.name
