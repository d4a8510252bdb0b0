from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import DetailView

from college.kernel.web import Endpoint
from college.modules.catalog.models import Program
from college.modules.crediting.domain import RequestCredit


class RecordPage(LoginRequiredMixin, DetailView):
    """A learner's own record of a program, with the pathways along which credit can be requested."""

    model = Program
    slug_field = "uuid"
    slug_url_kwarg = "program_uuid"
    template_name = "crediting/record.html"


class RequestEndpoint(LoginRequiredMixin, Endpoint):
    """A learner's request for credit."""

    def command(self, request, program_uuid):
        page = request.build_absolute_uri("/my/")
        return RequestCredit(request.user.pk, program_uuid, request.POST.get("pathway"), page)
