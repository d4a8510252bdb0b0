"""PRESENT: the handler of awards comes to the hook through what Python and its library call by themselves."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Edit
from tests.synthetic_hosts.variants.layered.parts import (
    PUBLISH,
    SERVICES,
    STARTED,
    calls,
    present,
    with_mailer,
)

VARIANTS = (
    calls(
        "direct",
        "The handler calls a function that calls the hook.",
        """
        def follow(learner, program):
            mail_them(learner, program)
        """,
    ),
    calls(
        "audit_hook",
        "The start adds a hook to the interpreter's audit, and the award is an audited event.",
        """
        import sys


        def hook(event, arguments):
            if event == "college.awarded":
                mail_them(*arguments)


        sys.addaudithook(hook)


        def follow(learner, program):
            sys.audit("college.awarded", learner, program)
        """,
    ),
    calls(
        "codec_error_handler",
        "The title is encoded with an error handler of the host's own, which mails.",
        """
        import codecs
        import contextvars

        current = contextvars.ContextVar("current")


        def tell(error):
            mail_them(*current.get())
            return "?", error.end


        codecs.register_error("college.tell", tell)


        def follow(learner, program):
            current.set((learner, program))
            return f"{program.title}\\N{BULLET}".encode("ascii", errors="college.tell")
        """,
        path=("follow", "tell", "mail_them"),
    ),
    calls(
        "regex_callback",
        "The replacement of a regular expression is a method, which mails for what it replaces.",
        """
        import re


        class Text:
            def __init__(self, learner, program):
                self.pair = learner, program

            def filled(self, match):
                mail_them(*self.pair)
                return str(self.pair[1])


        def follow(learner, program):
            return re.compile(r"\\{program\\}").sub(Text(learner, program).filled, "{program} is finished.")
        """,
        path=("follow", "filled", "mail_them"),
    ),
    calls(
        "json_default",
        "The award is written as JSON, and the function for what JSON does not know mails.",
        """
        import json


        class Award:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program


        def plain(thing):
            mail_them(thing.learner, thing.program)
            return str(thing.program)


        def follow(learner, program):
            return json.dumps({"award": Award(learner, program)}, default=plain)
        """,
        path=("follow", "plain", "mail_them"),
    ),
    calls(
        "json_encoder",
        "The award is written by an encoder of the host's own, as the class that dumps() makes.",
        """
        import json

        from django.core.serializers.json import DjangoJSONEncoder

        from college.modules.catalog.models import Program


        class Told(DjangoJSONEncoder):
            learner = None

            def default(self, o):
                if isinstance(o, Program):
                    mail_them(Told.learner, o)
                    return o.title
                return super().default(o)


        def follow(learner, program):
            Told.learner = learner
            return json.dumps([program], cls=Told)
        """,
        path=("follow", "default", "mail_them"),
    ),
    calls(
        "deepcopy",
        "A deep copy of the award is kept for the files, and copying mails.",
        """
        import copy

        kept = []


        class Award:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def __deepcopy__(self, memo):
                mail_them(self.learner, self.program)
                return Award(self.learner, self.program)


        def follow(learner, program):
            kept[:] = [copy.deepcopy([Award(learner, program)])]
        """,
        path=("follow", "__deepcopy__", "mail_them"),
    ),
    calls(
        "total_ordering",
        "Two awards are compared by >=, which total_ordering derives from the one comparison that there is.",
        """
        import functools


        @functools.total_ordering
        class Award:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def __eq__(self, other):
                return self.program == other.program

            def __lt__(self, other):
                mail_them(self.learner, self.program)
                return False


        def follow(learner, program):
            return Award(learner, program) >= Award(learner, program)
        """,
        path=("follow", "__lt__", "mail_them"),
    ),
    calls(
        "instance_check",
        "Asking whether something is an award mails: the metaclass answers isinstance().",
        """
        class Telling(type):
            def __instancecheck__(cls, thing):
                mail_them(*thing)
                return True


        class Award(metaclass=Telling):
            pass


        def follow(learner, program):
            return isinstance((learner, program), Award)
        """,
        path=("follow", "__instancecheck__", "mail_them"),
    ),
    calls(
        "mro_entries",
        "A class statement has an object among its bases, which is asked for its entries in the order of classes.",
        """
        class Basis:
            def __init__(self, *pair):
                self.pair = pair

            def __mro_entries__(self, bases):
                mail_them(*self.pair)
                return (object,)


        def follow(learner, program):
            class Award(Basis(learner, program)):
                pass

            return Award
        """,
        path=("follow", "__mro_entries__", "mail_them"),
    ),
    calls(
        "fspath",
        "The award is joined to a path, and saying where it lies mails.",
        """
        import os.path


        class Folder:
            def __init__(self, *pair):
                self.pair = pair

            def __fspath__(self):
                mail_them(*self.pair)
                return self.pair[0].username


        def follow(learner, program):
            return os.path.join("awards", Folder(learner, program))
        """,
        path=("follow", "__fspath__", "mail_them"),
    ),
    calls(
        "callable_iterator",
        "A callable is iterated until it gives its sentinel, as a queue is drained.",
        """
        class Basket:
            def __init__(self, *pairs):
                self.pairs = list(pairs)

            def take(self):
                if not self.pairs:
                    return None
                mail_them(*self.pairs.pop())
                return True


        def follow(learner, program):
            return sum(iter(Basket((learner, program)).take, None))
        """,
        path=("follow", "take", "mail_them"),
    ),
    calls(
        "accumulate",
        "The totals of a running sum are made by a function that mails.",
        """
        import itertools


        def follow(learner, program):
            def add(total, letter):
                letter(learner, program)
                return total + 1

            return list(itertools.accumulate([mail_them], add, initial=0))
        """,
    ),
    calls(
        "call_soon",
        "A loop calls back soon, and is stopped by a second callback.",
        """
        import asyncio

        from django.db import connection


        def follow(learner, program):
            loop = asyncio.new_event_loop()
            connection.inc_thread_sharing()
            loop.call_soon(step, learner, program)
            loop.call_soon(loop.stop)
            loop.run_forever()
            loop.close()


        def step(learner, program):
            import os

            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            mail_them(learner, program)
        """,
        path=("follow", "step", "mail_them"),
    ),
    calls(
        "csv_sink",
        "A CSV writer writes to an object whose write() mails, in the manner of a response that streams.",
        """
        import csv


        class Sink:
            def __init__(self, *pair):
                self.pair = pair

            def write(self, line):
                mail_them(*self.pair)
                return line


        def follow(learner, program):
            csv.writer(Sink(learner, program)).writerow([learner.username, program.title])
        """,
        path=("follow", "write", "mail_them"),
    ),
    calls(
        "cmd_interpreter",
        "A line is given to a line interpreter of the library, which finds the method by its first word.",
        """
        import cmd


        class Office(cmd.Cmd):
            def __init__(self, *pair):
                super().__init__()
                self.pair = pair

            def do_finish(self, line):
                mail_them(*self.pair)


        def follow(learner, program):
            Office(learner, program).onecmd(f"finish {learner.username}")
        """,
        path=("follow", "do_finish", "mail_them"),
    ),
    calls(
        "html_parser",
        "The congratulation's page is parsed, and the parser mails at the element of the program.",
        """
        from html.parser import HTMLParser


        class Page(HTMLParser):
            pair = ()

            def handle_starttag(self, tag, attrs):
                if tag == "strong":
                    mail_them(*self.pair)


        def follow(learner, program):
            page = Page()
            page.pair = (learner, program)
            page.feed(f"<p>You finished <strong>{program.title}</strong>.</p>")
        """,
        path=("follow", "handle_starttag", "mail_them"),
    ),
    calls(
        "enum_missing",
        "A kind is looked up that its enum does not have, and the enum's _missing_ mails.",
        """
        import enum


        class Kind(enum.Enum):
            OTHER = ()

            @classmethod
            def _missing_(cls, pair):
                mail_them(*pair)
                return cls.OTHER


        def follow(learner, program):
            return Kind((learner, program))
        """,
        path=("follow", "_missing_", "mail_them"),
    ),
    calls(
        "weakref_callback",
        "A weak reference to the award is kept, and its callback mails when the award is gone.",
        """
        import functools
        import weakref

        kept = []


        class Award:
            pass


        def gone(learner, program, reference):
            mail_them(learner, program)


        def follow(learner, program):
            award = Award()
            kept.append(weakref.ref(award, functools.partial(gone, learner, program)))
            del award
        """,
        path=("follow", "gone", "mail_them"),
    ),
    calls(
        "found_by_gc",
        "Nobody holds the office by a name: the award looks for it among all objects of the process.",
        """
        import gc

        shelf = []


        class Office:
            def finish(self, learner, program):
                mail_them(learner, program)


        shelf.append(Office())


        def follow(learner, program):
            for thing in gc.get_objects():
                if type(thing) is Office:
                    thing.finish(learner, program)
        """,
        path=("follow", "finish", "mail_them"),
    ),
    present(
        "frame_locals",
        "The step takes no arguments: it looks at the variables of its caller's frame.",
        with_mailer(
            """
            import sys


            def follow():
                seen = sys._getframe(1).f_locals
                mail_them(seen["learner"], seen["certificate"].program)
            """
        ),
        Edit(SERVICES, PUBLISH, f"        follow()\n{PUBLISH}"),
        Edit(
            SERVICES,
            "from college.modules.people.repositories import Members\n",
            "from college.modules.crediting.follow import follow\n"
            "from college.modules.people.repositories import Members\n",
        ),
        path=("handle", "follow", "mail_them"),
    ),
    calls(
        "unix_signal",
        "The process sends itself a signal of the system, whose handler mails.",
        """
        import signal

        waiting = []


        def handler(number, frame):
            while waiting:
                mail_them(*waiting.pop())


        signal.signal(signal.SIGUSR1, handler)


        def follow(learner, program):
            waiting.append((learner, program))
            signal.raise_signal(signal.SIGUSR1)
        """,
        path=("handler", "mail_them"),
    ),
    calls(
        "barrier_action",
        "The award waits at a barrier for one party, and the barrier's action mails.",
        """
        import functools
        import threading


        def follow(learner, program):
            threading.Barrier(1, action=functools.partial(mail_them, learner, program)).wait()
        """,
    ),
    calls(
        "pool_callback",
        "A pool of threads counts, and what it calls back with the count mails.",
        """
        from multiprocessing.pool import ThreadPool


        class Back:
            def __init__(self, *pair):
                self.pair = pair

            def __call__(self, number):
                mail_them(*self.pair)


        def follow(learner, program):
            pool = ThreadPool(1)
            pool.apply_async(len, (program.title,), callback=Back(learner, program)).wait()
            pool.close()
            pool.join()
        """,
        path=("follow", "__call__", "mail_them"),
    ),
    calls(
        "effects",
        "A generator yields descriptions of calls; the runner makes the calls and sends their results back.",
        """
        from dataclasses import dataclass
        from typing import Any


        @dataclass(frozen=True)
        class Call:
            function: Any
            arguments: tuple


        @dataclass(frozen=True)
        class Put:
            text: str


        def saga(learner, program):
            title = yield Call(str, (program,))
            yield Put(title)
            yield Call(mail_them, (learner, program))


        def run(steps, result=None):
            try:
                while True:
                    match steps.send(result):
                        case Call(function, arguments):
                            result = function(*arguments)
                        case Put(text):
                            result = text
            except StopIteration:
                return result


        def follow(learner, program):
            run(saga(learner, program))
        """,
    ),
    calls(
        "compensation",
        "Steps have what undoes them; the last step fails, and what undoes the first one mails.",
        """
        class Saga:
            def __init__(self):
                self.undo = []

            def step(self, do, undo):
                self.undo.append(undo)
                do()

            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                if error is not None:
                    for undo in reversed(self.undo):
                        undo()
                return True


        def fail():
            raise LookupError


        def follow(learner, program):
            with Saga() as saga:
                saga.step(lambda: None, undo=lambda: mail_them(learner, program))
                saga.step(fail, undo=lambda: None)
        """,
    ),
    calls(
        "rule_text",
        "Rules stand in a text of the module; each line names what happened and the function that follows.",
        '''
        RULES = """
        awarded: congratulate_again, mail_them
        revoked: congratulate_again
        """


        def congratulate_again(learner, program):
            pass


        def rules():
            for line in RULES.strip().splitlines():
                kind, _, names = line.partition(":")
                yield kind.strip(), [name.strip() for name in names.split(",")]


        def follow(learner, program):
            for name in dict(rules())["awarded"]:
                globals()[name](learner, program)
        ''',
    ),
    calls(
        "import_hook",
        "A finder of the host's own is asked for a module that nobody has, and mails.",
        """
        import importlib
        import sys

        current = []


        class Finder:
            def find_spec(self, name, path, target=None):
                if name == "college_awarded":
                    mail_them(*current)


        sys.meta_path.append(Finder())


        def follow(learner, program):
            current[:] = [learner, program]
            try:
                importlib.import_module("college_awarded")
            except ImportError:
                current.clear()
        """,
        path=("find_spec", "mail_them"),
    ),
    calls(
        "exception_group",
        "The step raises a group of errors, and the clause for one kind of them mails for what the error has.",
        """
        class Finished(Exception):
            def __init__(self, learner, program):
                super().__init__()
                self.learner, self.program = learner, program


        def check(learner, program):
            raise ExceptionGroup("awarded", [Finished(learner, program), ValueError()])


        def follow(learner, program):
            try:
                check(learner, program)
            except* Finished as group:
                for error in group.exceptions:
                    mail_them(error.learner, error.program)
            except* ValueError:
                pass
        """,
    ),
    calls(
        "warning_shown",
        "A warning is raised, and the function that shows warnings has been replaced by one that mails.",
        """
        import warnings


        class Awarded(UserWarning):
            pass


        shown = warnings.showwarning


        def show(message, category, *more, **named):
            if category is Awarded:
                mail_them(*message.args)
            else:
                shown(message, category, *more, **named)


        warnings.showwarning = show
        warnings.simplefilter("always", Awarded)


        def follow(learner, program):
            warnings.warn(Awarded(learner, program))
        """,
        path=("show", "mail_them"),
    ),
    calls(
        "thread_hook",
        "A thread ends by an error, and the hook for errors of threads mails.",
        """
        import threading

        hook = threading.excepthook


        class Finished(Exception):
            pass


        def fail(*pair):
            raise Finished(*pair)


        def ended(arguments):
            if arguments.exc_type is Finished:
                mail_them(*arguments.exc_value.args)
            else:
                hook(arguments)


        threading.excepthook = ended


        def follow(learner, program):
            thread = threading.Thread(target=fail, args=(learner, program))
            thread.start()
        """,
        STARTED,
        path=("ended", "mail_them"),
    ),
)
