"""INCONCLUSIVE: what the award runs cannot be known from the host's source and its live objects."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import SETTINGS, URLS, Add, Append, Edit, Step, Variant, at_award, install, setting
from tests.synthetic_hosts.variants.schedules import WITH_CELERY

HOOKS = "campus/records/hooks.py"
ROWS_OF_CODE = (
    Add(
        "campus/scripting/models.py",
        """
        from django.db import models


        class Step(models.Model):
            event = models.CharField(max_length=64)
            text = models.TextField()

            def __str__(self):
                return self.event
        """,
    ),
    install("campus.scripting"),
)


def open_question(
    name: str,
    description: str,
    *steps: Step,
    sql: tuple[str, ...] = (),
    new_tables: bool = False,
    imports: bool = True,
) -> Variant:
    return Variant(
        name=name,
        description=description,
        verdict="INCONCLUSIVE",
        steps=steps,
        sql=sql,
        new_tables=new_tables,
        imports=imports,
    )


def calls(name: str, description: str, text: str, *steps: Step, new_tables: bool = False) -> Variant:
    """Return a variant whose award calls ``after_award(learner, program)`` of a module with this text."""
    return open_question(
        name,
        description,
        Add(HOOKS, text),
        *at_award("after_award(learner, credential.program)", imports="from campus.records.hooks import after_award"),
        *steps,
        new_tables=new_tables,
    )


VARIANTS = (
    calls(
        "exec_of_a_row",
        "The award executes Python that staff keep in a table: what it does stands in no source.",
        """
        from campus.scripting.models import Step


        def after_award(learner, program):
            for step in Step.objects.filter(event="award"):
                exec(step.text, {"learner": learner, "program": program})
        """,
        *ROWS_OF_CODE,
        new_tables=True,
    ),
    calls(
        "eval_of_the_environment",
        "The award evaluates an expression out of the process's environment.",
        """
        import os


        def after_award(learner, program):
            return eval(os.environ.get("CAMPUS_AFTER_AWARD", "None"), {"learner": learner, "program": program})
        """,
    ),
    calls(
        "dotted_path_in_a_row",
        "The functions to call are dotted paths in a table, and any path can be written there.",
        """
        from django.utils.module_loading import import_string

        from campus.scripting.models import Step


        def after_award(learner, program):
            for path in Step.objects.filter(event="award").values_list("text", flat=True):
                import_string(path)(learner, program)
        """,
        *ROWS_OF_CODE,
        new_tables=True,
    ),
    calls(
        "setting_does_not_resolve",
        "The setting names a function of a package that is not installed here, as it may be in production.",
        """
        from django.conf import settings
        from django.utils.module_loading import import_string


        def after_award(learner, program):
            try:
                step = import_string(settings.AFTER_AWARD)
            except ImportError:
                return
            step(learner, program)
        """,
        setting('AFTER_AWARD = "crm_bridge.hooks.after_award"'),
    ),
    calls(
        "plugin_directory",
        "The award loads and runs each Python file of a directory outside the project.",
        """
        import importlib.util
        from pathlib import Path


        def after_award(learner, program):
            for file in Path("/var/lib/campus/after-award").glob("*.py"):
                spec = importlib.util.spec_from_file_location(file.stem, file)
                module = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                module.run(learner, program)
        """,
    ),
    calls(
        "run_path",
        "The award runs a script whose path comes from the environment.",
        """
        import os
        import runpy


        def after_award(learner, program):
            if path := os.environ.get("CAMPUS_AWARD_SCRIPT"):
                runpy.run_path(path, {"learner": learner, "program": program})
        """,
    ),
    calls(
        "pickled_callable",
        "The award unpickles a callable out of the cache and calls it.",
        """
        import pickle

        from django.core.cache import cache


        def after_award(learner, program):
            if pickled := cache.get("after_award"):
                pickle.loads(pickled)(learner, program)
        """,
    ),
    calls(
        "subprocess",
        "The award starts a program of the machine with the learner and the program as its arguments.",
        """
        import subprocess


        def after_award(learner, program):
            subprocess.run(["/opt/campus/bin/after-award", learner.username, str(program.uuid)], check=False)
        """,
    ),
    calls(
        "webhook",
        "Learner and program are posted to a service that nobody here knows, and that may well ask for credit.",
        """
        import json
        import urllib.request

        from django.conf import settings


        def after_award(learner, program):
            data = {"event": "award", "learner": learner.email, "program": str(program.uuid)}
            urllib.request.urlopen(settings.AWARD_WEBHOOK, json.dumps(data).encode())
        """,
        setting('AWARD_WEBHOOK = "https://crm.campus.example/hooks/4711"'),
    ),
    calls(
        "remote_procedure",
        "A procedure of another service, which may do anything, is called with learner and program.",
        """
        from xmlrpc.client import ServerProxy

        from django.conf import settings


        def after_award(learner, program):
            ServerProxy(settings.STUDENT_OFFICE).certificate_awarded(learner.username, str(program.uuid))
        """,
        setting('STUDENT_OFFICE = "https://office.campus.example/rpc"'),
    ),
    calls(
        "stored_procedure",
        "The award calls a procedure of the database, whose text is not in the host's source.",
        """
        from django.db import connection


        def after_award(learner, program):
            if connection.vendor != "sqlite":
                with connection.cursor() as cursor:
                    cursor.callproc("after_award", [learner.pk, program.pk])
        """,
    ),
    calls(
        "task_of_another_service",
        "A task is sent by name to a queue of another service; no task of that name is here.",
        """
        from campus.celery import app


        def after_award(learner, program):
            app.send_task("crm.certificates.awarded", [learner.pk, str(program.uuid)], queue="crm")
        """,
        *WITH_CELERY,
    ),
    open_question(
        "database_trigger",
        "A trigger on the table of credentials queues the institutions' addresses, for somebody outside to work off.",
        sql=(
            "CREATE TABLE letters (id INTEGER PRIMARY KEY, address TEXT, username TEXT)",
            "CREATE TRIGGER after_award AFTER INSERT ON credentials_usercredential BEGIN "
            "INSERT INTO letters (address, username) SELECT p.email, NEW.username FROM catalog_pathway p "
            "JOIN records_usercreditpathway r ON r.pathway_id = p.id JOIN core_user u ON u.id = r.user_id "
            "WHERE u.username = NEW.username; END",
        ),
    ),
    open_question(
        "urls_do_not_import",
        "The URL configuration imports a module that is not there, so that its views cannot be known.",
        Edit(
            URLS,
            "from django.contrib import admin\n",
            "from django.contrib import admin\n\nimport campus_extra.views\n",
        ),
        Edit(
            URLS,
            "urlpatterns = [\n",
            'urlpatterns = [\n    path("extra/", campus_extra.views.award),\n',
        ),
        imports=False,
    ),
    open_question(
        "middleware_does_not_import",
        "A middleware of the settings imports a package that is not there.",
        Add(
            "campus/core/extra.py",
            """
            import campus_extra


            class ExtraMiddleware(campus_extra.Middleware):
                pass
            """,
        ),
        Edit(
            SETTINGS,
            '    "campus.core.middleware.RequestIdMiddleware",\n',
            '    "campus.core.middleware.RequestIdMiddleware",\n    "campus.core.extra.ExtraMiddleware",\n',
        ),
    ),
    open_question(
        "receivers_do_not_import",
        "The receivers' module needs a package that is not there, and the app's start swallows the error.",
        Append(
            "campus/credentials/apps.py",
            """
            def _ready(self):
                from campus.credentials import receivers  # noqa: F401

                try:
                    from campus.records import extra_receivers  # noqa: F401
                except ImportError:
                    pass


            CredentialsConfig.ready = _ready
            """,
        ),
        Add(
            "campus/records/extra_receivers.py",
            """
            from campus_extra import on_program_certificate

            from campus.credentials.signals import program_certificate_awarded

            program_certificate_awarded.connect(on_program_certificate)
            """,
        ),
    ),
)
