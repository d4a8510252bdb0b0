"""Contract: only once no process of before runs any more, since those look for a single row a learner and pathway."""

from django.db import migrations

from credit_migration.operations import DropUniqueTogether


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("records", "0002_expand")]

    operations = [
        DropUniqueTogether(name="usercreditpathway", unique_together=set()),
    ]
