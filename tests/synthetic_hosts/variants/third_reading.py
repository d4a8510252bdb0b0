"""PRESENT: the rows are read, or the letter leaves, in a way of its own."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import MODELS, Add, Append, Edit, at_start, install, setting
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.third import calls, reads

PLAIN_ROWS = '    class Meta:\n        db_table = "records_usercreditpathway"\n'

VARIANTS = (
    reads(
        "queryset_as_manager",
        "The requests' queryset, made a manager, has a method that sends; it is called through the learner's accessor.",
        """
        def after(learner, program):
            learner.usercreditpathway_set.open().inform(program)
        """,
        Edit(MODELS, PLAIN_ROWS, "    objects = RequestQuerySet.as_manager()\n\n" + PLAIN_ROWS),
        Edit(
            MODELS,
            "class UserCreditPathway(models.Model):",
            """class RequestQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(status="")

    def inform(self, program):
        from django.core.mail import send_mail

        for row in self.select_related("pathway"):
            send_mail("News", f"{row.user} has finished {program}.", None, [row.pathway.email])


class UserCreditPathway(models.Model):""",
        ),
        path=("after", "inform"),
    ),
    reads(
        "related_model_of_a_field",
        "The model is the related model of a relation that is asked from Pathway's options.",
        """
        from django.core.mail import send_mail

        from campus.catalog.models import Pathway


        def after(learner, program):
            model = Pathway._meta.get_field("usercreditpathway").related_model
            for row in model._default_manager.filter(user=learner):
                send_mail("News", f"{learner}: {program}", None, [row.pathway.email])
        """,
    ),
    reads(
        "content_types_of_the_app",
        "The content types of the app are gone through for a model that has a pathway.",
        """
        from django.contrib.contenttypes.models import ContentType
        from django.core.mail import send_mail


        def after(learner, program):
            for kind in ContentType.objects.filter(app_label="records"):
                model = kind.model_class()
                if model is not None and any(field.name == "pathway" for field in model._meta.fields):
                    for row in model.objects.filter(user_id=learner.pk):
                        send_mail("News", f"{learner}: {program}", None, [row.pathway.email])
        """,
    ),
    reads(
        "table_name_composed",
        "The name of the table is joined from the app's label and words, and the cursor's rows become named tuples.",
        """
        from collections import namedtuple

        from django.apps import apps
        from django.core.mail import send_mail
        from django.db import connection

        WORDS = ("user", "credit", "pathway")


        def rows(learner):
            table = f"{apps.get_app_config('records').label}_{''.join(WORDS)}"
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT p.email, p.org_name FROM {table} r JOIN catalog_pathway p ON p.id = r.pathway_id"
                    " WHERE r.user_id = %s",
                    [learner.pk],
                )
                Row = namedtuple("Row", [column[0] for column in cursor.description])
                return [Row(*row) for row in cursor.fetchall()]


        def after(learner, program):
            for row in rows(learner):
                send_mail(f"To {row.org_name}", f"{learner}: {program}", None, [row.email])
        """,
    ),
    reads(
        "table_found_by_introspection",
        "The table is the one of the database whose name ends so, as introspection lists them.",
        """
        from django.core.mail import send_mail
        from django.db import connection

        from campus.catalog.models import Pathway


        def after(learner, program):
            table = next(t for t in connection.introspection.table_names() if t.endswith("creditpathway"))
            with connection.cursor() as cursor:
                cursor.execute("SELECT pathway_id FROM %s WHERE user_id = %d" % (table, learner.pk))
                keys = [key for (key,) in cursor]
            for pathway in Pathway.objects.filter(pk__in=keys):
                send_mail("News", f"{learner}: {program}", None, [pathway.email])
        """,
    ),
    reads(
        "group_concat",
        "An aggregate of the host's own concatenates the addresses, and the text is split.",
        """
        from django.core.mail import EmailMessage
        from django.db.models import Aggregate, CharField

        from campus.records.models import UserCreditPathway


        class GroupConcat(Aggregate):
            function = "GROUP_CONCAT"
            output_field = CharField()


        def after(learner, program):
            found = UserCreditPathway.objects.filter(user=learner).aggregate(to=GroupConcat("pathway__email"))
            EmailMessage("News", f"{learner}: {program}", bcc=(found["to"] or "").split(",")).send()
        """,
    ),
    reads(
        "extra_tables",
        "Pathways are queried with an extra table and a where over it.",
        """
        from django.core.mail import send_mail

        from campus.catalog.models import Pathway


        def after(learner, program):
            asked = Pathway.objects.extra(
                tables=["records_usercreditpathway"],
                where=["records_usercreditpathway.pathway_id = catalog_pathway.id", "user_id = %s"],
                params=[learner.pk],
            )
            for pathway in asked:
                send_mail("News", f"{learner}: {program}", None, [pathway.email])
        """,
    ),
    reads(
        "serialized_rows",
        "The rows are serialized to JSON and read again as plain dicts.",
        """
        import json

        from django.core import serializers
        from django.core.mail import send_mail

        from campus.catalog.models import Pathway
        from campus.records.models import UserCreditPathway


        def after(learner, program):
            text = serializers.serialize("json", UserCreditPathway.objects.filter(user=learner))
            for one in json.loads(text):
                pathway = Pathway.objects.get(pk=one["fields"]["pathway"])
                send_mail("News", f"{learner}: {program}", None, [pathway.email])
        """,
    ),
    reads(
        "template_calls_a_method",
        "The congratulation's template names a method of an object of the context, and so calls it.",
        """
        from django.template import Context, Engine

        from campus.records.messages import CreditRequest
        from campus.records.models import UserCreditPathway

        TEXT = "Dear {{ learner }}, {{ office.number_told }} institutions know of {{ program }}."


        class Office:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def number_told(self):
                rows = UserCreditPathway.objects.filter(user=self.learner)
                about = {"learner": self.learner, "program": self.program}
                return sum(CreditRequest(pathway=row.pathway, **about).send() for row in rows)


        def after(learner, program):
            office = Office(learner, program)
            context = Context({"learner": learner, "office": office, "program": program})
            learner.email_user("Well done", Engine.get_default().from_string(TEXT).render(context))
        """,
    ),
    reads(
        "recipients_of_an_inline_template",
        "The addressees are what a template in a constant writes of the learner's rows.",
        """
        from django.core.mail import EmailMessage
        from django.template import Context, Template

        TO = "{% for row in learner.usercreditpathway_set.all %}{{ row.pathway.email }},{% endfor %}"


        def after(learner, program):
            to = Template(TO).render(Context({"learner": learner}))
            EmailMessage("News", f"{learner} has finished {program}.", to=to.strip(",").split(",")).send()
        """,
    ),
    reads(
        "mail_class_with_recipients",
        "A base class of letters calls get_recipients(), and the letter of a kind is looked up by its slug.",
        """
        from django.core.mail import EmailMultiAlternatives

        from campus.catalog.models import Pathway


        class Letter:
            kinds = {}
            subject = ""

            def __init_subclass__(cls):
                Letter.kinds[cls.slug] = cls

            def __init__(self, **context):
                self.context = context

            def get_recipients(self):
                return [self.context["learner"].email]

            def get_message(self):
                return EmailMultiAlternatives(self.subject, str(self.context), to=self.get_recipients())

            @classmethod
            def send(cls, slug, **context):
                return cls.kinds[slug](**context).get_message().send()


        class PartnerLetter(Letter):
            slug = "partner"

            def get_recipients(self):
                asked = Pathway.objects.filter(usercreditpathway__user=self.context["learner"])
                return list(asked.values_list("email", flat=True))


        def after(learner, program):
            Letter.send("partner", learner=learner, program=program)
        """,
    ),
    reads(
        "http_client",
        "The letter goes to a mail service's interface by http.client, in JSON.",
        """
        import json
        from http.client import HTTPSConnection

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner).select_related("pathway"):
                connection = HTTPSConnection("mail.service.example", timeout=5)
                letter = {"to": row.pathway.email, "text": f"{learner}: {program}"}
                try:
                    connection.request("POST", "/v3/send", json.dumps(letter), {"Content-Type": "application/json"})
                except OSError:
                    pass
        """,
        before=(
            "import http.client\n"
            "http.client.HTTPSConnection.request = lambda self, method, url, body, *_: record('http', body)"
        ),
    ),
    reads(
        "opener_with_a_handler",
        "An opener of urllib is built with a handler, and opens a request.",
        """
        import urllib.parse
        import urllib.request

        from campus.records.models import UserCreditPathway

        opener = urllib.request.build_opener(urllib.request.HTTPHandler())


        def after(learner, program):
            to = UserCreditPathway.objects.filter(user=learner).values_list("pathway__email", flat=True)
            data = urllib.parse.urlencode({"to": list(to), "text": str(program)}, doseq=True).encode()
            try:
                opener.open(urllib.request.Request("http://mail.service.example/send", data=data), timeout=5)
            except OSError:
                pass
        """,
        before=(
            "import urllib.parse\nurllib.request.OpenerDirector.open = "
            "lambda self, request, *args, **kwargs: record('http', urllib.parse.unquote(request.data.decode()))"
        ),
    ),
    reads(
        "database_function",
        "A Python function is made a function of the database as it connects, and the award selects it.",
        """
        from django.db import connection


        def after(learner, program):
            with connection.cursor() as cursor:
                cursor.execute("SELECT campus_inform(%s, %s)", [learner.pk, str(program)])
                cursor.fetchall()
        """,
        Add(
            "campus/records/functions.py",
            """
            from django.core.mail import send_mail
            from django.db.backends.signals import connection_created
            from django.dispatch import receiver


            def inform(learner, text):
                from campus.catalog.models import Pathway

                for address in Pathway.objects.filter(usercreditpathway__user=learner).values_list("email", flat=True):
                    send_mail("News", text, None, [address])
                return 1


            @receiver(connection_created)
            def add_functions(sender, connection, **kwargs):
                connection.connection.create_function("campus_inform", 2, inform)
            """,
        ),
        at_start(
            "from campus.records import functions  # noqa: F401\nfrom django.db import connection\n\nconnection.close()"
        ),
        path=("inform",),
    ),
    reads(
        "saved_rows_are_mailed",
        "Saving a request mails it, as the learner's view relies on; the award saves the rows again to touch them.",
        """
        from campus.records.models import UserCreditPathway


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                row.program = row.program or program
                row.save()
        """,
        Append(
            MODELS,
            """
            from django.db.models.signals import post_save
            from django.dispatch import receiver


            @receiver(post_save, sender=UserCreditPathway)
            def deliver(sender, instance, **kwargs):
                from campus.records.messages import CreditRequest

                CreditRequest(learner=instance.user, pathway=instance.pathway, program=instance.program).send()
            """,
        ),
        path=("deliver",),
    ),
    reads(
        "record_created_by_its_queryset",
        "The award gets or creates the shared record, whose queryset's create() writes to the institutions.",
        """
        from campus.records.models import ProgramCertRecord


        def after(learner, program):
            ProgramCertRecord.objects.filter(user=learner).delete()
            ProgramCertRecord.objects.get_or_create(user=learner, program=program)
        """,
        Edit(
            MODELS,
            '    class Meta:\n        db_table = "records_programcertrecord"\n',
            "    objects = RecordQuerySet.as_manager()\n\n"
            '    class Meta:\n        db_table = "records_programcertrecord"\n',
        ),
        Edit(
            MODELS,
            "class ProgramCertRecord(models.Model):",
            """class RecordQuerySet(models.QuerySet):
    def create(self, **kwargs):
        from django.core.mail import send_mass_mail

        record = super().create(**kwargs)
        rows = record.user.usercreditpathway_set.select_related("pathway")
        send_mass_mail([("A record", str(record.uuid), None, [row.pathway.email]) for row in rows])
        return record


