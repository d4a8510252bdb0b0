"""PRESENT: what the host gives to the interpreter for the whole process, and what its metaclasses answer."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Add, Edit
from tests.synthetic_hosts.variants.layered.parts import AWARDS, begins, calls
from tests.synthetic_hosts.variants.layered.ways import FIRST_OF_URLS, WEB_URLS

VARIANTS = (
    calls(
        "decode_error_handler",
        "The award is read from bytes with an error handler of the host's own, which mails.",
        """
        import codecs

        waiting = []


        def tell(error):
            mail_them(*waiting.pop())
            return "?", error.end


        codecs.register_error("college.tell", tell)


        def follow(learner, program):
            waiting.append((learner, program))
            return b"\\xff".decode("utf-8", "college.tell")
        """,
        path=("follow", "tell", "mail_them"),
    ),
    calls(
        "archive_format",
        "The award is put into an archive of a format that the host registers, whose maker mails.",
        """
        import shutil
        import tempfile

        waiting = []


        def made(base_name, base_dir, **options):
            mail_them(*waiting.pop())
            return base_name


        shutil.register_archive_format("letters", made)


        def follow(learner, program):
            waiting.append((learner, program))
            with tempfile.TemporaryDirectory() as folder:
                shutil.make_archive(f"{folder}/award", "letters", folder)
        """,
        path=("follow", "made", "mail_them"),
    ),
    calls(
        "registered_copy",
        "How awards are copied is registered with the library, and copying one mails.",
        """
        import copy
        import copyreg


        class Award:
            def __init__(self, *pair):
                self.pair = pair


        def reduced(award):
            mail_them(*award.pair)
            return Award, award.pair


        copyreg.pickle(Award, reduced)


        def follow(learner, program):
            return copy.copy(Award(learner, program))
        """,
        path=("follow", "reduced", "mail_them"),
    ),
    calls(
        "sqlite_converter",
        "A column of a query is of a type whose converter mails.",
        """
        import sqlite3

        from django.db import connection

        waiting = []


        def converted(value):
            mail_them(*waiting.pop())
            return value


        sqlite3.register_converter("letter", converted)


        def follow(learner, program):
            waiting.append((learner, program))
            with connection.cursor() as cursor:
                return cursor.execute('SELECT 1 AS "awarded [letter]"').fetchone()
        """,
        path=("follow", "converted", "mail_them"),
    ),
    calls(
        "audit_hook_under_a_condition",
        "The hook of the interpreter's audit is added where the interpreter has one.",
        """
        import sys


        def hook(event, arguments):
            if event.startswith("college."):
                mail_them(*arguments)


        if hasattr(sys, "addaudithook"):
            sys.addaudithook(hook)


        def follow(learner, program):
            sys.audit("college.finished", learner, program)
        """,
        path=("follow", "hook", "mail_them"),
    ),
    calls(
        "subclass_check",
        "Asking whether a class is one of awards mails: the metaclass answers issubclass().",
        """
        waiting = []


        class Telling(type):
            def __subclasscheck__(cls, other):
                mail_them(*waiting.pop())
                return True


        class Award(metaclass=Telling):
            pass


        def follow(learner, program):
            waiting.append((learner, program))
            return issubclass(type(learner), Award)
        """,
        path=("follow", "__subclasscheck__", "mail_them"),
    ),
    calls(
        "instance_check_of_a_tuple",
        "The class whose metaclass mails is one of two that something may be of.",
        """
        import abc


        class Telling(abc.ABCMeta):
            def __instancecheck__(cls, thing):
                mail_them(*thing.pair)
                return True


        class Award(metaclass=Telling):
            pass


        class Finished:
            def __init__(self, *pair):
                self.pair = pair


        def follow(learner, program):
            if isinstance(Finished(learner, program), (str, Award)):
                return program.title
        """,
        path=("follow", "__instancecheck__", "mail_them"),
    ),
    calls(
        "metaclass_contains",
        "Whether an award is in a class is answered by its metaclass, which mails.",
        """
        class Telling(type):
            def __contains__(cls, pair):
                mail_them(*pair)
                return False


        class Awards(metaclass=Telling):
            pass


        def follow(learner, program):
            return (learner, program) in Awards
        """,
        path=("follow", "__contains__", "mail_them"),
    ),
    calls(
        "metaclass_iterated",
        "A loop over a class goes over what its metaclass yields: the steps after an award.",
        """
        class Listed(type):
            def __iter__(cls):
                yield cls.write


        class Steps(metaclass=Listed):
            @staticmethod
            def write(learner, program):
                mail_them(learner, program)


        def follow(learner, program):
            for step in Steps:
                step(learner, program)
        """,
        path=("follow", "write", "mail_them"),
    ),
    calls(
        "metaclass_property",
        "The attribute of the class is a property of its metaclass.",
        """
        class Answering(type):
            @property
            def finished(cls):
                return cls.write


        class Office(metaclass=Answering):
            @classmethod
            def write(cls, learner, program):
                mail_them(learner, program)


        def follow(learner, program):
            Office.finished(learner, program)
        """,
        path=("follow", "write", "mail_them"),
    ),
    calls(
        "metaclass_of_a_class_made_there",
        "The class and its metaclass are made inside the function, and the metaclass makes the attribute up.",
        """
        def follow(learner, program):
            class Answering(type):
                def __getattr__(cls, name):
                    return lambda: mail_them(learner, program)

            class Office(metaclass=Answering):
                pass

            Office.finished()
        """,
    ),
    calls(
        "found_among_referents",
        "The office is found by its class among what a list of plugins refers to.",
        """
        import gc

        plugins = []


        class Office:
            def finish(self, learner, program):
                mail_them(learner, program)


        plugins.append(Office())


        def follow(learner, program):
            office = next(thing for thing in gc.get_referents(plugins) if isinstance(thing, Office))
            office.finish(learner, program)
        """,
        path=("follow", "finish", "mail_them"),
    ),
    begins(
        "xmlrpc_function",
        "A function that awards and mails is registered with a dispatcher of XML-RPC, which the old platform calls.",
        "",
        Add(
            f"{AWARDS}/entry/rpc.py",
            """
            from xmlrpc.server import SimpleXMLRPCDispatcher

            from django.http import HttpResponse
            from django.views.decorators.csrf import csrf_exempt

            from college.kernel.bus import bus
            from college.modules.awards.domain import AwardProgram
            from college.modules.crediting.follow import mail_for_credential

            dispatcher = SimpleXMLRPCDispatcher(allow_none=True)


            @dispatcher.register_function
            def finish(username, program_uuid):
                credential = bus.dispatch(AwardProgram(username, program_uuid))
                mail_for_credential(credential)
                return str(credential.uuid)


            @csrf_exempt
            def rpc(request):
                return HttpResponse(dispatcher._marshaled_dispatch(request.body), content_type="text/xml")
            """,
        ),
        Edit(WEB_URLS, "urlpatterns = [\n", 'urlpatterns = [\n    path("rpc/", rpc),\n'),
        Edit(WEB_URLS, FIRST_OF_URLS, f"from college.modules.awards.entry.rpc import rpc\n{FIRST_OF_URLS}"),
        path=("finish", "mail_for_credential"),
        drive="import xmlrpc.client\n"
        'call = xmlrpc.client.dumps((new_learner().username, str(program.uuid)), "finish")\n'
        'staff.post("/api/awards/rpc/", call, content_type="text/xml")',
    ),
)
