"""
Runs in a laid host, in a process of its own: awards in every way that the host offers, and tells what left.

Every channel out is recorded and none is open: Django's mail, SMTP, HTTP, sockets, subprocesses.
"""

import io
import json
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

BEFORE, DRIVE = json.loads(sys.argv[1])
sys.path.insert(0, str(Path.cwd()))
os.environ["DJANGO_SETTINGS_MODULE"] = "campus.settings"
os.environ["CAMPUS_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
os.environ["CAMPUS_EAGER"] = "1"

departures, errors = [], []
way = "start"


def record(channel, what):
    departures.append({"way": way, "channel": channel, "what": str(what)})


class RecordedSMTP:
    def __init__(self, *args, **kwargs):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass

    def __getattr__(self, name):
        return lambda *args, **kwargs: (250, b"")

    def sendmail(self, sender, to, text, *args, **kwargs):
        record("smtplib", (to, text))
        return {}

    def send_message(self, message, *args, **kwargs):
        record("smtplib", (message["To"], kwargs.get("to_addrs"), message))
        return {}


class RecordedPopen(subprocess.Popen):
    def __init__(self, args, *rest, **kwargs):
        record("subprocess", args)
        super().__init__(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def communicate(self, *args, **kwargs):
        record("subprocess", (args, kwargs))
        return super().communicate(*args, **kwargs)


def recorded_urlopen(request, data=None, *args, **kwargs):
    record("urllib", (getattr(request, "full_url", request), data or getattr(request, "data", None)))
    return io.BytesIO(b"{}")


def refused(*args, **kwargs):
    record("socket", args)
    raise ConnectionRefusedError


def recorded_requests():
    try:
        import requests
    except ModuleNotFoundError:
        return

    def request(self, method, url, **kwargs):
        record("requests", (url, kwargs))
        response = requests.Response()
        response.status_code = 200
        return response

    requests.Session.request = request


import smtplib  # noqa: E402

smtplib.SMTP = smtplib.SMTP_SSL = RecordedSMTP
subprocess.Popen = RecordedPopen
urllib.request.urlopen = recorded_urlopen
socket.socket.connect = refused
recorded_requests()

import django  # noqa: E402

django.setup()

from django.apps import apps  # noqa: E402, F401 - for the variants' own lines, as the next
from django.conf import settings  # noqa: E402, F401
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.contrib.sites.models import Site  # noqa: E402
from django.core import mail  # noqa: E402
from django.core.management import call_command, get_commands  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

setup_test_environment()
mail.outbox = []

from campus.catalog.models import Pathway, Program  # noqa: E402
from campus.core.models import SiteConfiguration, User  # noqa: E402
from campus.credentials.models import ProgramCertificate, UserCredential  # noqa: E402
from campus.records.models import ProgramCertRecord, UserCreditPathway  # noqa: E402

INSTITUTIONS = ("registrar@north.example", "office@south.example")


def drain():
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(10)
    for message in mail.outbox:
        record("mail", (message.recipients(), message.message().as_string()))
    mail.outbox.clear()


def step(name, act, *args, **kwargs):
    global way
    way = name
    try:
        act(*args, **kwargs)
    except Exception as exc:
        errors.append(f"{name}: {type(exc).__name__}: {exc}")
    drain()


def world():
    site, _ = Site.objects.get_or_create(pk=1, defaults={"domain": "campus.example", "name": "Campus"})
    SiteConfiguration.objects.get_or_create(site=site)
    program = Program.objects.create(site=site, title="Masonry")
    pathways = [
        Pathway.objects.create(site=site, name=f"To {name}", org_name=f"University of {name}", email=address)
        for name, address in zip(("North", "South"), INSTITUTIONS, strict=True)
    ]
    program.pathways.set(pathways)
    return (
        site,
        program,
        pathways,
        ProgramCertificate.objects.create(site=site, program=program, program_uuid=program.uuid),
    )


def new_learner():
    """Return a learner who has shared the record and requested credit along both pathways, once without a program."""
    number = User.objects.count()
    user = User.objects.create(
        username=f"learner{number}", email=f"learner{number}@learners.example", first_name="Ann", last_name="Mason"
    )
    ProgramCertRecord.objects.bulk_create([ProgramCertRecord(user=user, program=program)])
    rows = [UserCreditPathway(user=user, pathway=pathways[0]),
            UserCreditPathway(user=user, pathway=pathways[1], program=program)]  # fmt: skip
    UserCreditPathway.objects.bulk_create(rows)
    return user


def credential_of(user):
    return UserCredential.objects.get(username=user.username)


def certificate_type():
    return ContentType.objects.get_for_model(ProgramCertificate)


def by_issuer(user, status="awarded"):
    from campus.credentials.issuers import ProgramCertificateIssuer

    return ProgramCertificateIssuer().issue_credential(certificate, user.username, status)


def by_api(user, status="awarded"):
    response = staff.post(
        "/api/credentials/",
        json.dumps({"username": user.username, "program_uuid": str(program.uuid), "status": status}),
        content_type="application/json",
    )
    assert response.status_code == 201, response.content


def by_admin_action(user):
    _award_row(user)
    for action in ("revoke", "award_again"):
        response = staff.post(
            "/admin/credentials/usercredential/", {"action": action, "_selected_action": [credential_of(user).pk]}
        )
        assert response.status_code == 302, response.content


def by_admin_form(user):
    response = staff.post(
        "/admin/credentials/usercredential/add/",
        {"credential_content_type": certificate_type().pk, "credential_id": certificate.pk,
         "username": user.username, "status": "awarded"},
    )  # fmt: skip
    assert response.status_code == 302, response.content


def _award_row(user):
    return UserCredential.objects.create(
        credential_content_type=certificate_type(), credential_id=certificate.pk, username=user.username
    )


def by_model(user):
    row = _award_row(user)
    row.status = "revoked"
    row.save()
    row.status = "awarded"
    row.save()


def by_queryset(user):
    UserCredential.objects.update_or_create(
        username=user.username, credential_content_type=certificate_type(), credential_id=certificate.pk
    )


def by_command(user):
    call_command("award_program_certificates", str(program.uuid), user.username, stdout=io.StringIO())


def revoke_and_award(user):
    for status in ("awarded", "revoked", "awarded"):
        by_issuer(user, status)


def visit(user):
    client = Client()
    client.force_login(user)
    client.get(f"/records/{program.uuid}/")


def own_commands():
    for name, app in get_commands().items():
        if app.startswith("campus") and name != "award_program_certificates":
            yield name


def start_worker():
    """Import the tasks and finalize the app, as a worker does."""
    if celery := sys.modules.get("campus.celery"):
        celery.app.loader.import_default_modules()
        celery.app.finalize()


def run_periodic_tasks():
    celery = sys.modules.get("campus.celery")
    for entry in celery.app.conf.beat_schedule.values() if celery else ():
        celery.app.tasks[entry["task"]].apply(args=entry.get("args", ())).get()


call_command("check", stdout=io.StringIO(), stderr=io.StringIO(), fail_level="ERROR")
site, program, pathways, certificate = world()
root = User.objects.create_superuser("root", "root@campus.example", "x")
staff = Client()
staff.force_login(root)
start_worker()
exec(BEFORE)
for act in (
    by_issuer,
    by_api,
    by_admin_action,
    by_admin_form,
    by_model,
    by_queryset,
    by_command,
    revoke_and_award,
    visit,
):
    step(act.__name__, act, new_learner())
for name in own_commands():
    step(f"command {name}", call_command, name, stdout=io.StringIO())
step("schedule", run_periodic_tasks)
step("drive", exec, DRIVE, globals())

to_institutions = [one for one in departures if any(address in one["what"] for address in INSTITUTIONS)]
others = [one for one in departures if one not in to_institutions]
answer = {"to_institutions": to_institutions, "others": others, "errors": errors}
sys.stdout.write(f"\n=> {json.dumps(answer)}")
