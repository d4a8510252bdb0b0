import uuid

import django.db.models.deletion
import django_extensions.db.fields
import sortedm2m.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("sites", "0002_alter_domain_unique"),
    ]

    operations = [
        migrations.CreateModel(
            name="Program",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created",
                    django_extensions.db.fields.CreationDateTimeField(auto_now_add=True, verbose_name="created"),
                ),
                (
                    "modified",
                    django_extensions.db.fields.ModificationDateTimeField(auto_now=True, verbose_name="modified"),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, verbose_name="UUID")),
                ("title", models.CharField(max_length=255)),
                ("type", models.CharField(default="", max_length=32)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("retired", "retired"),
                            ("deleted", "deleted"),
                            ("unpublished", "unpublished"),
                        ],
                        default="active",
                        max_length=24,
                    ),
                ),
                ("site", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sites.site")),
            ],
            options={
                "db_table": "catalog_program",
                "unique_together": {("site", "uuid")},
            },
        ),
        migrations.CreateModel(
            name="Pathway",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "created",
                    django_extensions.db.fields.CreationDateTimeField(auto_now_add=True, verbose_name="created"),
                ),
                (
                    "modified",
                    django_extensions.db.fields.ModificationDateTimeField(auto_now=True, verbose_name="modified"),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, verbose_name="UUID")),
                ("name", models.CharField(max_length=255)),
                ("org_name", models.CharField(max_length=255)),
                ("email", models.EmailField(blank=True, max_length=254)),
                (
                    "pathway_type",
                    models.CharField(
                        choices=[("credit", "credit"), ("industry", "industry")], default="credit", max_length=32
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("published", "published"), ("unpublished", "unpublished"), ("retired", "retired")],
                        default="published",
                        max_length=24,
                    ),
                ),
                ("site", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="sites.site")),
                (
                    "programs",
                    sortedm2m.fields.SortedManyToManyField(
                        help_text=None, related_name="pathways", to="catalog.program"
                    ),
                ),
            ],
            options={
                "db_table": "catalog_pathway",
                "unique_together": {("site", "uuid")},
            },
        ),
    ]
