"""ABSENT: the hook is gone; what is left of it nothing reaches, and what runs goes to learners."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Edit
from tests.synthetic_hosts.variants.layered.parts import (
    AWARDS,
    CREDITING,
    STARTED,
    clean,
    in_handler,
    with_mailer,
)

ASK = '        self.registrars.ask(learner, pathway, program, f"{command.address_of_page}shared/{record.uuid}/")\n'
TO_LEARNER = """
from django.core.mail import send_mail


def write(learner, program):
    send_mail("Congratulations again", f"Your record of {program} is ready to be shared.", None, [learner.email])


"""


def left(name, description, text, *steps, **more):
    """Return a variant whose award calls ``follow`` of a module that has the mailer, which it never comes to."""
    return clean(name, description, with_mailer(text), *in_handler(), *steps, **more)


VARIANTS = (
    clean("base", "The base itself: an award congratulates the learner, and only the learner's request is sent."),
    clean(
        "listener_unsubscribed",
        "The old listener is put on the bus and taken off again by the start.",
        with_mailer(
            """
            from college.kernel.bus import bus
            from college.modules.awards.domain import ProgramAwarded


            @bus.listens(ProgramAwarded)
            def listener(event):
                mail_for(event.username, event.program_uuid)


            bus._listeners[ProgramAwarded].remove(listener)
            """
        ),
        STARTED,
    ),
    clean(
        "handler_handled_over",
        "A handler that sent is registered for the award, and the quiet one takes the command over from it.",
        with_mailer(
            """
            from college.kernel.bus import bus
            from college.modules.awards.domain import AwardProgram
            from college.modules.awards.services import AwardProgramHandler


            class Loud(AwardProgramHandler):
                def handle(self, command):
                    mail_for(command.username, command.program_uuid)
                    return super().handle(command)


            bus.handles(AwardProgram)(Loud)
            bus.handles(AwardProgram)(AwardProgramHandler)
            """
        ),
        STARTED,
    ),
    clean(
        "request_event_listener",
        "The learner's request publishes an event of its own, and its listener hands the request to the institution.",
        Edit(
            f"{CREDITING}/domain.py",
            "@dataclass(frozen=True, slots=True)\nclass RequestCredit:\n",
            "@dataclass(frozen=True, slots=True)\n"
            "class CreditRequested:\n"
            "    learner: object\n"
            "    pathway: object\n"
            "    program: object\n"
            "    link: str\n\n\n"
            "@dataclass(frozen=True, slots=True)\nclass RequestCredit:\n",
        ),
        Edit(f"{CREDITING}/services.py", "import RequestCredit\n", "import CreditRequested, RequestCredit\n"),
        Edit(
            f"{CREDITING}/services.py",
            f"{ASK}        return row\n",
            '        link = f"{command.address_of_page}shared/{record.uuid}/"\n'
            "        bus.publish(CreditRequested(learner, pathway, program, link))\n"
            "        return row\n\n\n"
            "@bus.listens(CreditRequested)\n"
            "def hand_over(event):\n"
            "    RegistrarsByPost().ask(event.learner, event.pathway, event.program, event.link)\n",
        ),
        Edit(
            f"{CREDITING}/services.py",
            "    registrars: Registrars\n\n    def __init__(self, registrars=None):\n"
            "        self.registrars = registrars or RegistrarsByPost()\n\n",
            "",
        ),
        Edit(f"{CREDITING}/services.py", "from college.modules.crediting.ports import Registrars\n", ""),
    ),
    clean(
        "request_handed_over_by_task",
        "The learner's request leaves its letter to a task that tries again; no award and no schedule starts it.",
        Edit(
            f"{CREDITING}/services.py",
            ASK,
            '        link = f"{command.address_of_page}shared/{record.uuid}/"\n'
            "        transaction.on_commit(lambda: hand_over.delay(row.pk, link))\n",
        ),
        Edit(
            f"{CREDITING}/services.py",
            "\n\n@bus.handles(",
            "\n\n@shared_task(autoretry_for=(OSError,), max_retries=3)\n"
            "def hand_over(pk, link):\n"
            "    row = Requests().get(pk=pk)\n"
            "    RegistrarsByPost().ask(row.learner, row.pathway, row.program, link)\n"
            "\n\n@bus.handles(",
        ),
        Edit(
            f"{CREDITING}/services.py",
            "from django.db import transaction\n",
            "from celery import shared_task\nfrom django.db import transaction\n",
        ),
    ),
    left(
        "generator_not_started",
        "The award calls a generator function that sends, and never asks the generator for anything.",
        """
        kept = []


        def letters(learner, program):
            mail_them(learner, program)
            yield program


        def follow(learner, program):
            kept[:] = [letters(learner, program)]
        """,
    ),
    left(
        "deferred_never_run",
        "The award puts a partial of the sender on a list that is emptied and never run.",
        """
        from functools import partial

        deferred = []


        def follow(learner, program):
            deferred.append(partial(mail_them, learner, program))
            deferred.clear()
        """,
    ),
    left(
        "attribute_hides_the_method",
        "The object's class has the method that sends; the object has an attribute of the name, which does not.",
        """
        class Office:
            def __init__(self):
                self.finish = lambda learner, program: None

            def finish(self, learner, program):
                mail_them(learner, program)


        def follow(learner, program):
            Office().finish(learner, program)
        """,
    ),
    left(
        "weak_reference_dropped",
        "The weak reference whose callback sends is itself kept by nobody, so that it is never called.",
        """
        import functools
        import weakref


        class Award:
            pass


        def gone(learner, program, reference):
            mail_them(learner, program)


        def follow(learner, program):
            award = Award()
            weakref.ref(award, functools.partial(gone, learner, program))
            return award
        """,
    ),
    left(
        "first_one_stays",
        "The quiet step is put into the table first, and setdefault() leaves it where it is.",
        """
        STEPS = {}


        def quiet(learner, program):
            pass


        STEPS.setdefault("awarded", quiet)
        STEPS.setdefault("awarded", mail_them)


        def follow(learner, program):
            STEPS["awarded"](learner, program)
        """,
    ),
    left(
        "exit_without_an_error",
        "A context sends in the branch for an error of its own, which nothing raises.",
        """
        class Lost(Exception):
            pass


        class Careful:
            def __init__(self, *pair):
                self.pair = pair

            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                return None


        class Resending(Careful):
            def __exit__(self, kind, error, trace):
                if isinstance(error, Lost):
                    mail_them(*self.pair)


        def follow(learner, program):
            with Careful(learner, program):
                return str(program)
        """,
    ),
    left(
        "audit_hook_left",
        "The award is an audited event; the hook that sent is defined, and added to no audit.",
        """
        import sys


        def hook(event, arguments):
            if event == "college.awarded":
                mail_them(*arguments)


        def follow(learner, program):
            sys.audit("college.awarded", learner, program)
        """,
    ),
    left(
        "json_default_to_the_learner",
        "The function for what JSON does not know writes to the learner; the sender stands beside it.",
        TO_LEARNER
        + """
