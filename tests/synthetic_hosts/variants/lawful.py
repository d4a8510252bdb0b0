"""The learner's own request in other shapes, with an award that comes near it: some of these send, most do not."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import URLS, VIEWS, Add, Edit, Step, Variant, at_start, setting
from tests.synthetic_hosts.variants.second_ways import REST, REST_DRIVE
from tests.synthetic_hosts.variants.sixth import CALL_AFTER, CELERY, PARTNERS, beside
from tests.synthetic_hosts.variants.sixth_gone import CREATED, LETTER

NO_LETTER = (
    Edit(VIEWS, LETTER, ""),
    Edit(VIEWS, "        record, _ = ProgramCertRecord", "        ProgramCertRecord"),
    Edit(VIEWS, "from campus.records.messages import CreditRequest\n", ""),
)
"""The learner's view makes the row and sends nothing itself."""
WRITTEN_BY_RECEIVER = (
    *NO_LETTER,
    beside(
        """
        from django.db.models.signals import post_save
        from django.dispatch import receiver

        from campus.records.messages import CreditRequest
        from campus.records.models import UserCreditPathway


        @receiver(post_save, sender=UserCreditPathway)
        def write_letter(instance, created, **kwargs):
            if created:
                CreditRequest(learner=instance.user, pathway=instance.pathway, program=instance.program).send()
        """,
        "campus/records/receivers.py",
    ),
    at_start("from campus.records import receivers  # noqa: F401"),
)
"""A receiver of new rows sends."""


def after(name: str, description: str, body: str, *steps: Step, path: tuple[str, ...] = ()) -> Variant:
    """Return the variant whose award calls ``after`` of this body."""
    text = f"from campus.records.models import UserCreditPathway\n\n{dedent(body).strip()}\n"
    return Variant(
        name=f"lawful_{name}",
        description=description,
        verdict="PRESENT" if path else "ABSENT",
        steps=(*steps, Add("campus/records/after.py", text), *CALL_AFTER),
        path=path,
    )


def near(name: str, description: str, *steps: Step, **more) -> Variant:
    return Variant(name=f"lawful_{name}", description=description, verdict="ABSENT", steps=steps, **more)


