"""Expand: the code of before goes on running on this schema, and that of after starts to."""

import django.db.models.deletion
from django.db import migrations, models

from credit_migration.operations import AddNullableForeignKey


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalog", "0001_initial"), ("records", "0001_legacy")]

    operations = [
        AddNullableForeignKey(
            model_name="usercreditpathway",
            name="program",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to="catalog.program"
            ),
            also_index=["user"],
        ),
    ]
