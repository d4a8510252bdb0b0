"""PRESENT: the bus, Django and Celery come to the hook from where an award, a page or a schedule begins."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Add, Append, Edit
from tests.synthetic_hosts.variants.layered.parts import (
    ADMIN,
    AWARDS,
    CREDITING,
    MODELS,
    SERVICES,
    begins,
    calls,
    importing,
    install,
    present,
    setting,
    with_mailer,
)

ALL_AWARDS = """
def mail_all():
    from college.modules.awards.models import UserCredential

    for credential in UserCredential.objects.awarded():
        mail_for_credential(credential)


"""
TASKS = f"{AWARDS}/entry/tasks.py"
WEB = f"{AWARDS}/entry/web.py"
WEB_URLS = f"{AWARDS}/entry/urls.py"
STATUS = "    status = models.CharField(max_length=255, choices=Status.choices, default=Status.AWARDED)\n"
FIRST_OF_WEB = "from college.kernel.web import Endpoint, ForStaff\n"
FIRST_OF_URLS = "from college.modules.awards.entry.web import AwardEndpoint, AwardLaterEndpoint\n"
SWEEP = '{"task": "college.sweep_sessions", "schedule": 86400}'

VARIANTS = (
    begins(
        "listener",
        "An instance listens on the bus to the event of an award.",
        """
        from college.kernel.bus import bus
        from college.modules.awards.domain import ProgramAwarded


        class Listener:
            def __call__(self, event):
                mail_for(event.username, event.program_uuid)


        bus.listens(ProgramAwarded)(Listener())
        """,
        path=("handle", "publish", "__call__", "mail_for"),
    ),
    begins(
        "handler_replaced",
        "A second module handles the same command, by a subclass that makes the event in its own way.",
        """
        from college.kernel.bus import bus
        from college.modules.awards.domain import AwardProgram
        from college.modules.awards.services import AwardProgramHandler


        @bus.handles(AwardProgram)
        class Complete(AwardProgramHandler):
            def event(self, credential, certificate, is_new):
                mail_for_credential(credential)
                return super().event(credential, certificate, is_new)
        """,
        path=("handle", "event", "mail_for_credential"),
    ),
    begins(
        "dispatch_wrapped",
        "The start puts a step around the bus's dispatch, which mails when an award came back.",
        """
        import functools

        from college.kernel.bus import bus
        from college.modules.awards.domain import AwardProgram


        def then(dispatch, command):
            result = dispatch(command)
            if isinstance(command, AwardProgram):
                mail_for_credential(result)
            return result


        bus.dispatch = functools.partial(then, bus.dispatch)
        """,
        path=("then", "mail_for_credential"),
    ),
    begins(
        "bus_emptied_and_filled",
        "The start copies the bus's state to a bus of another class, and gives it the place of the first.",
        """
        from college.kernel import bus as kernel
        from college.modules.awards.domain import ProgramAwarded


        class Loud(kernel.Bus):
            def publish(self, event):
                super().publish(event)
                match event:
                    case ProgramAwarded(username=username, program_uuid=uuid):
                        mail_for(username, uuid)


        kernel.bus.__class__ = Loud
        """,
        path=("publish", "mail_for"),
    ),
    begins(
        "do_insert",
        "The credential's model has its own _do_insert, which Django calls below save().",
        "",
        Edit(
            MODELS,
            '    class Meta:\n        db_table = "credentials_usercredential"\n',
            "    def _do_insert(self, *args):\n"
            "        from college.modules.crediting.follow import mail_for_credential\n\n"
            "        result = super()._do_insert(*args)\n"
            "        mail_for_credential(self)\n"
            "        return result\n\n"
            '    class Meta:\n        db_table = "credentials_usercredential"\n',
        ),
        path=("_do_insert", "mail_for_credential"),
    ),
    begins(
        "from_db_value",
        "The status is a field of the host's own, which mails for all awards as it reads one from the database.",
        ALL_AWARDS
        + """
busy = []


def read():
    if not busy:
        busy.append(True)
        mail_all()
        busy.clear()
