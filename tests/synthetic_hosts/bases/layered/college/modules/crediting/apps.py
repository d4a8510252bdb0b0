from django.apps import AppConfig


class CreditingConfig(AppConfig):
    name = "college.modules.crediting"

    def ready(self):
        from college.modules.crediting import services  # noqa: F401 - importing them puts them on the bus
