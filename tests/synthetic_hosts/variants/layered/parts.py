"""What the families over the layered host share: the hook's body, and where an award can be made to come to it."""

from __future__ import annotations

from textwrap import dedent, indent
from typing import Any

from tests.synthetic_hosts.bases import LAYERED
from tests.synthetic_hosts.overlay import Add, Append, Edit, Step, Variant, Verdict

SETTINGS = "college/project/settings.py"
AWARDS = "college/modules/awards"
CREDITING = "college/modules/crediting"
SERVICES = f"{AWARDS}/services.py"
MODELS = f"{AWARDS}/models.py"
ADMIN = f"{AWARDS}/admin.py"
FOLLOW = f"{CREDITING}/follow.py"
PUBLISH = "        bus.publish(self.event(credential, certificate, is_new))\n"
TO_NOTE = "\n\n@bus.listens(ProgramAwarded)\n@bus.listens(ProgramRevoked)\ndef note("

MAIL_THEM = """\
from college.modules.crediting.adapters.post import RequestLetter
from college.modules.crediting.models import CreditRequest, State


def mail_them(learner, program):
    for row in CreditRequest.objects.of(learner).along(program).filter(status=State.SENT).select_related("pathway"):
        RequestLetter(learner, row.pathway, program).send()
"""
OF_NAMES = """

def mail_for(username, program_uuid):
    from college.modules.catalog.models import Program
    from college.modules.people.models import Member

    for learner in Member.objects.filter(username=username):
        mail_them(learner, Program.objects.get(uuid=program_uuid))


def mail_for_credential(credential):
    mail_for(credential.username, credential.credential.program_uuid)
"""


def _variant(verdict: Verdict, name: str, description: str, *steps: Step, **more: Any) -> Variant:
    return Variant(name=f"layered_{name}", description=description, verdict=verdict, steps=steps, base=LAYERED, **more)


def clean(name: str, description: str, *steps: Step, **more: Any) -> Variant:
    return _variant("ABSENT", name, description, *steps, **more)


def unknown(name: str, description: str, *steps: Step, **more: Any) -> Variant:
    return _variant("INCONCLUSIVE", name, description, *steps, **more)


def present(name: str, description: str, *steps: Step, path: tuple[str, ...], **more: Any) -> Variant:
    return _variant("PRESENT", name, description, *steps, path=path, **more)


def module(text: str) -> Add:
    """Return the step that adds the module ``follow`` with this text alone."""
    return Add(FOLLOW, f"{dedent(text).strip()}\n")


def with_mailer(text: str) -> Add:
    """Return the step that adds the module ``follow``: ``mail_them(learner, program)``, its kin, and this text."""
    return Add(FOLLOW, f"{MAIL_THEM}{OF_NAMES}\n\n{dedent(text).strip()}\n")


def in_handler(call: str = "follow(learner, certificate.program)", imported: str = "follow") -> tuple[Edit, ...]:
    """Return the edits that make the handler of awards call something of the module ``follow``."""
    return (
        Edit(SERVICES, PUBLISH, f"{indent(dedent(call).strip(), ' ' * 8)}\n{PUBLISH}"),
        importing(f"from college.modules.crediting.follow import {imported}"),
    )


def importing(line: str, path: str = SERVICES) -> Edit:
    first = {
        SERVICES: "from college.modules.people.repositories import Members\n",
        MODELS: "from college.modules.catalog.models import Program\n",
        ADMIN: "from college.kernel.bus import bus\n",
    }[path]
    return Edit(path, first, f"{line}\n{first}")


def at_start(*lines: str) -> Edit:
    """Return the edit that makes the start of the app run these lines last."""
    last = "from college.modules.crediting import services  # noqa: F401 - importing them puts them on the bus\n"
    return Edit(f"{CREDITING}/apps.py", last, last + "".join(f"        {line}\n" for line in lines))


STARTED = at_start("from college.modules.crediting import follow  # noqa: F401")


def setting(text: str) -> Append:
    return Append(SETTINGS, text)


def install(app: str) -> Edit:
    return Edit(SETTINGS, '    "credit_migration",\n', f'    "{app}",\n    "credit_migration",\n')


def calls(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = (), **more: Any) -> Variant:
    """Return a variant whose award comes by ``follow(learner, program)`` of this text to ``mail_them``."""
    return present(
        name, description, with_mailer(text), *in_handler(), *steps, path=path or ("follow", "mail_them"), **more
    )


def reads(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = (), **more: Any) -> Variant:
    """Return a variant whose award calls ``follow(learner, program)`` of a module with this text alone."""
    return present(name, description, module(text), *in_handler(), *steps, path=path or ("follow",), **more)


def begins(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = (), **more: Any) -> Variant:
    """Return a variant that comes by steps of its own to this text, whose module the start of the app imports."""
    return present(name, description, with_mailer(text), STARTED, *steps, path=(*path, "mail_them"), **more)


def asks(name: str, description: str, text: str, *steps: Step, **more: Any) -> Variant:
    """Return a variant whose award calls ``follow(learner, program)`` of this text, whose end nobody can know."""
    return unknown(name, description, module(text), *in_handler(), *steps, **more)
