from django.contrib.auth.models import AbstractUser
from django.contrib.sites.models import Site
from django.db import models


class User(AbstractUser):
    class Meta:
        db_table = "core_user"


class SiteConfiguration(models.Model):
    site = models.OneToOneField(Site, on_delete=models.CASCADE, related_name="configuration")
    records_enabled = models.BooleanField(default=True)
    platform_name = models.CharField(max_length=64, default="Campus")

    class Meta:
        db_table = "core_siteconfiguration"

    def __str__(self):
        return self.platform_name
