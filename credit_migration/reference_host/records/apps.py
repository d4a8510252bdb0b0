"""The app's configuration: the label of the real host's ``records`` app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "credit_migration.reference_host.records"
    label = "records"
