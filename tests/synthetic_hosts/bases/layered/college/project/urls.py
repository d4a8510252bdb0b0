from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/awards/", include("college.modules.awards.entry.urls")),
    path("my/", include("college.modules.crediting.entry.urls")),
]
