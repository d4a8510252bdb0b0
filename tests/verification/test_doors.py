"""Every way out of a host, each in an award of its own: recorded with its receiver, or told as unclear."""

import re

import pytest

from tests.verification.synthetic.base import Variant

ADAPTER = """
from records import doors
class Adapter:
    learners = ["ann@learners.test"]
    harmless = ["10.9.8.7:6379", "cache.campus.test:6379"]
    def __init__(self, host):
        self.host = host
    def prepare(self):
        from catalog.models import Pathway
        Pathway.objects.create(name="North", email="registrar@north.test")
    def trials(self):
        for name, door in vars(doors).copy().items():
            if name.startswith("by_"):
                yield name.removeprefix("by_"), door
"""
DOORS = """
import asyncio, atexit, concurrent.futures, ctypes, http.client, logging, logging.handlers, multiprocessing, os
import queue, smtplib, socket, socketserver, struct, subprocess, sys, threading, urllib.request
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
import requests
from asgiref.sync import async_to_sync
from celery import Celery, current_app, shared_task
from celery.contrib.django.task import DjangoTask
from django.core.mail import EmailMessage, get_connection, send_mail
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection, models, transaction
from edx_ace import ace
from catalog.models import Program

ADDRESS = "registrar@north.test"
libc_connect = ctypes.CDLL(None).connect
pool = concurrent.futures.ThreadPoolExecutor(1)
backend = EmailBackend(host="127.0.0.1", port=9)
waiting = queue.Queue()

class Kept(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(1)

server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Kept)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
kept = http.client.HTTPConnection(*server.server_address)
kept.connect()

class Outbox(models.Model):
    text = models.TextField()
    class Meta:
        app_label = "records"

def to_institution():
    send_mail("Credit request", "", None, [ADDRESS])

def worker():
    while True:
        waiting.get()()
threading.Thread(target=worker, daemon=True).start()

@shared_task
def request_credit():
    to_institution()

@shared_task(base=DjangoTask)
def request_later():
    to_institution()

def by_create_connection():
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", 9))
def by_connect_ex():
    with suppress(OSError):
        socket.socket().connect_ex(("127.0.0.1", 9))
def by_datagram():
    with suppress(OSError):
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", 514))
def by_unix_socket():
    with suppress(OSError):
        socket.socket(socket.AF_UNIX).connect("/run/mta")
def by_kept_connection():
    with suppress(OSError):
        kept.request("POST", "/")
def by_asyncio_stream():
    async def send():
        with suppress(OSError):
            await asyncio.open_connection("127.0.0.1", 9)
    asyncio.run(send())
def by_urllib():
    with suppress(OSError):
        urllib.request.urlopen("http://127.0.0.1:9/")
def by_requests():
    with suppress(OSError):
        requests.post("https://127.0.0.1:9/", json={"to": [ADDRESS]})
def by_smtplib():
    with suppress(OSError):
        smtplib.SMTP("127.0.0.1", 9)
def by_smtp_handler():
    logging.raiseExceptions = False
    handler = logging.handlers.SMTPHandler(("127.0.0.1", 9), "a@b.test", [ADDRESS], "Credit request")
    handler.emit(logging.makeLogRecord({"msg": "Credit request"}))
def by_name_lookup():
    with suppress(OSError):
        socket.gethostbyname("credit-request.north.test")
def by_own_name():
    socket.getfqdn()
def by_harmless():
    with suppress(OSError):
        socket.create_connection(("10.9.8.7", 6379))
    with suppress(OSError):
        socket.create_connection(("cache.campus.test", 6379))
def by_syslog():
    handler = logging.handlers.SysLogHandler(("127.0.0.1", 514))
    handler.emit(logging.makeLogRecord({"msg": "Awarded."}))
def by_native_library():
    libc_connect(socket.socket().fileno(), struct.pack("<HH12x", 2, 9), 16)
def by_loaded_library():
    ctypes.CDLL(None)

def by_subprocess():
    with suppress(OSError):
        subprocess.run(["sendmail", ADDRESS])
def by_own_program():
    with suppress(OSError):
        subprocess.run([sys.executable, "-c", "import smtplib"])
def by_system():
    with suppress(OSError):
        os.system("sendmail -t < request.txt")
def by_posix_spawn():
    with suppress(OSError):
        os.posix_spawn("/usr/sbin/sendmail", ["sendmail", ADDRESS], {})
def by_exec():
    with suppress(OSError):
        os.execv("/usr/sbin/sendmail", ["sendmail", "-t"])
def by_fork():
    with suppress(OSError):
        os.fork()
def by_multiprocessing():
    with suppress(OSError):
        multiprocessing.get_context("spawn").Process(target=to_institution).start()
def by_asyncio_process():
    async def send():
        with suppress(OSError):
            await asyncio.create_subprocess_exec("sendmail", "-t")
    asyncio.run(send())

def by_file():
    Path("outbox.txt").write_text("Credit request")
def by_descriptor():
    os.close(os.open("outbox.txt", os.O_WRONLY | os.O_CREAT))
def by_outbox():
    Outbox.objects.create(text=f"To: {ADDRESS}")

def by_message_class():
    EmailMessage("Credit request", to=[ADDRESS]).send()
def by_named_backend():
    get_connection("django.core.mail.backends.filebased.EmailBackend").send_messages([EmailMessage(bcc=[ADDRESS])])
def by_cached_backend():
    backend.send_messages([EmailMessage(cc=[ADDRESS])])
def by_ace():
    ace.send(SimpleNamespace(recipient=SimpleNamespace(email_address=ADDRESS)))
def by_mail_to_learner():
    send_mail("Congratulations", "", None, ["Ann@Learners.test"])
def by_mail_to_others():
    send_mail("Awarded", "", None, ["dean@campus.test"])
def by_mail_to_nobody():
    ace.send(SimpleNamespace(recipient=SimpleNamespace(email_address=None)))
def by_mail_about_requests():
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_usercreditpathway")
    send_mail("Credit request", "", None, ["dean@campus.test"])

def by_robust_on_commit():
    transaction.on_commit(to_institution, robust=True)
def by_durable_atomic():
    with transaction.atomic(durable=True):
        transaction.on_commit(to_institution)
def by_thread():
    threading.Thread(target=to_institution).start()
def by_pool():
    pool.submit(to_institution)
def by_waiting_thread():
    waiting.put(to_institution)
def by_timer():
    threading.Timer(600, to_institution).start()
def by_async_view():
    async def view():
        await asyncio.to_thread(to_institution)
    async_to_sync(view)()
def by_forgotten_task():
    async def later():
        await asyncio.sleep(600)
        to_institution()
    async def view():
        asyncio.get_running_loop().create_task(later())
    async_to_sync(view)()
def by_task():
    request_credit.delay()
def by_task_on_commit():
    request_later.delay_on_commit()
def by_task_of_new_app():
    Celery("new", broker="memory://", set_as_current=False).task(to_institution, name="new").delay()
def by_task_by_name():
    current_app.send_task(request_credit.name)
def by_task_elsewhere():
    current_app.send_task("elsewhere.request_credit")
def by_exit():
    raise SystemExit(1)
def by_end_of_process():
    def at_end():
        to_institution()
    atexit.register(at_end)
"""
ACE = """
def send(msg, limit_to_channels=None):
    raise AssertionError("It left.")
"""
TO_INSTITUTION = {
    **dict.fromkeys(
        ["message_class", "named_backend", "cached_backend", "robust_on_commit", "durable_atomic", "thread",
         "task", "task_on_commit", "task_of_new_app", "task_by_name"],
        "mail to registrar@north.test",
    ),
    "ace": "ace.send to registrar@north.test",
    "requests": "connection to registrar@north.test, 127.0.0.1:9",
    "smtp_handler": "connection to registrar@north.test, 127.0.0.1:9",
    "subprocess": "process to registrar@north.test, sendmail registrar@north.test",
    "posix_spawn": "process to registrar@north.test, sendmail registrar@north.test",
    "mail_about_requests": "mail to dean@campus.test",
    "waiting_thread": "mail to registrar@north.test",
    "the end of the process": "mail to registrar@north.test",
}  # fmt: skip
UNCLEAR = {
    **dict.fromkeys(
        ["create_connection", "connect_ex", "asyncio_stream", "urllib", "smtplib"], "connection to 127.0.0.1:9"
    ),
    "datagram": "connection to 127.0.0.1:514",
    "unix_socket": "connection to /run/mta",
    "kept_connection": "connection to 127.0.0.1:#",
    "name_lookup": "name lookup to credit-request.north.test",
    "native_library": "native code to an internet address",
    "loaded_library": "native code to None",
    "own_program": "process to python -c import smtplib",
    "system": "process to sendmail -t < request.txt",
    "exec": "process to sendmail -t",
    "fork": "process to a copy of this one",
    "multiprocessing": "process to",
    "asyncio_process": "process to sendmail -t",
    "file": "file to outbox.txt",
    "descriptor": "file to outbox.txt",
    "outbox": 'the database to INSERT INTO "records_outbox"',
    "mail_to_others": "mail to dean@campus.test",
    "mail_to_nobody": "ace.send",
    "timer": "a thread that goes on to Thread-#",
    "forgotten_task": "an asyncio task that was cut off to by_forgotten_task.<locals>.later",
    "task_elsewhere": "a task by name to elsewhere.request_credit",
}
SAME_CALLS = {"pool", "async_view"}
"""Told with the thread, which has the same calls."""
SILENT = {"own_name", "harmless", "syslog", "mail_to_learner", "exit", "end_of_process"}


