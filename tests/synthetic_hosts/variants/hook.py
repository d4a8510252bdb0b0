"""The body of the hook, under whatever name and in whatever place a variant keeps it."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Add

IMPORTS = """\
from campus.records.messages import CreditRequest
from campus.records.models import SENT, UserCreditPathway
"""


def body(name: str) -> str:
    """Return a function of the learner and the program that mails each institution that has a request of theirs."""
    return f"""{IMPORTS}

def {name}(learner, program):
    rows = UserCreditPathway.objects.filter(user=learner, pathway__programs=program, status=SENT)
    for row in rows.select_related("pathway"):
        CreditRequest(learner=learner, pathway=row.pathway, program=program).send()
"""


def module(path: str, name: str, more: str = "") -> Add:
    """Return the step that adds a module with the hook and more of the variant's own after it."""
    return Add(path, f"{body(name)}{more}")
