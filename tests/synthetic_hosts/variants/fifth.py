"""A fifth round, PRESENT: by the log, by files and queues, by Celery's signals, generators and lazy objects."""

from __future__ import annotations

from dataclasses import replace

from tests.synthetic_hosts.overlay import Add, at_start, setting
from tests.synthetic_hosts.variants.schedules import WITH_CELERY
from tests.synthetic_hosts.variants.third import calls, reads

COMMANDS = "campus/core/management/commands"
TASK = """
    from celery import shared_task

    from campus.records.models import UserCreditPathway


    @shared_task
    def gather(learner):
        rows = UserCreditPathway.objects.filter(user=learner)
        return [row.pathway.email for row in rows]
"""

_VARIANTS = (
    reads(
        "log_handler_with_extra",
        "The log line of each row carries the address as an extra; a handler of the settings mails it.",
        """
        import logging

        from campus.records.models import UserCreditPathway

        logger = logging.getLogger(__name__)


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner).select_related("pathway"):
                logger.warning("%s has finished %s.", learner, program, extra={"office": row.pathway.email})
        """,
        Add(
            "campus/core/journal.py",
            """
            import logging


            class OfficeHandler(logging.Handler):
                def emit(self, record):
                    from django.core.mail import send_mail

                    if office := getattr(record, "office", None):
                        send_mail("News", record.getMessage(), None, [office])
            """,
        ),
        setting(
            """
            LOGGING = {
                "version": 1,
                "disable_existing_loggers": False,
                "handlers": {"offices": {"()": "campus.core.journal.OfficeHandler"}},
                "root": {"handlers": ["offices"], "level": "INFO"},
            }
            """
        ),
        path=("after", "emit"),
    ),
    calls(
        "log_handler_added",
        "The start adds a handler to the logger above; it takes learner and program from the record's arguments.",
        """
        import logging

        log = logging.getLogger("campus.records.awards")
        log.setLevel(logging.DEBUG)


        class Telling(logging.StreamHandler):
            def emit(self, record):
                who, what = record.args
                mail_them(who, what)


        def after(learner, program):
            log.debug("%s: %s", learner, program)
        """,
        at_start(
            """
            import logging

            from campus.records.after import Telling

            logging.getLogger("campus.records").addHandler(Telling())
            """
        ),
        path=("after", "emit", "mail_them"),
    ),
    calls(
        "log_filter_function",
        "A plain function is a filter of the logger, and writes while it lets the record pass.",
        """
        import logging

        journal = logging.getLogger("awards")
        journal.setLevel("INFO")


        def pass_on(record):
            mail_them(record.learner, record.program)
            return True


        journal.addFilter(pass_on)


        def after(learner, program):
            journal.log(logging.INFO, "An award.", extra=dict(learner=learner, program=program))
        """,
        path=("after", "pass_on", "mail_them"),
    ),
    calls(
        "log_adapter_and_formatter",
        "An adapter adds the learner, and the formatter of the handler writes the letters.",
        """
        import logging


        class Letters(logging.Formatter):
            def format(self, record):
                mail_them(record.learner, record.msg)
                return super().format(record)


        handler = logging.StreamHandler()
        handler.setFormatter(Letters())
        base = logging.getLogger("letters")
        base.setLevel(logging.INFO)
        base.addHandler(handler)


        def after(learner, program):
            logging.LoggerAdapter(base, {"learner": learner}).info(program)
        """,
        path=("after", "format", "mail_them"),
    ),
    calls(
        "log_record_factory",
        "The factory of log records is the host's own.",
        """
        import logging

        plain = logging.getLogRecordFactory()
        logger = logging.getLogger("records.made")
        logger.setLevel(logging.INFO)


        def made(name, level, file, line, msg, args, *rest, **more):
            if name == "records.made":
                mail_them(*args)
            return plain(name, level, file, line, msg, args, *rest, **more)


        logging.setLogRecordFactory(made)


        def after(learner, program):
            logger.info("%s %s", learner, program)
        """,
        path=("after", "made", "mail_them"),
    ),
    reads(
        "log_by_smtp",
        "Python's own handler for mail gets the receivers of each line from its record.",
        """
        import logging
        from logging.handlers import SMTPHandler

        from campus.records.models import UserCreditPathway


        class Offices(SMTPHandler):
            def emit(self, record):
                self.toaddrs = record.offices
                super().emit(record)


        logger = logging.getLogger("offices")
        logger.setLevel(logging.INFO)
        logger.addHandler(Offices("localhost", "credentials@campus.example", [], "News"))


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            offices = list(rows.values_list("pathway__email", flat=True))
            logger.info("%s: %s", learner, program, extra={"offices": offices})
        """,
        path=("after", "emit"),
    ),
    calls(
        "log_queue",
        "The log goes by a queue to a listener, whose handler writes the letters.",
        """
        import logging
        import queue
        from logging.handlers import QueueHandler, QueueListener

        line = queue.SimpleQueue()


        class Post(logging.Handler):
            def handle(self, record):
                mail_them(record.learner, record.program)


        listener = QueueListener(line, Post())
        logger = logging.getLogger("queued")
        logger.setLevel(logging.INFO)
        logger.addHandler(QueueHandler(line))


        def after(learner, program):
            logger.info("Done.", extra={"learner": learner, "program": program})
        """,
        path=("after", "handle", "mail_them"),
        before="from campus.records.after import listener\nlistener.start()",
        drive="import time\ntime.sleep(1)",
    ),
    reads(
        "spool_of_opened_files",
        "A file a letter is opened by its path; a command reads all of them and mails.",
        """
        import json
        import uuid
        from pathlib import Path

        from django.conf import settings

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            folder = Path(settings.LETTERS)
            folder.mkdir(exist_ok=True)
            for number, row in enumerate(UserCreditPathway.objects.filter(user=learner)):
                with (folder / f"{uuid.uuid4()}-{number}").open("w", encoding="utf-8") as file:
                    json.dump({"whom": row.pathway.email, "who": str(learner), "what": str(program)}, file)
        """,
        setting('LETTERS = BASE_DIR / "letters"'),
        Add(
            f"{COMMANDS}/post_letters.py",
            """
            import json
            import os

            from django.conf import settings
            from django.core.mail import EmailMessage
            from django.core.management.base import BaseCommand


            class Command(BaseCommand):
                def handle(self, **options):
                    for entry in os.scandir(settings.LETTERS):
                        with open(entry.path) as file:
                            letter = json.load(file)
                        EmailMessage("News", f"{letter['who']}: {letter['what']}", to=[letter["whom"]]).send()
                        os.unlink(entry.path)
            """,
        ),
    ),
    reads(
        "spool_of_csv",
        "The award adds a line to a table in a file; a command mails each line.",
        """
        import csv

        from django.conf import settings

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            with settings.TABLE.open("a", newline="") as table:
                lines = csv.writer(table)
                for row in UserCreditPathway.objects.filter(user=learner):
                    lines.writerow([learner.username, program.title, row.pathway.email])
        """,
        setting('TABLE = BASE_DIR / "letters.csv"'),
        Add(
            f"{COMMANDS}/work_off.py",
            """
            import csv

            from django.conf import settings
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand


            class Command(BaseCommand):
                def handle(self, **options):
                    with settings.TABLE.open(newline="") as table:
                        for username, title, address in csv.reader(table):
                            send_mail(title, f"{username} has finished it.", None, [address])
            """,
        ),
    ),
    reads(
        "spool_of_the_storage",
        "The award saves a file by Django's storage; a command opens what the storage lists.",
        """
        from django.core.files.base import ContentFile
        from django.core.files.storage import default_storage

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                text = "|".join((row.pathway.email, str(learner), str(program)))
                default_storage.save("letters/one.txt", ContentFile(text.encode()))
        """,
        setting('MEDIA_ROOT = BASE_DIR / "media"'),
        Add(
            f"{COMMANDS}/empty_storage.py",
            """
            from django.core.files.storage import default_storage
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand


            class Command(BaseCommand):
                def handle(self, **options):
                    for name in default_storage.listdir("letters")[1]:
                        with default_storage.open(f"letters/{name}") as file:
                            address, learner, program = file.read().decode().split("|")
                        send_mail(program, learner, None, [address])
            """,
        ),
    ),
    reads(
        "maildir",
        "The award puts messages into a folder of mail, and a command sends what is there.",
        """
        import mailbox
        from email.message import EmailMessage

        from django.conf import settings

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            box = mailbox.Maildir(str(settings.OUT))
            for row in learner.usercreditpathway_set.all():
                letter = EmailMessage()
                letter["To"] = row.pathway.email
                letter.set_content(f"{learner}: {program}")
                box.add(letter)
        """,
        setting('OUT = BASE_DIR / "out"'),
        Add(
            f"{COMMANDS}/send_out.py",
            """
            import mailbox
            import smtplib

            from django.conf import settings
            from django.core.management.base import BaseCommand


            class Command(BaseCommand):
                def handle(self, **options):
                    box = mailbox.Maildir(str(settings.OUT))
                    with smtplib.SMTP("localhost") as server:
                        for key in box.keys():
                            server.send_message(box.pop(key))
            """,
        ),
    ),
    reads(
        "shelf",
        "The award keeps the letters on a shelf, which a script works off.",
        """
        import shelve

        from django.conf import settings

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            with shelve.open(settings.SHELF) as shelf:
                for row in UserCreditPathway.objects.filter(user=learner):
                    shelf[f"{learner.pk} {row.pk}"] = (row.pathway.email, f"{learner}: {program}")
        """,
        setting('SHELF = str(BASE_DIR / "shelf")'),
        Add(
            f"{COMMANDS}/clear_shelf.py",
            """
            import shelve

            from django.conf import settings
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand


            class Command(BaseCommand):
                def handle(self, **options):
                    with shelve.open(settings.SHELF) as shelf:
                        for key in list(shelf):
                            address, text = shelf.pop(key)
                            send_mail("News", text, None, [address])
            """,
        ),
    ),
    reads(
        "own_little_database",
        "The award inserts the letters into an SQLite file of its own, which a command reads.",
        """
        import sqlite3

        from django.conf import settings

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            base = sqlite3.connect(settings.LETTERS_FILE)
            base.execute("CREATE TABLE IF NOT EXISTS letters (whom TEXT, text TEXT)")
            for row in UserCreditPathway.objects.filter(user=learner):
                base.execute("INSERT INTO letters VALUES (?, ?)", (row.pathway.email, f"{learner}: {program}"))
            base.commit()
            base.close()
        """,
        setting('LETTERS_FILE = str(BASE_DIR / "letters.sqlite3")'),
        Add(
            f"{COMMANDS}/mail_letters.py",
            """
            import sqlite3

            from django.conf import settings
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand


            class Command(BaseCommand):
                def handle(self, **options):
                    base = sqlite3.connect(settings.LETTERS_FILE)
                    for whom, text in base.execute("SELECT whom, text FROM letters").fetchall():
                        send_mail("News", text, None, [whom])
                    base.close()
            """,
        ),
    ),
    reads(
        "letters_in_many_cache_keys",
        "The award sets many keys of a cache at once; a command takes them out and mails.",
        """
        from django.core.cache import caches

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            letters = {f"letter-{row.pk}": (row.pathway.email, f"{learner}: {program}") for row in rows}
            caches["default"].set_many(letters, timeout=None)
            caches["default"].set("letters", [*caches["default"].get("letters", ()), *letters])
        """,
        Add(
            f"{COMMANDS}/empty_cache.py",
            """
            from django.core.cache import caches
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand


            class Command(BaseCommand):
                def handle(self, **options):
                    store = caches["default"]
                    for address, text in store.get_many(store.get("letters", ())).values():
                        send_mail("News", text, None, [address])
            """,
        ),
    ),
    reads(
        "outbox_by_sql",
        "The award inserts into a table of letters by SQL; a command reads it by its model.",
        """
        from django.db import connection

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            with connection.cursor() as cursor:
                for row in UserCreditPathway.objects.filter(user=learner):
                    letter = [row.pathway.email, f"{learner}: {program}"]
                    cursor.execute("INSERT INTO post_letter (whom, text) VALUES (%s, %s)", letter)
        """,
        Add(
            "campus/post/models.py",
            """
            from django.db import models


            class Letter(models.Model):
                whom = models.CharField(max_length=254)
                text = models.TextField()

                def __str__(self):
                    return self.text
            """,
        ),
        Add(
            "campus/post/management/commands/post.py",
            """
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand

            from campus.post.models import Letter


            class Command(BaseCommand):
                def handle(self, **options):
                    for letter in Letter.objects.all():
                        send_mail("News", letter.text, None, [letter.whom])
            """,
        ),
        setting('INSTALLED_APPS += ["campus.post"]'),
        new_tables=True,
    ),
    reads(
        "celery_result_is_mailed",
        "The award runs a task that gathers addresses; a receiver of its success mails its result.",
        """
        from campus.records.tasks import gather


        def after(learner, program):
            gather.delay(learner.pk)
        """,
        *WITH_CELERY,
        Add("campus/records/tasks.py", TASK),
        at_start(
            """
            from celery.signals import task_success

            from campus.records import listening

            task_success.connect(listening.done)
            """
        ),
        Add(
            "campus/records/listening.py",
            """
            from django.core.mail import send_mail


            def done(sender=None, result=None, **kwargs):
                for address in result:
                    send_mail("News", "A learner has finished.", None, [address])
            """,
        ),
        path=("after", "done"),
    ),
    reads(
        "celery_arguments_before_the_run",
        "A task that does nothing is given the address; a receiver before its run mails its arguments.",
        """
        from campus.records.models import UserCreditPathway
        from campus.records.tasks import note


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                note.apply_async(kwargs={"whom": row.pathway.email, "text": f"{learner}: {program}"})
        """,
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task
            from celery.signals import task_prerun
            from django.core.mail import send_mail


            @shared_task
            def note(whom, text):
                return len(text)


            @task_prerun.connect
            def before(task_id=None, task=None, args=None, kwargs=None, **more):
                send_mail("News", kwargs["text"], None, [kwargs["whom"]])
            """,
        ),
        path=("after", "before"),
    ),
    calls(
        "celery_after_any_task",
        "A module that only the worker loads has a receiver that runs after every task.",
        """
        def after(learner, program):
            from campus.records.tasks import count

            count.delay(learner.pk, program.pk)
        """,
        *WITH_CELERY,
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task, signals

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task
            def count(learner, program):
                return learner + program


            @signals.task_postrun.connect
            def ran(*, args, **kwargs):
                from campus.records.after import mail_them

                mail_them(User.objects.get(pk=args[0]), Program.objects.get(pk=args[1]))
            """,
        ),
        path=("ran", "mail_them"),
    ),
    reads(
        "celery_before_publish",
        "The message of a task on its way out is read by a receiver in the process of the award.",
        """
        from celery import signals
        from django.core.mail import send_mail

        from campus.records.models import UserCreditPathway


        @signals.before_task_publish.connect
        def published(sender=None, body=None, **kwargs):
            (offices,), *_ = body
            send_mail("News", "A learner has finished.", None, offices)


        def after(learner, program):
            from campus.records.tasks import note

            offices = [row.pathway.email for row in UserCreditPathway.objects.filter(user=learner)]
            try:
                note.delay(offices)
            except OSError:
                return
        """,
        *WITH_CELERY,
        setting('CELERY_BROKER_URL = "memory://"'),
        Add(
            "campus/records/tasks.py",
            """
            from celery import shared_task


            @shared_task
            def note(offices):
                return len(offices)
            """,
        ),
        path=("after", "published"),
        before="from campus.celery import app\napp.conf.task_always_eager = False",
    ),
    reads(
        "generator_of_letters",
        "A generator is primed, and gets an address and a text each time.",
        """
        from django.core.mail import send_mail

        from campus.records.models import UserCreditPathway


        def postman():
            told = 0
            while True:
                letter = yield told
                send_mail("News", letter["text"], None, [letter["whom"]])
                told += 1


        def after(learner, program):
            post = postman()
            post.send(None)
            for row in UserCreditPathway.objects.filter(user=learner).select_related("pathway"):
                post.send({"whom": row.pathway.email, "text": f"{learner}: {program}"})
        """,
        path=("after", "postman"),
    ),
    reads(
        "pipeline_of_coroutines",
        "Coroutines hand the rows on, the last one mails; a decorator primes each of them.",
        """
        import functools

        from django.core.mail import EmailMessage

        from campus.records.models import UserCreditPathway


        def primed(function):
            @functools.wraps(function)
            def start(*args):
                made = function(*args)
                next(made)
                return made

            return start


        @primed
        def addresses(target):
            while True:
                row = yield
                target.send(row.pathway.email)


        @primed
        def mails():
            while True:
                EmailMessage("News", "A learner has finished.", to=[(yield)]).send()


        def after(learner, program):
            line = addresses(mails())
            for row in UserCreditPathway.objects.filter(user=learner):
                line.send(row)
        """,
        path=("after", "mails"),
    ),
    calls(
        "generator_that_waits",
        "The module has a generator that waits since it was imported.",
        """
        def clerk(greeting):
            while True:
                pair = yield greeting
                if pair:
                    mail_them(*pair)


        waiting = clerk("Dear colleagues")
        waiting.send(None)


        def after(learner, program):
            waiting.send((learner, program))
        """,
        path=("after", "clerk", "mail_them"),
    ),
    reads(
        "delegating_generator",
        "What is sent into a generator comes by yield from to another, which mails.",
        """
        from django.core.mail import send_mail

        from campus.catalog.models import Pathway


        def letter():
            address = yield
            send_mail("News", "A learner has finished.", None, [address])


        def outer(number):
            for _ in range(number):
                yield from letter()
            yield


        def after(learner, program):
            pathways = list(Pathway.objects.filter(usercreditpathway__user=learner))
            line = outer(len(pathways))
            next(line)
            for pathway in pathways:
                line.send(pathway.email)
        """,
        path=("after", "letter"),
    ),
    reads(
        "asynchronous_generator",
        "An asynchronous generator is sent the addresses.",
        """
        from asgiref.sync import async_to_sync, sync_to_async
        from django.core.mail import send_mail

        from campus.records.models import UserCreditPathway


        async def office():
            while True:
                address = yield
                await sync_to_async(send_mail)("News", "A learner has finished.", None, [address])


        async def tell(addresses):
            line = office()
            await line.asend(None)
            for address in addresses:
                await line.asend(address)
            await line.aclose()


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            async_to_sync(tell)([row.pathway.email for row in rows])
        """,
        path=("after", "office"),
    ),
    calls(
        "simple_lazy_object",
        "The office is a lazy object of the module; it is made when it is first used.",
        """
        from django.utils.functional import SimpleLazyObject


        class Office:
            def told(self, *what):
                mail_them(*what)


        def make():
            return Office()


        office = SimpleLazyObject(make)


        def after(learner, program):
            office.told(learner, program)
        """,
        path=("after", "told", "mail_them"),
    ),
    calls(
        "lazy_object_class",
        "A class of lazy objects sets up a function, and the object is called.",
        """
        from django.utils.functional import LazyObject


        class Steps(LazyObject):
            def _setup(self):
                self._wrapped = {"award": mail_them}


        steps = Steps()


        def after(learner, program):
            steps["award"](learner, program)
        """,
    ),
    calls(
        "lazy_function",
        "A lazy call of Django gives an object of the module, whose method is called at the award.",
        """
        from django.utils.functional import lazy


        class Desk:
            def pass_on(self, learner, program):
                mail_them(learner, program)


        def find(number):
            return Desk()


        desk = lazy(find, Desk)(1)


        def after(learner, program):
            desk.pass_on(learner, program)
        """,
        path=("after", "pass_on", "mail_them"),
    ),
    calls(
        "setting_is_a_lazy_object",
        "A setting is a lazy object, which imports the host's function when it is used.",
        """
        from django.conf import settings


        class Letters:
            @staticmethod
            def write(learner, program):
                mail_them(learner, program)


        def after(learner, program):
            settings.LETTERS.write(learner, program)
        """,
        setting(
            """
            from django.utils.functional import SimpleLazyObject


            def _letters():
                from django.utils.module_loading import import_string

                return import_string("campus.records.after.Letters")


            LETTERS = SimpleLazyObject(_letters)
            """
        ),
        path=("after", "write", "mail_them"),
    ),
    calls(
        "lazy_object_of_the_call",
        "The award makes a lazy object and hands it on; who uses it makes it mail.",
        """
        from django.utils.functional import SimpleLazyObject


        class Told:
            def __init__(self, learner, program):
                self.pair = learner, program

            def number(self):
                mail_them(*self.pair)
                return 1


        def count(told):
            return told.number()


        def after(learner, program):
            return count(SimpleLazyObject(lambda: Told(learner, program)))
        """,
        path=("after", "number", "mail_them"),
    ),
    reads(
        "cached_property_of_functions",
        "A cached property of an object of the module has the function that writes to an address.",
        """
        from django.core.mail import send_mail
        from django.utils.functional import cached_property

        from campus.records.models import UserCreditPathway


        class Kit:
            @cached_property
            def pen(self):
                def write(address, text):
                    send_mail("News", text, None, [address])

                return write


        kit = Kit()


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                kit.pen(row.pathway.email, f"{learner}: {program}")
        """,
        path=("after", "write"),
    ),
    reads(
        "row_to_a_service",
        "The key of each row is posted to a service: it is told of a request, and can look up the rest.",
        """
        import requests
        from django.conf import settings

        from campus.records.models import UserCreditPathway


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner).values("pk", "status"):
                requests.post(settings.SERVICE, json={"row": row["pk"], "program": str(program.uuid)}, timeout=3)
        """,
        setting('SERVICE = "https://south.example/requests?for=office@south.example"'),
        path=("after",),
    ),
)
VARIANTS = tuple(replace(variant, name=variant.name.replace("third_", "fifth_", 1)) for variant in _VARIANTS)
