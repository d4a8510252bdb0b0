"""The host in layers: what survives there, what is gone, and what can't be decided."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.bases import LAYERED
from tests.synthetic_hosts.overlay import Add, Append, Edit, Step, Variant, Verdict

SERVICES = "college/modules/awards/services.py"
TASKS = "college/modules/awards/entry/tasks.py"
WEB = "college/modules/awards/entry/web.py"
BUS = "college/kernel/bus.py"
LETTERS = "college/modules/awards/adapters/letters.py"
SETTINGS = "college/project/settings.py"
CREDITING = "college/modules/crediting/apps.py"
PUBLISHED = "        bus.publish(self.event(credential, certificate, is_new))\n"
READY = "        from college.modules.crediting import services  # noqa: F401 - importing them puts them on the bus\n"
AGAIN = Add(
    "college/modules/crediting/again.py",
    """
    from college.modules.crediting.adapters.post import RegistrarsByPost
    from college.modules.crediting.models import CreditRequest


    def ask_again(learner, program):
        for row in CreditRequest.objects.of(learner).along(program):
            RegistrarsByPost().ask(learner, row.pathway, program)


    def ask_again_of(event):
        from college.modules.catalog.models import Program
        from college.modules.people.models import Member

        for learner in Member.objects.filter(username=event.username):
            ask_again(learner, Program.objects.get(uuid=event.program_uuid))
    """,
)


def made(verdict: Verdict, name: str, description: str, *steps: Step, **more) -> Variant:
    return Variant(
        name=f"sixth_layered_{name}", description=description, verdict=verdict, steps=steps, base=LAYERED, **more
    )


def started(text: str) -> Edit:
    """Return the step that lets the crediting module do this when the host starts."""
    lines = "".join(f"        {line}\n" if line else "\n" for line in dedent(text).strip().splitlines())
    return Edit(CREDITING, READY, READY + lines)


def app(name: str) -> Edit:
    """Return the step that installs an app, which has no migrations."""
    return Edit(SETTINGS, '    "credit_migration",\n', f'    "{name}",\n    "credit_migration",\n')


def imported(text: str, path: str = SERVICES) -> Edit:
    anchor = "from college.kernel.bus import bus\n"
    return Edit(path, anchor, f"{text}\n{anchor}")


VARIANTS = (
    made(
        "PRESENT",
        "task_link",
        "The awards for later are sent with a link: the task that follows asks the institutions.",
        AGAIN,
        Append(
            TASKS,
            """
            @shared_task(name="college.follow_award", ignore_result=True)
            def follow_award(username, program_uuid):
                from college.modules.awards.domain import ProgramAwarded
                from college.modules.crediting.again import ask_again_of

                ask_again_of(ProgramAwarded(username, program_uuid, False))
            """,
        ),
        Edit(
            WEB,
            '            award_program.delay(award["username"], award["program_uuid"])\n',
            '            given = (award["username"], award["program_uuid"])\n'
            "            award_program.apply_async(given, link=follow_award.si(*given))\n",
        ),
        Edit(WEB, "tasks import award_program\n", "tasks import award_program, follow_award\n"),
        path=("follow_award", "ask_again"),
    ),
    made(
        "PRESENT",
        "listener_of_the_base_event",
        "Events have a base class, the bus publishes along the MRO, and a listener of the base asks.",
        AGAIN,
        Edit(
            BUS,
            "        for listener in self._listeners[type(event)]:\n            listener(event)\n",
            "        for kind in type(event).__mro__:\n"
            "            for listener in self._listeners.get(kind, ()):\n                listener(event)\n",
        ),
        Edit(
            "college/modules/awards/domain.py",
            "@dataclass(frozen=True, slots=True)\nclass ProgramAwarded:\n",
            "class Event:\n    __slots__ = ()\n\n\n@dataclass(frozen=True, slots=True)\nclass ProgramAwarded(Event):\n",
        ),
        Add(
            "college/modules/crediting/listeners.py",
            """
            from college.kernel.bus import bus
            from college.modules.awards.domain import Event
            from college.modules.crediting.again import ask_again_of


            @bus.listens(Event)
            def whatever_happens(event):
                if getattr(event, "is_new", False):
                    ask_again_of(event)
            """,
        ),
        started("from college.modules.crediting import listeners  # noqa: F401"),
        path=("whatever_happens", "ask_again"),
    ),
    made(
        "PRESENT",
        "bus_middleware",
        "The bus wraps its handlers in layers; one of them asks the institutions after an award.",
        AGAIN,
        Edit(
            BUS,
            "        return handler_class().handle(command)\n",
            "        call = reduce(lambda inner, layer: layer(inner), reversed(self.layers), handler_class().handle)\n"
            "        return call(command)\n",
        ),
        Edit(BUS, "        self._handlers = {}\n", "        self._handlers = {}\n        self.layers = []\n"),
        Edit(
            BUS,
            "from collections import defaultdict\n",
            "from collections import defaultdict\nfrom functools import reduce\n",
        ),
        Add(
            "college/modules/crediting/layers.py",
            """
            from college.modules.awards.domain import AwardProgram
            from college.modules.crediting.again import ask_again_of


            class AskingLayer:
                def __init__(self, inner):
                    self.inner = inner

                def __call__(self, command):
                    result = self.inner(command)
                    if isinstance(command, AwardProgram):
                        ask_again_of(command)
                    return result
            """,
        ),
        started(
            """
            from college.kernel.bus import bus
            from college.modules.crediting.layers import AskingLayer

            bus.layers += [AskingLayer]
            """
        ),
        path=("ask_again_of", "ask_again"),
    ),
    made(
        "PRESENT",
        "container",
        "A container gives the adapter of a port by its annotation; the settings name the one that also asks.",
        AGAIN,
        Add(
            "college/kernel/container.py",
            """
            from typing import get_type_hints

            from django.conf import settings
            from django.utils.module_loading import import_string


            def resolve(port):
                return import_string(settings.ADAPTERS[port.__name__])()


            def wire(handler):
                for name, port in get_type_hints(type(handler)).items():
                    setattr(handler, name, resolve(port))
                return handler
            """,
        ),
        Edit(
            SERVICES,
            "        self.letters = letters or LearnerLetters()\n",
            "        wire(self)\n",
        ),
        imported("from college.kernel.container import wire"),
        Add(
            "college/modules/awards/adapters/both.py",
            """
            from college.modules.awards.adapters.letters import LearnerLetters
            from college.modules.crediting.again import ask_again


            class LettersToAll(LearnerLetters):
                def congratulate(self, learner, program):
                    super().congratulate(learner, program)
                    ask_again(learner, program)
            """,
        ),
        Append(SETTINGS, 'ADAPTERS = {"Congratulations": "college.modules.awards.adapters.both.LettersToAll"}\n'),
        path=("congratulate", "ask_again"),
    ),
    made(
        "PRESENT",
        "saga",
        "A listener yields the commands that are to follow, and the bus dispatches them.",
        Edit(
            BUS,
            "            listener(event)\n",
            "            for command in listener(event) or ():\n                self.dispatch(command)\n",
        ),
        Add(
            "college/modules/crediting/saga.py",
            """
            from dataclasses import dataclass

            from college.kernel.bus import bus
            from college.kernel.handlers import Handler
            from college.modules.awards.domain import ProgramAwarded
            from college.modules.crediting.adapters.post import RegistrarsByPost
            from college.modules.crediting.models import CreditRequest


            @dataclass(frozen=True)
            class RemindRegistrar:
                request_id: int


            @bus.handles(RemindRegistrar)
            class RemindRegistrarHandler(Handler):
                def handle(self, command):
                    row = CreditRequest.objects.get(pk=command.request_id)
                    program = row.program or row.pathway.programs.first()
                    RegistrarsByPost().ask(row.learner, row.pathway, program)


            @bus.listens(ProgramAwarded)
            def follow_award(event):
                for row in CreditRequest.objects.filter(learner__username=event.username):
                    yield RemindRegistrar(row.pk)
            """,
        ),
        started("from college.modules.crediting import saga  # noqa: F401"),
        path=("handle",),
    ),
    made(
        "PRESENT",
        "outbox",
        "Events go to a table as JSON; a command reads them and calls the listener of their name.",
        AGAIN,
        Add(
            "college/modules/outbox/models.py",
            """
            from django.db import models


            class Stored(models.Model):
                kind = models.CharField(max_length=64)
                data = models.JSONField()
            """,
        ),
        app("college.modules.outbox"),
        Edit(
            SERVICES,
            PUBLISHED,
            PUBLISHED
            + "        event = self.event(credential, certificate, is_new)\n"
            + "        Stored.objects.create(kind=type(event).__name__, data={\n"
            + '            "username": event.username, "program_uuid": str(event.program_uuid)})\n',
        ),
        imported("from college.modules.outbox.models import Stored"),
        Add("college/modules/crediting/management/__init__.py", ""),
        Add("college/modules/crediting/management/commands/__init__.py", ""),
        Add(
            "college/modules/crediting/management/commands/drain.py",
            """
            from types import SimpleNamespace

            from django.core.management.base import BaseCommand

            from college.modules.crediting.again import ask_again_of
            from college.modules.outbox.models import Stored

            CONSUMERS = {"ProgramAwarded": [ask_again_of], "ProgramRevoked": []}


            class Command(BaseCommand):
                def handle(self, **options):
                    for stored in Stored.objects.order_by("pk"):
                        for consume in CONSUMERS[stored.kind]:
                            consume(SimpleNamespace(**stored.data))
                        stored.delete()
            """,
        ),
        new_tables=True,
        path=("handle", "ask_again_of", "ask_again"),
    ),
    made(
        "PRESENT",
        "sweep",
        "The nightly sweep of sessions also sweeps up the requests of those who have a certificate by now.",
        Edit(
            TASKS,
            "    SessionStore.clear_expired()\n",
            """    SessionStore.clear_expired()
    sweep_requests()


