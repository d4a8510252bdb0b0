"""Functions that ran during an award are entries too, where no way that the source shows leads to them."""

import base64

import pytest

from tests.verification.synthetic.base import Variant
from tests.verification.test_probe import ADAPTER

FUNCTION = """
from django.conf import settings
from django.core.mail import EmailMessage
from records.models import UserCreditPathway
def resend(user, program):
    if settings.RESEND:
        for row in UserCreditPathway.objects.filter(user=user, pathway__programs=program):
            EmailMessage("Credit request", program.title, to=[row.pathway.email]).send()
"""
DECORATED = FUNCTION.replace("def resend", "from django.db import transaction\n@transaction.atomic\ndef resend")
METHOD = FUNCTION.replace("def resend(", "class Hook:\n  def resend(self, ").replace("    ", "      ")
INNER = FUNCTION.replace("def resend(user, program):", "def resend(user, program):\n  def inner():").replace(
    "    ", "     "
) + ("  inner()\n")


AWARD = "from records.hooks import resend; resend(user, program)"
BY_METHOD = "from records.hooks import Hook; Hook().resend(user, program)"


def verify(verify_host, hooks, award, *options):
    """The report on a host whose award runs the hook by code of which the source shows nothing."""
    hidden = base64.b64encode(award.encode())
    code = f"exec(__import__('base64').b64decode({hidden!r}), {{'user': user, 'program': program}})"
    files = {"probing.py": ADAPTER}
    host = Variant(name="ran", answer="", hooks=hooks, settings="\nRESEND = False\n", award=code, files=files)
    return verify_host(host.tree(), "verify_resend_removed", *options)["report"]


def ways(report):
    return [one for one in report["findings"] if one["id"].endswith("E301")]


@pytest.mark.parametrize(
    ("hooks", "award", "name"),
    [
        (FUNCTION, AWARD, "resend"),
        (DECORATED, AWARD, "resend"),
        (METHOD, BY_METHOD, "Hook.resend"),
        (INNER, AWARD, "resend"),
    ],
    ids=["function", "decorated", "method", "function in a function"],
)
def test_what_ran_and_sends_behind_a_switch_that_is_off_is_present(verify_host, hooks, award, name):
    without = verify(verify_host, hooks, award)
    report = verify(verify_host, hooks, award, "--probe", "--adapter=probing.Adapter")

    assert (without["facts"]["verdict"], ways(without)) == ("INCONCLUSIVE", [])
    assert (report["facts"]["verdict"], report["facts"]["basis"]) == ("PRESENT", "by source")
    (way,) = ways(report)
    assert way["msg"].startswith(
        f"The function that ran during an award {name} (seen by the probe) leads to EmailMessage.send"
    )
    assert "The condition (settings.RESEND) is a switch" in way["msg"]
    assert {one["kind"]: one["entries"] for one in report["sections"]["looked_at"]}[
        "function that ran during an award"
    ] >= 1


def test_what_a_way_reaches_is_judged_by_what_it_is_given_there(verify_host):
    """A mailer that the award gives the learner's address could send elsewhere; it is no entry of its own."""
    host = Variant(
        name="shared",
        answer="",
        hooks=FUNCTION.replace("def resend(user, program):", "def resend(user, program, kind):").replace(
            "settings.RESEND", "kind is UserCreditPathway"
        ),
        imports="from records.hooks import resend",
        award="resend(user, program, int)",
        files={"probing.py": ADAPTER},
    )
    report = verify_host(host.tree(), "verify_resend_removed", "--probe", "--adapter=probing.Adapter")["report"]
    kinds = {one["kind"] for one in report["sections"]["looked_at"]}

    assert "function that ran during an award" not in kinds
