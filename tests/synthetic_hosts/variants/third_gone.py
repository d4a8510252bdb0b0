"""ABSENT and INCONCLUSIVE, a third time: what looks like the hook or is left of it, and what nobody can know."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import URLS, VIEWS, Add, Edit, at_start, install, setting
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.second import AFTER, called, mailer, module, with_mailer
from tests.synthetic_hosts.variants.third import asks, clean, unknown

SENT = '        return JsonResponse({"sent": True})'


def in_view(call: str, imports: str) -> tuple[Edit, ...]:
    """Return the edits that make the learner's own view do this as well, with the learner, pathway and program."""
    return (
        Edit(VIEWS, SENT, f"        {call}\n{SENT}"),
        Edit(VIEWS, "from campus.records.messages", f"{imports}\nfrom campus.records.messages"),
    )


def view_sends_by(call: str, imports: str) -> tuple[Edit, ...]:
    """Return the edits that make the learner's own view send by this call, and no more by itself."""
    return (
        Edit(
            VIEWS,
            """        CreditRequest(
            learner=request.user,
            pathway=pathway,
            program=program,
            record_url=request.build_absolute_uri(f"/records/shared/{record.uuid}/"),
        ).send()
""",
            f"        {call}\n",
        ),
        Edit(VIEWS, "from campus.records.messages import CreditRequest\n", f"{imports}\n"),
    )


TO_LEARNER = """

def congratulate(learner, program):
    learner.email_user("Well done", f"You have finished {program}.")
"""

