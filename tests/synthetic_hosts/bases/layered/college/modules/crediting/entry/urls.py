from django.urls import path

from college.modules.crediting.entry.web import RecordPage, RequestEndpoint

urlpatterns = [
    path("<uuid:program_uuid>/", RecordPage.as_view(), name="record"),
    path("<uuid:program_uuid>/request/", RequestEndpoint.as_view(), name="request_credit"),
]
