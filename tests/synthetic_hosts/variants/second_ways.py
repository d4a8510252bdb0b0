"""PRESENT: the rows are read, the mail leaves or the award begins in a way of its own."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import (
    ISSUERS,
    MODELS,
    URLS,
    Add,
    Append,
    Edit,
    Step,
    Variant,
    at_start,
    install,
    setting,
)
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.second import called, module, variant, with_mailer

CREDENTIAL_MODELS = "campus/credentials/models.py"
CREDENTIAL_APPS = "campus/credentials/apps.py"
OF_CREDENTIAL = """
from campus.core.models import User


def mail_for(user_credential):
    for learner in User.objects.filter(username=user_credential.username):
        mail_them(learner, user_credential.credential.program)
"""


def reads(name: str, description: str, text: str, *steps: Step, **more: object) -> Variant:
    """Return a variant whose award calls ``after(learner, program)`` of a module with this text alone."""
    return variant("PRESENT", f"second_{name}", description, module(text), *called(), *steps, path=("after",), **more)


def begins(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = (), **more: object) -> Variant:
    """Return a variant that comes to ``mail_for(user_credential)`` by steps of its own."""
    both = with_mailer(OF_CREDENTIAL + "\n\n" + dedent(text))
    return variant("PRESENT", f"second_{name}", description, both, *steps, path=(*path, "mail_for"), **more)


REST = (
    install("rest_framework"),
    Add(
        "campus/credentials/rest.py",
        """
        from rest_framework import permissions, routers, serializers, viewsets

        from campus.credentials.issuers import ProgramCertificateIssuer
        from campus.credentials.models import ProgramCertificate, UserCredential
        from campus.records import after


        class Plain:
            pass


        class CredentialSerializer(getattr(after, "Mixin", Plain), serializers.ModelSerializer):
            program_uuid = serializers.UUIDField(write_only=True)

            class Meta:
                model = UserCredential
                fields = ("username", "status", "program_uuid")
                validators = []

            def create(self, data):
                certificate = ProgramCertificate.objects.get(program_uuid=data["program_uuid"])
                return ProgramCertificateIssuer().issue_credential(certificate, data["username"], data["status"])


        class CredentialViewSet(getattr(after, "ViewMixin", Plain), viewsets.ModelViewSet):
            queryset = UserCredential.objects.all()
            serializer_class = CredentialSerializer
            permission_classes = (permissions.IsAdminUser, *getattr(after, "PERMISSIONS", ()))


        router = routers.DefaultRouter()
        router.register("credentials", CredentialViewSet)
        """,
    ),
    Edit(
        URLS,
        "urlpatterns = [\n",
        "from django.urls import include\n\nfrom campus.credentials.rest import router\n\n"
        'urlpatterns = [\n    path("api/v2/", include(router.urls)),\n',
    ),
)
REST_DRIVE = """
for status in ("awarded", "awarded"):
    learner = new_learner()
    answer = staff.post("/api/v2/credentials/", json.dumps({"username": learner.username, "status": "awarded",
        "program_uuid": str(program.uuid)}), content_type="application/json")
    assert answer.status_code in (200, 201), answer.content
    staff.patch(f"/api/v2/credentials/{credential_of(learner).pk}/", json.dumps({"status": "awarded"}),
        content_type="application/json")