VARIANTS = (
    clean(
        "bus_with_two_commands",
        "One bus has the learner's command, which sends, and the award's, which congratulates.",
        with_mailer(
            TO_LEARNER
            + """

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestCredit:
    learner: object
    program: object


@dataclass(frozen=True)
class FinishProgram:
    learner: object
    program: object


HANDLERS = {
    RequestCredit: lambda command: mail_them(command.learner, command.program),
    FinishProgram: lambda command: congratulate(command.learner, command.program),
}


def dispatch(command):
    return HANDLERS[type(command)](command)
"""
        ),
        *called(
            "dispatch(FinishProgram(learner, credential.program))",
            "from campus.records.after import FinishProgram, dispatch",
        ),
        *in_view(
            "dispatch(RequestCredit(request.user, program))", "from campus.records.after import RequestCredit, dispatch"
        ),
    ),
    clean(
        "container_with_two_services",
        "A container offers the lawful sender and the congratulation; the award asks it for the congratulation.",
        with_mailer(
            TO_LEARNER
            + """

class Service:
    def __init__(self, run):
        self.run = run


class Container:
    def __init__(self):
        self.requests = Service(mail_them)
        self.congratulations = Service(congratulate)


container = Container()
"""
        ),
        *called(
            "container.congratulations.run(learner, credential.program)", "from campus.records.after import container"
        ),
        *in_view("container.requests.run(request.user, program)", "from campus.records.after import container"),
    ),
    clean(
        "signal_of_the_request",
        "A signal that only the learner's view sends has the receiver that writes to the institution.",
        module(
            """
            from django.dispatch import Signal, receiver

            from campus.records.messages import CreditRequest

            credit_requested = Signal()


            @receiver(credit_requested)
            def deliver(sender, learner, pathway, program, **kwargs):
                CreditRequest(learner=learner, pathway=pathway, program=program).send()
            """
        ),
        *view_sends_by(
            "credit_requested.send(sender=None, learner=request.user, pathway=pathway, program=program)",
            "from campus.records.after import credit_requested",
        ),
    ),
    clean(
        "singledispatch_by_event",
        "A singledispatch function handles the learner's request and the award, each in its own implementation.",
        with_mailer(
            TO_LEARNER
            + """

from dataclasses import dataclass
from functools import singledispatch


@dataclass
class Event:
    learner: object
    program: object


class Requested(Event):
    pass


class Awarded(Event):
    pass


@singledispatch
def handle(event):
    raise TypeError(event)


@handle.register
def _(event: Requested):
    mail_them(event.learner, event.program)


@handle.register
def _(event: Awarded):
    congratulate(event.learner, event.program)
"""
        ),
        *called("handle(Awarded(learner, credential.program))", "from campus.records.after import Awarded, handle"),
        *in_view("handle(Requested(request.user, program))", "from campus.records.after import Requested, handle"),
    ),
    clean(
        "match_by_event",
        "A match statement tells the learner's request from the award by the event's class.",
        with_mailer(
            TO_LEARNER
            + """

from dataclasses import dataclass


@dataclass
class Requested:
    learner: object
    program: object


@dataclass
class Awarded:
    learner: object
    program: object


def handle(event):
    match event:
        case Requested(learner, program):
            mail_them(learner, program)
        case Awarded(learner, program):
            congratulate(learner, program)
"""
        ),
        *called("handle(Awarded(learner, credential.program))", "from campus.records.after import Awarded, handle"),
        *in_view("handle(Requested(request.user, program))", "from campus.records.after import Requested, handle"),
    ),
    clean(
        "rows_guard_the_learners_mail",
        "Whether the learner had asked before decides which text the learner gets, and nobody else gets any.",
        module(
            """
            from campus.records.models import UserCreditPathway


            def after(learner, program):
                rows = UserCreditPathway.objects.filter(user=learner, pathway__programs=program)
                text = "Ask again, if you like." if rows.exists() else "Ask for credit, if you like."
                for row in rows.select_related("pathway"):
                    text += f" You asked {row.pathway.org_name} on {row.created:%d %B}."
                learner.email_user(f"{program} is finished", text)
            """
        ),
        *called(),
    ),
    clean(
        "recipients_overridden",
        "The base of the letters finds institutions; the one subclass that there is overrides it with the learner.",
        module(
            """
            from django.core.mail import EmailMessage

            from campus.records.models import UserCreditPathway


            class Letter:
                def __init__(self, learner, program):
                    self.learner, self.program = learner, program

                def recipients(self):
                    rows = UserCreditPathway.objects.filter(user=self.learner)
                    return [row.pathway.email for row in rows]

                def send(self):
                    EmailMessage("Finished", str(self.program), to=self.recipients()).send()


            class LetterToLearner(Letter):
                def recipients(self):
                    return [self.learner.email]


            def after(learner, program):
                LetterToLearner(learner, program).send()
            """
        ),
        *called(),
    ),
    clean(
        "abstract_step",
        "The abstract step that sends is registered by no subclass; the registry has the harmless one only.",
        with_mailer(
            TO_LEARNER
            + """

import abc


class Step(abc.ABC):
    registered = []

    def __init_subclass__(cls, *, abstract=False, **kwargs):
        super().__init_subclass__(**kwargs)
        if not abstract:
            Step.registered.append(cls)

    @abc.abstractmethod
    def run(self, learner, program): ...


class InstitutionStep(Step, abstract=True):
    def run(self, learner, program):
        mail_them(learner, program)


class LearnerStep(Step):
    def run(self, learner, program):
        congratulate(learner, program)


def after(learner, program):
    for step in Step.registered:
        step().run(learner, program)
"""
        ),
        *called(),
    ),
    clean(
        "mixin_hidden_by_the_mro",
        "The mixin that sends stands behind a class that overrides its method and does not call super().",
        with_mailer(
            TO_LEARNER
            + """

class TellInstitutions:
    def finished(self, learner, program):
        mail_them(learner, program)


class TellLearner:
    def finished(self, learner, program):
        congratulate(learner, program)


class Completion(TellLearner, TellInstitutions):
    pass


def after(learner, program):
    Completion().finished(learner, program)
"""
        ),
        *called(),
    ),
    clean(
        "patched_by_ready",
        "An app's start replaces the sender of the module by nothing, and the issuer calls it through the module.",
        with_mailer(""),
        at_start("from campus.records import after\n\nafter.mail_them = lambda learner, program: None"),
        *called("after.mail_them(learner, credential.program)", "from campus.records import after"),
    ),
    clean(
        "handler_taken_off",
        "The table of handlers had the sender; the module that removed the feature takes it off at start.",
        with_mailer(
            """
            HANDLERS = {"finished": [mail_them]}


            def after(learner, program):
                for handler in HANDLERS["finished"]:
                    handler(learner, program)
            """
        ),
        at_start('from campus.records.after import HANDLERS\n\nHANDLERS["finished"].clear()'),
        *called(),
    ),
    clean(
        "weak_receiver_gone",
        "The receiver is a function inside ready, held weakly, and is gone when ready has ended.",
        with_mailer(""),
        at_start(
            """
            from campus.credentials.signals import program_certificate_awarded

            def on_award(sender, user_credential, **kwargs):
                from campus.core.models import User
                from campus.records.after import mail_them

                mail_them(User.objects.get(username=user_credential.username), user_credential.credential.program)

            program_certificate_awarded.connect(on_award)
            """
        ),
    ),
    clean(
        "settings_left",
        "Only settings are left: a flag, routes and a schedule's name that the removed task once had, and a subject.",
        *WITH_CELERY,
        setting(
            """
            RESEND_CREDIT_REQUESTS_ON_AWARD = True
            CREDIT_REQUEST_SUBJECT = "A credit request for {program}"
            CELERY_TASK_ROUTES = {"records.tasks.resend_credit_requests": {"queue": "mail"}}
            CELERY_BEAT_SCHEDULE = {}
            """
        ),
        Add("docs/flags.md", "`RESEND_CREDIT_REQUESTS_ON_AWARD`: once mailed the institutions; has no effect now.\n"),
    ),
    clean(
        "data_migration",
        "A migration of long ago wrote to institutions once; migrations are not the running program.",
        Add(
            "campus/records/migrations/0002_tell_institutions.py",
            """
            from django.core.mail import send_mail
            from django.db import migrations


            def tell(apps, schema_editor):
                for row in apps.get_model("records", "UserCreditPathway").objects.select_related("pathway"):
                    send_mail("We have moved", "Our address is new.", None, [row.pathway.email])


            class Migration(migrations.Migration):
                dependencies = [("records", "0001_initial")]
                operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
            """,
        ),
    ),
    clean(
        "rest_request_of_the_learner",
        "The learner can also ask by a REST view, which records the request and sends.",
        install("rest_framework"),
        Add(
            AFTER,
            """
            from rest_framework import generics, permissions, serializers

            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            class RequestSerializer(serializers.ModelSerializer):
                class Meta:
                    model = UserCreditPathway
                    fields = ("pathway", "program")

                def create(self, validated_data):
                    row = super().create({**validated_data, "user": self.context["request"].user})
                    CreditRequest(learner=row.user, pathway=row.pathway, program=row.program).send()
                    return row


            class RequestCredit(generics.CreateAPIView):
                serializer_class = RequestSerializer
                permission_classes = [permissions.IsAuthenticated]
            """,
        ),
        Edit(
            URLS,
            "urlpatterns = [\n",
            "from campus.records.after import RequestCredit\n\n"
            'urlpatterns = [\n    path("api/requests/", RequestCredit.as_view()),\n',
        ),
    ),
    clean(
        "outbox_of_the_learner",
        "The learner's view puts its letter into an outbox, and a command for cron sends it; the award writes none.",
        install("campus.outbox"),
        Add(
            "campus/outbox/models.py",
            """
            from django.db import models


            class Letter(models.Model):
                to = models.EmailField()
                subject = models.CharField(max_length=200)
                text = models.TextField()

                def __str__(self):
                    return self.subject
            """,
        ),
        Add(
            "campus/outbox/management/commands/send_letters.py",
            """
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand

            from campus.outbox.models import Letter


            class Command(BaseCommand):
                def handle(self, **options):
                    for letter in Letter.objects.all():
                        send_mail(letter.subject, letter.text, None, [letter.to])
                        letter.delete()
            """,
        ),
        *view_sends_by(
            'Letter.objects.create(to=pathway.email, subject="Credit", text=f"{request.user} asks. {record.uuid}")',
            "from campus.outbox.models import Letter",
        ),
        new_tables=True,
    ),
    clean(
        "context_manager_of_the_view",
        "A context manager sends what was noted in it; only the learner's view opens it.",
        with_mailer(
            TO_LEARNER
            + """

from contextlib import contextmanager


@contextmanager
def letters():
    noted = []
    yield noted
    for pair in noted:
        mail_them(*pair)
"""
        ),
        *called("congratulate(learner, credential.program)", "from campus.records.after import congratulate"),
        Edit(
            VIEWS, SENT, "        with letters() as noted:\n            noted.append((request.user, program))\n" + SENT
        ),
        Edit(
            VIEWS,
            "from campus.records.messages",
            "from campus.records.after import letters\nfrom campus.records.messages",
        ),
    ),
    clean(
        "admin_method_off_the_list",
        "The admin's class keeps the method of an action that is no longer in its list.",
        with_mailer(""),
        Edit(
            "campus/credentials/admin.py",
            '    @admin.action(description="Revoke")\n',
            '    @admin.action(description="Tell the institutions")\n'
            "    def tell_institutions(self, request, queryset):\n"
            "        from campus.core.models import User\n"
            "        from campus.records.after import mail_them\n\n"
            "        for user_credential in queryset:\n"
            "            learner = User.objects.get(username=user_credential.username)\n"
            "            mail_them(learner, user_credential.credential.program)\n\n"
            '    @admin.action(description="Revoke")\n',
        ),
    ),
    clean(
        "metrics",
        "The award counts itself by a datagram to the metrics' host.",
        module(
            """
            import socket


            def after(learner, program):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
                    udp.sendto(b"campus.awards:1|c", ("127.0.0.1", 8125))
            """
        ),
        *called(),
    ),
    clean(
        "alumni_office",
        "Another app has a model with a pathway to an office of its own and the same accessors; its offices get mail.",
        install("campus.alumni"),
        Add(
            "campus/alumni/models.py",
            """
            from django.conf import settings
            from django.db import models


            class Office(models.Model):
                email = models.EmailField()
                org_name = models.CharField(max_length=99)

                def __str__(self):
                    return self.email


            class Membership(models.Model):
                user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
                pathway = models.ForeignKey(Office, on_delete=models.CASCADE)
                status = models.CharField(max_length=15, default="sent")

                def __str__(self):
                    return self.status
            """,
        ),
        module(
            """
            from django.core.mail import send_mail


            def after(learner, program):
                for row in learner.membership_set.filter(status="sent").select_related("pathway"):
                    send_mail("A new alumnus", f"{learner}: {program}", None, [row.pathway.email])
            """
        ),
        *called(),
        new_tables=True,
    ),
    clean(
        "type_checking_only",
        "The old hook's module is imported for type checkers alone, and its names stand in annotations.",
        Add("campus/records/old.py", mailer("mail_them")),
        module(
            """
            from __future__ import annotations

            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from campus.records.old import mail_them

            __all__ = ["after"]


            def after(learner, program, then: mail_them | None = None):
                if then is not None:
                    raise TypeError("Nothing follows an award any more.")
            """
        ),
        *called(),
    ),
    clean(
        "task_of_the_view",
        "The view delays a task after its commit; the award delays its neighbour, by a signature in a chain.",
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            mailer()
            + """

from celery import shared_task
from campus.catalog.models import Program
from campus.core.models import User


@shared_task
def deliver(user, program):
    mail_them(User.objects.get(pk=user), Program.objects.get(pk=program))


@shared_task
def congratulate(user, program):
    User.objects.get(pk=user).email_user("Well done", str(Program.objects.get(pk=program)))


@shared_task
def note(*args):
    return len(args)
""",
        ),
        *called(
            "(congratulate.si(learner.pk, credential.program_id) | note.si(1)).delay()",
            "from campus.records.tasks import congratulate, note",
        ),
        *in_view(
            "transaction.on_commit(lambda: deliver.delay(request.user.pk, program.pk))",
            "from campus.records.tasks import deliver",
        ),
    ),
    clean(
        "mail_to_admins_about_rows",
        "The award tells the admins how many open requests the learner has.",
        module(
            """
            from django.core.mail import mail_admins


            def after(learner, program):
                number = learner.usercreditpathway_set.exclude(status="").count()
                mail_admins("A certificate", f"Learner {learner.pk} has {number} open requests.")
            """
        ),
        *called(),
    ),
    clean(
        "command_in_tests",
        "A factory, a command and a receiver that send lie in packages of tests, which nothing imports.",
        Add("campus/records/tests/factories.py", mailer("mail_them")),
        Add(
            "tests/management/commands/mail_them.py",
            """
            from django.core.management.base import BaseCommand

            from campus.records.tests.factories import mail_them


            class Command(BaseCommand):
                def handle(self, **options):
                    mail_them(None, None)
            """,
        ),
    ),
    asks(
        "recipients_of_a_stored_template",
        "The recipients of the letter are what a template, stored in the database, writes of the learner.",
        """
        from django.core.mail import EmailMessage
        from django.template import Context, Template

        from campus.mailing.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                context = Context({"learner": learner, "program": program})
                to = [one for one in Template(rule.recipients).render(context).split(",") if one]
                EmailMessage(rule.subject, Template(rule.text).render(context), to=to).send()
        """,
        install("campus.mailing"),
        Add(
            "campus/mailing/models.py",
            """
            from django.db import models


            class Rule(models.Model):
                event = models.CharField(max_length=64)
                subject = models.CharField(max_length=200)
                recipients = models.TextField()
                text = models.TextField()

                def __str__(self):
                    return self.event
            """,
        ),
        new_tables=True,
    ),
    asks(
        "lookup_of_a_row",
        "Model, filter and address are the columns of a rule in the database.",
        """
        from django.apps import apps
        from django.core.mail import send_mail

        from campus.mailing.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                rows = apps.get_model(rule.model).objects.filter(**{rule.lookup: learner})
                for address in rows.values_list(rule.address, flat=True):
                    send_mail(rule.event, f"{learner}: {program}", None, [address])
        """,
        install("campus.mailing"),
        Add(
            "campus/mailing/models.py",
            """
            from django.db import models


            class Rule(models.Model):
                event = models.CharField(max_length=64)
                model = models.CharField(max_length=64)
                lookup = models.CharField(max_length=64)
                address = models.CharField(max_length=64)

                def __str__(self):
                    return self.event
            """,
        ),
        new_tables=True,
    ),
    asks(
        "local_hooks",
        "A module of local hooks, which is not in the tree, is imported if it is there.",
        """
        try:
            from campus import local_hooks
        except ImportError:
            local_hooks = None


        def after(learner, program):
            if local_hooks is not None:
                local_hooks.award(learner, program)
        """,
    ),
    asks(
        "broken_entry_point",
        "An entry point of the group names a package that is not installed here.",
        """
        import logging
        from importlib.metadata import entry_points


        def after(learner, program):
            for entry in entry_points(group="campus.after_award"):
                try:
                    step = entry.load()
                except ImportError:
                    logging.getLogger(__name__).warning("no %s", entry.name)
                else:
                    step(learner, program)
        """,
        Add("campus_partner-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: campus-partner\nVersion: 1.0\n"),
        Add(
            "campus_partner-1.0.dist-info/entry_points.txt", "[campus.after_award]\npartner = campus_partner:finished\n"
        ),
    ),
    asks(
        "notify_of_the_database",
        "The award notifies a channel of the database, on which anybody may listen.",
        """
        from django.db import connection


        def after(learner, program):
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_notify('awards', %s)", [f"{learner.pk}:{program.pk}"])
        """,
    ),
    asks(
        "file_for_a_partner",
        "Learner and program are uploaded as a file to a partner's server.",
        """
        import ftplib
        import io

        from django.conf import settings


        def after(learner, program):
            try:
                with ftplib.FTP(settings.PARTNER_HOST, timeout=1) as ftp:
                    ftp.storbinary(f"STOR {learner.pk}.csv", io.BytesIO(f"{learner.email},{program.uuid}".encode()))
            except OSError:
                return
        """,
        setting('PARTNER_HOST = "files.partner.example"'),
    ),
    asks(
        "task_of_a_site",
        "The name of the task that is sent is put together from the site's domain.",
        """
        from campus.celery import app


        def after(learner, program):
            app.send_task(f"{program.site.domain}.awarded", [learner.pk, program.pk], queue="partners")
        """,
        *WITH_CELERY,
    ),
    unknown(
        "crontab_names_it",
        "Nothing in Python calls the function, but a crontab of the tree does, by python -c.",
        Add("campus/records/letters.py", mailer("mail_them")),
        Add(
            "deploy/crontab",
            "# m h dom mon dow command\n"
            '0 3 * * * cd /srv/campus && python manage.py shell -c "from campus.records import letters; '
            'letters.mail_them(None, None)"\n',
        ),
    ),
    asks(
        "line_protocol",
        "The award writes a line with learner and program to a socket of the student office.",
        """
        import json
        import socket

        from django.conf import settings


        def after(learner, program):
            try:
                with socket.create_connection(settings.STUDENT_OFFICE, timeout=1) as office:
                    office.sendall(json.dumps({"learner": learner.pk, "program": program.pk}).encode() + b"\\n")
            except OSError:
                return
        """,
        setting('STUDENT_OFFICE = ("127.0.0.1", 9)'),
    ),
)