""",
        Add(
            f"{AWARDS}/fields.py",
            """
            from django.db import models


            class StatusField(models.CharField):
                def from_db_value(self, value, expression, connection):
                    from college.modules.crediting.follow import read

                    read()
                    return value
            """,
        ),
        Edit(MODELS, STATUS, STATUS.replace("models.CharField", "StatusField")),
        importing("from college.modules.awards.fields import StatusField", MODELS),
        path=("from_db_value", "mail_all"),
    ),
    calls(
        "custom_lookup",
        "The handler looks the learner up by a lookup of the host's own, whose SQL is made by a method that mails.",
        """
        from django.db.models import CharField, Lookup

        from college.modules.people.models import Member


        @CharField.register_lookup
        class Finished(Lookup):
            lookup_name = "finished"

            def as_sql(self, compiler, connection):
                mail_them(*self.rhs.pair)
                return "1 = 1", []


        class Pair(str):
            pass


        def follow(learner, program):
            name = Pair(learner.username)
            name.pair = (learner, program)
            return Member.objects.filter(username__finished=name).exists()
        """,
        path=("as_sql", "mail_them"),
    ),
    calls(
        "expression_resolved",
        "An annotation of the host's own mails as Django resolves it into a query.",
        """
        from django.db.models import Value

        from college.modules.people.models import Member


        class Telling(Value):
            def resolve_expression(self, *args, **kwargs):
                mail_them(*self.pair)
                return super().resolve_expression(*args, **kwargs)


        def follow(learner, program):
            title = Telling(program.title)
            title.pair = (learner, program)
            return Member.objects.annotate(title=title).first()
        """,
        path=("resolve_expression", "mail_them"),
    ),
    begins(
        "template_filter",
        "The congratulation's template passes the program through a filter that mails.",
        "",
        Add(
            f"{CREDITING}/templatetags/awarding.py",
            """
            from django import template

            from college.modules.crediting.follow import mail_them

            register = template.Library()


            @register.filter
            def titled(program, learner):
                mail_them(learner, program)
                return program.title
            """,
        ),
        Edit(
            f"{AWARDS}/templates/awards/congratulation.txt",
            "{{ program.title }}",
            "{% load awarding %}{{ program|titled:learner }}",
        ),
        path=("titled",),
    ),
    calls(
        "cache_default",
        "The number of awards is got from the cache, or made by a callable that mails.",
        """
        from functools import partial

        from django.core.cache import cache


        def count(learner, program):
            mail_them(learner, program)
            return 1


        def follow(learner, program):
            return cache.get_or_set(f"awards-{learner.pk}", partial(count, learner, program))
        """,
        path=("follow", "count", "mail_them"),
    ),
    calls(
        "cache_key_function",
        "The settings name the function that makes the cache's keys, and it mails for the key of an award.",
        """
        from django.core.cache import cache


        def key(name, prefix, version):
            kind, _, rest = name.partition("-")
            if kind == "award":
                username, _, uuid = rest.partition("-")
                mail_for(username, uuid)
            return f"{prefix}{version}{name}"


        def follow(learner, program):
            cache.set(f"award-{learner.username}-{program.uuid}", 1)
        """,
        setting(
            """
            CACHES = {
                "default": {
                    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
                    "KEY_FUNCTION": "college.modules.crediting.follow.key",
                },
            }
            """
        ),
        path=("key", "mail_them"),
    ),
    begins(
        "session_store",
        "The sessions are kept by a store of the host's own, which mails for new awards as a session is loaded.",
        ALL_AWARDS,
        Add(
            "college/modules/people/sessions.py",
            """
            from django.contrib.sessions.backends import db


            class SessionStore(db.SessionStore):
                def load(self):
                    from college.modules.crediting.follow import mail_all

                    mail_all()
                    return super().load()
            """,
        ),
        setting('SESSION_ENGINE = "college.modules.people.sessions"'),
        path=("load", "mail_all"),
    ),
    begins(
        "log_entry_receiver",
        "A receiver of saved entries of the admin's log mails for the object that the entry is about.",
        """
        from django.contrib.admin.models import LogEntry
        from django.db.models.signals import post_save
        from django.dispatch import receiver


        @receiver(post_save, sender=LogEntry)
        def logged(instance, **kwargs):
            if instance.content_type.model == "usercredential":
                mail_for_credential(instance.get_edited_object())
        """,
        path=("logged", "mail_for_credential"),
    ),
    begins(
        "change_message",
        "The admin of credentials describes a change in a method of its own, and mails.",
        "",
        Edit(
            ADMIN,
            '    @admin.action(description="Award again")\n',
            "    def construct_change_message(self, request, form, formsets, add=False):\n"
            "        mail_for_credential(form.instance)\n"
            "        return super().construct_change_message(request, form, formsets, add)\n\n"
            '    @admin.action(description="Award again")\n',
        ),
        importing("from college.modules.crediting.follow import mail_for_credential", ADMIN),
        path=("construct_change_message", "mail_for_credential"),
    ),
    begins(
        "argparse_action",
        "The command's parser has an action of its own, which mails for the names that it reads.",
        "",
        Edit(
            f"{AWARDS}/management/commands/award.py",
            '        parser.add_argument("usernames", nargs="+")\n',
            '        parser.add_argument("usernames", nargs="+", action=Names)\n',
        ),
        Edit(
            f"{AWARDS}/management/commands/award.py",
            "class Command(BaseCommand):\n",
            "class Names(argparse.Action):\n"
            "    def __call__(self, parser, namespace, values, option_string=None):\n"
            "        setattr(namespace, self.dest, values)\n"
            "        for name in values:\n"
            "            mail_for(name, namespace.program_uuid)\n\n\n"
            "class Command(BaseCommand):\n",
        ),
        Edit(
            f"{AWARDS}/management/commands/award.py",
            "from django.core.management.base import BaseCommand\n",
            "import argparse\n\nfrom django.core.management.base import BaseCommand\n",
        ),
        Edit(
            f"{AWARDS}/management/commands/award.py",
            "from college.modules.awards.domain import AwardProgram\n",
            "from college.modules.awards.domain import AwardProgram\n"
            "from college.modules.crediting.follow import mail_for\n",
        ),
        path=("__call__", "mail_for"),
    ),
    begins(
        "xmlrpc",
        "The old platform awards by XML-RPC: a dispatcher of the library finds the method, which also mails.",
        "",
        Add(
            f"{AWARDS}/entry/rpc.py",
            """
            from xmlrpc.server import SimpleXMLRPCDispatcher

            from django.http import HttpResponse
            from django.views.decorators.csrf import csrf_exempt

            from college.kernel.bus import bus
            from college.modules.awards.domain import AwardProgram
            from college.modules.crediting.follow import mail_for_credential


            class Methods:
                def finish(self, username, program_uuid):
                    credential = bus.dispatch(AwardProgram(username, program_uuid))
                    mail_for_credential(credential)
                    return str(credential.uuid)


            dispatcher = SimpleXMLRPCDispatcher(allow_none=True)
            dispatcher.register_instance(Methods())


            @csrf_exempt
            def rpc(request):
                return HttpResponse(dispatcher._marshaled_dispatch(request.body), content_type="text/xml")
            """,
        ),
        Edit(WEB_URLS, "urlpatterns = [\n", 'urlpatterns = [\n    path("rpc/", rpc),\n'),
        Edit(WEB_URLS, FIRST_OF_URLS, f"from college.modules.awards.entry.rpc import rpc\n{FIRST_OF_URLS}"),
        path=("finish", "mail_for_credential"),
        drive="import xmlrpc.client\n"
        'call = xmlrpc.client.dumps((new_learner().username, str(program.uuid)), "finish")\n'
        'staff.post("/api/awards/rpc/", call, content_type="text/xml")',
    ),
    begins(
        "decorator_of_middleware",
        "The endpoint is decorated with a decorator that Django makes of a middleware, which mails on the way out.",
        "",
        Edit(
            WEB,
            '@method_decorator(csrf_exempt, name="dispatch")\nclass AwardEndpoint(',
            "class Telling(MiddlewareMixin):\n"
            "    def process_response(self, request, response):\n"
            "        data = json.loads(request.body)\n"
            '        mail_for(data["username"], data["program_uuid"])\n'
            "        return response\n\n\n"
            '@method_decorator([csrf_exempt, decorator_from_middleware(Telling)], name="dispatch")\n'
            "class AwardEndpoint(",
        ),
        Edit(
            WEB,
            "from django.utils.decorators import method_decorator\n",
            "from django.utils.decorators import decorator_from_middleware, method_decorator\n"
            "from django.utils.deprecation import MiddlewareMixin\n",
        ),
        Edit(WEB, "from django.http import JsonResponse\n", "import json\n\nfrom django.http import JsonResponse\n"),
        Edit(WEB, FIRST_OF_WEB, f"{FIRST_OF_WEB}from college.modules.crediting.follow import mail_for\n"),
        path=("process_response", "mail_for"),
    ),
    begins(
        "view_initkwargs",
        "The URL's as_view() gives the endpoint what is to be done after an award.",
        "",
        Edit(
            WEB,
            '        return {"uuid": str(result.uuid), "status": result.status}\n',
            '        self.afterwards(result)\n        return {"uuid": str(result.uuid), "status": result.status}\n',
        ),
        Edit(
            WEB,
            '    """The learning platform posts here when a learner has finished a program."""\n',
            '    """The learning platform posts here when a learner has finished a program."""\n\n'
            "    afterwards = None\n",
        ),
        Edit(WEB_URLS, "AwardEndpoint.as_view()", "AwardEndpoint.as_view(afterwards=mail_for_credential)"),
        Edit(
            WEB_URLS,
            FIRST_OF_URLS,
            f"{FIRST_OF_URLS}from college.modules.crediting.follow import mail_for_credential\n",
        ),
        path=("answer", "mail_for_credential"),
    ),
    begins(
        "streaming_response",
        "The answer to an award streams out of a generator, which mails in its finally.",
        """
        def lines(credential):
            try:
                yield f"{credential.uuid}"
            finally:
                mail_for_credential(credential)
        """,
        Edit(
            WEB,
            "    def answer(self, result):\n",
            "    def post(self, request):\n"
            "        credential = bus.dispatch(self.command(request))\n"
            "        return StreamingHttpResponse(lines(credential), status=201)\n\n"
            "    def answer(self, result):\n",
        ),
        Edit(WEB, "import JsonResponse\n", "import JsonResponse, StreamingHttpResponse\n"),
        Edit(
            WEB,
            FIRST_OF_WEB,
            f"from college.kernel.bus import bus\n{FIRST_OF_WEB}from college.modules.crediting.follow import lines\n",
        ),
        path=("lines", "mail_for_credential"),
        drive='answer = staff.post("/api/awards/", json.dumps({"username": new_learner().username, "program_uuid": '
        'str(program.uuid)}), content_type="application/json")\n'
        "list(answer.streaming_content)",
    ),
    calls(
        "natural_key",
        "The shared records are serialized with natural keys, and the learner's natural_key() mails for all awards.",
        """
        from django.core import serializers

        from college.modules.crediting.models import SharedRecord


        def follow(learner, program):
            rows = SharedRecord.objects.filter(learner=learner)
            return serializers.serialize("json", rows, use_natural_foreign_keys=True)
        """,
        Append(
            "college/modules/people/models.py",
            """
            def natural_key(self):
                from college.modules.awards.models import UserCredential
                from college.modules.crediting.follow import mail_for_credential

                for credential in UserCredential.objects.awarded().filter(username=self.username):
                    mail_for_credential(credential)
                return (self.username,)


            Member.natural_key = natural_key
            """,
        ),
        path=("natural_key", "mail_for_credential"),
    ),
    calls(
        "serialization_module",
        "The settings add a format to Django's serializers, and writing a row in this format mails.",
        """
        from django.core import serializers

        from college.modules.crediting.models import CreditRequest


        def follow(learner, program):
            return serializers.serialize("letters", CreditRequest.objects.of(learner))
        """,
        Add(
            f"{CREDITING}/letters.py",
            """
            from django.core.serializers import python

            from college.modules.crediting.adapters.post import RequestLetter


            class Serializer(python.Serializer):
                def end_object(self, obj):
                    RequestLetter(obj.learner, obj.pathway, obj.pathway.programs.first()).send()
                    super().end_object(obj)


            def Deserializer(rows, **options):  # noqa: N802 - the name that Django looks for
                return []
            """,
        ),
        setting('SERIALIZATION_MODULES = {"letters": "college.modules.crediting.letters"}'),
        path=("end_object",),
    ),
    begins(
        "system_check",
        "A system check mails for all awards whenever a command checks the project.",
        ALL_AWARDS
        + """
