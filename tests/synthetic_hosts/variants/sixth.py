"""PRESENT: ordinary Django, DRF and Celery code that a half-done removal leaves, each in a place of its own."""

from __future__ import annotations

from textwrap import dedent, indent

from tests.synthetic_hosts.overlay import (
    SETTINGS,
    URLS,
    Add,
    Edit,
    Step,
    Variant,
    at_award,
    at_start,
    install,
    setting,
)
from tests.synthetic_hosts.variants import hook

CREDENTIAL_MODELS = "campus/credentials/models.py"
CREDENTIAL_ADMIN = "campus/credentials/admin.py"
AWARD_API = "campus/credentials/api.py"
PARTNERS = hook.module("campus/records/partners.py", "tell_partners")
IMPORTED = "from campus.records.partners import tell_partners"
CELERY = (
    Add(
        "campus/celery.py",
        """
        import os

        from celery import Celery

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
        app = Celery("campus", broker="memory://")
        app.conf.task_always_eager = bool(os.environ.get("CAMPUS_EAGER"))
        app.autodiscover_tasks(["campus.records"])
        """,
    ),
    at_start("from campus import celery  # noqa: F401", app="core"),
)
OF_CREDENTIAL = """

from campus.core.models import User


def tell_of(user_credential):
    for learner in User.objects.filter(username=user_credential.username):
        tell_partners(learner, user_credential.credential.program)
"""
PARTNERS_OF = hook.module("campus/records/partners.py", "tell_partners", OF_CREDENTIAL)


def present(name: str, description: str, *steps: Step, path: tuple[str, ...] = ("tell_partners",), **more) -> Variant:
    return Variant(name=f"sixth_{name}", description=description, verdict="PRESENT", steps=steps, path=path, **more)


def beside(text: str, path: str = "campus/records/after.py") -> Add:
    """Return the step that adds a module of the variant's own."""
    return Add(path, dedent(text))


def admin_with(body: str, imports: str = IMPORTED) -> tuple[Edit, ...]:
    anchor = '    actions = ("award_again", "revoke")\n'
    first = "from campus.credentials.accreditors import Accreditor\n"
    return (
        Edit(CREDENTIAL_ADMIN, anchor, anchor + indent(dedent(body), "    ")),
        Edit(CREDENTIAL_ADMIN, first, f"{imports}\n{first}"),
    )


CALL_AFTER = at_award("after(learner, credential.program)", imports="from campus.records.after import after")
CREDENTIAL_CLASS = "class UserCredential(models.Model):\n"

INSTITUTIONS = (
    install("campus.institutions"),
    beside(
        """
        from django.conf import settings
        from django.db import models

        from campus.catalog.models import Pathway


        class Institution(models.Model):
            pathway = models.OneToOneField(Pathway, on_delete=models.CASCADE, related_name="institution")
            coordinator = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
            email = models.EmailField()
        """,
        "campus/institutions/models.py",
    ),
)
INSTITUTIONS_THERE = """
from campus.core.models import User
from campus.institutions.models import Institution
for pathway in pathways:
    person = User.objects.create(username=pathway.email, email=pathway.email)
    Institution.objects.create(pathway=pathway, email=pathway.email, coordinator=person)
"""


