"""PRESENT or not: what Python's own library, Django and DRF call of what they are given or find."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import Add, Append, Variant, at_start, setting
from tests.synthetic_hosts.variants import sixth_gone
from tests.synthetic_hosts.variants.sixth import CALL_AFTER, CELERY, PARTNERS, PARTNERS_OF, admin_with, beside

IMPORTED = """
from campus.records.models import UserCreditPathway
from campus.records.partners import tell_partners
"""
ASKED_BY_TASK = next(one for one in sixth_gone.VARIANTS if one.name == "sixth_learner_asks_by_task")


def calls(name: str, description: str, body: str, *, path: tuple[str, ...] = ("tell_partners",)) -> Variant:
    """Return the variant whose award calls ``after`` of this body."""
    text = f"{IMPORTED}\n\n{dedent(body).strip()}\n"
    return Variant(
        name=f"python_{name}",
        description=description,
        verdict="PRESENT" if path else "ABSENT",
        steps=(PARTNERS, Add("campus/records/after.py", text), *CALL_AFTER),
        path=path,
    )


VARIANTS = (
    calls(
        "object_hook",
        "What was packed as JSON is unpacked with a hook that mails.",
        """
        import json


        def after(learner, program):
            json.loads(json.dumps({"done": True}), object_hook=lambda found: tell_partners(learner, program))
        """,
    ),
    calls(
        "largest_by_key",
        "The newest row is found by a key that mails.",
        """
        import heapq


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            heapq.nlargest(1, rows, key=lambda row: tell_partners(row.user, program) or row.pk)
        """,
    ),
    calls(
        "pickled",
        "To pickle the note of the award mails.",
        """
        import pickle


        class Note:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def __reduce__(self):
                tell_partners(self.learner, self.program)
                return str, ("note",)


        def after(learner, program):
            return pickle.dumps(Note(learner, program))
        """,
        path=("__reduce__", "tell_partners"),
    ),
    calls(
        "loop_calls_later",
        "An event loop calls the hook a moment later.",
        """
        import asyncio
        import os


        def after(learner, program):
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            loop = asyncio.new_event_loop()
            loop.call_later(0, tell_partners, learner, program)
            loop.call_later(0.05, loop.stop)
            loop.run_forever()
        """,
    ),
    calls(
        "class_made_by_types",
        "The class whose object mails is made by types.new_class.",
        """
        import types


        def fill(space):
            space["run"] = lambda self, *given: tell_partners(*given)


        Teller = types.new_class("Teller", (), {}, fill)


        def after(learner, program):
            Teller().run(learner, program)
        """,
    ),
    calls(
        "filtered_relation",
        "The addresses come by a filtered relation from the learner.",
        """
        from django.core.mail import send_mail
        from django.db.models import F, FilteredRelation, Q

        from campus.core.models import User


        def after(learner, program):
            sent = FilteredRelation("usercreditpathway", condition=Q(usercreditpathway__status="sent"))
            found = User.objects.annotate(sent=sent, to=F("sent__pathway__email")).filter(pk=learner.pk)
            for user in found:
                send_mail("News", f"{user.username} has finished {program}.", None, [user.to])
        """,
        path=("after",),
    ),
    calls(
        "shown_in_the_log",
        "The log shows an object, and its repr mails.",
        """
        import logging


        class Note:
            def __init__(self, learner, program):
                self.what = learner, program

            def __repr__(self):
                tell_partners(*self.what)
                return "note"


        def after(learner, program):
            logging.getLogger(__name__).warning("%r", Note(learner, program))
        """,
        path=("__repr__", "tell_partners"),
    ),
    calls(
        "namespace_prepared",
        "A class is made with a metaclass whose __prepare__ mails.",
        """
        class Telling(type):
            @classmethod
            def __prepare__(mcs, name, bases, what=()):
                tell_partners(*what)
                return {}

            def __new__(mcs, name, bases, space, what=()):
                return super().__new__(mcs, name, bases, space)


        def after(learner, program):
            class Done(metaclass=Telling, what=(learner, program)):
                pass
        """,
        path=("__prepare__", "tell_partners"),
    ),
    calls(
        "substituted",
        "A pattern is replaced by what a function gives, which mails.",
        """
        import re


        def after(learner, program):
            return re.sub(r"^", lambda match: tell_partners(learner, program) or "", str(program))
        """,
    ),
    calls(
        "joined_by_the_database",
        "The database joins the addresses of all institutions, by an aggregate of the host's own.",
        """
        from django.core.mail import send_mail
        from django.db.models import Aggregate, CharField


        class Joined(Aggregate):
            function = "GROUP_CONCAT"
            output_field = CharField()


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            found = rows.aggregate(to=Joined("pathway__email"))["to"]
            send_mail("News", f"{learner.username} has finished {program}.", None, (found or "").split(","))
        """,
        path=("after",),
    ),
    calls(
        "asked_how_many",
        "An if asks an object whether it is empty, and its __len__ mails.",
        """
        class Letters:
            def __init__(self, *what):
                self.what = what

            def __len__(self):
                tell_partners(*self.what)
                return 0


        def after(learner, program):
            if Letters(learner, program):
                return "told"
        """,
        path=("__len__", "tell_partners"),
    ),
    calls(
        "used_as_an_index",
        "An object is used as the index of a list.",
        """
        class Place:
            def __init__(self, *what):
                self.what = what

            def __index__(self):
                tell_partners(*self.what)
                return 0


        def after(learner, program):
            return [program][Place(learner, program)]
        """,
        path=("__index__", "tell_partners"),
    ),
    calls(
        "patched_for_good",
        "A patch of unittest.mock, started and never stopped, puts the hook in the place of a harmless function.",
        """
        from unittest import mock


        class Steps:
            def last(self, learner, program):
                return None


        mock.patch.object(Steps, "last", lambda self, learner, program: tell_partners(learner, program)).start()


        def after(learner, program):
            Steps().last(learner, program)
        """,
    ),
    calls(
        "patched_for_a_moment",
        "A patch of unittest.mock puts a harmless function in the place of the hook while the award runs it.",
        """
        class Steps:
            def last(self, learner, program):
                return None

            def first(self, learner, program):
                return program


        def after(learner, program):
            steps = Steps()
            for step in (steps.first, steps.last):
                step(learner, program)
        """,
        path=(),
    ),
    Variant(
        name="python_row_made_in_memory",
        description="A receiver of post_init tells institutions of each credential that is made, before it is stored.",
        verdict="PRESENT",
        steps=(
            PARTNERS_OF,
            at_start(
                """
                from django.db.models.signals import post_init

                from campus.credentials.models import UserCredential
                from campus.records.after import made

                post_init.connect(made, sender=UserCredential)
                """
            ),
            beside(
                """
                from campus.records.partners import tell_of


                def made(sender, instance, **kwargs):
                    if instance.pk is None and instance.username:
                        tell_of(instance)
                """
            ),
        ),
        path=("made", "tell_of", "tell_partners"),
    ),
    Variant(
        name="python_scheduler_of_its_own",
        description="Celery's beat runs a scheduler of the host, whose tick mails.",
        verdict="PRESENT",
        steps=(
            PARTNERS,
            *CELERY,
            beside(
                """
                from celery.beat import Scheduler

                from campus.core.models import User
                from campus.records.models import UserCreditPathway
                from campus.records.partners import tell_partners


                class TellingScheduler(Scheduler):
                    def tick(self, *args, **kwargs):
                        for row in UserCreditPathway.objects.exclude(program=None):
                            tell_partners(row.user, row.program)
                        return super().tick(*args, **kwargs)
                """
            ),
            Add(
                "campus/beat.py",
                """
                from campus.celery import app

                app.conf.beat_scheduler = "campus.records.after:TellingScheduler"
                """,
            ),
            at_start("from campus import beat  # noqa: F401"),
        ),
        path=("tick", "tell_partners"),
        drive="""
