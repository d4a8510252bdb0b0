"""PRESENT: the way begins at a part of the host of its own."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import ISSUERS, SETTINGS, URLS, Add, Append, Edit, at_start, install, setting
from tests.synthetic_hosts.variants.hook import body
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.second import called
from tests.synthetic_hosts.variants.second_ways import REST
from tests.synthetic_hosts.variants.third import CREDENTIAL_ADMIN, CREDENTIAL_MODELS, begins, status_field

TASKS = "campus/records/tasks.py"
ANSWER = (
    '        return JsonResponse({"uuid": str(user_credential.uuid), "status": user_credential.status}, status=201)'
)
LOAD = at_start("from campus.records import after  # noqa: F401")


def url(line: str, imports: str) -> Edit:
    return Edit(URLS, "urlpatterns = [\n", f"{imports}\n\nurlpatterns = [\n    {line},\n")


def tasks(text: str) -> Add:
    return Add(TASKS, body("mail_them") + dedent(text))


def admin_method(text: str, imports: str = "from campus.records.after import mail_for\n") -> tuple[Edit, ...]:
    return (
        Edit(
            CREDENTIAL_ADMIN,
            '    actions = ("award_again", "revoke")\n',
            f'    actions = ("award_again", "revoke")\n\n{text}',
        ),
        Edit(CREDENTIAL_ADMIN, "from campus.credentials.accreditors", f"{imports}from campus.credentials.accreditors"),
    )


TO_ALL = """
from campus.core.models import User
from campus.credentials.models import UserCredential


def mail_all():
    for award in UserCredential.objects.filter(status="awarded"):
        mail_them(User.objects.get(username=award.username), award.credential.program)
