from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "campus.credentials"

    def ready(self):
        from campus.credentials import receivers  # noqa: F401 - importing it connects the receivers