"""


def rest(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = ()) -> Variant:
    """Return a variant whose REST API, by Django REST framework, mixes a class of this text in."""
    return begins(name, description, text, *REST, *steps, path=path, drive=REST_DRIVE)


VARIANTS = (
    reads(
        "pathways_by_query_name",
        "The institutions are read from Pathway, filtered by the query name of the rows.",
        """
        from django.core.mail import send_mail

        from campus.catalog.models import Pathway


        def after(learner, program):
            for pathway in Pathway.objects.filter(usercreditpathway__user=learner).distinct():
                send_mail(f"{program}", f"{learner} has finished.", None, [pathway.email])
        """,
    ),
    reads(
        "user_set",
        "The rows are the learner's usercreditpathway_set.",
        """
        from django.core.mail import EmailMultiAlternatives


        def after(learner, program):
            for row in learner.usercreditpathway_set.select_related("pathway"):
                letter = EmailMultiAlternatives(f"{program}", f"{learner}", to=(row.pathway.email,))
                letter.attach_alternative("<p>Finished.</p>", "text/html")
                letter.send(fail_silently=True)
        """,
    ),
    reads(
        "annotated_address",
        "An annotation names the address by F(), and values() give dicts.",
        """
        from django.core import mail
        from django.db.models import F

        from campus.records import models


        def after(learner, program):
            rows = models.UserCreditPathway.objects.annotate(to=F("pathway__email")).filter(user_id=learner.pk)
            mail.send_mass_mail([(f"{program}", f"{learner}", None, [row["to"]]) for row in rows.values("to")])
        """,
    ),
    reads(
        "subquery_address",
        "A subquery over the rows gives the addresses of the pathways.",
        """
        from django.core.mail import send_mail
        from django.db.models import Subquery

        from campus.catalog.models import Pathway
        from campus.records.models import UserCreditPathway


        def after(learner, program):
            asked = UserCreditPathway.objects.filter(user=learner).values("pathway")
            to = Pathway.objects.filter(pk__in=Subquery(asked)).values_list("email", flat=True)
            for address in to:
                send_mail(f"{program}", f"{learner}", None, [address])
        """,
    ),
    reads(
        "union",
        "Two querysets are joined by a union, and iterated in chunks.",
        """
        from django.core.mail import EmailMessage

        from campus.records.models import UserCreditPathway as Request


        def after(learner, program):
            old = Request.objects.filter(user=learner, program=None)
            own = Request.objects.filter(user=learner, program=program)
            for row in old.union(own, all=True).iterator(chunk_size=50):
                EmailMessage(f"{program}", f"{learner}", to=[row.pathway.email]).send()
        """,
    ),
    reads(
        "cursor_by_meta",
        "A raw cursor reads the table that the model's meta names, joined to the pathways.",
        """
        from django.core.mail import send_mail
        from django.db import connection

        from campus.catalog.models import Pathway
        from campus.records.models import UserCreditPathway

        JOIN = "SELECT p.email FROM {rows} r JOIN {pathways} p ON p.id = r.pathway_id WHERE r.user_id = %s"


        def after(learner, program):
            sql = JOIN.format(rows=UserCreditPathway._meta.db_table, pathways=Pathway._meta.db_table)
            with connection.cursor() as cursor:
                cursor.execute(sql, [learner.pk])
                for (address,) in cursor.fetchall():
                    send_mail(f"{program}", f"{learner}", None, [address])
        """,
    ),
    reads(
        "in_bulk_of_ids",
        "Only the ids come from the rows; the pathways are fetched by in_bulk.",
        """
        from django.core.mail import send_mail

        from campus.catalog.models import Pathway
        from campus.records.models import UserCreditPathway


        def after(learner, program):
            ids = set(UserCreditPathway.objects.filter(user=learner).values_list("pathway_id", flat=True))
            for pathway in Pathway.objects.in_bulk(ids).values():
                send_mail(f"{program}", f"{learner}", None, [pathway.email])
        """,
    ),
    reads(
        "collector_of_relations",
        "The accessor's name is computed from the model's options.",
        """
        from django.core.mail import send_mail


        def after(learner, program):
            for relation in learner._meta.related_objects:
                if relation.related_model.__name__.startswith("UserCredit"):
                    for row in getattr(learner, relation.get_accessor_name()).all():
                        send_mail(f"{program}", f"{learner}", None, [row.pathway.email])
        """,
    ),
    reads(
        "requests_request",
        "requests.request posts to the institution's relay, by a partial.",
        """
        from functools import partial

        import requests

        from campus.records.models import UserCreditPathway

        relay = partial(requests.request, "POST", "https://relay.example/send", timeout=3)


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                relay(json={"to": row.pathway.email, "subject": f"{learner} finished {program}"})
        """,
    ),
    reads(
        "message_of_parts",
        "The letter begins empty and is filled attribute by attribute.",
        """
        from django.core.mail import EmailMessage, get_connection

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            letter = EmailMessage()
            letter.subject = f"{learner} finished {program}"
            for row in UserCreditPathway.objects.filter(user=learner):
                letter.bcc.append(row.pathway.email)
            with get_connection() as post:
                post.send_messages([letter])
        """,
    ),
    reads(
        "sendmail_program",
        "The letter is written to sendmail's standard input.",
        """
        import subprocess

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                subprocess.run(
                    ["/usr/sbin/sendmail", row.pathway.email], input=f"{learner}: {program}", text=True
                )
        """,
    ),
    reads(
        "address_memo_on_the_row",
        "The row's model has a property that the award mails to.",
        """
        from django.core.mail import send_mail

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                send_mail(f"{program}", f"{learner}", None, row.recipients)
        """,
        Append(
            MODELS,
            "UserCreditPathway.recipients = property(lambda row: [row.pathway.email])\n",
        ),
    ),
    reads(
        "queued_mail",
        "The award queues letters in a table; a command drains it and knows nothing of pathways.",
        """
        from campus.post.models import QueuedMail
        from campus.records.models import UserCreditPathway


        def after(learner, program):
            QueuedMail.objects.bulk_create(
                QueuedMail(address=row.pathway.email, text=f"{learner} finished {program}")
                for row in UserCreditPathway.objects.filter(user=learner)
            )
        """,
        install("campus.post"),
        Add(
            "campus/post/models.py",
            """
            from django.db import models


            class QueuedMail(models.Model):
                address = models.EmailField()
                text = models.TextField()

                def __str__(self):
                    return self.address
            """,
        ),
        Add(
            "campus/post/management/commands/drain_mail.py",
            """
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand

            from campus.post.models import QueuedMail


            class Command(BaseCommand):
                def handle(self, **options):
                    for queued in QueuedMail.objects.all():
                        send_mail("From Campus", queued.text, None, [queued.address])
                        queued.delete()
            """,
        ),
        new_tables=True,
    ),
    reads(
        "mixin_of_methods",
        "A service class is put together of a repository mixin and a letter mixin.",
        """
        from campus.records.messages import CreditRequest
        from campus.records.models import UserCreditPathway


        class Reading:
            model = UserCreditPathway

            def find(self, **where):
                return self.model._default_manager.filter(**where)


        class Writing:
            letter_class = CreditRequest

            def write(self, **about):
                return self.letter_class(**about)


        class Office(Reading, Writing):
            def closed(self, learner, program):
                for row in self.find(user=learner):
                    self.write(learner=learner, program=program, pathway=row.pathway).send()


        def after(learner, program):
            return Office().closed(learner, program)
        """,
    ),
    begins(
        "model_default",
        "The default of a field of the credential's model is a callable that mails all who have just finished.",
        """
        def remember(status="awarded"):
            from campus.credentials.models import UserCredential

            for user_credential in UserCredential.objects.filter(status=status):
                mail_for(user_credential)
            return status
        """,
        Edit(
            CREDENTIAL_MODELS,
            "status = models.CharField(max_length=255, default=AWARDED)",
            "status = models.CharField(max_length=255, default=lambda: _remember())",
        ),
        Append(
            CREDENTIAL_MODELS,
            """
            def _remember():
                from campus.records.after import remember

                return remember()
            """,
        ),
        path=("remember",),
    ),
    begins(
        "full_clean_validator",
        "A validator of the credential's field mails when the admin's form is checked.",
        """
        def tell(username):
            from campus.credentials.models import UserCredential

            for user_credential in UserCredential.objects.filter(username=username):
                mail_for(user_credential)
        """,
        Append(
            CREDENTIAL_MODELS,
            """
            def _tell(username):
                from campus.records.after import tell

                tell(username)


            UserCredential._meta.get_field("username").validators.append(_tell)
            """,
        ),
        path=("tell",),
        drive="""
