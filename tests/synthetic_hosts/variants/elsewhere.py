"""INCONCLUSIVE: what the award starts is written down in no file of the host."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import Add, Step, Variant, install, setting
from tests.synthetic_hosts.variants.sixth import CALL_AFTER


def starts(name: str, description: str, body: str, *steps: Step, **more) -> Variant:
    return Variant(
        name=f"elsewhere_{name}",
        description=description,
        verdict="INCONCLUSIVE",
        steps=(*steps, Add("campus/records/after.py", f"{dedent(body).strip()}\n"), *CALL_AFTER),
        **more,
    )


def table(fields: str) -> tuple[Step, ...]:
    """Return the steps that give staff a table with these fields."""
    text = "from django.db import models\n\n\nclass Rule(models.Model):\n    event = models.CharField(max_length=32)\n"
    return install("campus.rules"), Add("campus/rules/models.py", text + fields)


VARIANTS = (
    starts(
        "library_of_c",
        "The award calls a function of a library of the machine.",
        """
        import ctypes


        def after(learner, program):
            library = ctypes.CDLL(None)
            library.strlen(f"{learner.username} {program.uuid}".encode())
        """,
    ),
    starts(
        "command_of_a_setting",
        "The award runs a command line of the settings.",
        """
        import os

        from django.conf import settings


        def after(learner, program):
            if settings.AFTER_AWARD:
                os.system(settings.AFTER_AWARD.format(user=learner.username, program=program.uuid))
        """,
        setting('AFTER_AWARD = os.environ.get("CAMPUS_AFTER_AWARD", "")'),
    ),
    starts(
        "module_of_the_environment",
        "A variable of the environment names the module whose run() the award calls.",
        """
        import os
        from importlib import import_module


        def after(learner, program):
            if name := os.environ.get("CAMPUS_AFTER_AWARD"):
                import_module(name).run(learner, program)
        """,
    ),
    starts(
        "datagram",
        "The award sends learner and program to another machine as a datagram.",
        """
        import json
        import socket

        from django.conf import settings


        def after(learner, program):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                what = json.dumps({"learner": learner.username, "program": str(program.uuid)})
                try:
                    out.sendto(what.encode(), settings.REGISTRY)
                except OSError:
                    return
        """,
        setting('REGISTRY = ("127.0.0.1", 9)'),
    ),
    starts(
        "name_of_a_row",
        "Rows of a table name functions of a module, which the award looks up and calls.",
        """
        from importlib import import_module

        from campus.rules.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                getattr(import_module(rule.module), rule.function)(learner, program)
        """,
        *table("    module = models.CharField(max_length=64)\n    function = models.CharField(max_length=64)\n"),
        new_tables=True,
    ),
    starts(
        "code_of_a_row",
        "Rows of a table have compiled code, which the award makes functions of.",
        """
        import marshal
        import types

        from campus.rules.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                types.FunctionType(marshal.loads(rule.code), {"learner": learner, "program": program})()
        """,
        *table("    code = models.BinaryField()\n"),
        new_tables=True,
    ),
    starts(
        "interpreter",
        "Rows of a table have lines, which an interpreter of Python runs.",
        """
        from code import InteractiveInterpreter

        from campus.rules.models import Rule


        def after(learner, program):
            interpreter = InteractiveInterpreter({"learner": learner, "program": program})
            for rule in Rule.objects.filter(event="award"):
                interpreter.runsource(rule.text)
        """,
        *table("    text = models.TextField()\n"),
        new_tables=True,
    ),
    starts(
        "hooks_of_a_table",
        "Staff keep addresses of services in a table, and each is told of learner and program.",
        """
        import requests

        from campus.rules.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                requests.post(rule.url, json={"learner": learner.username, "program": str(program.uuid)}, timeout=3)
        """,
        *table("    url = models.URLField()\n"),
        new_tables=True,
    ),
    starts(
        "template_of_a_row",
        "Rows of a table have templates that say to whom a letter goes.",
        """
        from django.core.mail import send_mail
        from django.template import Context, Template

        from campus.rules.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                address = Template(rule.to).render(Context({"learner": learner, "program": program}))
                send_mail("News", f"{learner.username} has finished {program.title}.", None, [address])
        """,
        *table("    to = models.TextField()\n"),
        new_tables=True,
    ),
    starts(
        "query_of_a_row",
        "Rows of a table have the SQL that says to whom a letter goes.",
        """
        from django.core.mail import send_mail
        from django.db import connection

        from campus.rules.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                with connection.cursor() as cursor:
                    cursor.execute(rule.query, [learner.pk])
                    for (address,) in cursor.fetchall():
                        send_mail("News", f"{learner.username} has finished {program.title}.", None, [address])
        """,
        *table("    query = models.TextField()\n"),
        new_tables=True,
    ),
    starts(
        "attribute_of_a_row",
        "Rows of a table have a path of attributes from the learner to whom a letter goes.",
        """
        from operator import attrgetter

        from django.core.mail import send_mail

        from campus.rules.models import Rule


        def after(learner, program):
            for rule in Rule.objects.filter(event="award"):
                address = attrgetter(rule.path)(learner)
                send_mail("News", f"{learner.username} has finished {program.title}.", None, [address])
        """,
        *table("    path = models.CharField(max_length=64)\n"),
        new_tables=True,
    ),
)
