from django.http import JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from college.kernel.web import Endpoint, ForStaff
from college.modules.awards.domain import AwardProgram
from college.modules.awards.entry.tasks import award_program


@method_decorator(csrf_exempt, name="dispatch")
class AwardEndpoint(ForStaff, Endpoint):
    """The learning platform posts here when a learner has finished a program."""

    def command(self, request):
        return AwardProgram(**self.data(request))

    def answer(self, result):
        return {"uuid": str(result.uuid), "status": result.status}


@method_decorator(csrf_exempt, name="dispatch")
class AwardLaterEndpoint(ForStaff, Endpoint):
    """Takes many awards at once and leaves them to the workers."""

    def post(self, request):
        for award in self.data(request):
            award_program.delay(award["username"], award["program_uuid"])
        return JsonResponse({}, status=202)