learner = new_learner()
by_issuer(learner)
staff.post(f"/admin/credentials/usercredential/{credential_of(learner).pk}/change/", {"username": learner.username})
""",
    ),
    begins(
        "admin_save_related",
        "The admin's save_related mails after the form is saved.",
        "",
        Edit(
            "campus/credentials/admin.py",
            '    @admin.action(description="Award again")',
            "    def save_related(self, request, form, formsets, change):\n"
            "        super().save_related(request, form, formsets, change)\n"
            '        mail_for(form.instance)\n\n    @admin.action(description="Award again")',
        ),
        Edit(
            "campus/credentials/admin.py",
            "from campus.credentials.accreditors import Accreditor\n",
            "from campus.credentials.accreditors import Accreditor\nfrom campus.records.after import mail_for\n",
        ),
        path=("save_related",),
    ),
    begins(
        "database_router",
        "A database router of the settings mails when it is asked where a credential is written.",
        """
        class Router:
            def db_for_write(self, model, instance=None, **hints):
                if model.__name__ == "UserCredential" and isinstance(instance, model) and instance.pk:
                    mail_for(instance)
                return None
        """,
        setting('DATABASE_ROUTERS = ["campus.records.after.Router"]'),
        path=("db_for_write",),
    ),
    begins(
        "m2m_changed",
        "The award puts the learner into a group, and the receiver of m2m_changed mails.",
        """
        from django.contrib.auth.models import Group
        from django.db.models.signals import m2m_changed

        from campus.credentials.models import UserCredential


        def graduate(learner):
            learner.groups.add(Group.objects.get_or_create(name="graduates")[0])


        def on_groups(sender, instance, action, **kwargs):
            if action == "post_add":
                for user_credential in UserCredential.objects.filter(username=instance.username):
                    mail_for(user_credential)


        m2m_changed.connect(on_groups, sender=User.groups.through)
        """,
        *called("graduate(learner)", "from campus.records.after import graduate"),
        path=("on_groups",),
    ),
    begins(
        "request_finished",
        "The award remembers the credential in a thread-local list; the receiver of request_finished mails.",
        """
        import threading

        from django.core.signals import request_finished
        from django.dispatch import receiver

        pending = threading.local()


        def remember(user_credential):
            pending.__dict__.setdefault("awards", []).append(user_credential)


        @receiver(request_finished)
        def flush(sender, **kwargs):
            while pending.__dict__.get("awards"):
                mail_for(pending.awards.pop())
        """,
        *called("remember(user_credential)", "from campus.records.after import remember"),
        path=("flush",),
        drive="""
