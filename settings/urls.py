"""The reference host's pages."""

from django.contrib.auth.views import LoginView
from django.urls import include, path

urlpatterns = [
    path("login/", LoginView.as_view(template_name="records/login.html"), name="login"),
    path("records/", include("credit_migration.reference_host.records.urls")),
]
