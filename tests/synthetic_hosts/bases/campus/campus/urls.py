from django.contrib import admin
from django.urls import path

from campus.credentials.api import AwardView
from campus.records.views import RecordView, SendRecordView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/credentials/", AwardView.as_view(), name="award"),
    path("records/<uuid:program_uuid>/", RecordView.as_view(), name="record"),
    path("records/<uuid:program_uuid>/send/", SendRecordView.as_view(), name="send_record"),
]