from django.core import signals
from django.db import close_old_connections
signals.request_finished.disconnect(close_old_connections)
learner = new_learner()
by_issuer(learner)
signals.request_finished.send(sender=None)
""",
    ),
    begins(
        "process_view",
        "A middleware's process_view mails of the credential that the API was asked to award before.",
        """
        class Following:
            def __init__(self, get_response):
                self.get_response = get_response

            def __call__(self, request):
                return self.get_response(request)

            def process_view(self, request, view, args, kwargs):
                from campus.credentials.models import UserCredential

                if request.path.startswith("/api/"):
                    for user_credential in UserCredential.objects.all():
                        mail_for(user_credential)
        """,
        setting('MIDDLEWARE = [*MIDDLEWARE, "campus.records.after.Following"]'),
        path=("process_view",),
    ),
    begins(
        "logging_filter",
        "A filter of the logging settings sees the line about the award, and mails.",
        "",
        Add(
            "campus/core/filters.py",
            """
            class Filter:
                def filter(self, record):
                    from campus.credentials.models import UserCredential
                    from campus.records.after import mail_for

                    if "Credential" in record.msg:
                        for user_credential in UserCredential.objects.filter(uuid=record.args[0]):
                            mail_for(user_credential)
                    return True
            """,
        ),
        setting(
            """
            LOGGING = {
                "version": 1,
                "disable_existing_loggers": False,
                "filters": {"follow": {"()": "campus.core.filters.Filter"}},
                "handlers": {"null": {"class": "logging.StreamHandler", "filters": ["follow"]}},
                "loggers": {"campus": {"handlers": ["null"], "level": "INFO"}},
            }
            """
        ),
        path=("filter",),
    ),
    begins(
        "admin_list_column",
        "A column of the admin's list of credentials mails when it is shown.",
        "",
        Append(
            "campus/credentials/admin.py",
            """
            from campus.records.after import mail_for


            @admin.display(description="Told")
            def told(user_credential):
                mail_for(user_credential)
                return "yes"


            UserCredentialAdmin.list_display += (told,)
            """,
        ),
        path=("told",),
        drive='by_issuer(new_learner())\nstaff.get("/admin/credentials/usercredential/")',
    ),
    begins(
        "async_award_view",
        "A second view that awards is a coroutine, and mails by sync_to_async.",
        """
        import json

        from asgiref.sync import sync_to_async
        from django.http import JsonResponse
        from django.views.decorators.csrf import csrf_exempt

        from campus.credentials.issuers import ProgramCertificateIssuer
        from campus.credentials.models import ProgramCertificate


        @csrf_exempt
        async def award(request):
            data = json.loads(request.body)
            certificate = await ProgramCertificate.objects.aget(program_uuid=data["program_uuid"])
            issue = sync_to_async(ProgramCertificateIssuer().issue_credential)
            await sync_to_async(mail_for)(await issue(certificate, data["username"]))
            return JsonResponse({})
        """,
        Edit(
            URLS,
            "urlpatterns = [\n",
            "from campus.records.after import award\n\nurlpatterns = [\n    path('a/', award),\n",
        ),
        path=("award",),
        drive="""
