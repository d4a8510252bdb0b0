"""Mail backends that the settings name, by ``EMAIL_BACKEND`` or by the ``MAILERS`` of Django 6.1."""

import django
import pytest

from tests.verification.synthetic.base import Variant

with_mailers = pytest.mark.skipif(django.VERSION < (6, 1), reason="Django has mailers from 6.1 on.")
BACKEND = """
from django.core.mail.backends.smtp import EmailBackend
from records.models import UserCreditPathway
class Forwarding(EmailBackend):
    def send_messages(self, messages):
        for row in UserCreditPathway.objects.select_related("pathway"):
            messages[0].to.append(row.pathway.email)
        return super().send_messages(messages)
"""
PLAIN = "django.core.mail.backends.smtp.EmailBackend"
BY_ALIAS = """
from django.core.mail import EmailMessage, mailers
from records.models import UserCreditPathway
def resend(user, program):
    for row in UserCreditPathway.objects.filter(user=user, pathway__programs=program):
        message = EmailMessage("Credit request", program.title, to=[row.pathway.email])
        #SEND#
"""
OWN_ALIAS = """
from django.core.mail import EmailMessage, mailers, send_mail
def thank(user, program):
    send_mail("Well done", program.title, None, [user.email], using="learners")
    mailers["learners"].send_messages([EmailMessage("Well done", program.title, to=[user.email])])
"""


def mailers(**backends):
    return f"\nMAILERS = { ({name: {'BACKEND': path} for name, path in backends.items()})!r}\n"


def verify(verify_host, *, settings, award="", hooks="", files=()):
    imports = "from records import hooks" if hooks else ""
    host = Variant(
        name="mail", answer="", settings=settings, hooks=hooks, imports=imports, award=award, files=dict(files)
    )
    return verify_host(host.tree())["report"]


@pytest.mark.parametrize(
    "settings",
    ["\nEMAIL_BACKEND = 'records.backends.Forwarding'\n", mailers(default=PLAIN, others="records.backends.Forwarding")],
    ids=["EMAIL_BACKEND", "MAILERS"],
)
def test_a_backend_of_the_host_that_sends_more_is_a_way(verify_host, settings):
    report = verify(verify_host, settings=settings, files={"records/backends.py": BACKEND})

    name = settings.split()[0]
    assert report["facts"]["verdict"] == "PRESENT"
    assert f"Forwarding (setting {name}) leads to" in report["findings"][0]["msg"]


def test_a_backend_that_is_not_there_is_undecided(verify_host):
    report = verify(verify_host, settings=mailers(default="records.nowhere.Backend"))

    assert report["facts"]["verdict"] == "INCONCLUSIVE"
    assert "'records.nowhere.Backend' of the setting MAILERS can't be imported" in report["findings"][0]["msg"]


def test_backends_of_a_library_are_no_finding(verify_host):
    report = verify(verify_host, settings=mailers(default=PLAIN, learners=PLAIN))

    assert (report["facts"]["verdict"], report["findings"]) == ("ABSENT", [])


@with_mailers
@pytest.mark.parametrize(
    "send",
    [
        "mailers['institutions'].send_messages([message])",
        "mailers.get('institutions').send_messages([message])",
        "mailers.default.send_messages([message])",
        "for alias in mailers: mailers.create_connection(alias).send_messages([message])",
        "message.send(using='institutions')",
    ],
)
def test_a_message_sent_by_an_alias_is_a_way(verify_host, send):
    hooks = BY_ALIAS.replace("#SEND#", send)
    settings = mailers(default=PLAIN, institutions=PLAIN)

    report = verify(verify_host, settings=settings, hooks=hooks, award="hooks.resend(user, program)")

    assert report["facts"]["verdict"] == "PRESENT"
    assert any("records/hooks.py:7" in step for step in report["findings"][0]["path"])


@with_mailers
def test_a_message_to_the_learner_by_an_alias_is_none(verify_host):
    settings = mailers(default=PLAIN, learners=PLAIN)

    report = verify(verify_host, settings=settings, hooks=OWN_ALIAS, award="hooks.thank(user, program)")

    assert (report["facts"]["verdict"], report["findings"]) == ("ABSENT", [])
