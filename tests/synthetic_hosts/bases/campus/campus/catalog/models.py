import uuid

from django.contrib.sites.models import Site
from django.db import models


class Program(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4)
    title = models.CharField(max_length=255)
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "catalog_program"
        unique_together = (("site", "uuid"),)

    def __str__(self):
        return self.title


class Pathway(models.Model):
    site = models.ForeignKey(Site, on_delete=models.CASCADE)
    uuid = models.UUIDField(default=uuid.uuid4)
    name = models.CharField(max_length=255)
    org_name = models.CharField(max_length=255)
    email = models.EmailField(blank=True)
    pathway_type = models.CharField(max_length=32, default="credit")
    programs = models.ManyToManyField(Program, related_name="pathways")
    created = models.DateTimeField(auto_now_add=True)
    modified = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "catalog_pathway"
        unique_together = (("site", "uuid"),)

    def __str__(self):
        return self.name
