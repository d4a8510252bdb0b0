import uuid

from django.db import models


class Program(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    title = models.CharField(max_length=255)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "catalog_program"

    def __str__(self):
        return self.title


class Pathway(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    institution = models.CharField(max_length=255)
    contact = models.EmailField(blank=True)
    programs = models.ManyToManyField(Program, related_name="pathways")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "catalog_pathway"

    def __str__(self):
        return self.institution
