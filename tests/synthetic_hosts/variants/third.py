"""What the families of the third round share: an award that calls ``after``, or a part that comes to ``mail_for``."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import Edit, Step, Variant
from tests.synthetic_hosts.variants.second import called, module, variant, with_mailer

CREDENTIAL_MODELS = "campus/credentials/models.py"
CREDENTIAL_ADMIN = "campus/credentials/admin.py"
STATUS = "    status = models.CharField(max_length=255, default=AWARDED)\n"
OF_CREDENTIAL = """
from campus.core.models import User


def mail_for(user_credential):
    for learner in User.objects.filter(username=user_credential.username):
        mail_them(learner, user_credential.credential.program)
"""


def calls(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = (), **more: object) -> Variant:
    """Return a variant whose award comes by ``after(learner, program)`` of this text to ``mail_them``."""
    return variant(
        "PRESENT",
        f"third_{name}",
        description,
        with_mailer(text),
        *called(),
        *steps,
        path=path or ("after", "mail_them"),
        **more,
    )


def reads(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = (), **more: object) -> Variant:
    """Return a variant whose award calls ``after(learner, program)`` of a module with this text alone."""
    return variant(
        "PRESENT", f"third_{name}", description, module(text), *called(), *steps, path=path or ("after",), **more
    )


def begins(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = (), **more: object) -> Variant:
    """Return a variant that comes to ``mail_for(user_credential)`` by steps of its own."""
    both = with_mailer(OF_CREDENTIAL + "\n\n" + dedent(text))
    return variant("PRESENT", f"third_{name}", description, both, *steps, path=(*path, "mail_for"), **more)


def clean(name: str, description: str, *steps: Step, **more: object) -> Variant:
    return variant("ABSENT", f"third_{name}", description, *steps, **more)


def unknown(name: str, description: str, *steps: Step, **more: object) -> Variant:
    return variant("INCONCLUSIVE", f"third_{name}", description, *steps, **more)


def asks(name: str, description: str, text: str, *steps: Step, **more: object) -> Variant:
    """Return a variant whose award calls ``after(learner, program)`` of this text, of which nobody can know the end."""
    return unknown(name, description, module(text), *called(), *steps, **more)


def status_field(field: str, imports: str) -> tuple[Edit, ...]:
    """Return the edits that make the status of a credential a field of another class."""
    return (
        Edit(CREDENTIAL_MODELS, STATUS, STATUS.replace("models.CharField", field)),
        Edit(
            CREDENTIAL_MODELS,
            "from campus.catalog.models import Program\n",
            f"from campus.catalog.models import Program\n{imports}\n",
        ),
    )
