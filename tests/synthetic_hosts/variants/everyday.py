"""ABSENT: everyday features of a service that has credit requests, none of which sends one."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import URLS, Add, Edit, Step, Variant, at_start, install, setting
from tests.synthetic_hosts.variants.sixth import CALL_AFTER, CELERY


def clean(name: str, description: str, *steps: Step, **more) -> Variant:
    return Variant(name=f"everyday_{name}", description=description, verdict="ABSENT", steps=steps, **more)


def after(name: str, description: str, body: str, *steps: Step, **more) -> Variant:
    """Return the variant whose award calls ``after`` of this body."""
    return clean(name, description, Add("campus/records/after.py", dedent(body)), *CALL_AFTER, *steps, **more)


def routed(line: str, imported: str) -> Edit:
    """Return the step that adds a page."""
    return Edit(URLS, "urlpatterns = [\n", f"{imported}\n\nurlpatterns = [\n    {line},\n")


VARIANTS = (
    after(
        "record_attached",
        "The learner gets the record as an attachment, with the institutions that they asked.",
        """
        import json

        from django.core.mail import EmailMessage

        from campus.records.models import UserCreditPathway


        def record_of(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner).select_related("pathway")
            asked = [{"institution": row.pathway.org_name, "on": row.created.isoformat()} for row in rows]
            return json.dumps({"program": program.title, "asked": asked})


        def after(learner, program):
            letter = EmailMessage("Your record", "It is attached.", to=[learner.email])
            letter.attach("record.json", record_of(learner, program), "application/json")
            letter.send()
        """,
    ),
    clean(
        "learner_is_retired",
        "A command takes a learner out: requests and records are deleted, and the learner is told.",
        Add(
            "campus/core/management/commands/retire_learner.py",
            """
            from django.core.management.base import BaseCommand

            from campus.core.models import User
            from campus.records.models import ProgramCertRecord, UserCreditPathway


            class Command(BaseCommand):
                def handle(self, **options):
                    for user in User.objects.filter(is_active=False).exclude(email=""):
                        rows = UserCreditPathway.objects.filter(user=user)
                        self.stdout.write(f"{user.username}: {rows.count()} requests")
                        rows.delete()
                        ProgramCertRecord.objects.filter(user=user).delete()
                        user.email_user("Your data", "Your records are deleted.")
                        user.email = ""
                        user.save()
            """,
        ),
    ),
    clean(
        "learner_withdraws",
        "A page lets the learner withdraw a request, which is deleted; a mail confirms it to the learner.",
        Add(
            "campus/records/withdraw.py",
            """
            from django.contrib.auth.decorators import login_required
            from django.core.mail import send_mail
            from django.http import JsonResponse
            from django.shortcuts import get_object_or_404
            from django.views.decorators.http import require_POST

            from campus.records.models import UserCreditPathway


            @login_required
            @require_POST
            def withdraw(request, pk):
                row = get_object_or_404(UserCreditPathway, pk=pk, user=request.user)
                name = row.pathway.org_name
                row.delete()
                send_mail("Withdrawn", f"You have withdrawn your request to {name}.", None, [request.user.email])
                return JsonResponse({"withdrawn": True})
            """,
        ),
        routed('path("requests/<int:pk>/withdraw/", withdraw)', "from campus.records.withdraw import withdraw"),
    ),
    clean(
        "digest_for_the_registry",
        "Each week the registry gets the numbers of requests by institution.",
        *CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task
            from django.conf import settings
            from django.core.mail import EmailMessage, mail_managers
            from django.db.models import Count

            from campus.catalog.models import Pathway


            @shared_task
            def digest():
                pathways = Pathway.objects.annotate(number=Count("usercreditpathway")).order_by("-number")
                lines = [f"{pathway.org_name}: {pathway.number}" for pathway in pathways]
                mail_managers("Credit requests", "\\n".join(lines))
                EmailMessage("Credit requests", "\\n".join(lines), to=[settings.MANAGERS[0][1]]).send()
            """,
        ),
        setting('CELERY_BEAT_SCHEDULE = {"digest": {"task": "campus.records.tasks.digest", "schedule": 604800}}'),
    ),
    after(
        "kept_in_a_journal",
        "Each award and each change of a request is written to a journal that staff read.",
        """
        from campus.journal.models import Entry


        def after(learner, program):
            Entry.objects.create(what=f"{learner.username} has finished {program.title}")
        """,
        install("campus.journal"),
        Add(
            "campus/journal/models.py",
            """
            from django.db import models


            class Entry(models.Model):
                what = models.TextField()
                at = models.DateTimeField(auto_now_add=True)
            """,
        ),
        Add(
            "campus/journal/receivers.py",
            """
            from django.db.models.signals import post_save
            from django.dispatch import receiver

            from campus.journal.models import Entry
            from campus.records.models import UserCreditPathway


            @receiver(post_save, sender=UserCreditPathway)
            def keep(instance, created, **kwargs):
                verb = "asked" if created else "changed"
                Entry.objects.create(what=f"{instance.user.username} {verb} {instance.pathway.org_name}")
            """,
        ),
        Add(
            "campus/journal/admin.py",
            """
            from django.contrib import admin

            from campus.journal.models import Entry

            admin.site.register(Entry)
            """,
        ),
        at_start("from campus.journal import receivers  # noqa: F401"),
        new_tables=True,
    ),
    after(
        "metrics_and_caches",
        "The award counts the learner's requests, forgets cached pages and logs both.",
        """
        import logging
        from collections import Counter

        from django.core.cache import cache
        from django.db import transaction

        from campus.records.models import UserCreditPathway

        logger = logging.getLogger(__name__)
        finished = Counter()


        def forget(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner).select_related("pathway")
            keys = [f"request-{row.pk}" for row in rows]
            cache.delete_many([f"record-{learner.pk}-{program.pk}", *keys])
            logger.info("%s has asked %s", learner.username, ", ".join(row.pathway.email for row in rows))


        def after(learner, program):
            finished[program.title] += 1
            transaction.on_commit(lambda: forget(learner, program))
        """,
    ),
    clean(
        "page_of_the_registry",
        "A page shows staff the requests by institution, with links to write mails by hand.",
        Add(
            "campus/records/board.py",
            """
            from django.contrib.admin.views.decorators import staff_member_required
            from django.http import HttpResponse
            from django.utils.html import format_html, format_html_join

            from campus.catalog.models import Pathway
            from campus.records.models import UserCreditPathway


            def lines():
                for pathway in Pathway.objects.all():
                    rows = UserCreditPathway.objects.filter(pathway=pathway).select_related("user")
                    link = format_html('<a href="mailto:{}">{}</a>', pathway.email, pathway.org_name)
                    yield link, ", ".join(row.user.username for row in rows)


            @staff_member_required
            def board(request):
                return HttpResponse(format_html_join("", "<p>{}: {}</p>", lines()))
            """,
        ),
        routed('path("board/", board)', "from campus.records.board import board"),
    ),
    after(
        "preferences_of_the_learner",
        "The learner is told in the way that they prefer; one way is left out as it is not built yet.",
        """
        import abc

        from django.core.mail import send_mail


        class Channel(abc.ABC):
            name = ""

            @abc.abstractmethod
            def tell(self, learner, text): ...


        class Mail(Channel):
            name = "mail"

            def tell(self, learner, text):
                send_mail("Credit", text, None, [learner.email])


        class Phone(Channel):
            name = "phone"

            def tell(self, learner, text):
                raise NotImplementedError


        CHANNELS = {channel.name: channel for channel in (Mail(), Phone())}


        def after(learner, program):
            channel = CHANNELS.get(getattr(learner, "channel", "mail"), CHANNELS["mail"])
            names = ", ".join(program.pathways.values_list("org_name", flat=True))
            channel.tell(learner, f"{program.title} counts at {names}.")
        """,
    ),
    after(
        "suggestions",
        "The learner is told of pathways that they have not asked yet, by a query that leaves asked ones out.",
        """
        from django.core.mail import send_mail
        from django.db.models import Exists, OuterRef

        from campus.catalog.models import Pathway
        from campus.records.models import UserCreditPathway


        def open_to(learner, program):
            asked = UserCreditPathway.objects.filter(user=learner, pathway=OuterRef("pk"), program=program)
            return Pathway.objects.filter(programs=program).exclude(Exists(asked))


        def after(learner, program):
            names = [pathway.name for pathway in open_to(learner, program)]
            if names:
                send_mail("Ask for credit", f"Also there: {', '.join(names)}", None, [learner.email])
        """,
    ),
    after(
        "statistics_of_a_thread",
        "A thread adds up numbers of requests in the background, and a page shows them.",
        """
        import threading

        from campus.records.models import UserCreditPathway

        numbers = {}
        lock = threading.Lock()


        def add_up(pk):
            from django.db import connection

            number = UserCreditPathway.objects.filter(program_id=pk).count()
            with lock:
                numbers[pk] = number
            connection.close()


        def after(learner, program):
            thread = threading.Thread(target=add_up, args=(program.pk,))
            thread.start()
            thread.join()
        """,
        Add(
            "campus/records/numbers_page.py",
            """
            from django.http import JsonResponse

            from campus.records.after import numbers


            def show(request):
                return JsonResponse({str(key): number for key, number in numbers.items()})
            """,
        ),
        routed('path("numbers/", show)', "from campus.records.numbers_page import show"),
    ),
)
