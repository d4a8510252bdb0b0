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

PACKAGE, SETTINGS, WORKER, BEFORE, DRIVE = json.loads(sys.argv[1])
sys.path.insert(0, str(Path.cwd()))
os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
os.environ[f"{PACKAGE.upper()}_EMAIL_BACKEND"] = "django.core.mail.backends.locmem.EmailBackend"
os.environ[f"{PACKAGE.upper()}_EAGER"] = "1"

departures, errors = [], []
way = "start"


def record(channel, what, recipients=()):
    departures.append({"way": way, "channel": channel, "what": str(what), "recipients": list(recipients)})


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
from django.core import mail  # noqa: E402
from django.core.management import call_command, get_commands  # noqa: E402
from django.test import Client  # noqa: E402, F401
from django.test.utils import setup_test_environment  # noqa: E402

setup_test_environment()
mail.outbox = []


def drain():
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(10)
    for message in mail.outbox:
        record("mail", (message.recipients(), message.message().as_string()), message.recipients())
    mail.outbox.clear()


def step(name, act, *args, **kwargs):
    global way
    way = name
    try:
        act(*args, **kwargs)
    except Exception as exc:
        errors.append(f"{name}: {type(exc).__name__}: {exc}")
    drain()


def own_commands():
    for name, app in get_commands().items():
        if app.startswith(PACKAGE) and name not in ways.AWARDING_COMMANDS:
            yield name


def start_worker():
    """Import the tasks and finalize the app, as a worker does."""
    if celery := sys.modules.get(WORKER):
        celery.app.loader.import_default_modules()
        celery.app.finalize()


def run_periodic_tasks():
    celery = sys.modules.get(WORKER)
    for entry in celery.app.conf.beat_schedule.values() if celery else ():
        celery.app.tasks[entry["task"]].apply(args=entry.get("args", ())).get()


call_command("check", stdout=io.StringIO(), stderr=io.StringIO(), fail_level="ERROR")
import ways  # noqa: E402

globals().update({name: value for name, value in vars(ways).items() if not name.startswith("__")})
start_worker()
exec(BEFORE)
for act in ways.AWARDS:
    step(act.__name__, act, ways.new_learner())
for name in own_commands():
    step(f"command {name}", call_command, name, stdout=io.StringIO())
step("schedule", run_periodic_tasks)
step("drive", exec, DRIVE, globals())


def is_to_institution(departure):
    """Return whether an institution may get it: a mail to learners alone may name institutions in its text."""
    names_one = any(address in departure["what"] for address in ways.INSTITUTIONS)
    recipients = departure["recipients"]
    return names_one and not (recipients and all(one.endswith(ways.LEARNERS) for one in recipients))


to_institutions = [one for one in departures if is_to_institution(one)]
others = [one for one in departures if one not in to_institutions]
answer = {"to_institutions": to_institutions, "others": others, "errors": errors}
sys.stdout.write(f"\n=> {json.dumps(answer)}")
