import json

from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from campus.credentials.accreditors import Accreditor
from campus.credentials.models import AWARDED, ProgramCertificate


@method_decorator(csrf_exempt, name="dispatch")
class AwardView(UserPassesTestMixin, View):
    """The learning platform posts here when a learner has finished a program."""

    http_method_names = ["post"]

    def test_func(self):
        return self.request.user.is_staff

    def post(self, request):
        data = json.loads(request.body)
        certificate = get_object_or_404(ProgramCertificate, program_uuid=data["program_uuid"], is_active=True)
        status = data.get("status", AWARDED)
        user_credential = Accreditor().issue_credential(certificate, data["username"], status, request)
        return JsonResponse({"uuid": str(user_credential.uuid), "status": user_credential.status}, status=201)
