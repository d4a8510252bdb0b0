from django.apps import AppConfig


class AwardsConfig(AppConfig):
    name = "college.modules.awards"

    def ready(self):
        from college.modules.awards import services  # noqa: F401 - importing them puts them on the bus
