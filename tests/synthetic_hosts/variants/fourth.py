"""A fourth round: PRESENT, ABSENT and INCONCLUSIVE, each in a way that the others do not have."""

from __future__ import annotations

from dataclasses import replace

from tests.synthetic_hosts.overlay import SETTINGS, URLS, Add, Append, Edit, at_start, install, setting
from tests.synthetic_hosts.variants.hook import body
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.second import AFTER, called, with_mailer
from tests.synthetic_hosts.variants.second_ways import REST, REST_DRIVE
from tests.synthetic_hosts.variants.third import CREDENTIAL_ADMIN, CREDENTIAL_MODELS, asks, begins, calls, clean, reads
from tests.synthetic_hosts.variants.third_gone import TO_LEARNER, in_view

AWARDED = """
from campus.credentials.models import UserCredential


def mail_all():
    for award in UserCredential.objects.filter(status="awarded"):
        mail_for(award)
"""

_VARIANTS = (
    calls(
        "app_config",
        "The office hangs on the app's configuration, as a cached property.",
        """
        from django.apps import apps


        class Office:
            def finished(self, learner, program):
                mail_them(learner, program)


        def after(learner, program):
            apps.get_app_config("records").office.finished(learner, program)
        """,
        Add(
            "campus/records/apps.py",
            """
            from functools import cached_property

            from django.apps import AppConfig


            class RecordsConfig(AppConfig):
                name = "campus.records"

                @cached_property
                def office(self):
                    from campus.records.after import Office

                    return Office()
            """,
        ),
    ),
    calls(
        "injected_by_parameter_name",
        "A decorator gives each parameter that is not given the service of its name.",
        """
        import functools
        import inspect

        SERVICES = {"letters": mail_them, "clock": lambda *args: None}


        def inject(function):
            names = [name for name in inspect.signature(function).parameters if name in SERVICES]

            @functools.wraps(function)
            def run(*args, **kwargs):
                return function(*args, **{name: SERVICES[name] for name in names}, **kwargs)

            return run


        @inject
        def after(learner, program, letters, clock):
            clock()
            letters(learner, program)
        """,
    ),
    calls(
        "module_class",
        "The module is given a class of its own, whose property mails.",
        """
        import sys
        import types

        current = []


        class Told(types.ModuleType):
            @property
            def number(self):
                for pair in current:
                    mail_them(*pair)
                return len(current)


        sys.modules[__name__].__class__ = Told


        def after(learner, program):
            from campus.records import after as here

            current[:] = [(learner, program)]
            return here.number
        """,
    ),
    calls(
        "unit_of_work",
        "A unit of work yields itself, and runs in its finally what was left for the end.",
        """
        from contextlib import contextmanager


        class Work:
            def __init__(self):
                self.steps = []

            def at_end(self, step, *args):
                self.steps.append((step, args))


        @contextmanager
        def unit_of_work():
            work = Work()
            try:
                yield work
            finally:
                for step, args in work.steps:
                    step(*args)


        def after(learner, program):
            with unit_of_work() as work:
                work.at_end(mail_them, learner, program)
        """,
    ),
    calls(
        "copied_context",
        "The step runs in a copy of the context.",
        """
        import contextvars


        def after(learner, program):
            contextvars.copy_context().run(mail_them, learner, program)
        """,
    ),
    calls(
        "tasks_of_asyncio",
        "The award waits for tasks, each of which sends in a thread.",
        """
        import asyncio

        from asgiref.sync import async_to_sync, sync_to_async


        @async_to_sync
        async def after(learner, program):
            tasks = [asyncio.create_task(sync_to_async(mail_them)(learner, program))]
            await asyncio.wait(tasks)
        """,
    ),
    calls(
        "await_method",
        "The letter is an object that is awaited.",
        """
        from asgiref.sync import async_to_sync, sync_to_async


        class Letter:
            def __init__(self, *what):
                self.what = what

            def __await__(self):
                return sync_to_async(mail_them)(*self.what).__await__()


        async def tell(learner, program):
            await Letter(learner, program)


        def after(learner, program):
            async_to_sync(tell)(learner, program)
        """,
    ),
    calls(
        "deleted_item",
        "Taking an item off a basket of the host's own mails.",
        """
        class Basket(dict):
            def __delitem__(self, learner):
                mail_them(learner, self[learner])
                super().__delitem__(learner)


        def after(learner, program):
            basket = Basket({learner: program})
            del basket[learner]
        """,
    ),
    calls(
        "grouped_by",
        "itertools.groupby calls a key function, which mails.",
        """
        import itertools


        def after(learner, program):
            def key(one):
                mail_them(learner, one)
                return one.pk

            return [list(group) for _, group in itertools.groupby([program], key)]
        """,
    ),
    calls(
        "autodiscovered",
        "The start discovers the module awards of each app; what is registered there follows the award.",
        """
        registry = {}


        def register(event):
            def keep(function):
                registry.setdefault(event, []).append(function)
                return function

            return keep


        def after(learner, program):
            for step in registry.get("award", []):
                step(learner, program)
        """,
        Add(
            "campus/catalog/awards.py",
            """
            from campus.records.after import mail_them, register


            @register("award")
            def tell(learner, program):
                mail_them(learner, program)
            """,
        ),
        at_start("from django.utils.module_loading import autodiscover_modules\n\nautodiscover_modules('awards')"),
        path=("after", "tell"),
    ),
    reads(
        "values_into_a_dataclass",
        "The rows' values become dataclasses by keywords, and the letters are made of dicts.",
        """
        from dataclasses import dataclass

        from django.core.mail import EmailMessage

        from campus.records.models import UserCreditPathway


        @dataclass
        class Target:
            pathway__email: str
            pathway__org_name: str

            def letter(self, text):
                return {"subject": f"To {self.pathway__org_name}", "body": text, "to": [self.pathway__email]}


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner).values("pathway__email", "pathway__org_name")
            for row in rows:
                EmailMessage(**Target(**row).letter(f"{learner}: {program}")).send()
        """,
    ),
    reads(
        "replaced_letter",
        "One letter is replaced for each institution by dataclasses.replace, and posted by the letter's own method.",
        """
        import dataclasses

        from django.core.mail import send_mail

        from campus.catalog.models import Pathway


        @dataclasses.dataclass(frozen=True)
        class Letter:
            text: str
            to: str = ""

            def post(self):
                send_mail("News", self.text, None, [self.to])


        def after(learner, program):
            letter = Letter(f"{learner}: {program}")
            for pathway in Pathway.objects.filter(usercreditpathway__user=learner):
                dataclasses.replace(letter, to=pathway.email).post()
        """,
    ),
    reads(
        "message_updated_by_vars",
        "The congratulation's copy gets its receivers by vars().update().",
        """
        from campus.credentials.messages import ProgramCompleted


        def after(learner, program):
            for row in learner.usercreditpathway_set.all():
                message = ProgramCompleted(learner=learner, program=program)
                vars(message).update(to=[row.pathway.email])
                message.send()
        """,
    ),
    reads(
        "backend_by_setting",
        "The mail backend of the settings is imported and given the messages.",
        """
        from django.conf import settings
        from django.core.mail import EmailMessage
        from django.utils.module_loading import import_string

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            backend = import_string(settings.EMAIL_BACKEND)(fail_silently=True)
            rows = UserCreditPathway.objects.filter(user=learner)
            backend.send_messages([EmailMessage("News", str(program), to=[row.pathway.email]) for row in rows])
        """,
    ),
    reads(
        "list_or_404",
        "The rows come by get_list_or_404, and the address is formatted with the name.",
        """
        from email.utils import formataddr

        from django.core.mail import send_mail
        from django.http import Http404
        from django.shortcuts import get_list_or_404

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            try:
                rows = get_list_or_404(UserCreditPathway, user=learner)
            except Http404:
                return
            to = [formataddr((row.pathway.org_name, row.pathway.email)) for row in rows]
            send_mail("News", f"{learner}: {program}", None, to)
        """,
    ),
    reads(
        "all_models",
        "The model is taken from the registry's dict of all models.",
        """
        from django.apps import apps
        from django.core.mail import send_mail


        def after(learner, program):
            model = apps.all_models["records"]["user" + "creditpathway"]
            for row in model.objects.filter(user=learner).select_related("pathway"):
                send_mail("News", f"{learner}: {program}", None, [row.pathway.email])
        """,
    ),
    reads(
        "accessor_by_setting",
        "The accessor's name is put together with a word of the settings.",
        """
        from django.conf import settings
        from django.core.mail import send_mail


        def after(learner, program):
            for row in getattr(learner, f"{settings.FOLLOWED}_set").all():
                send_mail("News", f"{learner}: {program}", None, [row.pathway.email])
        """,
        setting('FOLLOWED = "usercreditpathway"'),
    ),
    reads(
        "deletion_collector",
        "Django's collector of what hangs on the learner finds the rows.",
        """
        from django.core.mail import send_mail
        from django.db import router
        from django.db.models.deletion import Collector


        def after(learner, program):
            collector = Collector(using=router.db_for_read(type(learner)))
            collector.collect([learner], keep_parents=True)
            for rows in collector.data.values():
                for row in rows:
                    if hasattr(row, "pathway"):
                        send_mail("News", f"{learner}: {program}", None, [row.pathway.email])
        """,
        path=("after",),
        before=(
            "from django.db.models.deletion import Collector\nCollector.can_fast_delete = lambda *args, **kwargs: False"
        ),
    ),
    begins(
        "admin_filter",
        "A filter of the admin's list mails for the awards that it shows.",
        """
        from django.contrib import admin


        class NewAwards(admin.SimpleListFilter):
            title = parameter_name = "new"

            def lookups(self, request, model_admin):
                return [("1", "new")]

            def queryset(self, request, queryset):
                for award in queryset if self.value() else ():
                    mail_for(award)
                return queryset
        """,
        Edit(
            CREDENTIAL_ADMIN,
            '    actions = ("award_again", "revoke")\n',
            '    actions = ("award_again", "revoke")\n    list_filter = (NewAwards,)\n',
        ),
        Edit(
            CREDENTIAL_ADMIN,
            "from campus.credentials.accreditors",
            "from campus.records.after import NewAwards\nfrom campus.credentials.accreditors",
        ),
        path=("queryset",),
        drive='_award_row(new_learner())\nstaff.get("/admin/credentials/usercredential/?new=1")',
    ),
    begins(
        "constraint",
        "A constraint of the credential's own class mails as it is validated, by the admin's form.",
        "",
        Edit(
            CREDENTIAL_MODELS,
            '        unique_together = (("username", "credential_content_type", "credential_id"),)\n',
            '        unique_together = (("username", "credential_content_type", "credential_id"),)\n'
            '        constraints = (Watched(condition=models.Q(status__gt=""), name="watched"),)\n',
        ),
        Edit(
            CREDENTIAL_MODELS,
            "from campus.catalog.models import Program\n",
            "from campus.catalog.models import Program\nfrom campus.core.constraints import Watched\n",
        ),
        Add(
            "campus/core/constraints.py",
            """
            from django.db import models


            class Watched(models.CheckConstraint):
                def validate(self, model, instance, exclude=None, using="default"):
                    super().validate(model, instance, exclude, using)
                    from campus.records.after import mail_for

                    mail_for(instance)
            """,
        ),
        path=("validate",),
    ),
    begins(
        "database_backend",
        "The database's engine is a backend of the host's own, which mails what waits after each commit.",
        "",
        Add(
            "campus/core/db/base.py",
            """
            from django.db.backends.sqlite3 import base


            class DatabaseWrapper(base.DatabaseWrapper):
                def _commit(self):
                    super()._commit()
                    from campus.records.after import mail_for
                    from campus.core.db.waiting import waiting

                    while waiting:
                        mail_for(waiting.pop())
            """,
        ),
        Add("campus/core/db/waiting.py", "waiting = []\n"),
        *called("waiting.append(user_credential)", "from campus.core.db.waiting import waiting"),
        Edit(SETTINGS, '        "ENGINE": "django.db.backends.sqlite3",', '        "ENGINE": "campus.core.db",'),
        path=("_commit",),
    ),
    begins(
        "url_override",
        "The settings override the address of a credential's page by a function, which mails; the award asks for it.",
        "",
        setting(
            """
            def _address(user_credential):
                from campus.records.after import mail_for

                mail_for(user_credential)
                return f"/credentials/{user_credential.uuid}/"


            ABSOLUTE_URL_OVERRIDES = {"credentials.usercredential": _address}
            """
        ),
        *called("user_credential.get_absolute_url()", "import logging  # noqa: F401"),
        path=("_address",),
    ),
    begins(
        "rest_throttle",
        "A throttle of the view set mails when it is asked whether it allows a request.",
        """
        from campus.credentials.models import UserCredential


        class Quiet:
            def allow_request(self, request, view):
                for award in UserCredential.objects.filter(status="awarded"):
                    mail_for(award)
                return True


        class ViewMixin:
            throttle_classes = [Quiet]
        """,
        *REST,
        path=("allow_request",),
        drive=REST_DRIVE,
    ),
    begins(
        "task_call",
        "The task's class wraps each call of a task, and mails after the one that notes awards.",
        "",
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import Task, shared_task


            class Wrapped(Task):
                def __call__(self, *args, **kwargs):
                    result = super().__call__(*args, **kwargs)
                    from campus.credentials.models import UserCredential
                    from campus.records.after import mail_for

                    mail_for(UserCredential.objects.get(pk=result))
                    return result


            @shared_task(base=Wrapped)
            def note(pk):
                return pk
            """,
        ),
        *called("note.delay(user_credential.pk)", "from campus.records.tasks import note"),
        path=("__call__",),
    ),
    begins(
        "beat_of_a_file",
        "The beat schedule is read from a JSON file.",
        "",
        *WITH_CELERY,
        Append(
            "campus/celery.py",
            """
            import json
            from pathlib import Path

            app.conf.beat_schedule = json.loads((Path(__file__).parent / "beat.json").read_text())
            """,
        ),
        Add("campus/beat.json", '{"hourly": {"task": "campus.records.tasks.mail_for", "schedule": 3600}}\n'),
        Add(
            "campus/records/tasks.py",
            body("mail_them")
            + """

from celery import shared_task
from campus.core.models import User
from campus.credentials.models import UserCredential


@shared_task
def mail_for():
    for award in UserCredential.objects.filter(status="awarded"):
        mail_them(User.objects.get(username=award.username), award.credential.program)
""",
        ),
    ),
    begins(
        "home_made_scheduler",
        "Jobs are registered by a decorator with their interval; a command that never ends in production runs them.",
        AWARDED,
        Add(
            "campus/core/every.py",
            """
            jobs = []


            class every:
                def __init__(self, seconds):
                    self.seconds = seconds

                def __call__(self, function):
                    jobs.append((self.seconds, function))
                    return function
            """,
        ),
        Add(
            "campus/records/jobs.py",
            """
            from campus.core.every import every
            from campus.records.after import mail_all


            @every(3600)
            def letters():
                mail_all()
            """,
        ),
        Add(
            "campus/core/management/commands/run_scheduler.py",
            """
            from importlib import import_module

            from django.apps import apps
            from django.core.management.base import BaseCommand
            from django.utils.module_loading import module_has_submodule

            from campus.core.every import jobs


            class Command(BaseCommand):
                def handle(self, **options):
                    for config in apps.get_app_configs():
                        if module_has_submodule(config.module, "jobs"):
                            import_module(f"{config.name}.jobs")
                    for _, job in jobs:
                        job()
            """,
        ),
        path=("letters", "mail_all"),
    ),
    clean(
        "kind_of_an_enum",
        "One class has a method a kind; the award passes the enum's member for awards, the view the one for requests.",
        with_mailer(
            TO_LEARNER
            + """

import enum


class Kind(enum.Enum):
    AWARD = "award"
    REQUEST = "request"


class Letters:
    def write(self, kind, learner, program):
        return getattr(self, f"write_{kind.value}")(learner, program)

    def write_award(self, learner, program):
        congratulate(learner, program)

    def write_request(self, learner, program):
        mail_them(learner, program)
"""
        ),
        *called(
            "Letters().write(Kind.AWARD, learner, credential.program)",
            "from campus.records.after import Kind, Letters",
        ),
        *in_view(
            "Letters().write(Kind.REQUEST, request.user, program)", "from campus.records.after import Kind, Letters"
        ),
    ),
    clean(
        "isinstance_chain",
        "A chain of isinstance tells the request from the award.",
        with_mailer(
            TO_LEARNER
            + """

class Event:
    def __init__(self, learner, program):
        self.learner, self.program = learner, program


class Requested(Event):
    pass


class Awarded(Event):
    pass


def handle(event):
    if isinstance(event, Requested):
        mail_them(event.learner, event.program)
    elif isinstance(event, Awarded):
        congratulate(event.learner, event.program)
"""
        ),
        *called("handle(Awarded(learner, credential.program))", "from campus.records.after import Awarded, handle"),
        *in_view("handle(Requested(request.user, program))", "from campus.records.after import Requested, handle"),
    ),
    clean(
        "strategy_of_a_subclass",
        "The subclass that the award uses sets the class attribute to the letter for learners.",
        with_mailer(
            TO_LEARNER
            + """

class Completion:
    letter = staticmethod(mail_them)

    def finish(self, learner, program):
        self.letter(learner, program)


class QuietCompletion(Completion):
    letter = staticmethod(congratulate)
"""
        ),
        *called(
            "QuietCompletion().finish(learner, credential.program)", "from campus.records.after import QuietCompletion"
        ),
    ),
    clean(
        "signal_that_nobody_sends",
        "The receiver is connected to a signal of the old release that nothing sends any more.",
        with_mailer(
            """
            from django.dispatch import Signal, receiver

            program_finished = Signal()


            @receiver(program_finished)
            def on_finished(sender, learner, program, **kwargs):
                mail_them(learner, program)
            """
        ),
        at_start("from campus.records import after  # noqa: F401"),
    ),
    clean(
        "create_view_of_the_learner",
        "The learner can ask by a generic CreateView, which records the request and sends.",
        Add(
            AFTER,
            """
            from django.contrib.auth.mixins import LoginRequiredMixin
            from django.views.generic import CreateView

            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            class RequestCredit(LoginRequiredMixin, CreateView):
                model = UserCreditPathway
                fields = ("pathway", "program")
                success_url = "/"

                def form_valid(self, form):
                    form.instance.user = self.request.user
                    response = super().form_valid(form)
                    row = self.object
                    CreditRequest(learner=row.user, pathway=row.pathway, program=row.program).send()
                    return response
            """,
        ),
        Edit(
            URLS,
            "urlpatterns = [\n",
            "from campus.records.after import RequestCredit\n\n"
            'urlpatterns = [\n    path("requests/new/", RequestCredit.as_view()),\n',
        ),
    ),
    clean(
        "nightly_purge",
        "A nightly task deletes requests of long ago and tells the managers how many there were.",
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task
            from django.core.mail import mail_managers

            from campus.records.models import UserCreditPathway


            @shared_task(name="purge")
            def purge():
                number, _ = UserCreditPathway.objects.filter(created__year__lt=2000).delete()
                mail_managers("Purged", f"{number} requests.")
            """,
        ),
        setting('CELERY_BEAT_SCHEDULE = {"purge": {"task": "purge", "schedule": 86400}}'),
    ),
    clean(
        "unused_tag",
        "A template tag that mails is left, and no template uses it.",
        Add(
            "campus/records/templatetags/letters.py",
            body("mail_them")
            + """

from django import template

register = template.Library()


@register.simple_tag(name="letters")
def old_letters(learner, program):
    mail_them(learner, program)
    return ""
""",
        ),
    ),
    clean(
        "learners_with_open_requests",
        "A command for cron writes to the learners whose requests are not sent, by their own addresses.",
        Add(
            "campus/records/management/commands/remind.py",
            """
            from django.core.mail import send_mass_mail
            from django.core.management.base import BaseCommand

            from campus.records.models import UserCreditPathway


            class Command(BaseCommand):
                def handle(self, **options):
                    rows = UserCreditPathway.objects.filter(status="")
                    to = rows.values_list("user__email", flat=True).distinct()
                    send_mass_mail([("Your request", "It is not sent yet.", None, [address]) for address in to])
            """,
        ),
    ),
    clean(
        "download_of_addresses",
        "Staff download the institutions' addresses with the number of requests as a file; nothing is mailed.",
        Add(
            "campus/catalog/admin.py",
            """
            import csv

            from django.contrib import admin
            from django.db.models import Count
            from django.http import HttpResponse

            from campus.catalog.models import Pathway


            @admin.action(description="Download")
            def download(modeladmin, request, queryset):
                response = HttpResponse(content_type="text/csv")
                rows = queryset.annotate(number=Count("usercreditpathway"))
                csv.writer(response).writerows(rows.values_list("org_name", "email", "number"))
                return response


            admin.site.register(Pathway, actions=[download])
            """,
        ),
    ),
    clean(
        "task_class_not_registered",
        "The old class of a task is left, and no app registers it.",
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            body("mail_them")
            + """

from celery import Task
from campus.catalog.models import Program
from campus.core.models import User


class OldLetters(Task):
    name = "letters"

    def run(self, learner, program):
        mail_them(User.objects.get(pk=learner), Program.objects.get(pk=program))
""",
        ),
    ),
    asks(
        "connection_of_multiprocessing",
        "Learner and program go to another process over a connection of multiprocessing.",
        """
        from multiprocessing.connection import Client

        from django.conf import settings


        def after(learner, program):
            try:
                with Client(settings.OFFICE, authkey=b"campus") as office:
                    office.send({"learner": learner.pk, "program": program.pk})
            except OSError:
                return
        """,
        setting('OFFICE = ("127.0.0.1", 9)'),
    ),
    asks(
        "webhooks_of_a_table",
        "Learner and program are posted to each address of a table of webhooks.",
        """
        import requests

        from campus.hooks.models import Webhook


        def after(learner, program):
            for hook in Webhook.objects.filter(event="award"):
                data = {"learner": {"email": learner.email}, "program": {"uuid": str(program.uuid)}}
                requests.post(hook.url, json=data, timeout=5)
        """,
        install("campus.hooks"),
        Add(
            "campus/hooks/models.py",
            """
            from django.db import models


            class Webhook(models.Model):
                event = models.CharField(max_length=64)
                url = models.URLField()

                def __str__(self):
                    return self.url
            """,
        ),
        new_tables=True,
    ),
    asks(
        "loader_of_a_file",
        "A loader runs the file that a setting names, which is on the server and not in the tree.",
        """
        from importlib.machinery import SourceFileLoader
        from pathlib import Path
        from types import ModuleType

        from django.conf import settings


        def after(learner, program):
            if Path(settings.HOOK_FILE).exists():
                local = ModuleType("local_hook")
                SourceFileLoader("local_hook", settings.HOOK_FILE).exec_module(local)
                local.award(learner, program)
        """,
        setting('HOOK_FILE = "/etc/campus/hook.py"'),
    ),
    asks(
        "missing_import_in_a_function",
        "The award imports a module that only the production server has, and goes on without it.",
        """
        def after(learner, program):
            try:
                import campus_site_hooks
            except ImportError:
                return
            campus_site_hooks.award(learner, program)
        """,
    ),
    asks(
        "recipient_of_a_generic_key",
        "Rules in the database point at any object by a content type, and name the attribute that has the address.",
        """
        from django.core.mail import send_mail

        from campus.rules.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                address = getattr(rule.target, rule.attribute)
                send_mail("News", f"{learner}: {program}", None, [address])
        """,
        install("campus.rules"),
        Add(
            "campus/rules/models.py",
            """
            from django.contrib.contenttypes.fields import GenericForeignKey
            from django.contrib.contenttypes.models import ContentType
            from django.db import models


            class Rule(models.Model):
                event = models.CharField(max_length=64)
                attribute = models.CharField(max_length=64)
                content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
                object_id = models.PositiveIntegerField()
                target = GenericForeignKey()

                def __str__(self):
                    return self.event
            """,
        ),
        new_tables=True,
    ),
)
VARIANTS = tuple(replace(variant, name=variant.name.replace("third_", "fourth_", 1)) for variant in _VARIANTS)
