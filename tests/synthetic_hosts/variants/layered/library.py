"""PRESENT: a second round of what Python, Django and Celery call for the host, without the host's naming it."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Add, Edit
from tests.synthetic_hosts.variants.layered.parts import AWARDS, begins, calls, setting

VARIANTS = (
    calls(
        "logged_object",
        "A line of the log has the award as its argument, and writing the award as text mails.",
        """
        import logging

        logger = logging.getLogger(__name__)


        class Award:
            def __init__(self, *pair):
                self.pair = pair

            def __str__(self):
                mail_them(*self.pair)
                return self.pair[0].username


        def follow(learner, program):
            logger.error("Awarded: %s", Award(learner, program))
        """,
        path=("follow", "__str__", "mail_them"),
    ),
    calls(
        "pickled_state",
        "The award is pickled for the archive, and giving its state mails.",
        """
        import pickle


        class Award:
            def __init__(self, *pair):
                self.pair = pair

            def __getstate__(self):
                mail_them(*self.pair)
                return {"learner": self.pair[0].pk}


        def follow(learner, program):
            return pickle.dumps(Award(learner, program))
        """,
        path=("follow", "__getstate__", "mail_them"),
    ),
    calls(
        "heap_order",
        "Two awards are pushed on a heap, which compares them.",
        """
        import heapq


        class Award:
            def __init__(self, *pair):
                self.pair = pair

            def __lt__(self, other):
                mail_them(*self.pair)
                return False


        def follow(learner, program):
            heap = [Award(learner, program)]
            heapq.heappush(heap, Award(learner, program))
        """,
        path=("follow", "__lt__", "mail_them"),
    ),
    calls(
        "operator_call",
        "The function is called by the operator module's call(), which is mapped over functions.",
        """
        import itertools
        import operator


        def follow(learner, program):
            list(map(operator.call, [mail_them], itertools.repeat(learner), itertools.repeat(program)))
        """,
    ),
    calls(
        "generator_exhausted",
        "A generator that mails is exhausted by a deque that keeps nothing.",
        """
        import collections


        def letters(learner, program):
            yield program.title
            mail_them(learner, program)


        def follow(learner, program):
            collections.deque(letters(learner, program), maxlen=0)
        """,
        path=("follow", "letters", "mail_them"),
    ),
    calls(
        "string_formatter",
        "A text is formatted by a formatter of the host's own, which mails when it is asked for a value.",
        """
        import string


        class Filling(string.Formatter):
            def get_value(self, key, args, kwargs):
                mail_them(kwargs["learner"], kwargs["program"])
                return super().get_value(key, args, kwargs)


        def follow(learner, program):
            return Filling().format("{program} is finished.", learner=learner, program=program)
        """,
        path=("follow", "get_value", "mail_them"),
    ),
    calls(
        "configparser_converter",
        "A parser of configurations gets a converter, which becomes a method of it by its name.",
        """
        import configparser
        import functools


        def told(learner, program, value):
            mail_them(learner, program)
            return value


        def follow(learner, program):
            parser = configparser.ConfigParser(converters={"letter": functools.partial(told, learner, program)})
            parser.read_string("[awarded]\\nthen = write")
            return parser.getletter("awarded", "then")
        """,
        path=("follow", "told", "mail_them"),
    ),
    calls(
        "sqlite_adapter",
        "The award is a parameter of a query, and the adapter of its class for the database's library mails.",
        """
        import sqlite3

        from django.db import connection


        class Award:
            def __init__(self, *pair):
                self.pair = pair


        def adapted(award):
            mail_them(*award.pair)
            return award.pair[0].pk


        sqlite3.register_adapter(Award, adapted)


        def follow(learner, program):
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s", [Award(learner, program)])
        """,
        path=("adapted", "mail_them"),
    ),
    calls(
        "iterable_class",
        "A queryset is given another class of iterables, which mails as it yields the learner.",
        """
        from django.db.models.query import ModelIterable

        from college.modules.people.models import Member


        class Telling(ModelIterable):
            def __iter__(self):
                for learner in super().__iter__():
                    mail_them(learner, self.queryset._hints["instance"])
                    yield learner


        def follow(learner, program):
            rows = Member.objects.filter(pk=learner.pk)
            rows._hints = {"instance": program}
            rows._iterable_class = Telling
            return list(rows)
        """,
        path=("follow", "__iter__", "mail_them"),
    ),
    begins(
        "task_annotations",
        "The settings annotate the task that awards with what is done when it has succeeded.",
        "",
        Add(
            "college/kernel/annotations.py",
            """
            def on_success(task, result, task_id, args, kwargs):
                from college.modules.crediting.follow import mail_for

                mail_for(*args)
            """,
        ),
        setting(
            """
            from college.kernel.annotations import on_success  # noqa: E402

            CELERY_TASK_ANNOTATIONS = {"college.award_program": {"on_success": on_success}}
            """
        ),
        path=("on_success", "mail_for"),
    ),
    begins(
        "asgi_lifespan",
        "The ASGI application answers the server's lifespan events, and mails for all awards when it starts.",
        """
        def mail_all():
            from college.modules.awards.models import UserCredential

            for credential in UserCredential.objects.awarded():
                mail_for_credential(credential)
        """,
        Add(
            "college/project/asgi.py",
            """
            import os

            from asgiref.sync import sync_to_async
            from django.core.asgi import get_asgi_application

            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "college.project.settings")
            django_application = get_asgi_application()


            async def application(scope, receive, send):
                if scope["type"] != "lifespan":
                    return await django_application(scope, receive, send)
                from college.modules.crediting.follow import mail_all

                while (await receive())["type"] == "lifespan.startup":
                    await sync_to_async(mail_all)()
                    await send({"type": "lifespan.startup.complete"})
                await send({"type": "lifespan.shutdown.complete"})
            """,
        ),
        setting('ASGI_APPLICATION = "college.project.asgi.application"'),
        path=("application", "mail_all"),
        drive="""