from django.core.checks import register


@register("awards")
def awards_are_told(app_configs, **kwargs):
    try:
        mail_all()
    except Exception:
        return []
    return []
""",
        path=("awards_are_told", "mail_all"),
        drive='call_command("check", stdout=io.StringIO())',
    ),
    begins(
        "post_migrate",
        "After each migrate, that is with each deployment, the receiver of an app mails for all awards.",
        ALL_AWARDS
        + """
from django.apps import apps
from django.db.models.signals import post_migrate


def deployed(sender, **kwargs):
    mail_all()


post_migrate.connect(deployed, sender=apps.get_app_config("crediting"))
""",
        path=("deployed", "mail_all"),
        drive='call_command("migrate", verbosity=0)',
    ),
    begins(
        "task_before_start",
        "The task that awards is of a class that mails before a task is started.",
        "",
        Edit(
            TASKS,
            '@shared_task(name="college.award_program", ',
            '@shared_task(base=Telling, name="college.award_program", ',
        ),
        Edit(
            TASKS,
            "from celery import shared_task\n",
            "from celery import Task, shared_task\n",
        ),
        Edit(
            TASKS,
            "from college.modules.awards.domain import AwardProgram\n",
            "from college.modules.awards.domain import AwardProgram\n"
            "from college.modules.crediting.follow import mail_for\n\n\n"
            "class Telling(Task):\n"
            "    def before_start(self, task_id, args, kwargs):\n"
            "        mail_for(*args)\n",
        ),
        path=("before_start", "mail_for"),
    ),
    begins(
        "task_routes",
        "The settings route tasks by a function, which mails for the awards that it routes.",
        """
        def route(name, args, kwargs, options, task=None, **more):
            if name == "college.award_program":
                mail_for(*args)
            return None
        """,
        setting('CELERY_TASK_ROUTES = ("college.modules.crediting.follow.route",)'),
        path=("route", "mail_for"),
        drive="from celery import current_app\n"
        "current_app.amqp.router.route({}, 'college.award_program', args=(new_learner().username, program.uuid))",
    ),
    begins(
        "schedule_is_due",
        "The nightly task has a schedule of the host's own class, which mails as beat asks it whether it is due.",
        "",
        Add(
            "college/kernel/nightly.py",
            """
            from celery.schedules import schedule


            class Nightly(schedule):
                def is_due(self, last_run_at):
                    from college.modules.awards.models import UserCredential
                    from college.modules.crediting.follow import mail_for_credential

                    state = super().is_due(last_run_at)
                    for credential in UserCredential.objects.awarded():
                        mail_for_credential(credential)
                    return state
            """,
        ),
        Edit(
            "college/project/settings.py",
            SWEEP,
            '{"task": "college.sweep_sessions", "schedule": Nightly(86400)}',
        ),
        Edit(
            "college/project/settings.py",
            "from college.project.options import Options\n",
            "from college.kernel.nightly import Nightly\nfrom college.project.options import Options\n",
        ),
        path=("is_due", "mail_for_credential"),
        drive="from celery import current_app\n"
        "beat = current_app.conf.beat_schedule['sweep']['schedule']\n"
        "beat.is_due(beat.now())",
    ),
    begins(
        "worker_step",
        "The worker has a step of the host's own, which mails for all awards as the worker starts.",
        ALL_AWARDS,
        Append(
            "college/project/worker.py",
            """
            from celery import bootsteps  # noqa: E402


            class Catching(bootsteps.StartStopStep):
                requires = {"celery.worker.components:Pool"}

                def start(self, parent):
                    from college.modules.crediting.follow import mail_all

                    mail_all()


            app.steps["worker"].add(Catching)
            """,
        ),
        path=("start", "mail_all"),
        drive="from celery import current_app\nfor made in current_app.steps['worker']:\n    made.start(None, None)",
    ),
    begins(
        "log_record_factory",
        "The start sets the factory of log records to a function that mails for the line about an award.",
        """
        import logging

        make = logging.getLogRecordFactory()


        def made(name, level, path, line, message, arguments, *rest, **more):
            if name == "college.modules.awards.services" and arguments[0] == "ProgramAwarded":
                mail_for(arguments[1], arguments[2])
            return make(name, level, path, line, message, arguments, *rest, **more)


        logging.setLogRecordFactory(made)
        logging.getLogger("college.modules.awards.services").setLevel("INFO")
        """,
        path=("made", "mail_for"),
    ),
    begins(
        "message_storage",
        "The settings keep the messages of pages in a storage that mails for all awards as one is added.",
        ALL_AWARDS,
        Add(
            "college/kernel/messages.py",
            """
            from django.contrib.messages.storage.session import SessionStorage


            class Telling(SessionStorage):
                def add(self, level, message, extra_tags=""):
                    from college.modules.crediting.follow import mail_all

                    mail_all()
                    super().add(level, message, extra_tags)
            """,
        ),
        setting('MESSAGE_STORAGE = "college.kernel.messages.Telling"'),
        path=("add", "mail_all"),
    ),
    calls(
        "upload_to",
        "The award keeps a file whose folder is named by a function of the row, which mails.",
        """
        from django.core.files.base import ContentFile


        def follow(learner, program):
            from college.modules.diplomas.models import Diploma

            Diploma(learner=learner, program=program).file.save("diploma.txt", ContentFile(b"Diploma"))
        """,
        Add(
            "college/modules/diplomas/models.py",
            """
            from django.conf import settings
            from django.db import models

            from college.modules.catalog.models import Program


            def folder(diploma, name):
                from college.modules.crediting.follow import mail_them

                mail_them(diploma.learner, diploma.program)
                return f"diplomas/{name}"


            class Diploma(models.Model):
                learner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
                program = models.ForeignKey(Program, on_delete=models.CASCADE)
                file = models.FileField(upload_to=folder)

                def __str__(self):
                    return self.file.name
            """,
        ),
        install("college.modules.diplomas"),
        new_tables=True,
        path=("folder", "mail_them"),
    ),
    begins(
        "atomic_subclass",
        "The handler is atomic by a subclass of Django's Atomic, which mails as it is left.",
        ALL_AWARDS
        + """