staff.post("/a/", json.dumps({"username": new_learner().username, "program_uuid": str(program.uuid)}),
           content_type="application/json")
""",
    ),
    begins(
        "property_of_the_credential",
        "The credential's model has a property that mails; the issuer only reads it.",
        "",
        Append(
            CREDENTIAL_MODELS,
            """
            def _followed(self):
                from campus.records.after import mail_for

                return mail_for(self)


            UserCredential.add_to_class("followed", property(_followed))
            """,
        ),
        *called("_ = user_credential.followed", "import campus.records.after  # noqa: F401"),
    ),
    begins(
        "manager_get_queryset",
        "The credentials' default manager mails for those that are not told yet, whenever it is asked.",
        """
        told = set()


        def tell_new(queryset):
            from campus.credentials.models import UserCredential

            for user_credential in UserCredential._base_manager.all():
                if user_credential.pk not in told:
                    told.add(user_credential.pk)
                    mail_for(user_credential)
            return queryset
        """,
        Edit(
            CREDENTIAL_MODELS,
            "class UserCredential(models.Model):\n",
            """class TellingManager(models.Manager):
    def get_queryset(self):
        from campus.records.after import tell_new

        return tell_new(super().get_queryset())


class UserCredential(models.Model):
    objects = TellingManager()
""",
        ),
        path=("get_queryset", "tell_new"),
    ),
    begins(
        "generic_relation",
        "The certificate has a generic relation to what follows it, and the following one mails.",
        "",
        Append(
            CREDENTIAL_MODELS,
            """
            from django.contrib.contenttypes.fields import GenericRelation


            class FollowUp(models.Model):
                content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
                object_id = models.PositiveIntegerField()
                subject = GenericForeignKey()

                class Meta:
                    app_label = "credentials"

                def __str__(self):
                    return f"{self.pk}"

                def save(self, *args, **kwargs):
                    from campus.records.after import mail_for

                    super().save(*args, **kwargs)
                    mail_for(self.subject)


            GenericRelation(FollowUp).contribute_to_class(UserCredential, "follow_ups")
            """,
        ),
        Edit(
            ISSUERS,
            "        self._announce(user_credential, created)\n",
            "        user_credential.follow_ups.create()\n        self._announce(user_credential, created)\n",
        ),
        new_tables=True,
        before="""
