"""What the families of the second round share: one module of the host that the award calls."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import ISSUERS, Add, Edit, Step, Variant, Verdict, at_award
from tests.synthetic_hosts.variants.hook import body

AFTER = "campus/records/after.py"
CALL = "after(learner, credential.program)"
IMPORT = "from campus.records.after import after"
LEARNER_KNOWN = "        if created and learner is not None:\n"


def variant(verdict: Verdict, name: str, description: str, *steps: Step, **more: object) -> Variant:
    return Variant(name=name, description=description, verdict=verdict, steps=steps, **more)  # type: ignore[arg-type]


def mailer(name: str = "mail_them") -> str:
    """Return the function that reads the rows and mails the institutions, for a module's start."""
    return body(name)


def module(text: str) -> Add:
    return Add(AFTER, dedent(text).lstrip("\n"))


def with_mailer(text: str) -> Add:
    """Return the module with ``mail_them(learner, program)`` and this text below it."""
    return Add(AFTER, f"{mailer()}\n\n{dedent(text).strip()}\n")


def called(call: str = CALL, imports: str = IMPORT) -> tuple[Edit, ...]:
    return at_award(call, imports=imports)


def around_issue(decorator: str, imports: str) -> tuple[Edit, ...]:
    """Return the edits that put a decorator on the issuer's class."""
    return (
        Edit(ISSUERS, "class ProgramCertificateIssuer(", f"{decorator}\nclass ProgramCertificateIssuer("),
        Edit(ISSUERS, "from campus.core.models import User\n", f"{imports}\nfrom campus.core.models import User\n"),
    )
