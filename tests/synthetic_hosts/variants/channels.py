"""PRESENT: the award reads the learner's rows, and what it tells the institutions leaves by one channel or another."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import Add, Append, Edit, Step, Variant, at_award, install, setting
from tests.synthetic_hosts.variants.hook import IMPORTS

RESEND = "campus/records/resend.py"
COMPLETED = "campus/credentials/messages.py"


def leaves_by(
    name: str, description: str, function: str, hook: str, *steps: Step, new_tables: bool = False, before: str = ""
) -> Variant:
    """Return a variant whose award calls ``function(learner, program)`` of ``campus.records.resend``."""
    return Variant(
        name=name,
        description=description,
        verdict="PRESENT",
        steps=(
            Add(RESEND, hook),
            *at_award(
                f"{function}(learner, credential.program)", imports=f"from campus.records.resend import {function}"
            ),
            *steps,
        ),
        path=(function,),
        new_tables=new_tables,
        before=before,
    )


VARIANTS = (
    leaves_by(
        "send_mass_mail",
        "All mails leave at once by send_mass_mail, whose tuples a generator makes.",
        "in_bulk",
        """
        from django.core.mail import send_mass_mail

        from campus.records.models import UserCreditPathway


        def in_bulk(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            send_mass_mail((f"{program}", f"{learner}", None, [row.pathway.email]) for row in rows)
        """,
    ),
    leaves_by(
        "connection_send_messages",
        "The messages are never told to send; a mail connection is.",
        "by_connection",
        """
        from django.core.mail import EmailMultiAlternatives, get_connection

        from campus.records.models import UserCreditPathway


        def by_connection(learner, program):
            letters = []
            for row in UserCreditPathway.objects.filter(user=learner):
                letter = EmailMultiAlternatives(f"{program}", f"{learner}", to=[row.pathway.email])
                letter.attach_alternative(f"<p>{learner}</p>", "text/html")
                letters.append(letter)
            get_connection().send_messages(letters)
        """,
    ),
    leaves_by(
        "smtplib",
        "The mail is built by the standard library and given to smtplib.",
        "by_smtp",
        """
        import smtplib
        from email.message import EmailMessage

        from campus.records.models import UserCreditPathway


        def by_smtp(learner, program):
            with smtplib.SMTP("mail.campus.example") as server:
                for row in UserCreditPathway.objects.filter(user=learner):
                    message = EmailMessage()
                    message["To"], message["Subject"] = row.pathway.email, f"{learner} finished {program}"
                    server.send_message(message)
        """,
    ),
    leaves_by(
        "http_mail_urllib",
        "The mail is posted to a mail service's HTTP interface by urllib.",
        "by_http",
        """
        import json
        import urllib.request

        from campus.records.models import UserCreditPathway


        def by_http(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                letter = {"to": row.pathway.email, "subject": f"{program}", "text": f"{learner} has finished."}
                urllib.request.urlopen("https://mail.campus.example/v3/send", json.dumps(letter).encode())
        """,
    ),
    leaves_by(
        "http_mail_requests",
        "The mail is posted to a mail service's HTTP interface by a requests session that a class keeps.",
        "by_service",
        """
        import requests

        from campus.records.models import UserCreditPathway


        class MailHouse:
            def __init__(self):
                self.session = requests.Session()

            def deliver(self, **letter):
                self.session.post("https://mail.campus.example/messages", data=letter, timeout=5)


        def by_service(learner, program):
            house = MailHouse()
            for row in UserCreditPathway.objects.filter(user=learner).select_related("pathway"):
                house.deliver(to=row.pathway.email, subject=f"{learner} finished {program}")
        """,
    ),
    leaves_by(
        "message_subclass",
        "The hook has its own message class, two steps below EmailMessage, that finds the address itself.",
        "progress",
        """
        from campus.core.mail import Letter
        from campus.records.models import UserCreditPathway


        class Progress(Letter):
            def __init__(self, row):
                super().__init__(subject=f"{row.user} has finished", to=[row.pathway.email])


        def progress(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                Progress(row).post()
        """,
        Add(
            "campus/core/mail.py",
            """
            from django.core.mail import EmailMessage


            class Letter(EmailMessage):
                def post(self):
                    return self.send(fail_silently=True)
            """,
        ),
    ),
    leaves_by(
        "pathway_method",
        "The pathway has a method that writes to it.",
        "write_to_institutions",
        """
        def write_to_institutions(learner, program):
            for row in learner.usercreditpathway_set.all():
                row.pathway.write(subject=f"{learner} finished {program}")
        """,
        Edit(
            "campus/catalog/models.py",
            "    def __str__(self):\n        return self.name\n",
            "    def __str__(self):\n        return self.name\n\n"
            '    def write(self, subject, text=""):\n'
            "        from django.core.mail import send_mail\n\n"
            "        return send_mail(subject, text, None, [self.email])\n",
        ),
    ),
    Variant(
        name="copies_of_the_congratulation",
        description="The congratulation itself is copied to each institution that the learner had asked.",
        verdict="PRESENT",
        steps=(
            Edit(
                COMPLETED,
                "            to=[learner.email],\n",
                "            to=[learner.email],\n"
                "            cc=[row.pathway.email for row in learner.usercreditpathway_set.all()],\n",
            ),
        ),
        path=("_congratulate",),
    ),
    Variant(
        name="mail_backend",
        description="The mail backend of the settings copies each mail to the institutions that its addressee asked.",
        verdict="PRESENT",
        steps=(
            Add(
                "campus/core/backends.py",
                """
                from django.core.mail.backends.smtp import EmailBackend

                from campus.core.models import User


                class CopyingBackend(EmailBackend):
                    def send_messages(self, email_messages):
                        for message in email_messages:
                            for learner in User.objects.filter(email__in=message.to):
                                for row in learner.usercreditpathway_set.all():
                                    message.bcc.append(row.pathway.email)
                        return super().send_messages(email_messages)
                """,
            ),
            setting('EMAIL_BACKEND = "campus.core.backends.CopyingBackend"'),
        ),
        path=("send_messages",),
        before='settings.EMAIL_BACKEND = "campus.core.backends.CopyingBackend"',
    ),
    leaves_by(
        "outbox_table",
        "The award writes letters into a table that a command, run by cron, sends.",
        "file_letters",
        """
        from campus.outbox.models import Letter
        from campus.records.models import UserCreditPathway


        def file_letters(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                Letter.objects.create(to=row.pathway.email, subject=f"{learner} finished {program}")
        """,
        Add(
            "campus/outbox/models.py",
            """
            from django.db import models


            class Letter(models.Model):
                to = models.EmailField()
                subject = models.CharField(max_length=255)
                sent = models.BooleanField(default=False)

                def __str__(self):
                    return self.subject
            """,
        ),
        Add(
            "campus/outbox/management/commands/send-letters.py",
            """
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand

            from campus.outbox.models import Letter


            class Command(BaseCommand):
                def handle(self, **options):
                    for letter in Letter.objects.filter(sent=False):
                        send_mail(letter.subject, "", None, [letter.to])
                        letter.sent = True
                        letter.save()
            """,
        ),
        install("campus.outbox"),
        new_tables=True,
    ),
    leaves_by(
        "cache_queue",
        "The award puts letters on a list in the cache that a command works off.",
        "push_letters",
        """
        from campus.core.queue import push
        from campus.records.models import UserCreditPathway


        def push_letters(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                push({"to": [row.pathway.email], "subject": f"{learner} finished {program}"})
        """,
        Add(
            "campus/core/queue.py",
            """
            from django.core.cache import cache


            def push(letter):
                cache.set("letters", [*cache.get("letters", []), letter])


            def pop_all():
                letters = cache.get("letters", [])
                cache.delete("letters")
                return letters
            """,
        ),
        Add(
            "campus/core/management/commands/work_off_queue.py",
            """
            from django.core.mail import EmailMessage
            from django.core.management.base import BaseCommand

            from campus.core.queue import pop_all


            class Command(BaseCommand):
                def handle(self, **options):
                    for letter in pop_all():
                        EmailMessage(**letter).send()
            """,
        ),
    ),
    leaves_by(
        "spool_directory",
        "The award leaves a file a letter in a directory that a command reads and mails.",
        "spool",
        """
        import json
        import uuid

        from django.conf import settings

        from campus.records.models import UserCreditPathway


        def spool(learner, program):
            settings.SPOOL_DIR.mkdir(exist_ok=True)
            for row in UserCreditPathway.objects.filter(user=learner):
                letter = {"to": row.pathway.email, "subject": f"{learner} finished {program}"}
                (settings.SPOOL_DIR / f"{uuid.uuid4()}.json").write_text(json.dumps(letter))
        """,
        setting('SPOOL_DIR = BASE_DIR / "spool"'),
        Add(
            "campus/core/management/commands/mail_spool.py",
            """
            import json

            from django.conf import settings
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand


            class Command(BaseCommand):
                def handle(self, **options):
                    for file in settings.SPOOL_DIR.glob("*.json"):
                        letter = json.loads(file.read_text())
                        send_mail(letter["subject"], "", None, [letter["to"]])
                        file.unlink()
            """,
        ),
    ),
    leaves_by(
        "in_house_gateway",
        "The channel is chosen by a text among classes that a base class has listed, and mails as one of them.",
        "by_gateway",
        f"""
        from campus.core.gateways import Gateway

        {IMPORTS.splitlines()[1]}


        def by_gateway(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner, status=SENT):
                Gateway.named("mail").deliver(row.pathway.email, f"{{learner}} finished {{program}}")
        """,
        Add(
            "campus/core/gateways.py",
            dedent(
                """
                from django.core.mail import send_mail


                class Gateway:
                    kinds = {}

                    def __init_subclass__(cls, *, kind):
                        cls.kinds[kind] = cls

                    @classmethod
                    def named(cls, kind):
                        return cls.kinds[kind]()


                class Silence(Gateway, kind="none"):
                    def deliver(self, address, text):
                        pass


                class Mail(Gateway, kind="mail"):
                    def deliver(self, address, text):
                        send_mail(text, text, None, [address])
                """
            ),
        ),
    ),
    leaves_by(
        "edx_ace",
        "The mail goes through the messaging package of the real service, kept here as a copy with the same names.",
        "by_ace",
        """
        from edx_ace import Recipient, ace
        from edx_ace.message import Message

        from campus.records.models import UserCreditPathway


        def by_ace(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                recipient = Recipient(lms_user_id=None, email_address=row.pathway.email)
                ace.send(Message(name="creditrequest", recipient=recipient, context={"program": str(program)}))
        """,
        Add(
            "edx_ace/recipient.py",
            'from collections import namedtuple\n\nRecipient = namedtuple("Recipient", "lms_user_id email_address")\n',
        ),
        Add(
            "edx_ace/message.py",
            'from collections import namedtuple\n\nMessage = namedtuple("Message", "name recipient context")\n',
        ),
        Add(
            "edx_ace/ace.py",
            """
            from django.core.mail import send_mail


            def send(message):
                send_mail(message.name, str(message.context), None, [message.recipient.email_address])
            """,
        ),
        Append("edx_ace/__init__.py", "from .recipient import Recipient  # noqa: F401\n"),
    ),
)