from django.db import connection
from campus.credentials.models import FollowUp
if FollowUp._meta.db_table not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(FollowUp)
""",
    ),
    begins(
        "unit_in_another_class",
        "The receiver is a bound method of an object that only the app's configuration keeps.",
        """
        class Watcher:
            def __init__(self, signal):
                signal.connect(self.seen, weak=True, dispatch_uid="watcher")

            def seen(self, user_credential, **kwargs):
                mail_for(user_credential)
        """,
        at_start(
            "from campus.credentials import signals\nfrom campus.records.after import Watcher\n\n"
            "self.watcher = Watcher(vars(signals)['program_certificate_' + 'awarded'])"
        ),
        path=("seen",),
    ),
    begins(
        "celery_group",
        "The award starts a group of signatures, one a credential, each with retries.",
        """
        from celery import group, shared_task

        from campus.credentials.models import UserCredential


        @shared_task(bind=True, autoretry_for=(OSError,), max_retries=3)
        def follow(self, pk):
            mail_for(UserCredential.objects.get(pk=pk))


        def start(*pks):
            group(follow.s(pk) for pk in pks)()
        """,
        *WITH_CELERY,
        *called("start(user_credential.pk)", "from campus.records.after import start"),
        path=("follow",),
    ),
    begins(
        "celery_signal",
        "The award delays a harmless task; a receiver of Celery's task_postrun mails.",
        """
        from celery import shared_task
        from celery.signals import task_postrun

        from campus.credentials.models import UserCredential


        @shared_task
        def count(pk):
            return pk


        @task_postrun.connect(weak=False)
        def when_done(sender=None, retval=None, **kwargs):
            for user_credential in UserCredential.objects.filter(pk=retval):
                mail_for(user_credential)
        """,
        *WITH_CELERY,
        *called("count.delay(user_credential.pk)", "from campus.records.after import count"),
        path=("when_done",),
    ),
    begins(
        "beat_class",
        "The beat schedule is set in the app's configure hook and names a class-based task.",
        """
        from celery import Task, current_app

        from campus.credentials.models import UserCredential


        class Nightly(Task):
            name = "nightly"

            def run(self):
                for user_credential in UserCredential.objects.all():
                    mail_for(user_credential)


        current_app.register_task(Nightly())
        current_app.conf.beat_schedule = {"n": {"task": "nightly", "schedule": 86400}}
        """,
        *WITH_CELERY,
        at_start("import campus.celery  # noqa: F401\nimport campus.records.after  # noqa: F401"),
        path=("run",),
    ),
    rest(
        "rest_to_representation",
        "The serializer's to_representation mails while it answers.",
        """
        class Mixin:
            def to_representation(self, instance):
                mail_for(instance)
                return super().to_representation(instance)
        """,
        path=("to_representation",),
    ),
    rest(
        "rest_perform_create",
        "The view set's perform_create mails after the serializer saved.",
        """
        class ViewMixin:
            def perform_create(self, serializer):
                mail_for(serializer.save())
        """,
        path=("perform_create",),
    ),
    rest(
        "rest_finalize_response",
        "The view set's finalize_response mails on its way out.",
        """
        class ViewMixin:
            def finalize_response(self, request, response, *args, **kwargs):
                from campus.credentials.models import UserCredential

                if request.method == "POST":
                    for user_credential in UserCredential.objects.filter(username=response.data["username"]):
                        mail_for(user_credential)
                return super().finalize_response(request, response, *args, **kwargs)
        """,
        path=("finalize_response",),
    ),
    rest(
        "rest_permission",
        "A permission class mails when it is asked about an object.",
        """
        from rest_framework.permissions import BasePermission


        class Told(BasePermission):
            def has_object_permission(self, request, view, obj):
                mail_for(obj)
                return True


        PERMISSIONS = (Told,)
        """,
        path=("has_object_permission",),
    ),
    rest(
        "rest_renderer_of_the_settings",
        "The renderer that the settings name mails of what it renders.",
        """
        from rest_framework.renderers import JSONRenderer


        class Renderer(JSONRenderer):
            def render(self, data, accepted_media_type=None, renderer_context=None):
                from campus.credentials.models import UserCredential

                for user_credential in UserCredential.objects.filter(username=data.get("username")):
                    mail_for(user_credential)
                return super().render(data, accepted_media_type, renderer_context)
        """,
        setting('REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["campus.records.after.Renderer"]}'),
        path=("render",),
    ),
)