from asgiref.sync import async_to_sync

from college.project.asgi import application

events = iter(("lifespan.startup", "lifespan.shutdown"))


async def receive():
    return {"type": next(events)}


async def send(event):
    pass


async_to_sync(application)({"type": "lifespan"}, receive, send)
""",
    ),
    calls(
        "metaclass_getattr",
        "The class has no such attribute; its metaclass makes it up.",
        """
        class Answering(type):
            def __getattr__(cls, name):
                if name != "finished":
                    raise AttributeError(name)
                return cls.write


        class Office(metaclass=Answering):
            @staticmethod
            def write(learner, program):
                mail_them(learner, program)


        def follow(learner, program):
            Office.finished(learner, program)
        """,
        path=("follow", "write", "mail_them"),
    ),
    calls(
        "removed_from_a_list",
        "An award is removed from a list of pending ones, and being compared with them mails.",
        """
        class Award:
            def __init__(self, *pair):
                self.pair = pair

            def __eq__(self, other):
                mail_them(*self.pair)
                return True

            __hash__ = None


        def follow(learner, program):
            pending = [Award(learner, program)]
            pending.remove(Award(learner, program))
        """,
        path=("follow", "__eq__", "mail_them"),
    ),
    calls(
        "printed",
        "The award is printed to an object that mails what is written to it.",
        """
        class Paper:
            def __init__(self, *pair):
                self.pair = pair

            def write(self, text):
                if text.strip():
                    mail_them(*self.pair)


        def follow(learner, program):
            print(learner.username, file=Paper(learner, program))
        """,
        path=("follow", "write", "mail_them"),
    ),
    calls(
        "queue_put",
        "A queue of the host's own class has the hook that the library's put() calls.",
        """
        import queue


        class Outbox(queue.Queue):
            def _put(self, item):
                mail_them(*item)
                super()._put(item)


        def follow(learner, program):
            Outbox().put((learner, program))
        """,
        path=("follow", "_put", "mail_them"),
    ),
    calls(
        "time_zone",
        "The moment of the award is in a time zone of the host's own, which mails when it is asked for its offset.",
        """
        import datetime


        class Office(datetime.tzinfo):
            def __init__(self, *pair):
                self.pair = pair

            def utcoffset(self, moment):
                mail_them(*self.pair)
                return datetime.timedelta(0)

            def dst(self, moment):
                return None


        def follow(learner, program):
            return datetime.datetime(2026, 1, 1, tzinfo=Office(learner, program)).isoformat()
        """,
        path=("follow", "utcoffset", "mail_them"),
    ),
    calls(
        "connection_object",
        "A letter to the learner is sent by a connection that is any object with send_messages(), and mails more.",
        """
        from django.core.mail import get_connection, send_mail


        class More:
            def __init__(self, *pair):
                self.pair = pair

            def send_messages(self, messages):
                mail_them(*self.pair)
                return get_connection().send_messages(messages)


        def follow(learner, program):
            send_mail("Your record", "is ready.", None, [learner.email], connection=More(learner, program))
        """,
        path=("follow", "send_messages", "mail_them"),
    ),
    calls(
        "message_built",
        "A letter to the learner mails the institutions as its backend has it build its message.",
        """
        from django.core.mail import EmailMessage


        class Record(EmailMessage):
            pair = ()

            def message(self, **kwargs):
                mail_them(*self.pair)
                return super().message(**kwargs)


        def follow(learner, program):
            letter = Record("Your record", "is ready.", to=[learner.email])
            letter.pair = (learner, program)
            letter.send()
        """,
        path=("follow", "message", "mail_them"),
    ),
    calls(
        "union_of_dicts",
        "A dict is united with an object by |, which asks the object.",
        """
        class Facts:
            def __init__(self, *pair):
                self.pair = pair

            def __ror__(self, other):
                mail_them(*self.pair)
                return other


        def follow(learner, program):
            return {"title": program.title} | Facts(learner, program)
        """,
        path=("follow", "__ror__", "mail_them"),
    ),
    begins(
        "parser_type",
        "The command's parser turns each name into a learner by a function, which mails.",
        """
        def learner_named(username):
            from college.modules.awards.models import UserCredential

            for credential in UserCredential.objects.awarded():
                mail_for_credential(credential)
            return username
        """,
        Edit(
            f"{AWARDS}/management/commands/award.py",
            '        parser.add_argument("usernames", nargs="+")\n',
            '        parser.add_argument("usernames", nargs="+", type=learner_named)\n',
        ),
        Edit(
            f"{AWARDS}/management/commands/award.py",
            "from college.modules.awards.domain import AwardProgram\n",
            "from college.modules.awards.domain import AwardProgram\n"
            "from college.modules.crediting.follow import learner_named\n",
        ),
        path=("learner_named", "mail_for_credential"),
    ),
)