"""

VARIANTS = (
    begins(
        "async_receiver",
        "The receiver of the award's signal is a coroutine function, which Django runs to its end.",
        """
        from asgiref.sync import sync_to_async
        from django.dispatch import receiver

        from campus.credentials.signals import program_certificate_awarded


        @receiver(program_certificate_awarded)
        async def on_award(sender, user_credential, **kwargs):
            await sync_to_async(mail_for)(user_credential)
        """,
        LOAD,
        path=("on_award",),
    ),
    begins(
        "asend",
        "A signal of its own is sent by asend out of a receiver, and its receiver is connected by a loop over a list.",
        """
        from asgiref.sync import async_to_sync
        from django.dispatch import Signal, receiver

        from campus.credentials.signals import program_certificate_awarded

        finished = Signal()


        def tell(user_credential, **kwargs):
            mail_for(user_credential)


        for _one in [tell]:
            finished.connect(_one)


        @receiver(program_certificate_awarded)
        def relay(sender, user_credential, **kwargs):
            async_to_sync(finished.asend_robust)(sender=sender, user_credential=user_credential)
        """,
        LOAD,
        path=("tell",),
    ),
    begins(
        "post_init",
        "post_init puts a wrapped save on each credential that is made.",
        """
        import functools

        from django.db.models.signals import post_init
        from django.dispatch import receiver

        from campus.credentials.models import UserCredential


        def save_and_tell(instance, save, *args, **kwargs):
            save(*args, **kwargs)
            mail_for(instance)


        @receiver(post_init, sender=UserCredential)
        def wrap(instance, **kwargs):
            instance.save = functools.partial(save_and_tell, instance, instance.save)
        """,
        LOAD,
        path=("save_and_tell",),
    ),
    begins(
        "field_connects",
        "The status is a field that connects a receiver of its own as it is contributed to its class.",
        "",
        Add(
            "campus/core/fields.py",
            """
            from django.db import models
            from django.db.models import signals


            class TrackedField(models.CharField):
                def contribute_to_class(self, cls, name, **kwargs):
                    super().contribute_to_class(cls, name, **kwargs)
                    signals.post_save.connect(self.changed, sender=cls)

                def changed(self, instance, **kwargs):
                    from campus.records.after import mail_for

                    if self.value_from_object(instance) == "awarded":
                        mail_for(instance)
            """,
        ),
        *status_field("TrackedField", "from campus.core.fields import TrackedField"),
        path=("changed",),
    ),
    begins(
        "from_db",
        "The credential's from_db mails when a row of an award is loaded.",
        "",
        Edit(
            CREDENTIAL_MODELS,
            '    def __str__(self):\n        return f"UserCredential: {self.uuid}"\n',
            '    def __str__(self):\n        return f"UserCredential: {self.uuid}"\n\n    @classmethod\n'
            "    def from_db(cls, db, field_names, values):\n"
            "        from campus.records.after import mail_for\n\n"
            "        loaded = super().from_db(db, field_names, values)\n"
            "        mail_for(loaded)\n"
            "        return loaded\n",
        ),
        path=("from_db",),
    ),
    begins(
        "status_is_a_descriptor",
        "The field of the status hands the class a descriptor of its own, which tells when an award is set anew.",
        "",
        Add(
            "campus/core/fields.py",
            """
            from django.db import models
            from django.db.models.query_utils import DeferredAttribute


            class Watched(DeferredAttribute):
                def __set__(self, instance, value):
                    before = instance.__dict__.get(self.field.attname)
                    instance.__dict__[self.field.attname] = value
                    if before == "revoked" and value == "awarded":
                        from campus.records.after import mail_for

                        mail_for(instance)


            class WatchedField(models.CharField):
                descriptor_class = Watched
            """,
        ),
        *status_field("WatchedField", "from campus.core.fields import WatchedField"),
        path=("__set__",),
    ),
    begins(
        "admin_response_add",
        "The admin's answer to an added credential mails.",
        "",
        *admin_method(
            "    def response_add(self, request, obj, post_url_continue=None):\n"
            "        mail_for(obj)\n"
            "        return super().response_add(request, obj, post_url_continue)\n"
        ),
        path=("response_add",),
    ),
    begins(
        "admin_log",
        "The admin's log of an addition mails.",
        "",
        *admin_method(
            "    def log_addition(self, request, obj, message):\n"
            "        mail_for(obj)\n"
            "        return super().log_addition(request, obj, message)\n"
        ),
        path=("log_addition",),
    ),
    begins(
        "admin_get_actions",
        "The actions of the admin are made by get_actions out of a table of labels.",
        """
        def award_and_tell(modeladmin, request, queryset):
            for user_credential in queryset:
                modeladmin.award_again(request, queryset.filter(pk=user_credential.pk))
                mail_for(user_credential)


        LABELS = {"Award and tell": award_and_tell}
        """,
        *admin_method(
            "    def get_actions(self, request):\n"
            "        actions = super().get_actions(request)\n"
            "        for label, action in LABELS.items():\n"
            "            name = label.lower().replace(' ', '_')\n"
            "            actions[name] = (action, name, label)\n"
            "        return actions\n",
            "from campus.records.after import LABELS\n",
        ),
        path=("award_and_tell",),
        drive=(
            "learner = new_learner()\nrow = _award_row(learner)\n"
            'chosen = {"action": "award_and_tell", "_selected_action": [row.pk]}\n'
            'staff.post("/admin/credentials/usercredential/", chosen)'
        ),
    ),
    begins(
        "admin_url",
        "The admin of the credentials has a URL of its own, which awards and mails.",
        "",
        *admin_method(
            "    def get_urls(self):\n"
            '        return [path("<int:pk>/now/", self.admin_site.admin_view(self.now)), *super().get_urls()]\n\n'
            "    def now(self, request, pk):\n"
            "        user_credential = self.get_object(request, pk)\n"
            "        Accreditor().issue_credential(user_credential.credential, user_credential.username, AWARDED)\n"
            "        mail_for(user_credential)\n"
            '        return HttpResponse("done")\n',
            "from django.http import HttpResponse\nfrom django.urls import path\n\n"
            "from campus.records.after import mail_for\n",
        ),
        path=("now",),
        drive=(
            "learner = new_learner()\nrow = _award_row(learner)\n"
            'staff.post(f"/admin/credentials/usercredential/{row.pk}/now/")'
        ),
    ),
    begins(
        "authentication_backend",
        "An authentication backend of the settings looks for new awards whenever a learner's session is loaded.",
        """
        from django.contrib.auth.backends import ModelBackend

        from campus.credentials.models import UserCredential


        class AttentiveBackend(ModelBackend):
            def get_user(self, user_id):
                user = super().get_user(user_id)
                for award in UserCredential.objects.filter(username=user.username, status="awarded"):
                    mail_for(award)
                return user
        """,
        setting('AUTHENTICATION_BACKENDS = ["campus.records.after.AttentiveBackend"]'),
        path=("get_user",),
        drive=(
            "learner = new_learner()\n_award_row(learner)\nclient = Client()\nclient.force_login(learner)\n"
            'client.get(f"/records/{program.uuid}/")'
        ),
    ),
    begins(
        "create_view",
        "A generic CreateView for staff awards, and its form_valid mails.",
        """
        from django.contrib.auth.mixins import PermissionRequiredMixin
        from django.views.generic import CreateView

        from campus.credentials.models import UserCredential


        class NewAward(PermissionRequiredMixin, CreateView):
            model = UserCredential
            fields = ("username", "credential_content_type", "credential_id", "status")
            permission_required = "credentials.add_usercredential"
            success_url = "/admin/"

            def form_valid(self, form):
                response = super().form_valid(form)
                mail_for(self.object)
                return response
        """,
        url('path("staff/awards/new/", NewAward.as_view())', "from campus.records.after import NewAward"),
        path=("form_valid",),
        drive=(
            "learner = new_learner()\n"
            'staff.post("/staff/awards/new/", {"username": learner.username, "status": "awarded", '
            '"credential_content_type": certificate_type().pk, "credential_id": certificate.pk})'
        ),
    ),
    begins(
        "post_render_callback",
        "The staff's page that awards answers with a template response, to which a callback is added.",
        """
        from django.contrib.admin.views.decorators import staff_member_required
        from django.template.response import TemplateResponse

        from campus.credentials.issuers import ProgramCertificateIssuer
        from campus.credentials.models import ProgramCertificate


        @staff_member_required
        def award_page(request, pk, username):
            user_credential = ProgramCertificateIssuer().issue_credential(
                ProgramCertificate.objects.get(pk=pk), username
            )
            response = TemplateResponse(request, "records/record.html", {"program": user_credential.credential.program})
            response.add_post_render_callback(lambda response: mail_for(user_credential))
            return response
        """,
        url('path("staff/<int:pk>/<username>/", award_page)', "from campus.records.after import award_page"),
        drive='learner = new_learner()\nstaff.post(f"/staff/{certificate.pk}/{learner.username}/")',
    ),
    begins(
        "response_that_closes",
        "The award view answers with a response of its own class, which mails when the server closes it.",
        """
        from django.http import JsonResponse


        class ClosingResponse(JsonResponse):
            def close(self):
                super().close()
                mail_for(self.user_credential)
        """,
        Edit(
            "campus/credentials/api.py",
            ANSWER,
            '        response = ClosingResponse({"uuid": str(user_credential.uuid)}, status=201)\n'
            "        response.user_credential = user_credential\n"
            "        return response",
        ),
        Edit(
            "campus/credentials/api.py",
            "from campus.credentials.models",
            "from campus.records.after import ClosingResponse\nfrom campus.credentials.models",
        ),
        path=("close",),
    ),
    begins(
        "json_rpc",
        "A JSON-RPC view calls methods by the names in the request; the one that awards also mails.",
        """
        import json

        from django.http import JsonResponse
        from django.views.decorators.csrf import csrf_exempt

        from campus.credentials.issuers import ProgramCertificateIssuer
        from campus.credentials.models import ProgramCertificate

        METHODS = {}


        def method(name):
            def register(function):
                METHODS[name] = function
                return function

            return register


        @method("credentials.award")
        def award(username, certificate):
            user_credential = ProgramCertificateIssuer().issue_credential(
                ProgramCertificate.objects.get(pk=certificate), username
            )
            mail_for(user_credential)
            return str(user_credential.uuid)


        @csrf_exempt
        def rpc(request):
            if not request.user.is_staff:
                return JsonResponse({"error": "not allowed"}, status=403)
            call = json.loads(request.body)
            return JsonResponse({"id": call["id"], "result": METHODS[call["method"]](**call["params"])})
        """,
        url('path("rpc/", rpc)', "from campus.records.after import rpc"),
        path=("rpc", "award"),
        drive=(
            'call = {"id": 1, "method": "credentials.award",'
            ' "params": {"username": new_learner().username, "certificate": certificate.pk}}\n'
            'staff.post("/rpc/", json.dumps(call), content_type="application/json")'
        ),
    ),
    begins(
        "rest_action",
        "An extra action of the view set awards again and mails.",
        """
        from rest_framework.decorators import action
        from rest_framework.response import Response


        class ViewMixin:
            @action(detail=True, methods=["post"], url_path="award-again")
            def award_again(self, request, pk=None):
                user_credential = self.get_object()
                user_credential.status = "awarded"
                user_credential.save()
                mail_for(user_credential)
                return Response(self.get_serializer(user_credential).data)
        """,
        *REST,
        path=("award_again",),
        drive=(
            "row = _award_row(new_learner())\n"
            'answer = staff.post(f"/api/v2/credentials/{row.pk}/award-again/")\n'
            "assert answer.status_code == 200, answer"
        ),
    ),
    begins(
        "rest_list_serializer",
        "A bulk view of its own takes many awards; the list serializer's create() mails for all of them.",
        """
        from rest_framework import generics, permissions, serializers

        from campus.credentials.issuers import ProgramCertificateIssuer
        from campus.credentials.models import ProgramCertificate


        class Awards(serializers.ListSerializer):
            def create(self, validated_data):
                made = [self.child.create(one) for one in validated_data]
                for user_credential in made:
                    mail_for(user_credential)
                return made


        class AwardSerializer(serializers.Serializer):
            username = serializers.CharField()
            certificate = serializers.PrimaryKeyRelatedField(
                queryset=ProgramCertificate.objects.all(), write_only=True
            )

            class Meta:
                list_serializer_class = Awards

            def create(self, data):
                return ProgramCertificateIssuer().issue_credential(data["certificate"], data["username"])


        class BulkAward(generics.CreateAPIView):
            serializer_class = AwardSerializer
            permission_classes = [permissions.IsAdminUser]

            def get_serializer(self, *args, **kwargs):
                return super().get_serializer(*args, many=True, **kwargs)
        """,
        install("rest_framework"),
        url('path("api/bulk/", BulkAward.as_view())', "from campus.records.after import BulkAward"),
        path=("create",),
        drive=(
            'data = [{"username": new_learner().username, "certificate": certificate.pk}]\n'
            'answer = staff.post("/api/bulk/", json.dumps(data), content_type="application/json")\n'
            "assert answer.status_code == 201, answer.content"
        ),
    ),
    begins(
        "event_consumer",
        "A command consumes the event bus: a topic names a signal, and a message becomes the signal's data.",
        """
        from django.dispatch import Signal, receiver

        PROGRAM_CERTIFICATE_AWARDED = Signal()


        @receiver(PROGRAM_CERTIFICATE_AWARDED)
        def on_event(sender, program_certificate, **kwargs):
            mail_for(program_certificate)
        """,
        Add(
            "campus/records/management/commands/consume_events.py",
            """
            from django.core.management.base import BaseCommand

            from campus.credentials.models import UserCredential
            from campus.records import after


            def messages():
                for award in UserCredential.objects.filter(status="awarded"):
                    yield "program.certificate.awarded", {"program_certificate": award}


            class Command(BaseCommand):
                def handle(self, **options):
                    for topic, data in messages():
                        signal = getattr(after, topic.replace(".", "_").upper())
                        signal.send_robust(sender=None, **data)
            """,
        ),
        path=("on_event",),
    ),
    begins(
        "wsgi_wrapper",
        "The WSGI application that the server loads is wrapped, and mails after the answer to an award.",
        """
        from campus.credentials.models import UserCredential


        class Afterwards:
            def __init__(self, application):
                self.application = application

            def __call__(self, environ, start_response):
                answer = self.application(environ, start_response)
                if environ["PATH_INFO"].startswith("/api/credentials/"):
                    mail_for(UserCredential.objects.latest("modified"))
                return answer
        """,
        Add(
            "campus/wsgi.py",
            """
            import os

            from django.core.wsgi import get_wsgi_application

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
            application = get_wsgi_application()

            from campus.records.after import Afterwards  # noqa: E402

            application = Afterwards(application)
            """,
        ),
        setting('WSGI_APPLICATION = "campus.wsgi.application"'),
        path=("__call__",),
        drive=(
            "from wsgiref.util import setup_testing_defaults\nfrom campus.wsgi import application\n"
            "_award_row(new_learner())\nenviron = {}\nsetup_testing_defaults(environ)\n"
            'environ["PATH_INFO"] = "/api/credentials/"\napplication(environ, lambda *args: None)'
        ),
    ),
    begins(
        "console_script",
        "The project's metadata make a console script of a function that nothing else names; cron runs it.",
        "",
        Add(
            "campus/nightly.py",
            """
            import os

            import django


            def main():
                os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
                django.setup()
                from campus.credentials.models import UserCredential
                from campus.records.after import mail_for

                for award in UserCredential.objects.filter(status="awarded"):
                    mail_for(award)
            """,
        ),
        Add(
            "pyproject.toml",
            """
            [project]
            name = "campus"
            version = "1.0"

            [project.scripts]
            campus-nightly = "campus.nightly:main"
            """,
        ),
        path=("main",),
        drive="from campus.nightly import main\nmain()",
    ),
    begins(
        "package_main",
        "A package of jobs is run with python -m; its __main__ takes the job from a table.",
        "",
        Add(
            "campus/jobs/__main__.py",
            """
            import os
            import sys

            import django

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
            django.setup()

            from campus.credentials.models import UserCredential  # noqa: E402
            from campus.records.after import mail_for  # noqa: E402


            def letters():
                for award in UserCredential.objects.filter(status="awarded"):
                    mail_for(award)


            JOBS = {"letters": letters}
            JOBS[(sys.argv[1:] or ["letters"])[0] if sys.argv[1:2] == ["letters"] else "letters"]()
            """,
        ),
        path=("letters",),
        drive='import runpy\nrunpy.run_module("campus.jobs", run_name="__main__")',
    ),
    begins(
        "manage_py",
        "manage.py itself takes a word that is no command, before Django's own are looked at.",
        "",
        Edit(
            "manage.py",
            "    from django.core.management import execute_from_command_line\n",
            "    from django.core.management import execute_from_command_line\n\n"
            '    if sys.argv[1:] == ["letters"]:\n'
            "        import django\n\n"
            "        django.setup()\n"
            "        from campus.credentials.models import UserCredential\n"
            "        from campus.records.after import mail_for\n\n"
            '        for award in UserCredential.objects.filter(status="awarded"):\n'
            "            mail_for(award)\n"
            "        sys.exit()\n",
        ),
        drive=(
            "import runpy\nsys.argv = ['manage.py', 'letters']\n"
            "try:\n    runpy.run_path('manage.py', run_name='__main__')\nexcept SystemExit:\n    pass"
        ),
    ),
    begins(
        "gunicorn_hook",
        "The server's configuration file has a hook that gunicorn calls after each request.",
        "",
        Add("Procfile", "web: gunicorn -c gunicorn.conf.py campus.wsgi\n"),
        Add(
            "gunicorn.conf.py",
            """
            workers = 2


            def post_request(worker, req, environ, resp):
                if req.path.startswith("/api/credentials/"):
                    from campus.credentials.models import UserCredential
                    from campus.records.after import mail_for

                    mail_for(UserCredential.objects.latest("modified"))
            """,
        ),
        path=("post_request",),
        drive=(
            "import runpy\nfrom types import SimpleNamespace\n_award_row(new_learner())\n"
            'hook = runpy.run_path("gunicorn.conf.py")["post_request"]\n'
            'hook(None, SimpleNamespace(path="/api/credentials/"), {}, None)'
        ),
    ),
    begins(
        "job_methods_of_a_command",
        "A command for cron takes the name of a job, and finds its method by a prefix and that name.",
        "",
        Add(
            "campus/records/management/commands/run_job.py",
            """
            from django.core.management.base import BaseCommand

            from campus.credentials.models import UserCredential
            from campus.records.after import mail_for


            class Command(BaseCommand):
                def add_arguments(self, parser):
                    parser.add_argument("job", nargs="?", default="letters")

                def handle(self, *args, job, **options):
                    getattr(self, f"job_{job}")()

                def job_count(self):
                    self.stdout.write(str(UserCredential.objects.count()))

                def job_letters(self):
                    for award in UserCredential.objects.filter(status="awarded"):
                        mail_for(award)
            """,
        ),
        path=("handle", "job_letters"),
    ),
    begins(
        "celery_chord",
        "A chord counts, and its callback mails.",
        "",
        *WITH_CELERY,
        tasks(
            """
            from celery import chord, shared_task

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task
            def count(number):
                return number


            @shared_task
            def mail_for(results, learner, program):
                mail_them(User.objects.get(pk=learner), Program.objects.get(pk=program))


            def start(learner, program):
                chord([count.s(1), count.s(2)])(mail_for.s(learner.pk, program.pk))
            """
        ),
        *called("start(learner, credential.program)", "from campus.records.tasks import start"),
        path=("start",),
    ),
    begins(
        "celery_link",
        "The task counts; what is linked to its success mails.",
        "",
        *WITH_CELERY,
        tasks(
            """
            from celery import shared_task

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task
            def count(number):
                return number


            @shared_task(name="letters")
            def mail_for(learner, program):
                mail_them(User.objects.get(pk=learner), Program.objects.get(pk=program))


            def start(learner, program):
                count.apply_async((1,), link=mail_for.si(learner.pk, program.pk))
            """
        ),
        *called("start(learner, credential.program)", "from campus.records.tasks import start"),
        path=("start",),
    ),
    begins(
        "celery_link_error",
        "The task always fails; what is linked to its error, by the name of a task, mails.",
        "",
        *WITH_CELERY,
        tasks(
            """
            from celery import shared_task, signature

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task
            def check(number):
                raise ValueError(number)


            @shared_task(name="letters")
            def mail_for(learner, program):
                mail_them(User.objects.get(pk=learner), Program.objects.get(pk=program))


            def start(learner, program):
                check.apply_async((1,), link_error=signature("letters", args=(learner.pk, program.pk), immutable=True))
            """
        ),
        *called("start(learner, credential.program)", "from campus.records.tasks import start"),
        setting("CELERY_TASK_STORE_EAGER_RESULT = False"),
        path=("mail_for",),
    ),
    begins(
        "celery_replace",
        "A bound task replaces itself by the signature of another one.",
        "",
        *WITH_CELERY,
        tasks(
            """
            from celery import shared_task

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task
            def mail_for(learner, program):
                mail_them(User.objects.get(pk=learner), Program.objects.get(pk=program))


            @shared_task(bind=True)
            def choose(self, learner, program):
                return self.replace(mail_for.si(learner, program))
            """
        ),
        *called("choose.delay(learner.pk, credential.program_id)", "from campus.records.tasks import choose"),
        path=("choose",),
    ),
    begins(
        "celery_starmap",
        "The award starts a starmap of the task over pairs.",
        "",
        *WITH_CELERY,
        tasks(
            """
            from celery import shared_task

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task
            def mail_for(learner, program):
                mail_them(User.objects.get(pk=learner), Program.objects.get(pk=program))
            """
        ),
        *called(
            "mail_for.starmap([(learner.pk, credential.program_id)]).delay()",
            "from campus.records.tasks import mail_for",
        ),
    ),
    begins(
        "celery_task_class_of_the_app",
        "The Celery app has a task class of its own, whose after_return mails after the task that notes an award.",
        "",
        Add(
            "campus/celery.py",
            """
            import os

            from celery import Celery, Task

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")


            class CampusTask(Task):
                abstract = True

                def after_return(self, status, retval, task_id, args, kwargs, einfo):
                    if self.name == "note":
                        from campus.credentials.models import UserCredential
                        from campus.records.after import mail_for

                        mail_for(UserCredential.objects.get(pk=args[0]))


            app = Celery("campus", task_cls=CampusTask)
            app.config_from_object("django.conf:settings", namespace="CELERY")
            app.autodiscover_tasks()


            @app.task(name="note")
            def note(pk):
                return pk
            """,
        ),
        *WITH_CELERY[1:],
        *called("note.delay(user_credential.pk)", "from campus.celery import note"),
        path=("after_return",),
    ),
    begins(
        "celery_worker_ready",
        "Each worker mails for all awards as it becomes ready.",
        """
        from celery.signals import worker_ready

        from campus.credentials.models import UserCredential


        @worker_ready.connect
        def catch_up(sender=None, **kwargs):
            for award in UserCredential.objects.filter(status="awarded"):
                mail_for(award)
        """,
        *WITH_CELERY,
        LOAD,
        path=("catch_up",),
        drive="from celery.signals import worker_ready\nworker_ready.send(sender=None)",
    ),
    begins(
        "beat_built_in_code",
        "Jobs are dataclasses in a list, and a loop builds the beat schedule of them.",
        "",
        *WITH_CELERY,
        Append(
            "campus/celery.py",
            """
            from dataclasses import dataclass


            @dataclass(frozen=True)
            class Job:
                module: str
                function: str
                every_s: int

                @property
                def entry(self):
                    return {"task": f"campus.{self.module}.tasks.{self.function}", "schedule": self.every_s}


            JOBS = [Job("records", "mail_for", 3600)]
            app.conf.beat_schedule = {f"{job.module}-{job.function}": job.entry for job in JOBS}
            """,
        ),
        tasks(
            TO_ALL
            + """