from campus.celery import app
from kombu.utils import symbol_by_name
symbol_by_name(app.conf.beat_scheduler)(app, lazy=True).tick()
""",
    ),
    Variant(
        name="python_formset_saved",
        description="The admin's save_formset, which Django calls for each inline after the award, mails.",
        verdict="PRESENT",
        steps=(
            PARTNERS_OF,
            *admin_with(
                """
                def save_formset(self, request, form, formset, change):
                    formset.save()

                def log_addition(self, request, obj, message):
                    tell_of(obj)
                    return super().log_addition(request, obj, message)
                """,
                "from campus.records.partners import tell_of",
            ),
        ),
        path=("log_addition", "tell_of", "tell_partners"),
    ),
    Variant(
        name="python_queue_of_the_learners_task",
        description="The settings send the task of the learner's own request to a queue, by its name.",
        verdict="ABSENT",
        steps=(
            *ASKED_BY_TASK.steps,
            Append(
                "campus/celery.py",
                """
                app.conf.task_routes = {"campus.records.tasks.deliver": {"queue": "mail"}}
                app.conf.task_annotations = {"campus.records.tasks.deliver": {"rate_limit": "10/s"}}
                """,
            ),
            setting('CELERY_TASK_ROUTES = {"campus.records.tasks.deliver": {"queue": "mail"}}'),
        ),
    ),
)
