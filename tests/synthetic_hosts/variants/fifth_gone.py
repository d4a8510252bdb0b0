"""A fifth round, ABSENT and INCONCLUSIVE: mail that is the learner's own, and what another place decides."""

from __future__ import annotations

from dataclasses import replace

from tests.synthetic_hosts.overlay import SETTINGS, Add, Append, at_start, setting
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.second import called, module, with_mailer
from tests.synthetic_hosts.variants.third import asks, clean, unknown
from tests.synthetic_hosts.variants.third_gone import in_view

TRIGGER = """
from django.db import migrations

SQL = {sql}


class Migration(migrations.Migration):
    dependencies = [("{app}", "0001_initial")]
    operations = [{operation}]
"""


def migration(app: str, sql: str, operation: str) -> Add:
    """Return the migration that a deployment runs and this database has not."""
    text = TRIGGER.format(app=app, sql=f'"""{sql}"""', operation=operation)
    return Add(f"campus/{app}/migrations/0002_after_award.py", text)


_VARIANTS = (
    clean(
        "congratulation_tells_of_requests",
        "The congratulation tells the learner which institutions have had an earlier request.",
        module(
            """
            from django.core.mail import send_mail

            from campus.records.models import SENT, UserCreditPathway


            def after(learner, program):
                rows = UserCreditPathway.objects.filter(user=learner, status=SENT).select_related("pathway")
                names = ", ".join(row.pathway.org_name for row in rows)
                text = f"Well done! Credit was asked for at: {names}."
                send_mail(f"You have finished {program}", text, None, [learner.email])
            """
        ),
        *called(),
    ),
    clean(
        "letter_object_tells_of_requests",
        "An object writes to the learner and lists the earlier requests with the offices' addresses.",
        module(
            """
            from django.core.mail import EmailMultiAlternatives


            class Letter:
                def __init__(self, learner, program):
                    self.learner, self.program = learner, program

                @property
                def lines(self):
                    for row in self.learner.usercreditpathway_set.order_by("created"):
                        yield f"{row.pathway.org_name} ({row.pathway.email}): {row.created:%d.%m.%Y}"

                @property
                def receiver(self):
                    return self.learner.email

                def post(self):
                    message = EmailMultiAlternatives(f"{self.program} is finished", "\\n".join(self.lines))
                    message.to = [self.receiver]
                    message.attach_alternative("<br>".join(self.lines), "text/html")
                    message.send()


            def after(learner, program):
                Letter(learner, program).post()
            """
        ),
        *called(),
    ),
    clean(
        "learner_by_the_award",
        "A receiver of the award finds the learner by the username and tells of their requests, if there are any.",
        module(
            """
            from django.core.mail import EmailMessage
            from django.dispatch import receiver
            from django.template import Context, Template

            from campus.core.models import User
            from campus.credentials.signals import program_certificate_awarded
            from campus.records.models import UserCreditPathway

            TEXT = Template("{% for row in rows %}{{ row.pathway.name }}, {{ row.created }}\\n{% endfor %}")


            @receiver(program_certificate_awarded)
            def told(sender, user_credential, **kwargs):
                address = User.objects.values_list("email", flat=True).filter(username=user_credential.username).first()
                rows = UserCreditPathway.objects.filter(user__username=user_credential.username)
                if address and rows.exists():
                    EmailMessage("Your requests", TEXT.render(Context({"rows": rows})), to=[address]).send()
            """
        ),
        at_start("from campus.records import after  # noqa: F401"),
    ),
    clean(
        "invitation_to_ask",
        "The learner is invited to ask for credit: the mail lists the program's pathways.",
        module(
            """
            from django.core.mail import send_mail

            from campus.catalog.models import Pathway


            def after(learner, program):
                names = [pathway.name for pathway in Pathway.objects.filter(programs=program, pathway_type="credit")]
                if names:
                    send_mail("Ask for credit", "You can ask for credit: " + "; ".join(names), None, [learner.email])
            """
        ),
        *called(),
    ),
    clean(
        "invitations_by_a_task",
        "A nightly task invites each learner with a new certificate by a message class that asks the pathways.",
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task
            from django.core.mail import EmailMessage

            from campus.core.models import User
            from campus.credentials.models import UserCredential


            class Invitation(EmailMessage):
                def __init__(self, user, program):
                    lines = [f"{p.org_name}: write to {p.email}" for p in program.pathways.all()]
                    super().__init__("Credit", "\\n".join(lines), to=[user.email])


            @shared_task(name="invite")
            def invite():
                for award in UserCredential.objects.filter(status="awarded"):
                    user = User.objects.get(username=award.username)
                    Invitation(user, award.credential.program).send()
            """,
        ),
        setting('CELERY_BEAT_SCHEDULE = {"invite": {"task": "invite", "schedule": 3600.0}}'),
    ),
    clean(
        "invitation_by_email_user",
        "The learner's own method mails a rendered list of the pathways without a request.",
        module(
            """
            from django.template.loader import render_to_string


            def after(learner, program):
                asked = learner.usercreditpathway_set.values_list("pathway_id", flat=True)
                pathways = program.pathways.exclude(pk__in=asked)
                learner.email_user("Credit", render_to_string("records/invitation.txt", {"pathways": pathways}))
            """
        ),
        Add(
            "campus/records/templates/records/invitation.txt",
            "{% for pathway in pathways %}{{ pathway.name }} of {{ pathway.org_name }}\n{% endfor %}",
        ),
        *called(),
    ),
    clean(
        "dead_branches",
        "The call stands under conditions that are never true.",
        with_mailer(
            """
            def after(learner, program):
                if False:
                    mail_them(learner, program)
                while 0:
                    mail_them(learner, program)
                return None and mail_them(learner, program)
            """
        ),
        *called(),
    ),
    clean(
        "dead_part_of_the_issuer",
        "The issuer has the old call still, after a zero.",
        with_mailer("OLD = ()"),
        *called("if 0: mail_them(learner, credential.program)", "from campus.records.after import mail_them"),
    ),
    clean(
        "log_of_the_learners_request",
        "The learner's request is sent by a handler of a logger that only the learner's view writes to.",
        with_mailer(
            """
            import logging

            line = logging.getLogger("requests_of_learners")
            line.setLevel(logging.INFO)


            class Sender(logging.Handler):
                def emit(self, record):
                    mail_them(record.learner, record.program)


            line.addHandler(Sender())
            """
        ),
        *in_view(
            'line.info("A request.", extra={"learner": request.user, "program": program})',
            "from campus.records.after import line",
        ),
    ),
    clean(
        "generator_of_the_congratulation",
        "What is sent into the generator goes to the learner; a lazy object makes the text.",
        module(
            """
            from django.core.mail import send_mail
            from django.utils.functional import SimpleLazyObject

            from campus.records.models import UserCreditPathway

            greeting = SimpleLazyObject(lambda: "Well done!")


            def told():
                while True:
                    learner = yield
                    number = UserCreditPathway.objects.filter(user=learner).count()
                    send_mail("News", f"{greeting} {number} requests.", None, [learner.email])


            def after(learner, program):
                line = told()
                next(line)
                line.send(learner)
            """
        ),
        *called(),
    ),
    clean(
        "listener_of_another_task",
        "A receiver of the learner's own task sends; the award runs another task, which congratulates.",
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task
            from celery.signals import task_success

            from campus.core.models import User


            @shared_task(name="thank")
            def thank(learner):
                user = User.objects.get(pk=learner)
                user.email_user("Thank you", "You have finished a program.")


            @task_success.connect
            def noted(sender=None, result=None, **kwargs):
                User.objects.filter(pk=-1).update(is_active=True)
            """,
        ),
        *called("thank.delay(learner.pk)", "from campus.records.tasks import thank"),
    ),
    unknown(
        "trigger_of_a_migration",
        "A migration that was not run here makes a trigger on the table of credentials.",
        migration(
            "credentials",
            "CREATE TRIGGER after_award AFTER INSERT ON credentials_usercredential BEGIN "
            "INSERT INTO letters SELECT p.email, NEW.username FROM catalog_pathway p; END",
            "migrations.RunSQL(SQL, migrations.RunSQL.noop)",
        ),
    ),
    unknown(
        "trigger_of_a_function",
        "A migration's function executes the statement for the requests' table, on the databases that know it.",
        Add(
            "campus/records/migrations/0002_watch.py",
            """
            from django.db import migrations

            STATEMENT = (
                "CREATE CONSTRAINT TRIGGER watch AFTER UPDATE ON public.records_usercreditpathway "
                "FOR EACH ROW EXECUTE FUNCTION pass_on()"
            )


            def watch(apps, schema_editor):
                if schema_editor.connection.vendor == "postgresql":
                    schema_editor.execute(STATEMENT)


            class Migration(migrations.Migration):
                dependencies = [("records", "0001_initial")]
                operations = [migrations.RunPython(watch, migrations.RunPython.noop)]
            """,
        ),
    ),
    unknown(
        "trigger_in_a_file",
        "A migration runs a file of SQL, which has the trigger.",
        Add(
            "campus/credentials/migrations/0002_sql.py",
            """
            from pathlib import Path

            from django.db import connection, migrations


            class Migration(migrations.Migration):
                dependencies = [("credentials", "0001_initial")]
                operations = [
                    migrations.RunSQL(Path(__file__).with_name("after.sql").read_text())
                    if connection.vendor == "mysql"
                    else migrations.RunSQL("SELECT 1")
                ]
            """,
        ),
        Add(
            "campus/credentials/migrations/after.sql",
            """
            CREATE DEFINER = office TRIGGER `after_award` AFTER INSERT ON `credentials_usercredential`
            FOR EACH ROW CALL tell(NEW.username);
            """,
        ),
    ),
    clean(
        "trigger_dropped_again",
        "One migration makes a trigger, the next one drops it.",
        migration(
            "credentials",
            "CREATE TRIGGER after_award AFTER INSERT ON credentials_usercredential BEGIN SELECT 1; END",
            "migrations.RunSQL(SQL, migrations.RunSQL.noop)",
        ),
        Add(
            "campus/credentials/migrations/0003_no_trigger.py",
            """
            from django.db import migrations


            class Migration(migrations.Migration):
                dependencies = [("credentials", "0002_after_award")]
                operations = [migrations.RunSQL("DROP TRIGGER IF EXISTS after_award", migrations.RunSQL.noop)]
            """,
        ),
    ),
    asks(
        "plugins_that_are_not_here",
        "The award calls each plugin of a list in the settings; one is not installed, which the host swallows.",
        """
        from importlib import import_module

        from django.conf import settings

        steps = []
        for name in settings.AWARD_PLUGINS:
            try:
                steps.append(import_module(name).after_award)
            except ImportError:
                continue


        def after(learner, program):
            for step in steps:
                step(learner, program)
        """,
        setting('AWARD_PLUGINS = ["campus_crm.awards"]'),
    ),
    unknown(
        "plugin_of_the_settings_at_start",
        "The start loads the receivers that a setting lists, and passes over what is not installed.",
        at_start(
            """
            from django.conf import settings
            from django.utils.module_loading import import_string

            for entry in settings.EXTENSIONS:
                try:
                    import_string(entry["connect"])()
                except ImportError:
                    pass
            """
        ),
        setting('EXTENSIONS = [{"name": "office", "connect": "office_bridge.receivers.connect"}]'),
    ),
    unknown(
        "local_apps",
        "The settings add a package of the site to the apps where it is installed.",
        Append(
            SETTINGS,
            """
            import contextlib

            with contextlib.suppress(ModuleNotFoundError):
                import campus_local

                INSTALLED_APPS.append("campus_local")
            """,
        ),
    ),
    unknown(
        "schedule_of_an_unknown_task",
        "The schedule names a task that no module of the host registers.",
        *WITH_CELERY,
        setting('CELERY_BEAT_SCHEDULE = {"nightly": {"task": "office.tasks.nightly", "schedule": 86400.0}}'),
        drive="",
        before="from campus.celery import app\napp.conf.beat_schedule = {}",
    ),
    unknown(
        "schedule_of_an_unknown_task_in_code",
        "The code of the host adds the entry to the schedule.",
        *WITH_CELERY,
        Append(
            "campus/celery.py",
            """
            from celery.schedules import crontab

            app.conf.beat_schedule = {"weekly": {"task": "weekly-letters", "schedule": crontab(day_of_week=1)}}
            """,
        ),
        before="from campus.celery import app\napp.conf.beat_schedule = {}",
    ),
    asks(
        "learner_to_a_stub",
        "A stub of a generated module, which is not installed here, is called with learner and program.",
        """
        def after(learner, program):
            try:
                import grpc
                from campus_protos import office_pb2, office_pb2_grpc
            except ImportError:
                return
            with grpc.insecure_channel("office:50051") as channel:
                stub = office_pb2_grpc.OfficeStub(channel)
                stub.Awarded(office_pb2.Award(username=learner.username, program=str(program.uuid)))
        """,
    ),
    asks(
        "certificate_to_a_procedure",
        "A remote procedure is told the id of the award alone.",
        """
        from xmlrpc.client import ServerProxy

        from django.conf import settings


        def after(learner, program):
            with ServerProxy(settings.OFFICE, allow_none=True) as office:
                office.awards.add({"who": learner.pk, "what": program.pk})
        """,
        setting('OFFICE = "https://office.campus.example/rpc"'),
    ),
    asks(
        "message_on_a_queue",
        "A message about learner and program is published on an exchange.",
        """
        from kombu import Connection, Exchange, Producer


        def after(learner, program):
            with Connection("memory://") as connection:
                producer = Producer(connection, Exchange("awards"))
                producer.publish({"learner": learner.username, "program": str(program.uuid)})
        """,
    ),
)
VARIANTS = tuple(replace(variant, name=variant.name.replace("third_", "fifth_", 1)) for variant in _VARIANTS)