VARIANTS = (
    present(
        "admin_save_related",
        "The admin's save_related tells the institutions once the form of the award is stored.",
        PARTNERS_OF,
        *admin_with(
            """
            def save_related(self, request, form, formsets, change):
                super().save_related(request, form, formsets, change)
                if form.instance.status == AWARDED:
                    tell_of(form.instance)
            """,
            "from campus.records.partners import tell_of",
        ),
        path=("save_related", "tell_of", "tell_partners"),
    ),
    present(
        "form_save_m2m",
        "The admin's own form keeps the hook in _save_m2m, which the admin calls after the row is there.",
        PARTNERS_OF,
        beside(
            """
            from django import forms

            from campus.credentials.models import UserCredential
            from campus.records.partners import tell_of


            class AwardForm(forms.ModelForm):
                class Meta:
                    model = UserCredential
                    fields = "__all__"

                def _save_m2m(self):
                    super()._save_m2m()
                    tell_of(self.instance)
            """,
            "campus/credentials/forms.py",
        ),
        *admin_with("form = AwardForm\n", "from campus.credentials.forms import AwardForm"),
        path=("_save_m2m", "tell_partners"),
    ),
    present(
        "filter_pipeline",
        "A pipeline of steps by dotted path in the settings, as openedx-filters has it.",
        PARTNERS,
        beside(
            """
            from django.conf import settings
            from django.utils.module_loading import import_string


            class PublicFilter:
                filter_type = ""

                @classmethod
                def run_pipeline(cls, **context):
                    configuration = settings.OPEN_EDX_FILTERS_CONFIG.get(cls.filter_type, {})
                    for dotted in configuration.get("pipeline", ()):
                        step = import_string(dotted)(cls.filter_type, configuration)
                        context.update(step.run_filter(**context) or {})
                    return context


            class ProgramAwarded(PublicFilter):
                filter_type = "org.campus.credentials.program.awarded.v1"

                @classmethod
                def run_filter(cls, learner, program):
                    data = super().run_pipeline(learner=learner, program=program)
                    return data.get("learner"), data.get("program")
            """,
            "campus/core/filters.py",
        ),
        beside(
            """
            from campus.records.partners import tell_partners


            class PipelineStep:
                def __init__(self, filter_type, configuration):
                    self.filter_type = filter_type
                    self.configuration = configuration


            class InformInstitutions(PipelineStep):
                def run_filter(self, learner, program):
                    tell_partners(learner, program)
                    return {"learner": learner}
            """,
            "campus/records/pipeline.py",
        ),
        setting(
            """
            OPEN_EDX_FILTERS_CONFIG = {
                "org.campus.credentials.program.awarded.v1": {
                    "fail_silently": False,
                    "pipeline": ["campus.records.pipeline.InformInstitutions"],
                },
            }
            """
        ),
        *at_award(
            "ProgramAwarded.run_filter(learner, credential.program)",
            imports="from campus.core.filters import ProgramAwarded",
        ),
        path=("run_filter", "tell_partners"),
    ),
    present(
        "commit_chain",
        "on_commit leaves a partial that leaves a bound method to a second on_commit.",
        PARTNERS,
        beside(
            """
            from functools import partial

            from django.db import transaction

            from campus.records.partners import tell_partners


            class Later:
                def __init__(self, learner, program):
                    self.learner, self.program = learner, program

                def run(self):
                    tell_partners(self.learner, self.program)


            def queue(job, *, robust):
                transaction.on_commit(job.run, robust=robust)


            def after(learner, program):
                transaction.on_commit(partial(queue, Later(learner, program), robust=False))
            """
        ),
        *CALL_AFTER,
        drive="""
from django.db import transaction
learner = new_learner()
by_issuer(learner)
""",
        path=("after", "run", "tell_partners"),
    ),
    present(
        "context_variable",
        "The issuer notes the award in a context variable, and a middleware tells the institutions after the answer.",
        PARTNERS,
        beside(
            """
            from contextvars import ContextVar

            AWARDED_NOW = ContextVar("awarded_now", default=None)


            def after(learner, program):
                noted = AWARDED_NOW.get()
                if noted is not None:
                    noted.append((learner, program))
            """
        ),
        beside(
            """
            from campus.records.after import AWARDED_NOW
            from campus.records.partners import tell_partners


            def aftermath(get_response):
                def middleware(request):
                    token = AWARDED_NOW.set([])
                    try:
                        response = get_response(request)
                        for learner, program in AWARDED_NOW.get():
                            tell_partners(learner, program)
                        return response
                    finally:
                        AWARDED_NOW.reset(token)

                return middleware
            """,
            "campus/records/middleware.py",
        ),
        Edit(
            SETTINGS,
            '    "campus.core.middleware.RequestIdMiddleware",\n',
            '    "campus.core.middleware.RequestIdMiddleware",\n    "campus.records.middleware.aftermath",\n',
        ),
        *CALL_AFTER,
    ),
    present(
        "enum_of_steps",
        "An enumeration has the functions of what follows an award as the values of its members.",
        PARTNERS,
        beside(
            """
            import logging
            from enum import Enum
            from functools import partial

            from campus.records.partners import tell_partners


            class Step(Enum):
                NOTE = partial(logging.getLogger(__name__).info, "%s finished %s.")
                PARTNERS = partial(tell_partners)

                def __call__(self, *args):
                    return self.value(*args)


            def after(learner, program):
                for step in Step:
                    step(learner, program)
            """
        ),
        *CALL_AFTER,
        path=("after", "tell_partners"),
    ),
    present(
        "singledispatch_by_annotation",
        "What follows an award depends on the certificate's type; the program's part is registered at start.",
        PARTNERS,
        beside(
            """
            from functools import singledispatch


            @singledispatch
            def follow_up(certificate, learner):
                return None
            """,
            "campus/credentials/follow_up.py",
        ),
        at_start(
            """
            from campus.credentials.follow_up import follow_up
            from campus.credentials.models import ProgramCertificate
            from campus.records.partners import tell_partners

            @follow_up.register
            def of_program(certificate: ProgramCertificate, learner):
                tell_partners(learner, certificate.program)
            """
        ),
        *at_award("follow_up(credential, learner)", imports="from campus.credentials.follow_up import follow_up"),
        path=("of_program", "tell_partners"),
    ),
    present(
        "match_statement",
        "A receiver matches what happened, by class and attribute.",
        PARTNERS_OF,
        beside(
            """
            from django.dispatch import receiver

            from campus.credentials.models import UserCredential
            from campus.credentials.signals import program_certificate_awarded, program_certificate_revoked
            from campus.records.partners import tell_of


            @receiver((program_certificate_awarded, program_certificate_revoked))
            def follow(user_credential, **kwargs):
                match (user_credential, kwargs):
                    case (UserCredential(status="revoked"), _):
                        return
                    case (UserCredential(status="awarded") as awarded, {"created": bool()}):
                        tell_of(awarded)
            """,
            "campus/records/receivers.py",
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
        path=("follow", "tell_of", "tell_partners"),
    ),
    present(
        "logging_handler",
        "A handler of the log, named in LOGGING, turns the line on an award into letters.",
        PARTNERS_OF,
        beside(
            """
            import logging


            class PartnerHandler(logging.Handler):
                def emit(self, record):
                    from campus.credentials.models import AWARDED, UserCredential
                    from campus.records.partners import tell_of

                    uuid, status = record.args
                    if status == AWARDED:
                        tell_of(UserCredential.objects.get(uuid=uuid))
            """,
            "campus/records/logs.py",
        ),
        setting(
            """
            LOGGING = {
                "version": 1,
                "disable_existing_loggers": False,
                "handlers": {"partners": {"class": "campus.records.logs.PartnerHandler"}},
                "loggers": {"campus.credentials.receivers": {"handlers": ["partners"], "level": "INFO"}},
            }
            """
        ),
        path=("emit", "tell_of", "tell_partners"),
    ),
    present(
        "field_contributes_receiver",
        "The status is a field of the host's own, which connects a method of itself to post_save.",
        PARTNERS_OF,
        beside(
            """
            from django.db import models


            class StatusField(models.CharField):
                def contribute_to_class(self, cls, name, **kwargs):
                    super().contribute_to_class(cls, name, **kwargs)
                    models.signals.post_save.connect(self.after_save, sender=cls, dispatch_uid=f"status-{name}")

                def after_save(self, instance, raw=False, **kwargs):
                    from campus.records.partners import tell_of

                    if not raw and getattr(instance, self.attname) == "awarded":
                        tell_of(instance)
            """,
            "campus/core/fields.py",
        ),
        Edit(CREDENTIAL_MODELS, "    status = models.CharField(", "    status = StatusField("),
        Edit(
            CREDENTIAL_MODELS,
            "from campus.catalog.models import Program\n",
            "from campus.catalog.models import Program\nfrom campus.core.fields import StatusField\n",
        ),
        path=("after_save", "tell_partners"),
    ),
    present(
        "lifecycle_hooks",
        "Methods of the model are marked to run after it is saved, as django-lifecycle has it.",
        PARTNERS_OF,
        beside(
            """
            AFTER_SAVE = "after_save"


            def hook(moment, when=None, is_now=None):
                def mark(method):
                    method._hooked = (*getattr(method, "_hooked", ()), (moment, when, is_now))
                    return method

                return mark


            class LifecycleMixin:
                @classmethod
                def _hooks(cls):
                    for name in dir(cls):
                        attribute = cls.__dict__.get(name)
                        if hasattr(attribute, "_hooked"):
                            yield attribute

                def save(self, *args, **kwargs):
                    super().save(*args, **kwargs)
                    for method in self._hooks():
                        for moment, when, is_now in method._hooked:
                            if moment == AFTER_SAVE and getattr(self, when) == is_now:
                                method(self)
            """,
            "campus/core/lifecycle.py",
        ),
        Edit(CREDENTIAL_MODELS, CREDENTIAL_CLASS, "class UserCredential(LifecycleMixin, models.Model):\n"),
        Edit(
            CREDENTIAL_MODELS,
            '        return f"UserCredential: {self.uuid}"\n',
            """        return f"UserCredential: {self.uuid}"

    @hook(AFTER_SAVE, when="status", is_now=AWARDED)
    def on_awarded(self):
        from campus.records.partners import tell_of

        tell_of(self)
""",
        ),
        Edit(
            CREDENTIAL_MODELS,
            "from campus.catalog.models import Program\n",
            "from campus.catalog.models import Program\n"
            "from campus.core.lifecycle import AFTER_SAVE, LifecycleMixin, hook\n",
        ),
        path=("on_awarded", "tell_partners"),
    ),
    present(
        "transitions",
        "A state machine for the status: the transition's decorator sends a signal, whose receiver tells.",
        PARTNERS_OF,
        beside(
            """
            from functools import wraps

            from django.dispatch import Signal

            post_transition = Signal()


            def transition(field, source="*", target=None, conditions=()):
                def decorate(method):
                    @wraps(method)
                    def change(instance, *args, **kwargs):
                        if not all(condition(instance) for condition in conditions):
                            raise ValueError(method.__name__)
                        result = method(instance, *args, **kwargs)
                        setattr(instance, field, target)
                        post_transition.send(sender=type(instance), instance=instance, target=target)
                        return result

                    return change

                return decorate
            """,
            "campus/core/fsm.py",
        ),
        beside(
            """
            from campus.core.fsm import transition


            class Award:
                def __init__(self, user_credential):
                    self.row = user_credential
                    self.state = "new"

                @transition("state", source="new", target="announced")
                def announce(self):
                    self.row.refresh_from_db()
            """,
            "campus/credentials/awards.py",
        ),
        beside(
            """
            from django.dispatch import receiver

            from campus.core.fsm import post_transition
            from campus.credentials.awards import Award
            from campus.records.partners import tell_of


            @receiver(post_transition, sender=Award)
            def on_transition(sender, instance, target, **kwargs):
                if target == "announced":
                    tell_of(instance.row)
            """,
            "campus/records/receivers.py",
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
        *at_award("Award(user_credential).announce()", imports="from campus.credentials.awards import Award"),
        path=("announce", "on_transition", "tell_partners"),
    ),
    present(
        "template_tag",
        "The letter to the learner is a template now, and a tag in it tells the institutions.",
        PARTNERS,
        Add("campus/records/templatetags/__init__.py", ""),
        beside(
            """
            from django import template

            from campus.records.partners import tell_partners

            register = template.Library()


            @register.simple_tag(name="institutions")
            def institutions_informed(learner, program):
                tell_partners(learner, program)
                return "Your institutions have been informed."
            """,
            "campus/records/templatetags/awards.py",
        ),
        Add(
            "campus/records/templates/records/finished.txt",
            "{% load awards %}Dear {{ learner.get_full_name }}, {% institutions learner program %}\n",
        ),
        Edit(
            "campus/credentials/messages.py",
            'f"Dear {learner.get_full_name()},\\n\\nyou have earned the certificate of {program.title}."',
            'render_to_string("records/finished.txt", {"learner": learner, "program": program})',
        ),
        Edit(
            "campus/credentials/messages.py",
            "from django.core.mail import EmailMessage\n",
            "from django.core.mail import EmailMessage\nfrom django.template.loader import render_to_string\n",
        ),
        path=("institutions_informed", "tell_partners"),
    ),
    present(
        "exit_stack",
        "The issuer enters a scope of its own; what is left on its exit stack tells the institutions.",
        PARTNERS,
        beside(
            """
            from contextlib import ExitStack

            from campus.records.partners import tell_partners


            class AwardScope(ExitStack):
                def __init__(self, learner, program):
                    super().__init__()
                    self.callback(tell_partners, learner, program)


            def after(learner, program):
                with AwardScope(learner, program):
                    pass
            """
        ),
        *CALL_AFTER,
        path=("after", "tell_partners"),
    ),
    present(
        "celery_chord",
        "A chord: its header finds the rows of the learner, its body writes the letters.",
        *CELERY,
        beside(
            """
            from celery import chord, group, shared_task

            from campus.catalog.models import Program
            from campus.core.models import User
            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            @shared_task
            def open_requests(learner_id, pathway_id):
                rows = UserCreditPathway.objects.filter(user_id=learner_id, pathway_id=pathway_id)
                return list(rows.values_list("pk", flat=True))


            @shared_task
            def write_letters(found, learner_id, program_id):
                learner, program = User.objects.get(pk=learner_id), Program.objects.get(pk=program_id)
                for pk in sum(found, []):
                    pathway = UserCreditPathway.objects.get(pk=pk).pathway
                    CreditRequest(learner=learner, pathway=pathway, program=program).send()


            def after(learner, program):
                header = group(open_requests.s(learner.pk, pathway.pk) for pathway in program.pathways.all())
                chord(header)(write_letters.s(learner.pk, program.pk))
            """,
            "campus/records/tasks.py",
        ),
        *at_award("after(learner, credential.program)", imports="from campus.records.tasks import after"),
        path=("after", "write_letters"),
    ),
    present(
        "list_serializer",
        "Awards in bulk by the REST API: the list serializer's create tells once all are stored.",
        PARTNERS,
        install("rest_framework"),
        beside(
            """
            from rest_framework import generics, permissions, serializers

            from campus.core.models import User
            from campus.credentials.issuers import ProgramCertificateIssuer
            from campus.credentials.models import ProgramCertificate, UserCredential
            from campus.records.partners import tell_partners


            class ManyAwards(serializers.ListSerializer):
                def create(self, validated_data):
                    rows = [self.child.create(attributes) for attributes in validated_data]
                    for row in rows:
                        for learner in User.objects.filter(username=row.username):
                            tell_partners(learner, row.credential.program)
                    return rows


            class AwardSerializer(serializers.ModelSerializer):
                program_uuid = serializers.UUIDField(write_only=True)

                class Meta:
                    model = UserCredential
                    fields = ("username", "status", "program_uuid")
                    validators = []
                    list_serializer_class = ManyAwards

                def create(self, data):
                    certificate = ProgramCertificate.objects.get(program_uuid=data["program_uuid"])
                    return ProgramCertificateIssuer().issue_credential(certificate, data["username"])


            class BulkAwards(generics.CreateAPIView):
                queryset = UserCredential.objects.all()
                serializer_class = AwardSerializer
                permission_classes = (permissions.IsAdminUser,)

                def get_serializer(self, *args, **kwargs):
                    return super().get_serializer(*args, many=True, **kwargs)
            """,
            "campus/credentials/rest.py",
        ),
        Edit(
            URLS,
            "urlpatterns = [\n",
            "from campus.credentials.rest import BulkAwards\n\nurlpatterns = [\n"
            '    path("api/bulk/", BulkAwards.as_view()),\n',
        ),
        drive="""
learner = new_learner()
answer = staff.post("/api/bulk/", json.dumps([{"username": learner.username, "program_uuid": str(program.uuid)}]),
    content_type="application/json")
assert answer.status_code == 201, answer.content
""",
        path=("create", "tell_partners"),
    ),
    present(
        "async_view",
        "The view that awards is asynchronous now, and iterates the rows itself.",
        Edit(
            AWARD_API,
            "    def post(self, request):\n",
            """    async def post(self, request):
        data = json.loads(request.body)
        response = await sync_to_async(self.award)(request)
        program = await Program.objects.aget(uuid=data["program_uuid"])
        rows = UserCreditPathway.objects.filter(user__username=data["username"], pathway__programs=program)
        async for row in rows.select_related("pathway", "user"):
            await self.remind(row, program)
        return response

    async def remind(self, row, program):
        letter = CreditRequest(learner=row.user, pathway=row.pathway, program=program)
        await asyncio.to_thread(letter.send)

    def award(self, request):
""",
        ),
        Edit(
            AWARD_API,
            "import json\n",
            "import asyncio\nimport json\n\nfrom asgiref.sync import sync_to_async\n",
        ),
        Edit(
            AWARD_API,
            "from campus.credentials.accreditors import Accreditor\n",
            "from campus.catalog.models import Program\nfrom campus.credentials.accreditors import Accreditor\n"
            "from campus.records.messages import CreditRequest\nfrom campus.records.models import UserCreditPathway\n",
        ),
        Edit(
            AWARD_API,
            "class AwardView(UserPassesTestMixin, View):\n",
            "class AwardView(View):\n",
        ),
        path=("post", "remind"),
    ),
    present(
        "cache_default",
        "The value that the cache lacks is worked out by a function that tells the institutions on the way.",
        PARTNERS,
        beside(
            """
            from functools import partial

            from django.core.cache import cache

            from campus.records.partners import tell_partners


            def informed(learner, program):
                tell_partners(learner, program)
                return True


            def after(learner, program):
                cache.get_or_set(f"informed-{learner.pk}-{program.pk}", partial(informed, learner, program), 3600)
            """
        ),
        *CALL_AFTER,
        path=("after", "informed", "tell_partners"),
    ),
    present(
        "entry_points",
        "The host's own distribution offers the hook as an entry point, which the issuer loads by group.",
        PARTNERS,
        Add("campus_service.egg-info/PKG-INFO", "Metadata-Version: 2.1\nName: campus-service\nVersion: 3.0\n"),
        Add(
            "campus_service.egg-info/entry_points.txt",
            "[campus.after_award]\npartners = campus.records.partners:tell_partners\n",
        ),
        beside(
            """
            from importlib.metadata import entry_points


            def after(learner, program):
                for point in entry_points(group="campus.after_award"):
                    point.load()(learner, program)
            """
        ),
        *CALL_AFTER,
        path=("after", "tell_partners"),
    ),
    present(
        "response_closers",
        "The view that awards leaves a function to the closing of its response.",
        PARTNERS_OF,
        Edit(
            AWARD_API,
            '        return JsonResponse({"uuid": str(user_credential.uuid), '
            '"status": user_credential.status}, status=201)\n',
            """        data = {"uuid": str(user_credential.uuid), "status": user_credential.status}
        response = JsonResponse(data, status=201)
        response._resource_closers.append(lambda: tell_of(user_credential))
        return response
""",
        ),
        Edit(
            AWARD_API,
            "from campus.credentials.accreditors import Accreditor\n",
            "from campus.credentials.accreditors import Accreditor\nfrom campus.records.partners import tell_of\n",
        ),
        path=("post", "tell_of", "tell_partners"),
    ),
    present(
        "pluggy",
        "Plugins of pluggy: the issuer calls a hook by name, an implementation is in records.",
        PARTNERS,
        beside(
            """
            import pluggy

            spec = pluggy.HookspecMarker("campus")
            impl = pluggy.HookimplMarker("campus")


            class Specs:
                @spec
                def program_awarded(self, learner, program):
                    "Called after an award."


            manager = pluggy.PluginManager("campus")
            manager.add_hookspecs(Specs)
            """,
            "campus/core/plugins.py",
        ),
        beside(
            """
            from campus.core.plugins import impl
            from campus.records.partners import tell_partners


            class Institutions:
                @impl
                def program_awarded(self, learner, program):
                    tell_partners(learner, program)
            """,
            "campus/records/plugin.py",
        ),
        at_start(
            """
            from campus.core.plugins import manager
            from campus.records.plugin import Institutions

            manager.register(Institutions(), name="institutions")
            """
        ),
        *at_award(
            "plugins.manager.hook.program_awarded(learner=learner, program=credential.program)",
            imports="from campus.core import plugins",
        ),
        path=("program_awarded", "tell_partners"),
    ),
    present(
        "admin_log_entry",
        "The admin logs each award that it stores; a receiver of the log's entries tells the institutions.",
        PARTNERS_OF,
        beside(
            """
            from django.contrib.admin.models import ADDITION, LogEntry
            from django.db.models.signals import post_save
            from django.dispatch import receiver

            from campus.credentials.models import UserCredential
            from campus.records.partners import tell_of


            @receiver(post_save, sender=LogEntry, dispatch_uid="partners")
            def audit(instance, **kwargs):
                edited = instance.get_edited_object()
                if instance.action_flag == ADDITION and isinstance(edited, UserCredential):
                    tell_of(edited)
            """,
            "campus/records/receivers.py",
        ),
        at_start("from campus.records import receivers  # noqa: F401"),
        path=("audit", "tell_of", "tell_partners"),
    ),
    present(
        "template_of_addresses",
        "The addresses of the letter are what a template makes of the learner's rows.",
        Add(
            "campus/records/templates/records/addresses.txt",
            "{% for row in learner.usercreditpathway_set.all %}{{ row.pathway.email }} {% endfor %}",
        ),
        beside(
            """
            from django.core.mail import send_mail
            from django.template.loader import get_template


            def after(learner, program):
                addresses = get_template("records/addresses.txt").render({"learner": learner}).split()
                send_mail(program.title, f"{learner.get_full_name()} has finished.", None, addresses)
            """
        ),
        *CALL_AFTER,
        path=("after",),
    ),
    present(
        "methodcaller",
        "Letters are built by map over attrgetter, and sent by a methodcaller that a deque consumes.",
        beside(
            """
            from collections import deque
            from operator import attrgetter, methodcaller

            from django.core.mail import EmailMessage

            from campus.records.models import UserCreditPathway

            address = attrgetter("pathway.email")
            deliver = methodcaller("send", fail_silently=True)


            def after(learner, program):
                rows = UserCreditPathway.objects.filter(user=learner).select_related("pathway")
                letters = (EmailMessage(program.title, str(learner), None, [to]) for to in map(address, rows))
                deque(map(deliver, letters), maxlen=0)
            """
        ),
        *CALL_AFTER,
        path=("after",),
    ),
    present(
        "institution_of_pathway",
        "A pathway has an institution, in a table of its own, which has the address.",
        *INSTITUTIONS,
        beside(
            """
            from django.core.mail import send_mail


            def after(learner, program):
                for pathway in program.pathways.all():
                    send_mail(program.title, f"{learner} has finished.", None, [pathway.institution.email])
            """
        ),
        *CALL_AFTER,
        before=INSTITUTIONS_THERE,
        new_tables=True,
        path=("after",),
    ),
    present(
        "coordinator_of_pathway",
        "An institution has a person who logs in here as learners do, and who is written to.",
        *INSTITUTIONS,
        beside(
            """
            def after(learner, program):
                for pathway in program.pathways.filter(institution__coordinator__isnull=False):
                    pathway.institution.coordinator.email_user(program.title, f"{learner} has finished.")
            """
        ),
        *CALL_AFTER,
        before=INSTITUTIONS_THERE,
        new_tables=True,
        path=("after",),
    ),
    present(
        "base_manager",
        "The rows are read by the manager that the model's class has below its own.",
        beside(
            """
            from django.core.mail import send_mail

            from campus.records.models import UserCreditPathway


            def after(learner, program):
                rows = UserCreditPathway._base_manager.filter(user=learner)
                for row in rows.union(UserCreditPathway._meta.default_manager.filter(user=learner)):
                    send_mail(program.title, f"{learner} has finished.", None, [row.pathway.email])
            """
        ),
        *CALL_AFTER,
        path=("after",),
    ),
)
