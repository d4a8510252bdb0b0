"""The app's configuration: the label of the real host's ``credentials`` app."""

from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "credit_migration.reference_host.credentials"
    label = "credentials"
