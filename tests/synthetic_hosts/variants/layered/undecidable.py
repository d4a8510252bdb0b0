"""INCONCLUSIVE: what follows an award cannot be known from the host's source and its live objects."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Append
from tests.synthetic_hosts.variants.layered.parts import AWARDS, STARTED, asks, in_handler, module, setting, unknown

VARIANTS = (
    asks(
        "kombu_publish",
        "Learner and program are published to an exchange of another service's, by Celery's own library.",
        """
        from celery import current_app


        def follow(learner, program):
            with current_app.producer_or_acquire() as producer:
                producer.publish(
                    {"username": learner.username, "program": str(program.uuid)},
                    exchange="registrars",
                    routing_key="finished",
                    retry=False,
                )
        """,
        setting('CELERY_BROKER_URL = os.environ.get("COLLEGE_BROKER", "memory://")'),
    ),
    asks(
        "fifo",
        "A line with learner and program is written to a named pipe, which somebody outside reads.",
        """
        import contextlib
        from pathlib import Path


        def follow(learner, program):
            with contextlib.suppress(OSError), Path("/run/college/finished").open("a") as pipe:
                pipe.write(f"{learner.username} {program.uuid}\\n")
        """,
    ),
    asks(
        "function_of_the_database",
        "A queryset is annotated with a function of the database, whose text is not in the host's source.",
        """
        from django.db import DatabaseError
        from django.db.models import F, Func

        from college.modules.people.models import Member


        def follow(learner, program):
            told = Func(F("pk"), program.pk, function="college_program_finished")
            try:
                list(Member.objects.filter(pk=learner.pk).annotate(told=told).values_list("told"))
            except DatabaseError:
                return
        """,
    ),
    asks(
        "function_in_raw_sql",
        "A queryset is annotated with a piece of SQL that calls a function of the database.",
        """
        from django.db import DatabaseError
        from django.db.models.expressions import RawSQL

        from college.modules.people.models import Member


        def follow(learner, program):
            told = RawSQL("college_finished(people_member.id, %s)", [program.pk])
            try:
                list(Member.objects.filter(pk=learner.pk).annotate(told=told).values_list("told"))
            except DatabaseError:
                return
        """,
    ),
    asks(
        "own_database_function",
        "A queryset is annotated with the host's own expression, which names a function of the database.",
        """
        from django.db import DatabaseError
        from django.db.models import F, Func

        from college.modules.people.models import Member


        class Finished(Func):
            function = "college_finished"


        def follow(learner, program):
            try:
                list(Member.objects.filter(pk=learner.pk).annotate(told=Finished(F("pk"))).values_list("told"))
            except DatabaseError:
                return
        """,
    ),
    asks(
        "zip_plugin",
        "The award imports a module out of an archive on the server, and goes on without it.",
        """
        import zipimport


        def follow(learner, program):
            try:
                step = zipimport.zipimporter("/srv/college/plugins.zip").load_module("finished")
            except zipimport.ZipImportError:
                return
            step.run(learner, program)
        """,
    ),
    asks(
        "remote_manager",
        "The award calls a method of an object that lives in another process, by a manager of multiprocessing.",
        """
        from multiprocessing.managers import BaseManager


        class Offices(BaseManager):
            pass


        Offices.register("office")


        def follow(learner, program):
            offices = Offices(address=("offices.college.example", 5000), authkey=b"college")
            try:
                offices.connect()
            except OSError:
                return
            offices.office().finished(learner.username, str(program.uuid))
        """,
    ),
    asks(
        "timed_statement",
        "The award times a statement out of the environment, which is to run it.",
        """
        import os
        import timeit


        def follow(learner, program):
            statement = os.environ.get("COLLEGE_STATEMENT", "pass")
            timeit.timeit(statement, number=1, globals={"learner": learner, "program": program})
        """,
    ),
    asks(
        "adapter_of_a_file",
        "The adapter of the port is named in a file of the server, and loaded by its name.",
        """
        import tomllib
        from pathlib import Path

        from django.utils.module_loading import import_string

        OPTIONS = Path("/etc/college/adapters.toml")


        class Nothing:
            def finished(self, learner, program):
                pass


        def adapter():
            if OPTIONS.exists():
                return import_string(tomllib.loads(OPTIONS.read_text())["registrars"])()
            return Nothing()


        def follow(learner, program):
            adapter().finished(learner, program)
        """,
    ),
    unknown(
        "listener_bound_later",
        "The start tries to import a listener, and puts it on the bus further down where it is there.",
        module(
            """
            from college.kernel.bus import bus
            from college.modules.awards.domain import ProgramAwarded

            try:
                from college_registrars.listeners import tell
            except ImportError:
                tell = None

            if tell is not None:
                bus.listens(ProgramAwarded)(tell)
            """
        ),
        STARTED,
    ),
    unknown(
        "listener_of_missing_package",
        "The start puts a listener of a package on the bus that is not installed here.",
        module(
            """
            import contextlib

            from college.kernel.bus import bus
            from college.modules.awards.domain import ProgramAwarded

            with contextlib.suppress(ImportError):
                from college_registrars.listeners import tell

                bus.listens(ProgramAwarded)(tell)
            """
        ),
        STARTED,
    ),
    unknown(
        "task_of_any_path",
        "The award delays a task that calls the function whose path it is given, which a column of the program has.",
        module(
            """
            def follow(learner, program):
                from college.modules.awards.entry.tasks import call

                call.delay(program.title, learner.pk, program.pk)
            """
        ),
        *in_handler(),
        Append(
            f"{AWARDS}/entry/tasks.py",
            """
            @shared_task(name="college.call", ignore_result=True)
            def call(path, *arguments):
                from django.utils.module_loading import import_string

                try:
                    import_string(path)(*arguments)
                except ImportError:
                    return
            """,
        ),
    ),
)
