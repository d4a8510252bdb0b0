from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from campus.catalog.models import Program
from campus.records.messages import CreditRequest
from campus.records.models import ProgramCertRecord, UserCreditPathway


class RecordView(LoginRequiredMixin, View):
    """A learner's own record of a program, with the pathways along which credit can be requested."""

    def get(self, request, program_uuid):
        program = get_object_or_404(Program, uuid=program_uuid)
        return render(request, "records/record.html", {"program": program, "pathways": program.pathways.all()})


class SendRecordView(LoginRequiredMixin, View):
    """The learner's own credit request: the one lawful sender to an institution."""

    http_method_names = ["post"]

    @transaction.atomic
    def post(self, request, program_uuid):
        program = get_object_or_404(Program, uuid=program_uuid)
        pathway = get_object_or_404(program.pathways, uuid=request.POST.get("pathway"))
        record, _ = ProgramCertRecord.objects.get_or_create(program=program, user=request.user)
        UserCreditPathway.objects.create(user=request.user, pathway=pathway, program=program)
        CreditRequest(
            learner=request.user,
            pathway=pathway,
            program=program,
            record_url=request.build_absolute_uri(f"/records/shared/{record.uuid}/"),
        ).send()
        return JsonResponse({"sent": True})
