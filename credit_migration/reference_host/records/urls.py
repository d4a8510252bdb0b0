"""The learner's pages. Staff see another learner's under ``learners/<id>/``."""

from django.urls import include, path

from credit_migration.reference_host.records import views

app_name = "records"

urlpatterns = [
    path("", views.programs, name="programs"),
    path("programs/<uuid:uuid>/", views.program_record, name="program"),
    path("programs/<uuid:uuid>/request/", views.request_credit, name="request"),
    path("programs/<uuid:uuid>/share/", views.share, name="share"),
    path(
        "learners/<int:learner_id>/",
        include(
            [
                path("", views.programs, name="learner-programs"),
                path("programs/<uuid:uuid>/", views.program_record, name="learner-program"),
                path("programs/<uuid:uuid>/request/", views.request_credit, name="learner-request"),
                path("programs/<uuid:uuid>/share/", views.share, name="learner-share"),
            ]
        ),
    ),
    path("shared/<uuid:uuid>/", views.shared_record, name="shared"),
]
