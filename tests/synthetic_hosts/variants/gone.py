"""ABSENT: the hook is gone, and what runs instead looks like it."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import (
    ISSUERS,
    MODELS,
    SETTINGS,
    URLS,
    VIEWS,
    Add,
    Append,
    Edit,
    Step,
    Variant,
    at_award,
    at_start,
    install,
    setting,
)
from tests.synthetic_hosts.variants.hook import body, module
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.wiring import OF_CREDENTIAL

RESEND = "campus/records/resend.py"
ANNOUNCE = "        self._announce(user_credential, created)\n        return user_credential\n"


def clean(
    name: str,
    description: str,
    *steps: Step,
    before: str = "",
    drive: str = "",
    new_tables: bool = False,
) -> Variant:
    return Variant(
        name=name,
        description=description,
        verdict="ABSENT",
        steps=steps,
        before=before,
        drive=drive,
        new_tables=new_tables,
    )


VARIANTS = (
    clean(
        "base", "The base itself: the award congratulates the learner, and only the learner's own view asks for credit."
    ),
    clean(
        "hook_name_for_the_learner",
        "A function with the old hook's name mails the learner alone; no institution and no request is in it.",
        Add(
            "campus/records/utils.py",
            """
            from django.core.mail import send_mail


            def send_updated_emails_for_program(request, username, learner, program):
                send_mail(f"Your record of {program}", "Share it from your page.", None, [learner.email])
            """,
        ),
        *at_award(
            "send_updated_emails_for_program(request, username, learner, credential.program)",
            imports="from campus.records.utils import send_updated_emails_for_program",
        ),
    ),
    clean(
        "mail_to_managers",
        "Each award is told to the service's own MANAGERS, who are staff.",
        *at_award(
            'mail_managers("A certificate was awarded", str(credential.program))',
            imports="from django.core.mail import mail_managers\n",
        ),
    ),
    clean(
        "reporting_command",
        "A command reads the rows and prints how many requests there are for each pathway; it mails nobody.",
        Add(
            "campus/records/management/commands/count_credit_requests.py",
            """
            from django.core.management.base import BaseCommand
            from django.db.models import Count

            from campus.records.models import UserCreditPathway


            class Command(BaseCommand):
                def handle(self, **options):
                    for row in UserCreditPathway.objects.values("pathway__name").annotate(n=Count("pk")):
                        self.stdout.write(f"{row['pathway__name']}: {row['n']}")
            """,
        ),
    ),
    clean(
        "count_to_admins",
        "A command mails the ADMINS one number, the count of all rows: no learner's request, and to no institution.",
        Add(
            "campus/records/management/commands/mail_request_count.py",
            """
            from django.core.mail import mail_admins
            from django.core.management.base import BaseCommand

            from campus.records.models import UserCreditPathway


            class Command(BaseCommand):
                def handle(self, **options):
                    mail_admins("Credit requests", f"{UserCreditPathway.objects.count()} requests so far.")
            """,
        ),
    ),
    clean(
        "dashed_export",
        "A dashed command writes the rows to its output as CSV for the registry; it sends nothing.",
        Add(
            "campus/records/management/commands/export-credit-requests.py",
            """
            import csv

            from django.core.management.base import BaseCommand

            from campus.records.models import UserCreditPathway


            class Command(BaseCommand):
                def handle(self, **options):
                    writer = csv.writer(self.stdout)
                    for row in UserCreditPathway.objects.select_related("pathway"):
                        writer.writerow([row.pk, row.user_id, row.pathway.name])
            """,
        ),
    ),
    clean(
        "disconnected_receiver",
        "The old receiver is connected under a dispatch_uid and disconnected again by an app that starts later.",
        module(
            "campus/records/receivers.py",
            "old_mail",
            OF_CREDENTIAL.format(hook="old_mail", name="on_award")
            + "\n\nfrom campus.credentials.signals import program_certificate_awarded  # noqa: E402\n\n"
            'program_certificate_awarded.connect(on_award, dispatch_uid="old_mail")\n',
        ),
        at_start(
            """
            from campus.credentials.signals import program_certificate_awarded
            from campus.records import receivers  # noqa: F401

            program_certificate_awarded.disconnect(dispatch_uid="old_mail")
            """
        ),
    ),
    clean(
        "unconnected_receiver",
        "A function with a receiver's signature is imported at start, and nothing ever connects it.",
        module(
            "campus/records/receivers.py",
            "never_mailed",
            OF_CREDENTIAL.format(hook="never_mailed", name="on_program_certificate"),
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
    ),
    clean(
        "comments_and_docstrings",
        "The hook stands whole in a comment and a docstring, and nowhere as code.",
        Append(
            ISSUERS,
            '''
            #     rows = UserCreditPathway.objects.filter(user=learner, status="sent")
            #     for row in rows: CreditRequest(learner=learner, pathway=row.pathway, program=program).send()


            def history():
                """
                Until 2024 the issuer ran this after each award, see ADR 0005:

                    for row in UserCreditPathway.objects.filter(user=learner):
                        CreditRequest(learner=learner, pathway=row.pathway, program=program).send()
                """
            ''',
        ),
    ),
    clean(
        "tests_of_the_hook",
        "The hook lives on in the host's tests only, which are not the running program.",
        module("campus/records/tests/resend.py", "resend_for_tests"),
        Add(
            "campus/records/tests/test_resend.py",
            """
            from django.test import TestCase

            from campus.credentials.issuers import ProgramCertificateIssuer
            from campus.records.tests.resend import resend_for_tests


            class ResendTest(TestCase):
                def test_award_and_resend(self):
                    award = ProgramCertificateIssuer().issue_credential(self.certificate, "ann")
                    resend_for_tests(self.learner, award.credential.program)
            """,
        ),
    ),
    clean(
        "migration_over_the_rows",
        "A migration reads and rewrites the rows once and sends nothing; migrations are not the running program.",
        Add(
            "campus/records/migrations/0002_status.py",
            """
            from django.db import migrations


            def blank_unknown_status(apps, schema_editor):
                rows = apps.get_model("records", "UserCreditPathway").objects
                rows.exclude(status="sent").update(status="")


            class Migration(migrations.Migration):
                dependencies = [("records", "0001_initial")]
                operations = [migrations.RunPython(blank_unknown_status, migrations.RunPython.noop)]
            """,
        ),
    ),
    clean(
        "dead_imports",
        "The issuer still imports what the hook used, and uses none of it.",
        *at_award(
            "pass",
            imports="from campus.records.messages import CreditRequest  # noqa: F401\n"
            "from campus.records.models import UserCreditPathway  # noqa: F401",
        ),
    ),
    clean(
        "import_for_typing_only",
        "The hook's module, which is gone, is named under TYPE_CHECKING and in an annotation only.",
        *at_award(
            'then: "resend.Sender | None" = None  # noqa: F841',
            imports="from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n"
            "    from campus.records import resend  # noqa: F401\n",
        ),
    ),
    clean(
        "same_name_other_model",
        "Another app has a model of the same name on a table of its own, and its rows decide a mail to the learner.",
        Add(
            "campus/analytics/models.py",
            """
            from django.db import models


            class UserCreditPathway(models.Model):
                username = models.CharField(max_length=255)
                clicks = models.IntegerField(default=0)

                def __str__(self):
                    return self.username
            """,
        ),
        install("campus.analytics"),
        Add(
            RESEND,
            """
            from django.core.mail import send_mail

            from campus.analytics.models import UserCreditPathway


            def thank(learner, program):
                if not UserCreditPathway.objects.filter(username=learner.username, clicks__gt=9).exists():
                    send_mail("Your certificate", f"Look at it: {program}", None, [learner.email])
            """,
        ),
        *at_award("thank(learner, credential.program)", imports="from campus.records.resend import thank"),
        new_tables=True,
    ),
    clean(
        "learner_asks_again",
        "A second page of the learner's own sends again, when the learner presses its button and not before.",
        Append(
            VIEWS,
            """
            class AskAgainView(LoginRequiredMixin, View):
                http_method_names = ["post"]

                def post(self, request, program_uuid):
                    program = get_object_or_404(Program, uuid=program_uuid)
                    for row in UserCreditPathway.objects.filter(user=request.user, program=program):
                        CreditRequest(learner=request.user, pathway=row.pathway, program=program).send()
                    return JsonResponse({"sent": True})
            """,
        ),
        Edit(URLS, "RecordView, SendRecordView\n", "AskAgainView, RecordView, SendRecordView\n"),
        Edit(
            URLS,
            "urlpatterns = [\n",
            'urlpatterns = [\n    path("records/<uuid:program_uuid>/again/", AskAgainView.as_view()),\n',
        ),
    ),
    clean(
        "lawful_sender_moved",
        "The learner's view sends through a function of another module, which nobody else calls.",
        Add(
            "campus/records/requests.py",
            """
            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            def send_request(learner, pathway, program):
                UserCreditPathway.objects.create(user=learner, pathway=pathway, program=program)
                CreditRequest(learner=learner, pathway=pathway, program=program).send()
            """,
        ),
        Edit(
            VIEWS, "        UserCreditPathway.objects.create(user=request.user, pathway=pathway, program=program)\n", ""
        ),
        Edit(
            VIEWS,
            "        CreditRequest(\n            learner=request.user,\n            pathway=pathway,\n"
            "            program=program,\n"
            '            record_url=request.build_absolute_uri(f"/records/shared/{record.uuid}/"),\n        ).send()\n',
            "        send_request(request.user, pathway, program)\n",
        ),
        Edit(VIEWS, "from campus.records.messages import CreditRequest\n", ""),
        Edit(
            VIEWS,
            "from campus.records.models import ProgramCertRecord, UserCreditPathway\n",
            "from campus.records.models import ProgramCertRecord\nfrom campus.records.requests import send_request\n",
        ),
    ),
    clean(
        "shadowed_name",
        "The sending function is defined, and defined again below under the same name as one that does nothing.",
        module(RESEND, "tell", "\n\ndef tell(learner, program):  # noqa: F811\n    return None\n"),
        *at_award("tell(learner, credential.program)", imports="from campus.records.resend import tell"),
    ),
    clean(
        "import_shadowed",
        "The issuer imports the sending function and then another of the same name over it, and calls that.",
        module(RESEND, "conclude"),
        Add("campus/records/steps.py", "def conclude(learner, program):\n    return None\n"),
        *at_award(
            "conclude(learner, credential.program)",
            imports="from campus.records.resend import conclude\n"
            "from campus.records.steps import conclude  # noqa: F811",
        ),
    ),
    clean(
        "override_without_super",
        "A mixin's method sends, but the issuer overrides it and does not call super any more.",
        module(
            RESEND,
            "shared",
            "\n\nclass SharingMixin:\n    def after_award(self, learner, program):\n        shared(learner, program)\n",
        ),
        Edit(
            ISSUERS,
            "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n",
            "class ProgramCertificateIssuer(SharingMixin, AbstractCredentialIssuer):\n"
            "    def after_award(self, learner, program):\n        return None\n\n",
        ),
        *at_award(
            "self.after_award(learner, credential.program)", imports="from campus.records.resend import SharingMixin"
        ),
    ),
    clean(
        "mro_stops_before",
        "Of two mixins with the method the first does not call super, so the second, which sends, is never reached.",
        module(
            RESEND,
            "distant",
            dedent(
                """

                class Silent:
                    def after_award(self, learner, program):
                        return None


                class Sending:
                    def after_award(self, learner, program):
                        distant(learner, program)
                """
            ),
        ),
        Edit(
            ISSUERS,
            "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n",
            "class ProgramCertificateIssuer(Silent, Sending, AbstractCredentialIssuer):\n",
        ),
        *at_award(
            "self.after_award(learner, credential.program)",
            imports="from campus.records.resend import Sending, Silent",
        ),
    ),
    clean(
        "unreachable_call",
        "The call stands below the method's only return, where no run of it ever comes.",
        module(RESEND, "too_late"),
        Edit(
            ISSUERS,
            ANNOUNCE,
            f"{ANNOUNCE}        from campus.records.resend import too_late\n\n"
            "        too_late(learner, credential.program)\n",
        ),
    ),
    clean(
        "rows_shown_to_the_learner",
        "The learner's page shows what was asked before (against D4, not D5): it reads the rows and mails nobody.",
        Edit(
            VIEWS,
            '"pathways": program.pathways.all()}',
            '"pathways": program.pathways.all(),\n'
            '            "asked": UserCreditPathway.objects.filter(user=request.user)}',
        ),
        Edit(
            "campus/records/templates/records/record.html",
            "{% for pathway in pathways %}\n",
            "{% for row in asked %}<p>{{ row.pathway.name }}</p>{% endfor %}\n{% for pathway in pathways %}\n",
        ),
    ),
    clean(
        "rows_logged_at_award",
        "The award logs how many requests there are, and congratulates the learner; the one does not feed the other.",
        *at_award(
            'logging.getLogger(__name__).info("%s", UserCreditPathway.objects.filter(user=learner).count())',
            imports="import logging\n\nfrom campus.records.models import UserCreditPathway",
        ),
    ),
    clean(
        "rows_updated_at_award",
        "The award sets the rows' program status back; it reads no address and sends no mail of them.",
        Edit(
            ISSUERS,
            "            self._congratulate(learner, credential.program)\n",
            "            self._congratulate(learner, credential.program)\n"
            '            learner.usercreditpathway_set.filter(program=credential.program).update(status="")\n',
        ),
    ),
    clean(
        "congratulation_names_institutions",
        "The congratulation goes to the learner and lists the institutions where credit can be asked for.",
        Edit(
            "campus/credentials/messages.py",
            "        super().__init__(",
            '        institutions = ", ".join(program.pathways.values_list("org_name", flat=True))\n'
            "        super().__init__(",
        ),
        Edit(
            "campus/credentials/messages.py",
            'the certificate of {program.title}.",',
            'the certificate of {program.title}. "\n            f"Ask for credit from your record: {institutions}.",',
        ),
    ),
    clean(
        "congratulation_on_commit_in_a_thread",
        "The congratulation is sent in a thread after the commit, wired as a hook might be, and to the learner only.",
        Edit(
            ISSUERS,
            "            self._congratulate(learner, credential.program)\n",
            "            work = threading.Thread(target=self._congratulate, args=(learner, credential.program))\n"
            "            transaction.on_commit(work.start)\n",
        ),
        Edit(ISSUERS, "import abc\n", "import abc\nimport threading\n"),
    ),
    clean(
        "steps_without_the_hook",
        "The steps after an award are dotted paths in the settings, and the one that is left only logs.",
        setting('AFTER_AWARD = ["campus.core.steps.log_award"]'),
        Add(
            "campus/core/steps.py",
            """
            import logging


            def log_award(learner, program):
                logging.getLogger(__name__).info("%s: %s", learner.pk, program.pk)
            """,
        ),
        *at_award(
            "[import_string(path)(learner, credential.program) for path in settings.AFTER_AWARD]",
            imports="from django.utils.module_loading import import_string\n",
        ),
    ),
    clean(
        "setting_left_over",
        "The settings of the hook are still there, switched on, and no code reads them.",
        setting('RESEND_ON_AWARD = True\nCREDIT_REQUEST_MESSAGE = "campus.records.messages.CreditRequest"'),
    ),
    clean(
        "harmless_beat",
        "Celery runs on a schedule, and its only task deletes expired sessions.",
        *WITH_CELERY,
        setting('CELERY_BEAT_SCHEDULE = {"sessions": {"task": "campus.core.tasks.clear_sessions", "schedule": 3600}}'),
        Add(
            "campus/core/tasks.py",
            """
            from celery import shared_task
            from django.core.management import call_command


            @shared_task
            def clear_sessions():
                call_command("clearsessions")
            """,
        ),
    ),
    clean(
        "celery_congratulation",
        "The congratulation is a Celery task that the award delays; it goes to the learner.",
        *WITH_CELERY,
        Add(
            "campus/credentials/tasks.py",
            """
            from celery import shared_task

            from campus.catalog.models import Program
            from campus.core.models import User
            from campus.credentials.messages import ProgramCompleted


            @shared_task
            def congratulate(learner_id, program_id):
                learner = User.objects.get(pk=learner_id)
                ProgramCompleted(learner=learner, program=Program.objects.get(pk=program_id)).send()
            """,
        ),
        Edit(
            ISSUERS,
            "            ProgramCompleted(learner=learner, program=program).send()\n",
            "            from campus.credentials.tasks import congratulate\n\n"
            "            congratulate.delay(learner.pk, program.pk)\n",
        ),
    ),
    clean(
        "admin_action_on_rows",
        "The admin of the requests has an action that marks them as not sent; it mails nobody.",
        Edit(
            "campus/records/admin.py",
            '    list_display = ("user", "pathway", "program", "status", "created")\n',
            '    list_display = ("user", "pathway", "program", "status", "created")\n'
            '    actions = ("mark_unsent",)\n\n'
            '    @admin.action(description="Mark as not sent")\n'
            "    def mark_unsent(self, request, queryset):\n"
            '        queryset.update(status="")\n',
        ),
    ),
    clean(
        "welcome_of_a_new_learner",
        "post_save of the user, not of the credential, mails a welcome to the new learner.",
        Add(
            "campus/core/receivers.py",
            """
            from django.core.mail import send_mail
            from django.db.models.signals import post_save
            from django.dispatch import receiver


            @receiver(post_save, sender="core.User")
            def welcome(sender, instance, created, **kwargs):
                if created:
                    send_mail("Welcome", "Find your records here.", None, [instance.email])
            """,
        ),
        at_start("from campus.core import receivers  # noqa: F401", app="core"),
    ),
    clean(
        "same_method_name_elsewhere",
        "The award calls a method whose name a sending class has too; the object that it is called on sends nothing.",
        Add(
            RESEND,
            body("hand_over")
            + dedent(
                """

                class ByMail:
                    def conclude(self, learner, program):
                        hand_over(learner, program)
                """
            ),
        ),
        Add(
            "campus/core/steps.py",
            """
            class ByLog:
                def conclude(self, learner, program):
                    return f"{learner.pk}: {program.pk}"
            """,
        ),
        *at_award("ByLog().conclude(learner, credential.program)", imports="from campus.core.steps import ByLog"),
    ),
    clean(
        "method_deleted_at_start",
        "The issuer's old step is deleted from the class as the app starts, and nothing calls it.",
        module(RESEND, "old_step"),
        Append(
            ISSUERS,
            """
            def _old(self, learner, program):
                from campus.records.resend import old_step

                old_step(learner, program)


            ProgramCertificateIssuer.old = _old
            del ProgramCertificateIssuer.old, _old
            """,
        ),
    ),
    clean(
        "outbox_of_congratulations",
        "An outbox table that a command drains holds congratulations to learners, and no request ever.",
        Add(
            "campus/outbox/models.py",
            """
            from django.db import models


            class Letter(models.Model):
                learner = models.ForeignKey("core.User", on_delete=models.CASCADE)
                program = models.ForeignKey("catalog.Program", on_delete=models.CASCADE)

                def __str__(self):
                    return str(self.pk)
            """,
        ),
        Add(
            "campus/outbox/management/commands/send_congratulations.py",
            """
            from django.core.management.base import BaseCommand

            from campus.credentials.messages import ProgramCompleted
            from campus.outbox.models import Letter


            class Command(BaseCommand):
                def handle(self, **options):
                    for letter in Letter.objects.all():
                        ProgramCompleted(learner=letter.learner, program=letter.program).send()
                        letter.delete()
            """,
        ),
        install("campus.outbox"),
        Edit(
            ISSUERS,
            "            ProgramCompleted(learner=learner, program=program).send()\n",
            "            from campus.outbox.models import Letter\n\n"
            "            Letter.objects.create(learner=learner, program=program)\n",
        ),
        Edit(ISSUERS, "from campus.credentials.messages import ProgramCompleted\n", ""),
        new_tables=True,
    ),
    clean(
        "shared_record_touched",
        "The award reads and touches the learner's shared record, no credit request, and links it in the mail.",
        Edit(
            ISSUERS,
            "            ProgramCompleted(learner=learner, program=program).send()\n",
            "            message = ProgramCompleted(learner=learner, program=program)\n"
            "            for record in learner.programcertrecord_set.filter(program=program):\n"
            '                message.body += f"\\nYour record: /records/shared/{record.uuid}/"\n'
            "            message.send()\n",
        ),
    ),
    clean(
        "middleware_removed",
        "A middleware that sends is added to the list and taken out of it again further down in the settings.",
        module(
            "campus/records/middleware.py",
            "through_middleware",
            dedent(
                """

                class ShareMiddleware:
                    def __init__(self, get_response):
                        self.get_response = get_response

                    def __call__(self, request):
                        response = self.get_response(request)
                        for record in request.user.programcertrecord_set.all():
                            through_middleware(request.user, record.program)
                        return response
                """
            ),
        ),
        Edit(
            SETTINGS,
            "TEMPLATES = [",
            'MIDDLEWARE += ["campus.records.middleware.ShareMiddleware"]\nMIDDLEWARE.pop()\nTEMPLATES = [',
        ),
    ),
    clean(
        "save_of_the_row_mails_the_learner",
        "Saving a request, which only the learner's view does, mails a receipt to the learner.",
        Edit(
            MODELS,
            "        self.full_clean()\n        super().save(*args, **kwargs)\n",
            "        from django.core.mail import send_mail\n\n"
            "        self.full_clean()\n        super().save(*args, **kwargs)\n"
            '        send_mail("Your request", "We have sent your record.", None, [self.user.email])\n',
        ),
    ),
    clean(
        "errors_to_admins",
        "Django's own handler mails errors to the ADMINS, and a receiver of the award logs one.",
        setting(
            """
            LOGGING = {
                "version": 1,
                "disable_existing_loggers": False,
                "handlers": {"admins": {"class": "django.utils.log.AdminEmailHandler", "level": "ERROR"}},
                "loggers": {"campus": {"handlers": ["admins"]}},
            }
            """
        ),
        Append(
            "campus/credentials/receivers.py",
            """
            @receiver(program_certificate_revoked)
            def log_revocation(sender, user_credential, **kwargs):
                logger.error("Credential %s was revoked.", user_credential.uuid)
            """,
        ),
    ),
    clean(
        "reminder_to_learners",
        "A command for cron reminds learners with a certificate that they can ask for credit themselves.",
        Add(
            "campus/records/management/commands/remind-learners.py",
            """
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand

            from campus.core.models import User
            from campus.credentials.models import AWARDED, UserCredential


            class Command(BaseCommand):
                def handle(self, **options):
                    awards = UserCredential.objects.filter(status=AWARDED).values("username")
                    for learner in User.objects.filter(username__in=awards):
                        send_mail("Ask for credit", "Your record has a button for it.", None, [learner.email])
            """,
        ),
    ),
    clean(
        "welcome_of_a_new_pathway",
        "The admin's form of a new pathway greets its institution once; no learner, request or award comes into it.",
        Add(
            "campus/catalog/admin.py",
            """
            from django.contrib import admin
            from django.core.mail import send_mail

            from campus.catalog.models import Pathway


            @admin.register(Pathway)
            class PathwayAdmin(admin.ModelAdmin):
                def save_model(self, request, obj, form, change):
                    super().save_model(request, obj, form, change)
                    if not change:
                        send_mail("Welcome to Campus", f"Dear {obj.org_name}, it is set up.", None, [obj.email])
            """,
        ),
    ),
    clean(
        "table_without_the_hook",
        "The steps of the award are in a table from which the sending function, still above it, is taken out.",
        module(
            RESEND,
            "once_a_step",
            "\n\ndef log_step(learner, program):\n    return None\n\n\n"
            'STEPS = {"awarded": [log_step], "revoked": [log_step]}\n',
        ),
        *at_award(
            "[step(learner, credential.program) for step in STEPS[status]]",
            imports="from campus.records.resend import STEPS",
        ),
    ),
    clean(
        "f_string_to_harmless_methods",
        "The method's name is an f-string over the status, and neither of the two methods sends.",
        Edit(
            ISSUERS,
            "    def _announce(",
            "    def _on_awarded(self, learner):\n        return learner.pk\n\n"
            "    def _on_revoked(self, learner):\n        return None\n\n    def _announce(",
        ),
        *at_award('getattr(self, f"_on_{status}")(learner)'),
    ),
    clean(
        "parameter_over_the_name",
        "An argument has the name of the module's sending function and hides it; the caller gives a harmless one.",
        module(
            RESEND,
            "notify",
            "\n\ndef finish(learner, program, notify=print):\n    notify(learner.pk, end='')\n",
        ),
        *at_award("finish(learner, credential.program)", imports="from campus.records.resend import finish"),
    ),
)
