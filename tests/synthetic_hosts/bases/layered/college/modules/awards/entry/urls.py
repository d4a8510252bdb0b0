from django.urls import path

from college.modules.awards.entry.web import AwardEndpoint, AwardLaterEndpoint

urlpatterns = [
    path("", AwardEndpoint.as_view(), name="award"),
    path("later/", AwardLaterEndpoint.as_view(), name="award_later"),
]