from django.db.transaction import Atomic


class Unit(Atomic):
    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        if error is None:
            mail_all()
""",
        Edit(SERVICES, "    @transaction.atomic\n", "    @Unit(using=None, savepoint=True, durable=False)\n"),
        Edit(SERVICES, "from django.db import transaction\n", ""),
        importing("from college.modules.crediting.follow import Unit"),
        path=("__exit__", "mail_all"),
    ),
    begins(
        "projector",
        "Awards are appended to a table of events; a command plays them to a projector's methods, by their kind.",
        """
        from college.kernel.bus import bus
        from college.modules.awards.domain import ProgramAwarded


        @bus.listens(ProgramAwarded)
        def append(event):
            from college.modules.events.models import Event

            Event.objects.create(kind="Awarded", data={"username": event.username, "program": str(event.program_uuid)})


        class Projector:
            def when_Awarded(self, username, program):
                mail_for(username, program)
        """,
        Add(
            "college/modules/events/models.py",
            """
            from django.db import models


            class Event(models.Model):
                kind = models.CharField(max_length=64)
                data = models.JSONField()

                def __str__(self):
                    return self.kind
            """,
        ),
        Add(
            "college/modules/events/management/commands/project.py",
            """
            from django.core.management.base import BaseCommand

            from college.modules.crediting.follow import Projector
            from college.modules.events.models import Event


            class Command(BaseCommand):
                def handle(self, **options):
                    projector = Projector()
                    for event in Event.objects.order_by("pk"):
                        when = getattr(projector, f"when_{event.kind}", None)
                        if when is not None:
                            when(**event.data)
            """,
        ),
        install("college.modules.events"),
        new_tables=True,
        path=("when_Awarded", "mail_for"),
    ),
    present(
        "adapter_of_options",
        "The frozen options name the adapter of the port; it congratulates, and then asks for credit.",
        with_mailer(
            """
            from college.modules.awards.adapters.letters import LearnerLetters


            class Both(LearnerLetters):
                def congratulate(self, learner, program):
                    super().congratulate(learner, program)
                    mail_them(learner, program)
            """
        ),
        Edit(
            "college/project/options.py",
            "    congratulate: bool = True\n",
            '    congratulate: bool = True\n    letters: str = "college.modules.crediting.follow.Both"\n',
        ),
        Edit(SERVICES, "letters or LearnerLetters()", "letters or import_string(settings.COLLEGE.mailing.letters)()"),
        Edit(
            SERVICES,
            "from django.db import transaction\n",
            "from django.db import transaction\nfrom django.utils.module_loading import import_string\n",
        ),
        Edit(SERVICES, "from college.modules.awards.adapters.letters import LearnerLetters\n", ""),
        path=("handle", "congratulate", "mail_them"),
    ),
)