class ProgramCertRecord(models.Model):""",
        ),
        path=("create",),
    ),
    reads(
        "addresses_in_a_task_argument",
        "The rows are read in one place; a task gets addresses and text as JSON and knows nothing of requests.",
        """
        import json

        from campus.catalog.models import Pathway
        from campus.records.tasks import deliver


        class Letters(list):
            def add(self, address, text):
                self.append({"address": address, "text": text})

            def dump(self):
                return json.dumps(self)


        def after(learner, program):
            letters = Letters()
            for pathway in Pathway.objects.filter(usercreditpathway__user=learner).iterator():
                letters.add(pathway.email, f"{learner}: {program}")
            deliver.apply_async(kwargs={"payload": letters.dump()}, countdown=60)
        """,
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            """
            import json

            from celery import shared_task
            from django.core.mail import send_mail


            @shared_task(ignore_result=True)
            def deliver(payload):
                for letter in json.loads(payload):
                    send_mail("News", letter["text"], None, [letter["address"]])
            """,
        ),
        path=("after", "deliver"),
    ),
    reads(
        "outbox_of_events",
        "The award writes an event of ids into an outbox; a command for cron drains it and finds the handler.",
        """
        from campus.outbox.models import Event


        def after(learner, program):
            Event.objects.create(kind="program.finished", payload={"learner": learner.pk, "program": program.pk})
        """,
        install("campus.outbox"),
        Add(
            "campus/outbox/models.py",
            """
            from django.db import models


            class Event(models.Model):
                kind = models.CharField(max_length=64)
                payload = models.JSONField()
                done = models.BooleanField(default=False)

                def __str__(self):
                    return self.kind
            """,
        ),
        Add(
            "campus/outbox/handlers.py",
            """
            from campus.catalog.models import Pathway
            from django.core.mail import send_mail

            HANDLERS = {}


            def handles(kind):
                return lambda function: HANDLERS.setdefault(kind, function)


            @handles("program.finished")
            def finished(learner, program):
                asked = Pathway.objects.filter(programs=program, usercreditpathway__user=learner)
                for address in asked.values_list("email", flat=True).distinct():
                    send_mail("News", f"{learner}: {program}", None, [address])
            """,
        ),
        Add(
            "campus/outbox/management/commands/drain_outbox.py",
            """
            from django.core.management.base import BaseCommand

            from campus.outbox.handlers import HANDLERS
            from campus.outbox.models import Event


            class Command(BaseCommand):
                def handle(self, **options):
                    for event in Event.objects.filter(done=False):
                        HANDLERS[event.kind](**event.payload)
                        Event.objects.filter(pk=event.pk).update(done=True)
            """,
        ),
        new_tables=True,
        path=("handle", "finished"),
    ),
    reads(
        "storage_that_delivers",
        "The award saves the transcript to a storage of the settings, and the storage mails what is saved in it.",
        """
        from django.core.files.base import ContentFile
        from django.core.files.storage import storages


        def after(learner, program):
            storages["transcripts"].save(f"{learner.pk}/{program.pk}.txt", ContentFile(f"{learner}: {program}"))
        """,
        Add(
            "campus/records/storage.py",
            """
            from django.core.files.storage import InMemoryStorage
            from django.core.mail import EmailMessage


            class DeliveredStorage(InMemoryStorage):
                def _save(self, name, content):
                    from campus.records.models import UserCreditPathway

                    learner = name.split("/")[0]
                    for row in UserCreditPathway.objects.filter(user_id=learner).select_related("pathway"):
                        letter = EmailMessage("A transcript", "Attached.", to=[row.pathway.email])
                        letter.attach(name, content.read(), "text/plain")
                        letter.send()
                    return super()._save(name, content)
            """,
        ),
        setting(
            'STORAGES = {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}, '
            '"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}, '
            '"transcripts": {"BACKEND": "campus.records.storage.DeliveredStorage"}}'
        ),
        path=("_save",),
    ),
    calls(
        "at_exit",
        "The award leaves the letter for the process's end.",
        """
        import atexit


        def after(learner, program):
            atexit.register(mail_them, learner, program)
        """,
        drive="import atexit\natexit._run_exitfuncs()",
    ),
)
