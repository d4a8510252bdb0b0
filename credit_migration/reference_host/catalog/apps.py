"""The app's configuration: the label of the real host's ``catalog`` app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "credit_migration.reference_host.catalog"
    label = "catalog"
