"""ABSENT and INCONCLUSIVE: the hook is gone from the service, or nobody can tell."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import (
    VIEWS,
    Append,
    Edit,
    Step,
    Variant,
    Verdict,
    at_award,
    at_start,
    install,
    setting,
)
from tests.synthetic_hosts.variants.sixth import CALL_AFTER, CELERY, PARTNERS, PARTNERS_OF, beside

CREATED = "        UserCreditPathway.objects.create(user=request.user, pathway=pathway, program=program)\n"
LETTER = """        CreditRequest(
            learner=request.user,
            pathway=pathway,
            program=program,
            record_url=request.build_absolute_uri(f"/records/shared/{record.uuid}/"),
        ).send()
"""


def made(verdict: Verdict, name: str, description: str, *steps: Step, **more) -> Variant:
    return Variant(name=f"sixth_{name}", description=description, verdict=verdict, steps=steps, **more)


VARIANTS = (
    made(
        "ABSENT",
        "managers_told",
        "The registry's managers are told of each award, with the learner's requests as a list of programs.",
        beside(
            """
            from django.core.mail import mail_managers

            from campus.records.models import UserCreditPathway


            def after(learner, program):
                rows = UserCreditPathway.objects.filter(user=learner).order_by("created")
                lines = [f"{row.created:%Y-%m-%d} {row.pathway.org_name}" for row in rows]
                mail_managers(f"{learner} finished {program.title}", "\\n".join(lines))
            """
        ),
        *CALL_AFTER,
    ),
    made(
        "ABSENT",
        "learner_reminded_of_rows",
        "The congratulation tells the learner which institutions were asked before, and that they may be asked anew.",
        Edit(
            "campus/credentials/messages.py",
            "            to=[learner.email],\n        )\n",
            "            to=[learner.email],\n        )\n"
            "        asked = [row.pathway.org_name for row in learner.usercreditpathway_set.all()]\n"
            '        if asked:\n            self.body += "\\nAsk again, if you like: " + ", ".join(asked)\n',
        ),
    ),
    made(
        "ABSENT",
        "receiver_disconnected_by_uid",
        "The receiver is connected with a dispatch_uid when its module is imported; records disconnects it at start.",
        PARTNERS_OF,
        beside(
            """
            from campus.credentials.signals import program_certificate_awarded
            from campus.records.partners import tell_of


            def on_award(user_credential, **kwargs):
                tell_of(user_credential)


            program_certificate_awarded.connect(on_award, weak=False, dispatch_uid="records.on_award")
            """,
            "campus/records/receivers.py",
        ),
        at_start(
            """
            from campus.credentials.signals import program_certificate_awarded
            from campus.records import receivers  # noqa: F401

            program_certificate_awarded.disconnect(dispatch_uid="records.on_award")
            """
        ),
    ),
    made(
        "ABSENT",
        "admin_unregistered",
        "The admin of the certificates had an action that told the institutions; a plain one is registered instead.",
        PARTNERS,
        Append(
            "campus/credentials/admin.py",
            """
            class TellingAdmin(admin.ModelAdmin):
                actions = ("tell_again",)

                @admin.action(description="Tell the institutions")
                def tell_again(self, request, queryset):
                    from campus.core.models import User
                    from campus.records.partners import tell_partners

                    for certificate in queryset:
                        for learner in User.objects.all():
                            tell_partners(learner, certificate.program)


            admin.site.unregister(ProgramCertificate)
            admin.site.register(ProgramCertificate, TellingAdmin)
            admin.site.unregister(ProgramCertificate)
            admin.site.register(ProgramCertificate)
            """,
        ),
    ),
    made(
        "ABSENT",
        "defined_twice",
        "The module defines the function a second time, as one that only logs; the first is shadowed.",
        beside(
            """
            import logging

            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            def after(learner, program):
                for row in UserCreditPathway.objects.filter(user=learner):
                    CreditRequest(learner=learner, pathway=row.pathway, program=program).send()


            def after(learner, program):  # noqa: F811 - nothing is sent at an award any more
                logging.getLogger(__name__).info("%s finished %s.", learner.pk, program.pk)
            """
        ),
        *CALL_AFTER,
    ),
    made(
        "ABSENT",
        "override_without_super",
        "The class that is used overrides the method that told the institutions, and does not call its parent.",
        PARTNERS,
        beside(
            """
            from campus.records.partners import tell_partners


            class Aftermath:
                def run(self, learner, program):
                    self.note(learner, program)
                    self.inform(learner, program)

                def note(self, learner, program):
                    self.noted = learner.pk, program.pk

                def inform(self, learner, program):
                    tell_partners(learner, program)


            class QuietAftermath(Aftermath):
                def inform(self, learner, program):
                    self.informed = False


            def after(learner, program):
                QuietAftermath().run(learner, program)
            """
        ),
        *CALL_AFTER,
    ),
    made(
        "ABSENT",
        "empty_pipeline",
        "The pipeline of an award has no steps any more; the step's class is still there.",
        PARTNERS,
        beside(
            """
            from django.conf import settings
            from django.utils.module_loading import import_string


            def after(learner, program):
                for dotted in settings.AFTER_AWARD:
                    import_string(dotted)().run_step(learner, program)
            """
        ),
        beside(
            """
            from campus.records.partners import tell_partners


            class InformInstitutions:
                def run_step(self, learner, program):
                    tell_partners(learner, program)
            """,
            "campus/records/pipeline.py",
        ),
        setting("AFTER_AWARD = []\n"),
        *CALL_AFTER,
    ),
    made(
        "ABSENT",
        "export_to_stdout",
        "A command prints the requests of a month as CSV for an institution that asked the staff; it sends nothing.",
        beside(
            """
            import csv

            from django.core.management.base import BaseCommand

            from campus.records.models import UserCreditPathway


            class Command(BaseCommand):
                def add_arguments(self, parser):
                    parser.add_argument("--institution", default="")

                def handle(self, *, institution, **options):
                    rows = UserCreditPathway.objects.filter(pathway__org_name__icontains=institution)
                    writer = csv.writer(self.stdout)
                    for row in rows.select_related("pathway"):
                        writer.writerow([row.pk, row.pathway.org_name, row.created.isoformat()])
            """,
            "campus/records/management/commands/export_requests.py",
        ),
    ),
    made(
        "ABSENT",
        "row_mails_itself",
        "The learner's view only makes the row; a receiver of new rows writes the letter. No award makes one.",
        Edit(VIEWS, LETTER, ""),
        Edit(VIEWS, "        record, _ = ProgramCertRecord", "        ProgramCertRecord"),
        Edit(VIEWS, "from campus.records.messages import CreditRequest\n", ""),
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
    ),
    made(
        "ABSENT",
        "learner_asks_by_task",
        "The learner's view leaves the letter to a task once the row is committed.",
        *CELERY,
        Edit(VIEWS, CREATED, "        row = " + CREATED.lstrip()),
        Edit(VIEWS, LETTER, "        transaction.on_commit(lambda: deliver.delay(row.pk, str(record.uuid)))\n"),
        Edit(
            VIEWS,
            "from campus.records.messages import CreditRequest\n",
            "from campus.records.tasks import deliver\n",
        ),
        beside(
            """
            from celery import shared_task

            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            @shared_task
            def deliver(row_id, record_uuid):
                row = UserCreditPathway.objects.select_related("user", "pathway", "program").get(pk=row_id)
                url = f"https://campus.example/records/shared/{record_uuid}/"
                CreditRequest(learner=row.user, pathway=row.pathway, program=row.program, record_url=url).send()
            """,
            "campus/records/tasks.py",
        ),
    ),
    made(
        "ABSENT",
        "analytics",
        "Analytics are told that a program was finished; nothing of a request is in it.",
        beside(
            """
            import json
            import urllib.request

            from django.conf import settings


            def after(learner, program):
                event = {"event": "program.finished", "user": learner.pk, "program": str(program.uuid)}
                request = urllib.request.Request(settings.ANALYTICS_URL, json.dumps(event).encode(), method="POST")
                urllib.request.urlopen(request, timeout=2)
            """
        ),
        setting('ANALYTICS_URL = "https://analytics.campus.example/v1/track"\n'),
        *CALL_AFTER,
    ),
    made(
        "ABSENT",
        "registered_over",
        "A second registration for the same type took the place of the one that told the institutions.",
        PARTNERS,
        beside(
            """
            from functools import singledispatch

            from campus.credentials.models import ProgramCertificate
            from campus.records.partners import tell_partners


            @singledispatch
            def follow_up(certificate, learner):
                return None


            @follow_up.register(ProgramCertificate)
            def _(certificate, learner):
                tell_partners(learner, certificate.program)


            @follow_up.register(ProgramCertificate)
            def _(certificate, learner):
                return None
            """
        ),
        *at_award("follow_up(credential, learner)", imports="from campus.records.after import follow_up"),
    ),
    made(
        "ABSENT",
        "own_tests",
        "The host's own tests and their factories still have what the hook did.",
        beside(
            """
            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            def resend_all(learner, program):
                for row in UserCreditPathway.objects.filter(user=learner):
                    CreditRequest(learner=learner, pathway=row.pathway, program=program).send()
            """,
            "campus/records/tests/factories.py",
        ),
        beside(
            """
            from django.test import TestCase

            from campus.credentials.issuers import ProgramCertificateIssuer
            from campus.records.tests.factories import resend_all


            class ResendTests(TestCase):
                def test_resend(self):
                    ProgramCertificateIssuer().issue_credential(None, "ann")
                    resend_all(None, None)
            """,
            "campus/records/tests/test_resend.py",
        ),
    ),
    made(
        "ABSENT",
        "reminder_command",
        "A nightly command reminds learners whose requests name no program; the letter goes to them alone.",
        beside(
            """
            from django.core.mail import send_mass_mail
            from django.core.management.base import BaseCommand

            from campus.records.models import UserCreditPathway


            class Command(BaseCommand):
                def handle(self, **options):
                    rows = UserCreditPathway.objects.filter(program=None).select_related("user", "pathway")
                    send_mass_mail([
                        ("Request", f"You asked {row.pathway.org_name}. For which program?", None, [row.user.email])
                        for row in rows
                    ])
            """,
            "campus/records/management/commands/remind_learners.py",
        ),
    ),
    made(
        "ABSENT",
        "null_notifier",
        "The award has a notifier that is none, by the default of a parameter; the real one is left over.",
        PARTNERS,
        beside(
            """
            from campus.records.partners import tell_partners


            class Notifier:
                def notify(self, learner, program):
                    raise NotImplementedError


            class PartnerNotifier(Notifier):
                def notify(self, learner, program):
                    tell_partners(learner, program)


            class NullNotifier(Notifier):
                def notify(self, learner, program):
                    return None


            def after(learner, program, notifier=NullNotifier()):
                notifier.notify(learner, program)
            """
        ),
        *CALL_AFTER,
    ),
    made(
        "INCONCLUSIVE",
        "callable_unpickled",
        "What follows an award is unpickled from the cache, where the operators leave it.",
        beside(
            """
            import pickle

            from django.core.cache import cache


            def after(learner, program):
                job = cache.get("after-award-job")
                if job:
                    pickle.loads(job)(learner, program)
            """
        ),
        *CALL_AFTER,
    ),
    made(
        "INCONCLUSIVE",
        "path_in_the_environment",
        "What follows an award is a dotted path of the environment, which is not set here.",
        beside(
            """
            import os

            from django.utils.module_loading import import_string


            def after(learner, program):
                if dotted := os.environ.get("CAMPUS_AFTER_AWARD"):
                    import_string(dotted)(learner, program)
            """
        ),
        *CALL_AFTER,
    ),
    made(
        "INCONCLUSIVE",
        "task_of_another_service",
        "A task of another service is sent by its name, with the learner and the program.",
        *CELERY,
        beside(
            """
            from campus.celery import app


            def after(learner, program):
                app.send_task("partners.program_finished", args=[learner.email, str(program.uuid)])
            """
        ),
        *CALL_AFTER,
    ),
    made(
        "INCONCLUSIVE",
        "trigger",
        "A trigger of the database copies each award to a table that no code of the host knows.",
        sql=(
            "CREATE TABLE partner_outbox (username varchar(255), credential_id integer)",
            "CREATE TRIGGER to_partners AFTER INSERT ON credentials_usercredential "
            "BEGIN INSERT INTO partner_outbox VALUES (NEW.username, NEW.credential_id); END",
        ),
    ),
    made(
        "INCONCLUSIVE",
        "webhooks",
        "Each award is posted to the hooks that the staff keeps in a table.",
        beside(
            """
            from django.db import models


            class Webhook(models.Model):
                url = models.URLField()
            """,
            "campus/webhooks/models.py",
        ),
        install("campus.webhooks"),
        beside(
            """
            import json
            import urllib.request

            from campus.webhooks.models import Webhook


            def after(learner, program):
                data = json.dumps({"learner": learner.email, "program": str(program.uuid)}).encode()
                for hook in Webhook.objects.all():
                    urllib.request.urlopen(urllib.request.Request(hook.url, data=data))
            """
        ),
        *CALL_AFTER,
        new_tables=True,
    ),
)
