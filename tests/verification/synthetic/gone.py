"""Hosts in which the hook is gone, with look-alikes and left-overs."""

from __future__ import annotations

from tests.verification.synthetic.base import RESEND, Variant
from tests.verification.synthetic.surviving import CELERY, DRAIN, OUTBOX, PACKAGES, ready


def absent(name: str, **parts: object) -> Variant:
    return Variant(name=name, answer="ABSENT", **parts)


VARIANTS = [
    absent("clean"),
    absent("left_over_function", hooks=RESEND, shows=("I307", "resend")),
    absent(
        "left_over_chain", hooks=RESEND + "\ndef outer(user, program):\n    resend(user, program)\n", shows=("I307",)
    ),
    absent(
        "left_over_method",
        hooks=RESEND,
        methods="def _resend(self, user, program):\n    from records.hooks import resend\n    resend(user, program)",
    ),
    absent(
        "left_over_unloaded_receiver",
        files={
            "records/old_signals.py": "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom credentials.models import UserCredential\n"
            "from records.sending import send_request\n@receiver(post_save, sender=UserCredential)\ndef old(sender, instance, **kw):\n    for p in instance.program.pathways.all():\n        send_request(None, p, None)\n"
        },
    ),
    absent("import_only", hooks=RESEND, imports="from records.hooks import resend"),
    absent(
        "called_in_tests_only",
        hooks=RESEND,
        files={
            "records/tests/__init__.py": "",
            "records/tests/test_hooks.py": "from records.hooks import resend\ndef test_it():\n    resend(None, None)\n",
        },
    ),
    absent(
        "called_in_migration_only",
        hooks=RESEND,
        files={
            "records/migrations/__init__.py": "",
            "records/migrations/0001_initial.py": "from django.db import migrations\ndef go(apps, editor):\n    from records.hooks import resend\n    resend(None, None)\nclass Migration(migrations.Migration):\n    operations = [migrations.RunPython(go)]\n",
        },
    ),
    absent("named_in_comment", hooks=RESEND, award="# resend(user, program) was here\npass"),
    absent(
        "dead_after_return",
        hooks=RESEND,
        methods="def tell(self, user, program):\n    return None\n    from records.hooks import resend\n    resend(user, program)",
        award="self.tell(user, program)",
    ),
    absent(
        "if_false",
        hooks=RESEND,
        imports="from records.hooks import resend",
        award="if False:\n    resend(user, program)",
    ),
    absent(
        "type_checking",
        hooks=RESEND,
        imports="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from records.hooks import resend",
    ),
    absent(
        "same_name_elsewhere",
        hooks=RESEND,
        files={"credentials/hooks.py": "def resend(user, program):\n    return None\n"},
        imports="from credentials.hooks import resend",
        award="resend(user, program)",
    ),
    absent(
        "overridden_by_pass",
        hooks=RESEND,
        imports="from records.hooks import resend\nclass Old:\n    def after(self, user, program):\n        resend(user, program)\nclass New(Old):\n    def after(self, user, program):\n        pass",
        award="New().after(user, program)",
    ),
    absent(
        "counts_requests",
        award="from records.models import UserCreditPathway\nimport logging\nlogging.info('%s', UserCreditPathway.objects.filter(user=user).count())",
    ),
    absent(
        "congratulation_lists_pathways",
        award="from django.core.mail import send_mail\nnames = ', '.join(p.name for p in program.pathways.all())\nsend_mail('Well done', f'Request credit at {names}', None, [user.email])",
    ),
    absent(
        "congratulation_if_requested",
        award="from django.core.mail import send_mail\nfrom records.models import UserCreditPathway\nif not UserCreditPathway.objects.filter(user=user).exists():\n    send_mail('x', 'You can request credit now', None, [user.email])",
    ),
    absent(
        "congratulation_to_rows_learner",
        award="from django.core.mail import send_mail\nfrom records.models import UserCreditPathway\nfor row in UserCreditPathway.objects.filter(user=user):\n    send_mail('x', 'Request again if you like', None, [row.user.email])",
    ),
    absent(
        "shared_mailer",
        files={
            "records/mailer.py": "from django.core.mail import send_mail\ndef deliver(to, text):\n    send_mail('Campus', text, None, [to])\n",
            "records/sending.py": "from records.mailer import deliver\ndef send_request(user, pathway, program):\n    deliver(pathway.email, program.title)\n",
        },
        imports="from records.mailer import deliver",
        award="deliver(user.email, 'well done')",
    ),
    absent(
        "shared_mailer_class",
        files={
            "records/mailer.py": "from django.core.mail import EmailMessage\nclass Mailer:\n    def __init__(self, to):\n        self.to = to\n    def deliver(self, text):\n        EmailMessage('Campus', text, to=[self.to]).send()\n",
            "records/sending.py": "from records.mailer import Mailer\ndef send_request(user, pathway, program):\n    Mailer(pathway.email).deliver(program.title)\n",
        },
        imports="from records.mailer import Mailer",
        award="Mailer(user.email).deliver('well done')",
    ),
    absent(
        "shared_outbox",
        files={
            **PACKAGES,
            "records/models.py": "+\n" + OUTBOX,
            "records/management/commands/drain.py": DRAIN,
            "records/sending.py": "def send_request(user, pathway, program):\n    from records.models import Outbox\n    Outbox.objects.create(recipient=pathway.email, body=program.title)\n",
        },
        award="from records.models import Outbox\nOutbox.objects.create(recipient=user.email, body='well done')",
    ),
    absent(
        "row_receiver",
        files={
            **ready("import records.receivers"),
            "records/receivers.py": "from django.db.models.signals import post_save\nfrom django.dispatch import receiver\nfrom records.models import UserCreditPathway\n"
            "from django.core.mail import send_mail\n@receiver(post_save, sender=UserCreditPathway)\ndef tell(sender, instance, created, **kw):\n    if created:\n        send_mail('x', 'y', None, [instance.pathway.email])\n",
        },
    ),
    absent(
        "row_save",
        row="def save(self, *args, **kwargs):\n    from django.core.mail import send_mail\n    super().save(*args, **kwargs)\n    send_mail('x', 'y', None, [self.pathway.email])",
    ),
    absent(
        "learners_task",
        files={
            "campus_celery.py": CELERY,
            "records/tasks.py": "from celery import shared_task\nfrom catalog.models import Pathway\nfrom django.core.mail import send_mail\n@shared_task\ndef mail_request(pathway_id):\n"
            "    send_mail('x', 'y', None, [Pathway.objects.get(pk=pathway_id).email])\n",
            "records/sending.py": "from records.tasks import mail_request\ndef send_request(user, pathway, program):\n    mail_request.delay(pathway.id)\n",
        },
    ),
    absent(
        "learners_signal",
        files={
            "records/signals.py": "from django.dispatch import Signal\nrequested = Signal()\n",
            **ready(
                "from records.signals import requested\n        requested.connect(mail)\ndef mail(sender, pathway, **kw):\n    from django.core.mail import send_mail\n    send_mail('x', 'y', None, [pathway.email])"
            ),
            "records/sending.py": "from records.signals import requested\ndef send_request(user, pathway, program):\n    requested.send(sender=None, pathway=pathway)\n",
        },
    ),
    absent(
        "receiver_disconnected",
        hooks=RESEND,
        files={
            "records/receivers.py": "from django.db.models.signals import post_save\nfrom credentials.models import UserCredential\ndef on_award(sender, instance, **kw):\n    return None\npost_save.connect(on_award, sender=UserCredential)\n",
            **ready("import records.receivers"),
        },
    ),
    absent(
        "parameter_off",
        hooks=RESEND,
        imports="from records.hooks import resend\ndef finish(user, program, again=False):\n    if again:\n        resend(user, program)",
        award="finish(user, program)",
    ),
    absent(
        "analytics",
        award="import logging\nlogging.getLogger('track').info('awarded', extra={'pathways': [p.name for p in program.pathways.all()]})",
    ),
    absent(
        "pathway_sync",
        files={
            **PACKAGES,
            "records/management/commands/sync.py": "import json, urllib.request\nfrom django.core.management.base import BaseCommand\nfrom catalog.models import Pathway\nclass Command(BaseCommand):\n    def handle(self, **o):\n"
            "        data = json.load(urllib.request.urlopen('https://discovery.test/pathways'))\n        for item in data:\n            Pathway.objects.update_or_create(name=item['name'], defaults={'email': item['email']})\n",
        },
    ),
    absent(
        "function_based_request",
        files={
            "records/views.py": "from django.http import JsonResponse\nfrom catalog.models import Pathway, Program\nfrom records.models import UserCreditPathway\nfrom records.sending import send_request\n"
            "def request_credit(request, program):\n    pathway = Pathway.objects.get(pk=request.POST['pathway'])\n    row = UserCreditPathway(user=request.user, pathway=pathway, program_id=program)\n    row.save()\n"
            "    send_request(request.user, pathway, Program.objects.get(pk=program))\n    return JsonResponse({})\n",
            "site_urls.py": "from django.urls import path\nfrom credentials import views as c\nfrom records import views as r\nurlpatterns = [path('a/', c.award), path('r/<int:program>/', r.request_credit)]\n",
        },
    ),
    absent(
        "other_mail_to_staff",
        award="from django.core.mail import send_mail\nsend_mail('awarded', program.title, None, ['staff@campus.test'])",
    ),
    absent(
        "variable_used_again",
        award="from django.core.mail import send_mail\naddress = next((p.email for p in program.pathways.all()), '')\nprint(address)\naddress = user.email\nsend_mail('x', 'y', None, [address])",
    ),
    absent(
        "wraps_without_call",
        hooks=RESEND,
        imports="import functools\nfrom records.hooks import resend\n@functools.wraps(resend)\ndef quiet(user, program):\n    return None",
        award="quiet(user, program)",
    ),
]