VARIANTS = (
    after(
        "rows_are_marked",
        "The award saves the learner's rows; the receiver that writes letters does so for new rows only.",
        """
        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner, program=program):
                row.status = ""
                row.save()
        """,
        *WRITTEN_BY_RECEIVER,
    ),
    after(
        "rows_are_made_up",
        "The award records the request of the learner for this program too, and the receiver of new rows sends it.",
        """
        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner, program=None):
                UserCreditPathway.objects.update_or_create(
                    user=learner, pathway=row.pathway, program=program, defaults={"status": row.status}
                )
        """,
        *WRITTEN_BY_RECEIVER,
        path=("after", "write_letter"),
    ),
    after(
        "rows_are_copied",
        "The award copies each row by taking its key away and saving it.",
        """
        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner, program=None):
                row.pk, row.program, row._state.adding = None, program, True
                row.save()
        """,
        *WRITTEN_BY_RECEIVER,
        path=("after", "write_letter"),
    ),
    after(
        "rows_are_renewed",
        "The award deletes each row and saves it again, which makes a new one.",
        """
        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner, program=None):
                row.delete()
                row.program = program
                row.save()
        """,
        *WRITTEN_BY_RECEIVER,
        path=("after", "write_letter"),
    ),
    after(
        "cache_is_warmed",
        "The award puts the pathways with their addresses into the cache; the learner's own request reads them there.",
        """
        from django.core.cache import cache

        from campus.catalog.models import Pathway


        def addresses():
            return cache.get_or_set("addresses", lambda: dict(Pathway.objects.values_list("pk", "email")), 60)


        def after(learner, program):
            cache.delete("addresses")
            addresses()
        """,
        Edit(VIEWS, LETTER, LETTER.replace("pathway=pathway", "pathway=freshened(pathway)")),
        Edit(
            VIEWS,
            "\n\nclass RecordView",
            """

def freshened(pathway):
    from campus.records.after import addresses

    pathway.email = addresses().get(pathway.pk, pathway.email)
    return pathway


class RecordView""",
        ),
    ),
    near(
        "form",
        "The learner asks by a form, whose save makes the row and writes the letter.",
        Edit(
            VIEWS,
            CREATED + LETTER,
            '        form = RequestForm({"pathway": pathway.pk}, learner=request.user, program=program)\n'
            "        form.full_clean()\n        form.save()\n",
        ),
        Edit(VIEWS, "        record, _ = ProgramCertRecord", "        ProgramCertRecord"),
        Edit(
            VIEWS,
            "from campus.records.messages import CreditRequest\n",
            "from campus.records.forms import RequestForm\n",
        ),
        Edit(VIEWS, "import ProgramCertRecord, UserCreditPathway", "import ProgramCertRecord"),
        Add(
            "campus/records/forms.py",
            """
            from django import forms

            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            class RequestForm(forms.ModelForm):
                class Meta:
                    model = UserCreditPathway
                    fields = ("pathway",)

                def __init__(self, *args, learner, program, **kwargs):
                    super().__init__(*args, **kwargs)
                    self.instance.user, self.instance.program = learner, program

                def save(self, commit=True):
                    row = super().save(commit)
                    CreditRequest(learner=row.user, pathway=row.pathway, program=row.program).send()
                    return row
            """,
        ),
    ),
    near(
        "rest_action",
        "The learner asks by an action of a REST view set, beside the API that awards.",
        *REST,
        Add("campus/records/after.py", ""),
        Add(
            "campus/records/rest.py",
            """
            from django.shortcuts import get_object_or_404
            from rest_framework import permissions, routers, viewsets
            from rest_framework.decorators import action
            from rest_framework.response import Response

            from campus.catalog.models import Program
            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            class ProgramViewSet(viewsets.ViewSet):
                permission_classes = (permissions.IsAuthenticated,)

                @action(detail=True, methods=["post"])
                def request_credit(self, request, pk):
                    program = get_object_or_404(Program, pk=pk)
                    pathway = get_object_or_404(program.pathways, uuid=request.data["pathway"])
                    row = UserCreditPathway.objects.create(user=request.user, pathway=pathway, program=program)
                    CreditRequest(learner=request.user, pathway=pathway, program=program).send()
                    return Response({"id": row.pk})


            router = routers.SimpleRouter()
            router.register("programs", ProgramViewSet, basename="program")
            """,
        ),
        Edit(
            URLS,
            "urlpatterns = [\n",
            "from campus.records.rest import router as own\n\n"
            'urlpatterns = [\n    path("api/v3/", include(own.urls)),\n',
        ),
        drive=REST_DRIVE,
    ),
    near(
        "reminder_to_learners",
        "Each week learners with shared records and no request are reminded that they can ask for credit.",
        *CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task
            from django.core.mail import send_mass_mail

            from campus.records.models import ProgramCertRecord, UserCreditPathway


            @shared_task
            def remind():
                asked = UserCreditPathway.objects.values("user")
                records = ProgramCertRecord.objects.exclude(user__in=asked).select_related("user", "program")
                send_mass_mail(
                    [
                        ("Ask for credit", f"{record.program} counts elsewhere.", None, [record.user.email])
                        for record in records
                    ]
                )
            """,
        ),
        setting('CELERY_BEAT_SCHEDULE = {"remind": {"task": "campus.records.tasks.remind", "schedule": 604800}}'),
    ),
    near(
        "report_of_pathways",
        "A nightly command writes pathways, their addresses and numbers of requests to a file for the registry.",
        Add(
            "campus/records/management/commands/report_pathways.py",
            """
            import csv
            import tempfile

            from django.core.management.base import BaseCommand
            from django.db.models import Count

            from campus.catalog.models import Pathway


            class Command(BaseCommand):
                def handle(self, **options):
                    pathways = Pathway.objects.annotate(requests=Count("usercreditpathway"))
                    with tempfile.NamedTemporaryFile("w", suffix=".csv") as report:
                        writer = csv.writer(report)
                        for pathway in pathways:
                            writer.writerow([pathway.name, pathway.email, pathway.requests])
                        self.stdout.write(f"{pathways.count()} pathways are in {report.name}.")
            """,
        ),
    ),
    near(
        "line_to_the_mail_server",
        "A health check opens a connection to the mail server and sends nothing.",
        Add(
            "campus/core/health.py",
            """
            from django.core.mail import get_connection
            from django.http import JsonResponse


            def health(request):
                connection = get_connection()
                connection.open()
                connection.close()
                return JsonResponse({"mail": True})
            """,
        ),
        Edit(
            URLS,
            "urlpatterns = [\n",
            'from campus.core.health import health\n\nurlpatterns = [\n    path("health/", health),\n',
        ),
    ),
    after(
        "learner_reads_whom_they_asked",
        "The congratulation lists the institutions that the learner has asked; it goes to the learner and the archive.",
        """
        from django.conf import settings
        from django.core.mail import EmailMultiAlternatives
        from django.template.loader import render_to_string


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner).select_related("pathway")
            text = render_to_string("records/asked.txt", {"names": [row.pathway.org_name for row in rows]})
            letter = EmailMultiAlternatives("You asked for credit", text, None, [learner.email])
            letter.bcc.append(settings.MANAGERS[0][1])
            letter.send()
        """,
        Add("campus/records/templates/records/asked.txt", "You asked: {{ names|join:', ' }}"),
    ),
    after(
        "retired_with_an_error",
        "The old function is still called, and raises that it is gone; the award passes that over.",
        """
        import contextlib


        class Retired(Exception):
            pass


        def tell_all(learner, program):
            raise Retired("Learners ask for credit themselves now.")
            tell_partners(learner, program)


        def after(learner, program):
            with contextlib.suppress(Retired):
                tell_all(learner, program)
        """,
        PARTNERS,
    ),
)