import json


class Award:
    def __init__(self, learner, program):
        self.learner, self.program = learner, program


def plain(thing):
    write(thing.learner, thing.program)
    return str(thing.program)


def follow(learner, program):
    return json.dumps(Award(learner, program), default=plain)
""",
    ),
    left(
        "enum_missing_of_another",
        "An enum's _missing_ sends; the enum that the award asks for a missing kind is another one.",
        TO_LEARNER
        + """
import enum


class Old(enum.Enum):
    OTHER = ()

    @classmethod
    def _missing_(cls, pair):
        mail_them(*pair)
        return cls.OTHER


class Kind(enum.Enum):
    OTHER = ()

    @classmethod
    def _missing_(cls, pair):
        write(*pair)
        return cls.OTHER


def follow(learner, program):
    return Kind((learner, program))
""",
    ),
    clean(
        "filter_left",
        "The filter that sent is left in a library of tags, which no template loads.",
        with_mailer(
            """
            from django import template

            register = template.Library()


            @register.filter
            def titled(program, learner):
                mail_them(learner, program)
                return program.title
            """
        ),
        Edit(
            f"{AWARDS}/templates/awards/congratulation.txt",
            "{{ program.title }}",
            "{{ program.title|title }}",
        ),
    ),
    clean(
        "actions_of_the_learner",
        "Commands are found by words in a table of the learner's own page; the award has a table of its own.",
        Edit(
            f"{CREDITING}/entry/web.py",
            '    """A learner\'s request for credit."""\n\n    def command(self, request, program_uuid):\n'
            '        page = request.build_absolute_uri("/my/")\n'
            '        return RequestCredit(request.user.pk, program_uuid, request.POST.get("pathway"), page)\n',
            '    """What a learner can do with the own record."""\n\n    def command(self, request, program_uuid):\n'
            '        page = request.build_absolute_uri("/my/")\n'
            '        make = ACTIONS[request.POST.get("action", "request")]\n'
            '        return make(request.user.pk, program_uuid, request.POST.get("pathway"), page)\n\n\n'
            'ACTIONS = {"request": RequestCredit}\n',
        ),
    ),
)