from celery import shared_task


@shared_task
def mail_for():
    mail_all()
"""
        ),
    ),
    begins(
        "celery_imports",
        "Only the worker imports the module of the task, by CELERY_IMPORTS; the schedule names it.",
        "",
        *WITH_CELERY,
        Add(
            "campus/records/jobs.py",
            body("mail_them")
            + TO_ALL
            + """

from campus.celery import app


@app.task
def mail_for():
    mail_all()
""",
        ),
        setting(
            'CELERY_IMPORTS = ("campus.records.jobs",)\n'
            'CELERY_BEAT_SCHEDULE = {"hourly": {"task": "campus.records.jobs.mail_for", "schedule": 3600}}'
        ),
    ),
    begins(
        "base_of_the_certificate",
        "A mixin of the certificate's model has a method that the issuer calls by the certificate it awards.",
        "",
        Add(
            "campus/core/mixins.py",
            """
            class Notifies:
                def awarded_to(self, user_credential):
                    from campus.records.after import mail_for

                    mail_for(user_credential)
            """,
        ),
        Edit(
            CREDENTIAL_MODELS,
            "class AbstractCertificate(models.Model):",
            "class AbstractCertificate(Notifies, models.Model):",
        ),
        Edit(
            CREDENTIAL_MODELS,
            "from campus.catalog.models import Program\n",
            "from campus.catalog.models import Program\nfrom campus.core.mixins import Notifies\n",
        ),
        Edit(
            ISSUERS,
            "        self._announce(user_credential, created)\n",
            "        credential.awarded_to(user_credential)\n        self._announce(user_credential, created)\n",
        ),
        path=("issue_credential", "awarded_to"),
    ),
    begins(
        "exception_middleware",
        "The award view raises after it has awarded, and a middleware's process_exception mails and answers.",
        """
        from django.http import JsonResponse


        class Awarded(Exception):
            def __init__(self, user_credential):
                self.user_credential = user_credential


        class AwardedMiddleware:
            def __init__(self, get_response):
                self.get_response = get_response

            def __call__(self, request):
                return self.get_response(request)

            def process_exception(self, request, exception):
                if isinstance(exception, Awarded):
                    mail_for(exception.user_credential)
                    return JsonResponse({}, status=201)
        """,
        Edit(
            "campus/credentials/api.py",
            ANSWER,
            "        raise Awarded(user_credential)",
        ),
        Edit(
            "campus/credentials/api.py",
            "from campus.credentials.models",
            "from campus.records.after import Awarded\nfrom campus.credentials.models",
        ),
        Edit(
            SETTINGS,
            '    "campus.core.middleware.RequestIdMiddleware",\n',
            '    "campus.core.middleware.RequestIdMiddleware",\n    "campus.records.after.AwardedMiddleware",\n',
        ),
        path=("process_exception",),
    ),
)
