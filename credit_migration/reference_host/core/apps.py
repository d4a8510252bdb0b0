"""The app's configuration: the label of the real host's ``core`` app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "credit_migration.reference_host.core"
    label = "core"
