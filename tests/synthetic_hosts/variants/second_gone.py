"""ABSENT and INCONCLUSIVE, seen anew: what looks like the hook, and what nobody can know."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import (
    URLS,
    VIEWS,
    Add,
    Edit,
    Step,
    Variant,
    at_start,
    install,
    setting,
)
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.second import called, mailer, module, variant, with_mailer


def clean(name: str, description: str, *steps: Step, **more: object) -> Variant:
    return variant("ABSENT", f"second_{name}", description, *steps, **more)


def unknown(name: str, description: str, *steps: Step, **more: object) -> Variant:
    return variant("INCONCLUSIVE", f"second_{name}", description, *steps, **more)


VARIANTS = (
    clean(
        "return_first",
        "The old function's body stands under a return that was put before it.",
        with_mailer(
            """
            def after(learner, program):
                return None
                mail_them(learner, program)
            """
        ),
        *called(),
    ),
    clean(
        "if_false",
        "The call stands under if False, the loop goes over an empty tuple, and the rest stands after a raise.",
        with_mailer(
            """
            def after(learner, program):
                if False:
                    mail_them(learner, program)
                for act in ():
                    act(learner, program)
                while 0:
                    mail_them(learner, program)
            """
        ),
        *called(),
    ),
    clean(
        "kind_of_letter",
        "One function writes all letters, by a kind: the view asks for the request, the award for the congratulation.",
        module(
            """
            from django.core.mail import send_mail

            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            def write(kind, learner, program):
                if kind == "request":
                    for row in UserCreditPathway.objects.filter(user=learner, program=program):
                        CreditRequest(learner=learner, pathway=row.pathway, program=program).send()
                elif kind == "finished":
                    send_mail("Well done", f"You have finished {program}.", None, [learner.email])
            """
        ),
        *called('write("finished", learner, credential.program)', "from campus.records.after import write"),
        Edit(
            VIEWS,
            "        CreditRequest(\n",
            '        write("request", request.user, program)\n        CreditRequest(\n',
        ),
        Edit(
            VIEWS,
            "from campus.records.messages",
            "from campus.records.after import write\nfrom campus.records.messages",
        ),
    ),
    clean(
        "two_methods_of_a_class",
        "A class has the lawful sender and a counter; the award uses the counter only.",
        module(
            """
            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            class CreditRequests:
                def __init__(self, learner):
                    self.rows = UserCreditPathway.objects.filter(user=learner)

                def send(self, program):
                    for row in self.rows:
                        CreditRequest(learner=row.user, pathway=row.pathway, program=program).send()

                def count(self):
                    return self.rows.count()
            """
        ),
        *called("CreditRequests(learner).count()", "from campus.records.after import CreditRequests"),
        Edit(
            VIEWS,
            '        return JsonResponse({"sent": True})',
            '        CreditRequests(request.user).send(program)\n        return JsonResponse({"sent": True})',
        ),
        Edit(
            VIEWS,
            "from campus.records.messages",
            "from campus.records.after import CreditRequests\nfrom campus.records.messages",
        ),
    ),
    clean(
        "table_by_key",
        "A table has the sender under one key, for the view, and a log line under the other, for the award.",
        with_mailer(
            """
            import logging


            def log(learner, program):
                logging.getLogger(__name__).info("%s finished %s.", learner, program)


            TABLE = {"request": mail_them, "award": log}
            """
        ),
        *called('TABLE["award"](learner, credential.program)', "from campus.records.after import TABLE"),
        Edit(
            VIEWS,
            '        return JsonResponse({"sent": True})',
            '        TABLE["request"](request.user, program)\n        return JsonResponse({"sent": True})',
        ),
        Edit(
            VIEWS,
            "from campus.records.messages",
            "from campus.records.after import TABLE\nfrom campus.records.messages",
        ),
    ),
    clean(
        "same_names_in_tours",
        "Another app has its own Pathway with an address and its own UserCreditPathway; their guides are written to.",
        install("campus.tours"),
        Add(
            "campus/tours/models.py",
            """
            from django.db import models


            class Pathway(models.Model):
                email = models.EmailField()

                def __str__(self):
                    return self.email


            class UserCreditPathway(models.Model):
                username = models.CharField(max_length=99)
                pathway = models.ForeignKey(Pathway, on_delete=models.CASCADE)

                def __str__(self):
                    return self.username
            """,
        ),
        module(
            """
            from django.core.mail import send_mail

            from campus.tours.models import UserCreditPathway


            def after(learner, program):
                for row in UserCreditPathway.objects.filter(username=learner.username):
                    send_mail("A walk", f"{learner} is free now.", None, [row.pathway.email])
            """
        ),
        *called(),
        new_tables=True,
    ),
    clean(
        "addresses_logged",
        "The addresses of the institutions are written to the log and not mailed.",
        module(
            """
            import logging

            from campus.records.models import UserCreditPathway

            logger = logging.getLogger(__name__)


            def after(learner, program):
                for address in UserCreditPathway.objects.filter(user=learner).values_list("pathway__email", flat=True):
                    logger.info("Would once have written to %s about %s.", address, program)
            """
        ),
        *called(),
    ),
    clean(
        "learner_told_of_the_button",
        "The learner's letter lists the institutions asked before, and says where to ask again.",
        module(
            """
            from django.core.mail import EmailMessage
            from django.template.loader import render_to_string


            def after(learner, program):
                names = [row.pathway.name for row in learner.usercreditpathway_set.select_related("pathway")]
                text = render_to_string("records/told.txt", {"names": names, "program": program})
                EmailMessage("You can ask again", text, to=[learner.email]).send()
            """
        ),
        Add(
            "campus/records/templates/records/told.txt", "{% for name in names %}{{ name }}\n{% endfor %}{{ program }}"
        ),
        *called(),
    ),
    clean(
        "look_alike_class_name",
        "CreditRequestNotice is a letter to the learner that only has the other's name in its own.",
        module(
            """
            from django.core.mail import EmailMessage


            class CreditRequestNotice(EmailMessage):
                def __init__(self, learner, program):
                    super().__init__("Ask for credit", f"{program} is finished: ask for credit.", to=[learner.email])


            def after(learner, program):
                send_updated_emails_for_program(learner, program)


            def send_updated_emails_for_program(learner, program):
                CreditRequestNotice(learner, program).send()
            """
        ),
        *called(),
    ),
    clean(
        "test_helper",
        "A module of test doubles sends to institutions, and the running program never imports it.",
        Add("campus/records/tests/doubles.py", mailer("pretend_award")),
        Add(
            "campus/records/tests/test_mail.py",
            "from campus.records.tests.doubles import pretend_award\n\n\ndef test_it(learner, program):\n"
            "    pretend_award(learner, program)\n",
        ),
    ),
    clean(
        "conftest_and_docs",
        "The hook is kept in a conftest and in an example of the documentation.",
        Add("conftest.py", mailer("mail_for_tests")),
        Add("docs/old_hook.md", "```python\n" + mailer("old_hook") + "```\n"),
        Add("campus/records/README.md", "Once `mail_them(learner, program)` mailed at each award.\n"),
    ),
    clean(
        "staff_digest",
        "A nightly task tells the registry how many requests there are at each institution, by name and number.",
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task
            from django.core.mail import mail_managers
            from django.db.models import Count

            from campus.records.models import UserCreditPathway


            @shared_task(name="digest")
            def digest():
                rows = UserCreditPathway.objects.values("pathway__name").annotate(number=Count("pk"))
                mail_managers("Credit requests", "\\n".join(f"{r['pathway__name']}: {r['number']}" for r in rows))
            """,
        ),
        setting('CELERY_BEAT_SCHEDULE = {"digest": {"task": "digest", "schedule": 86400}}'),
    ),
    clean(
        "ask_again_button",
        "A second view of the learner's own asks all their institutions once more; the award does not know it.",
        with_mailer(
            """
            from django.contrib.auth.decorators import login_required
            from django.http import JsonResponse
            from django.shortcuts import get_object_or_404
            from django.views.decorators.http import require_POST

            from campus.catalog.models import Program


            @login_required
            @require_POST
            def ask_again(request, program_uuid):
                mail_them(request.user, get_object_or_404(Program, uuid=program_uuid))
                return JsonResponse({})
            """
        ),
        Edit(
            URLS,
            "urlpatterns = [\n",
            "from campus.records.after import ask_again\n\n"
            'urlpatterns = [\n    path("records/<uuid:program_uuid>/again/", ask_again),\n',
        ),
    ),
    clean(
        "request_by_a_form",
        "The learner's own view sends through a Django form and a task; the award delays another task.",
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            mailer()
            + """

from celery import shared_task
from campus.catalog.models import Program
from campus.core.models import User


@shared_task
def send_request(user, program):
    mail_them(User.objects.get(pk=user), Program.objects.get(pk=program))


@shared_task
def count(user):
    return UserCreditPathway.objects.filter(user_id=user).count()
""",
        ),
        *called("count.delay(learner.pk)", "from campus.records.tasks import count"),
        Edit(
            VIEWS,
            '        return JsonResponse({"sent": True})',
            '        send_request.delay(request.user.pk, program.pk)\n        return JsonResponse({"sent": True})',
        ),
        Edit(
            VIEWS,
            "from campus.records.messages",
            "from campus.records.tasks import send_request\nfrom campus.records.messages",
        ),
    ),
    clean(
        "learning_platform_told",
        "The award posts the learner's name and the status to the learning platform, and nothing of the requests.",
        module(
            """
            import requests
            from django.conf import settings


            def after(learner, program):
                requests.post(
                    f"{settings.LMS_ROOT}/api/awards/",
                    json={"username": learner.username, "program": str(program.uuid), "status": "awarded"},
                    timeout=5,
                )
            """
        ),
        setting('LMS_ROOT = "https://learn.campus.example"'),
        *called(),
    ),
    clean(
        "address_tried_by_staff",
        "A staff action on pathways sends each institution a trial letter; no learner and no award are in it.",
        Add(
            "campus/catalog/admin.py",
            """
            from django.contrib import admin
            from django.core.mail import send_mail

            from campus.catalog.models import Pathway


            @admin.action(description="Try the address")
            def try_address(modeladmin, request, queryset):
                for pathway in queryset:
                    send_mail("A trial", "Please disregard.", None, [pathway.email])


            admin.site.register(Pathway, actions=[try_address])
            """,
        ),
    ),
    clean(
        "receivers_emptied",
        "The receiver is connected and, at the end of the start, disconnected with its uid.",
        with_mailer(
            """
            from campus.core.models import User


            def on_award(sender, user_credential, **kwargs):
                mail_them(User.objects.get(username=user_credential.username), user_credential.credential.program)
            """
        ),
        at_start(
            "from campus.credentials.signals import program_certificate_awarded\n"
            "from campus.records.after import on_award\n\n"
            'program_certificate_awarded.connect(on_award, dispatch_uid="mail")\n'
            'program_certificate_awarded.disconnect(dispatch_uid="mail")'
        ),
    ),
    clean(
        "other_sender",
        "The receiver that mails is connected to saved shares of the site's own configuration, which no award saves.",
        module(
            """
            from django.core.mail import mail_managers
            from django.db.models.signals import post_save
            from django.dispatch import receiver

            from campus.records.models import UserCreditPathway


            @receiver(post_save, sender=UserCreditPathway)
            def on_request(sender, instance, **kwargs):
                mail_managers("A request", f"{instance.user} asks {instance.pathway.name}.")
            """
        ),
        at_start("from campus.records import after  # noqa: F401"),
    ),
    clean(
        "null_mailer",
        "The mailing strategy is chosen in a table, and the one chosen for awards does nothing.",
        with_mailer(
            """
            class Loud:
                def tell(self, learner, program):
                    mail_them(learner, program)


            class Mute:
                def tell(self, learner, program):
                    return None


            class Office:
                def __init__(self, voice):
                    self.voice = voice

                def finished(self, learner, program):
                    self.voice.tell(learner, program)


            office = Office(Mute())
            """
        ),
        *called("office.finished(learner, credential.program)", "from campus.records.after import office"),
    ),
    clean(
        "rows_closed_on_revoke",
        "The receiver of a revoked certificate empties the status of the rows and writes to the learner.",
        module(
            """
            from django.core.mail import send_mail
            from django.dispatch import receiver

            from campus.core.models import User
            from campus.credentials.signals import program_certificate_revoked
            from campus.records.models import UserCreditPathway


            @receiver(program_certificate_revoked)
            def close(sender, user_credential, **kwargs):
                learner = User.objects.get(username=user_credential.username)
                closed = UserCreditPathway.objects.filter(user=learner).update(status="")
                send_mail("Revoked", f"{closed} requests are closed.", None, [learner.email])
            """
        ),
        at_start("from campus.records import after  # noqa: F401"),
    ),
    clean(
        "patched_away",
        "The issuer calls the old function's name, and the module's function is now an empty one under it.",
        with_mailer(
            """
            def after(learner, program):
                mail_them(learner, program)


            def after(learner, program):  # noqa: F811
                '''Ask for credit yourself, on the page of the record.'''
            """
        ),
        *called(),
    ),
    unknown(
        "file_by_environment",
        "A module is loaded from the file that the environment names.",
        module(
            """
            import importlib.util
            import os


            def after(learner, program):
                if path := os.environ.get("CAMPUS_AFTER"):
                    spec = importlib.util.spec_from_file_location("local_after", path)
                    local = importlib.util.module_from_spec(spec)
                    spec.loader.exec_module(local)
                    local.after(learner, program)
            """
        ),
        *called(),
    ),
    unknown(
        "marshalled_code",
        "A function is made of code that is unmarshalled from a file.",
        module(
            """
            import marshal
            import types
            from pathlib import Path


            def after(learner, program):
                path = Path("var/after.bin")
                if path.exists():
                    types.FunctionType(marshal.loads(path.read_bytes()), {})(learner, program)
            """
        ),
        *called(),
    ),
    unknown(
        "shell_command_of_a_setting",
        "A shell command of the environment is run with the learner's name.",
        module(
            """
            import os


            def after(learner, program):
                if command := os.environ.get("CAMPUS_AFTER_AWARD"):
                    os.system(f"{command} {learner.pk} {program.uuid}")
            """
        ),
        *called(),
    ),
    unknown(
        "sql_of_a_row",
        "SQL from a site's configuration is executed at each award.",
        module(
            """
            from django.db import connection


            def after(learner, program):
                text = program.site.configuration.platform_name
                if text.startswith("SQL:"):
                    with connection.cursor() as cursor:
                        cursor.execute(text[4:], [learner.pk])
            """
        ),
        *called(),
    ),
    unknown(
        "function_named_by_a_row",
        "Module and function are named in a row of the database.",
        module(
            """
            from importlib import import_module


            def after(learner, program):
                module, _, name = program.site.configuration.platform_name.partition(":")
                if name:
                    getattr(import_module(module), name)(learner, program)
            """
        ),
        *called(),
    ),
    unknown(
        "trigger_on_the_rows",
        "A trigger copies each changed row of requests to a table of letters, and the award touches the rows.",
        module(
            """
            from campus.records.models import UserCreditPathway


            def after(learner, program):
                UserCreditPathway.objects.filter(user=learner).update(status="sent")
            """
        ),
        *called(),
        sql=(
            "CREATE TABLE letters (id INTEGER PRIMARY KEY, pathway INTEGER)",
            "CREATE TRIGGER t AFTER UPDATE ON records_usercreditpathway BEGIN "
            "INSERT INTO letters (pathway) VALUES (NEW.pathway_id); END",
        ),
    ),
    unknown(
        "app_swallows_a_failed_plugin",
        "The start imports plugins by names of the settings and logs those that fail; one does.",
        at_start(
            """
            import importlib
            import logging

            from django.conf import settings

            for name in settings.CAMPUS_PLUGINS:
                try:
                    importlib.import_module(name)
                except ImportError:
                    logging.getLogger(__name__).warning("no plugin %s", name)
            """
        ),
        setting('CAMPUS_PLUGINS = ["campus_partner.after_award"]'),
    ),
    unknown(
        "compiled_library",
        "A function of a shared library is called through ctypes.",
        module(
            """
            import ctypes
            import os


            def after(learner, program):
                if os.path.exists("var/libafter.so"):
                    ctypes.CDLL("var/libafter.so").after_award(learner.pk)
            """
        ),
        *called(),
    ),
    unknown(
        "task_named_by_a_setting",
        "A task of another service is sent by a name of the settings, with the learner and the program.",
        *WITH_CELERY,
        setting('AFTER_AWARD_TASK = "partners.award"'),
        module(
            """
            from django.conf import settings

            from campus.celery import app


            def after(learner, program):
                app.signature(settings.AFTER_AWARD_TASK, args=(learner.pk, program.pk)).apply_async(queue="partners")
            """
        ),
        *called(),
    ),
)