def sweep_requests():
    from college.modules.awards.models import UserCredential
    from college.modules.crediting.adapters.post import RegistrarsByPost
    from college.modules.crediting.models import CreditRequest

    awarded = UserCredential.objects.awarded().values("username")
    for row in CreditRequest.objects.filter(learner__username__in=awarded):
        program = row.program or row.pathway.programs.first()
        RegistrarsByPost().ask(row.learner, row.pathway, program)
""",
        ),
        path=("sweep_sessions", "sweep_requests"),
    ),
    made(
        "PRESENT",
        "blind_copy",
        "The congratulation goes as a blind copy to every institution that the learner ever asked.",
        Edit(
            LETTERS,
            '        send_mail(f"Congratulations on finishing {program.title}!", text, None, [learner.email])\n',
            '        copies = [asked.pathway.contact for asked in learner.asked.select_related("pathway")]\n'
            '        title = f"Congratulations on finishing {program.title}!"\n'
            "        EmailMessage(title, text, to=[learner.email], bcc=copies).send()\n",
        ),
        Edit(LETTERS, "from django.core.mail import send_mail\n", "from django.core.mail import EmailMessage\n"),
        path=("congratulate",),
    ),
    made(
        "ABSENT",
        "unasked_command",
        "A handler of a command to ask again is on the bus still, but nothing makes such a command.",
        AGAIN,
        Add(
            "college/modules/crediting/resend.py",
            """
            from dataclasses import dataclass

            from college.kernel.bus import bus
            from college.kernel.handlers import Handler
            from college.modules.crediting.again import ask_again


            @dataclass(frozen=True)
            class AskAgain:
                learner: object
                program: object


            @bus.handles(AskAgain)
            class AskAgainHandler(Handler):
                def handle(self, command):
                    ask_again(command.learner, command.program)
            """,
        ),
        started("from college.modules.crediting import resend  # noqa: F401"),
    ),
    made(
        "ABSENT",
        "listener_forgotten",
        "The listener is put on the bus where it is written, and taken off when the host starts.",
        AGAIN,
        Append(
            "college/modules/crediting/again.py",
            """
            from college.kernel.bus import bus  # noqa: E402
            from college.modules.awards.domain import ProgramAwarded  # noqa: E402

            bus.listens(ProgramAwarded)(ask_again_of)
            """,
        ),
        Edit(
            BUS,
            "    def dispatch(self, command):\n",
            "    def forget(self, event_type, listener):\n"
            "        self._listeners[event_type].remove(listener)\n\n    def dispatch(self, command):\n",
        ),
        started(
            """
            from college.kernel.bus import bus
            from college.modules.awards.domain import ProgramAwarded
            from college.modules.crediting import again

            bus.forget(ProgramAwarded, again.ask_again_of)
            """
        ),
    ),
    made(
        "ABSENT",
        "registry_told",
        "After an award the college's registry is told how many requests the learner has made.",
        Add(
            "college/modules/crediting/listeners.py",
            """
            from django.conf import settings
            from django.core.mail import send_mail

            from college.kernel.bus import bus
            from college.modules.awards.domain import ProgramAwarded
            from college.modules.crediting.models import CreditRequest


            @bus.listens(ProgramAwarded)
            def tell_registry(event):
                number = CreditRequest.objects.filter(learner__username=event.username).count()
                registry = [address for _, address in settings.MANAGERS]
                send_mail("Award", f"{event.username}: {number} requests so far", None, registry)
            """,
        ),
        Append(SETTINGS, 'MANAGERS = [("Registry", "registry@college.example")]\n'),
        started("from college.modules.crediting import listeners  # noqa: F401"),
    ),
    made(
        "ABSENT",
        "silent_registrars",
        "The award still asks its registrars, who are silent ones now.",
        Add(
            "college/modules/crediting/adapters/silent.py",
            """
            import logging


            class SilentRegistrars:
                def ask(self, learner, pathway, program, link=""):
                    logging.getLogger(__name__).debug("%s: nothing is sent to %s.", learner.pk, pathway.pk)
            """,
        ),
        Edit(
            SERVICES,
            PUBLISHED,
            "        for row in CreditRequest.objects.filter(learner=learner):\n"
            "            self.registrars.ask(learner, row.pathway, certificate.program)\n" + PUBLISHED,
        ),
        Edit(
            SERVICES,
            "        self.certificates = Certificates()\n",
            "        self.registrars: Registrars = SilentRegistrars()\n        self.certificates = Certificates()\n",
        ),
        imported(
            "from college.modules.crediting.adapters.silent import SilentRegistrars\n"
            "from college.modules.crediting.models import CreditRequest\n"
            "from college.modules.crediting.ports import Registrars"
        ),
    ),
    made(
        "ABSENT",
        "letter_with_pathways",
        "The congratulation names the institutions that the learner may ask, with a copy to the registry.",
        Edit(
            LETTERS,
            '        send_mail(f"Congratulations on finishing {program.title}!", text, None, [learner.email])\n',
            "        left = program.pathways.exclude(asked__learner=learner)\n"
            '        names = ", ".join(left.values_list("institution", flat=True))\n'
            '        EmailMessage(\n            f"Congratulations on finishing {program.title}!",\n'
            '            f"{text}\\nYou may ask for credit at: {names}",\n            to=[learner.email],\n'
            "            bcc=[settings.DEFAULT_FROM_EMAIL],\n        ).send()\n",
        ),
        Edit(
            LETTERS,
            "from django.core.mail import send_mail\n",
            "from django.conf import settings\nfrom django.core.mail import EmailMessage\n",
        ),
    ),
    made(
        "ABSENT",
        "record_shared",
        "A listener shares the record at the award, so that the learner's own page can link to it; it sends nothing.",
        Add(
            "college/modules/crediting/listeners.py",
            """
            from college.kernel.bus import bus
            from college.modules.awards.domain import ProgramAwarded
            from college.modules.crediting.repositories import Programs, Records
            from college.modules.people.repositories import Members


            @bus.listens(ProgramAwarded)
            def share_record(event):
                learner = Members().find(username=event.username)
                if learner is not None:
                    Records().share(learner, Programs().get(uuid=event.program_uuid))
            """,
        ),
        started("from college.modules.crediting import listeners  # noqa: F401"),
    ),
    made(
        "INCONCLUSIVE",
        "rules_in_the_database",
        "After an award, rules that the staff keeps in a table are evaluated as Python.",
        Add(
            "college/modules/rules/models.py",
            """
            from django.db import models


            class Rule(models.Model):
                expression = models.TextField()


            def follow(learner, program):
                for rule in Rule.objects.all():
                    eval(rule.expression, {"learner": learner, "program": program})
            """,
        ),
        app("college.modules.rules"),
        Edit(SERVICES, PUBLISHED, f"        follow(learner, certificate.program)\n{PUBLISHED}"),
        imported("from college.modules.rules.models import follow"),
        new_tables=True,
    ),
    made(
        "INCONCLUSIVE",
        "listeners_that_are_not_there",
        "The settings name a listener of a package that is not installed here; what can't be imported is passed over.",
        Append(SETTINGS, 'LISTENERS = ["college_partners.listeners.tell_registrars"]\n'),
        started(
            """
            from django.conf import settings
            from django.utils.module_loading import import_string

            from college.kernel.bus import bus
            from college.modules.awards.domain import ProgramAwarded

            for dotted in settings.LISTENERS:
                try:
                    bus.listens(ProgramAwarded)(import_string(dotted))
                except ImportError:
                    continue
            """
        ),
    ),
    made(
        "INCONCLUSIVE",
        "script_of_the_operators",
        "After an award a program of the operators is run, by a path of the environment.",
        Edit(
            SERVICES,
            PUBLISHED,
            '        if script := os.environ.get("COLLEGE_AFTER_AWARD"):\n'
            "            subprocess.run([script, command.username, str(command.program_uuid)], check=False)\n"
            + PUBLISHED,
        ),
        Edit(SERVICES, "import logging\n", "import logging\nimport os\nimport subprocess\n"),
    ),
)
