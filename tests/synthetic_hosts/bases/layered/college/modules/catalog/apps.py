from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "college.modules.catalog"