@pytest.fixture
def told(verify_host):
    files = {"records/doors.py": DOORS, "edx_ace/__init__.py": "", "edx_ace/ace.py": ACE, "probing.py": ADAPTER}
    variant = Variant(name="doors", answer="", files=files)
    tree = variant.tree()
    tree["site_urls.py"] += "import records.doors\n"
    answer = verify_host(tree, "verify_resend_removed", "--probe", "--adapter=probing.Adapter")
    assert "report" in answer, answer
    return answer["report"]


def test_no_way_out_of_a_host_is_silent(told):
    said = {"credit_migration.E302": {}, "credit_migration.U308": {}}
    for one in told["findings"]:
        if one["id"] in said:
            by = re.search(r"left by (.*?)(?:, and what it says is not known)?\.(?: So |$)", one["msg"])[1]
            by = re.sub(r"(?<=127.0.0.1:)\d{3,}(?<!514)|(?<=Thread-)\d+.*", "#", by)
            said[one["id"]].setdefault(one["obj"], re.sub(r"/\S*/python\S*", "python", by))

    failed = [one["msg"] for one in told["findings"] if one["id"] == "credit_migration.U305"]
    awards = {line["award"] for line in told["sections"]["awards"]}
    assert failed == ["The probe failed: exit: SystemExit: 1."]
    assert said["credit_migration.E302"] == TO_INSTITUTION
    said["credit_migration.U308"]["multiprocessing"] = said["credit_migration.U308"]["multiprocessing"][:10]
    assert said["credit_migration.U308"] == UNCLEAR
    assert awards | {"the end of the process"} == {*TO_INSTITUTION, *UNCLEAR, *SAME_CALLS, *SILENT}
    assert {line["award"] for line in told["sections"]["awards"] if line["left"]} == {
        *TO_INSTITUTION, *SAME_CALLS} - {"the end of the process"}  # fmt: skip
    assert told["facts"]["probe"] == f"{len(awards)} awards tried"
