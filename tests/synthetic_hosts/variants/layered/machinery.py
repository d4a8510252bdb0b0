"""Pairs of hosts with the same machinery between the award and a letter: to the institutions, or to the learner."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from tests.synthetic_hosts.overlay import Add, Step, Variant
from tests.synthetic_hosts.variants.layered.parts import clean, in_handler, install, present, setting, with_mailer

TO_LEARNER = """
from django.core.mail import EmailMessage


def write_learner(learner, program):
    EmailMessage("Well done", f"You have finished {program.title}.", to=[learner.email]).send()


"""
COMMAND = """
from django.core.management.base import BaseCommand

from college.modules.crediting.follow import relay


class Command(BaseCommand):
    def handle(self, **options):
        relay()
"""


def pair(
    name: str, description: str, text: str, *steps: Step, by: str = "follow", **more: Any
) -> tuple[Variant, Variant]:
    """Return two variants whose award comes by ``follow(learner, program)`` to WHOM, which stands for a writer."""
    body = TO_LEARNER + dedent(text).strip()
    return (
        present(
            f"machinery_{name}",
            f"{description} The institutions get it.",
            with_mailer(body.replace("WHOM", "mail_them")),
            *in_handler(),
            *steps,
            path=(by, "mail_them"),
            **more,
        ),
        clean(
            f"machinery_{name}_to_the_learner",
            f"{description} The learner gets it.",
            with_mailer(body.replace("WHOM", "write_learner")),
            *in_handler(),
            *steps,
            **more,
        ),
    )


VARIANTS = (
    *pair(
        "unit_of_work",
        "A unit of work collects events and handles them at its end.",
        """
        class UnitOfWork:
            handlers = {"finished": WHOM}

            def __enter__(self):
                self.events = []
                return self

            def collect(self, name, *what):
                self.events.append((name, what))

            def __exit__(self, kind, error, trace):
                if kind is None:
                    for name, what in self.events:
                        self.handlers[name](*what)


        def follow(learner, program):
            with UnitOfWork() as work:
                work.collect("finished", learner, program)
        """,
    ),
    *pair(
        "aggregate",
        "An aggregate keeps what has happened, and its repository tells of it when it saves.",
        """
        class Study:
            def __init__(self, learner, program):
                self.learner, self.program, self.happened = learner, program, []

            def finish(self):
                self.happened.append(("finished", self))


        class Studies:
            def __init__(self, listeners):
                self.listeners = listeners

            def save(self, study):
                while study.happened:
                    name, one = study.happened.pop(0)
                    for listener in self.listeners.get(name, ()):
                        listener(one)


        def on_finished(study):
            WHOM(study.learner, study.program)


        studies = Studies({"finished": [on_finished]})


        def follow(learner, program):
            study = Study(learner, program)
            study.finish()
            studies.save(study)
        """,
    ),
    *pair(
        "saga",
        "A saga runs its steps one after the other, and undoes them where one fails.",
        """
        class Step:
            def __init__(self, do, undo=lambda *what: None):
                self.do, self.undo = do, undo


        class Saga:
            def __init__(self, *steps):
                self.steps = steps

            def run(self, *what):
                done = []
                try:
                    for step in self.steps:
                        step.do(*what)
                        done.append(step)
                except RuntimeError:
                    for step in reversed(done):
                        step.undo(*what)
                    raise


        def check(learner, program):
            if not learner.is_active:
                raise RuntimeError("gone")


        def follow(learner, program):
            Saga(Step(check), Step(WHOM)).run(learner, program)
        """,
    ),
    *pair(
        "container",
        "A container makes a service of a dotted path, once.",
        """
        from django.utils.module_loading import import_string


        class Letters:
            def write(self, learner, program):
                WHOM(learner, program)


        class Container:
            def __init__(self, **providers):
                self.providers, self.made = providers, {}

            def __getattr__(self, name):
                if name not in self.providers:
                    raise AttributeError(name)
                return self.made.setdefault(name, import_string(self.providers[name])())


        container = Container(letters="college.modules.crediting.follow.Letters")


        def follow(learner, program):
            container.letters.write(learner, program)
        """,
    ),
    *pair(
        "middlewares",
        "Middlewares are wrapped around the last function.",
        """
        from functools import reduce


        def timed(inner):
            def run(learner, program):
                return inner(learner, program)

            return run


        def guarded(inner):
            return lambda learner, program: inner(learner, program) if learner.is_active else None


        chain = reduce(lambda inner, wrap: wrap(inner), (timed, guarded), WHOM)


        def follow(learner, program):
            chain(learner, program)
        """,
    ),
    *pair(
        "result",
        "A result is passed on while nothing fails.",
        """
        class Ok:
            def __init__(self, value):
                self.value = value

            def then(self, function):
                try:
                    return Ok(function(self.value))
                except ValueError as error:
                    return Failed(error)


        class Failed(Ok):
            def then(self, function):
                return self


        def follow(learner, program):
            return Ok((learner, program)).then(lambda what: WHOM(*what)).then(lambda done: "told")
        """,
    ),
    *pair(
        "convention",
        "The method for an event is found by the name of its class.",
        """
        class StudyFinished:
            def __init__(self, *what):
                self.what = what


        class Notifier:
            def handle(self, event):
                name = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(event).__name__)
                return getattr(self, f"on{name}", self.ignore)(event)

            def on_study_finished(self, event):
                WHOM(*event.what)

            def ignore(self, event):
                return None


        def follow(learner, program):
            Notifier().handle(StudyFinished(learner, program))
        """,
    ),
    *pair(
        "annotation",
        "The listener for an event is found by the annotation of its parameter.",
        """
        from dataclasses import dataclass
        from typing import Any, get_type_hints


        @dataclass
        class StudyFinished:
            learner: Any
            program: Any


        listeners = {}


        def listens(function):
            for kind in get_type_hints(function).values():
                listeners.setdefault(kind, []).append(function)
            return function


        @listens
        def tell(event: StudyFinished):
            WHOM(event.learner, event.program)


        def follow(learner, program):
            event = StudyFinished(learner, program)
            for listener in listeners.get(type(event), ()):
                listener(event)
        """,
    ),
    *pair(
        "generator",
        "The handler yields what is to be done next, and the loop does it.",
        """
        def finished(learner, program):
            yield "noted", (learner, program)
            yield "told", (learner, program)


        def note(learner, program):
            return None


        DOES = {"noted": note, "told": WHOM}


        def follow(learner, program):
            for name, what in finished(learner, program):
                DOES[name](*what)
        """,
    ),
    *pair(
        "projection",
        "A projection applies each event by its type.",
        """
        from functools import singledispatchmethod


        class Finished:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program


        class Projection:
            @singledispatchmethod
            def apply(self, event):
                raise NotImplementedError

            @apply.register
            def _(self, event: Finished):
                WHOM(event.learner, event.program)

            @apply.register
            def _(self, event: str):
                return event


        def follow(learner, program):
            Projection().apply(Finished(learner, program))
        """,
    ),
    *pair(
        "visitor",
        "A visitor comes to each part of a study.",
        """
        class Part:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def accept(self, visitor):
                return getattr(visitor, f"visit_{type(self).__name__.lower()}")(self)


        class Course(Part):
            pass


        class Whole(Part):
            pass


        class Telling:
            def visit_course(self, part):
                return None

            def visit_whole(self, part):
                WHOM(part.learner, part.program)


        def follow(learner, program):
            for kind in (Course, Whole):
                kind(learner, program).accept(Telling())
        """,
    ),
    *pair(
        "port",
        "A setting names the adapter of a port.",
        """
        from typing import Protocol

        from django.conf import settings
        from django.utils.module_loading import import_string


        class Port(Protocol):
            def tell(self, learner, program): ...


        class Silent:
            def tell(self, learner, program):
                return None


        class Writing:
            def tell(self, learner, program):
                WHOM(learner, program)


        def port() -> Port:
            return import_string(settings.TELLING)()


        def follow(learner, program):
            port().tell(learner, program)
        """,
        setting('TELLING = "college.modules.crediting.follow.Writing"'),
    ),
    *pair(
        "plugins",
        "Plugins are the subclasses of a base, each asked whether it cares.",
        """
        class Plugin:
            def cares(self, name):
                return False

            def run(self, learner, program):
                raise NotImplementedError


        class AtTheEnd(Plugin):
            def cares(self, name):
                return name == "finished"

            def run(self, learner, program):
                WHOM(learner, program)


        def follow(learner, program):
            for plugin in Plugin.__subclasses__():
                if plugin().cares("finished"):
                    plugin().run(learner, program)
        """,
    ),
    *pair(
        "outbox",
        "The award leaves a note in an outbox, and a command acts on each.",
        """
        from college.modules.outbox.models import Entry


        def follow(learner, program):
            Entry.objects.create(what="finished", learner_id=learner.pk, program_id=program.pk)


        def relay():
            from college.modules.catalog.models import Program
            from college.modules.people.models import Member

            for entry in Entry.objects.all():
                WHOM(Member.objects.get(pk=entry.learner_id), Program.objects.get(pk=entry.program_id))
                entry.delete()
        """,
        install("college.modules.outbox"),
        Add(
            "college/modules/outbox/models.py",
            """
            from django.db import models


            class Entry(models.Model):
                what = models.CharField(max_length=32)
                learner_id = models.PositiveIntegerField()
                program_id = models.PositiveIntegerField()
            """,
        ),
        Add("college/modules/crediting/management/commands/relay_entries.py", COMMAND),
        by="relay",
        new_tables=True,
    ),
    *pair(
        "observers",
        "Observers are kept by weak references, and one of them lives as long as its module.",
        """
        import weakref


        class Finish:
            def __init__(self):
                self.observers = weakref.WeakSet()

            def happen(self, *what):
                for observer in list(self.observers):
                    observer.update(*what)


        class Observer:
            def update(self, learner, program):
                WHOM(learner, program)


        finish, observer = Finish(), Observer()
        finish.observers.add(observer)


        def follow(learner, program):
            finish.happen(learner, program)
        """,
    ),
    *pair(
        "state_machine",
        "A state machine calls what enters the state that a table of transitions leads to.",
        """
        class Machine:
            transitions = {("open", "finish"): "closed", ("closed", "reopen"): "open"}

            def __init__(self, learner, program):
                self.state, self.what = "open", (learner, program)

            def trigger(self, name):
                self.state = self.transitions[self.state, name]
                entered = getattr(self, f"enter_{self.state}", None)
                if entered is not None:
                    entered()

            def enter_closed(self):
                WHOM(*self.what)


        def follow(learner, program):
            Machine(learner, program).trigger("finish")
        """,
    ),
)
