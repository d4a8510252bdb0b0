import json

from django.contrib.auth.mixins import UserPassesTestMixin
from django.http import JsonResponse
from django.views import View

from college.kernel.bus import bus


class Endpoint(View):
    """Makes a command of a request, and an answer of what the command gave back."""

    http_method_names = ["post"]
    status = 201

    def post(self, request, **captured):
        return JsonResponse(self.answer(bus.dispatch(self.command(request, **captured))), status=self.status)

    def command(self, request, **captured):
        raise NotImplementedError

    def answer(self, result):
        return {"done": result is not None}

    @staticmethod
    def data(request):
        return json.loads(request.body)


class ForStaff(UserPassesTestMixin):
    def test_func(self):
        return self.request.user.is_staff
