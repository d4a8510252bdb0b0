"""An address, or a learner's, that is come to by a text, a table, a template or a copy of the row."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import Add, Step, Variant, install
from tests.synthetic_hosts.variants.sixth import CALL_AFTER

IMPORTED = """
from django.core.mail import send_mail

from campus.records.models import UserCreditPathway
"""


def spelled(name: str, description: str, body: str, *steps: Step, to_learner: bool = False, **more) -> Variant:
    """Return the variant whose award calls ``after`` of this body, which writes to institutions or to the learner."""
    text = f"{IMPORTED}\n\n{dedent(body).strip()}\n"
    return Variant(
        name=f"spelled_{name}",
        description=description,
        verdict="ABSENT" if to_learner else "PRESENT",
        steps=(*steps, Add("campus/records/after.py", text), *CALL_AFTER),
        path=() if to_learner else ("after",),
        **more,
    )


BOTH = (
    (
        "reduced_getattr",
        "The address is read by reducing getattr over the parts of a path.",
        """
        from functools import reduce


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                address = reduce(getattr, "{whose}.email".split("."), row)
                send_mail("News", "A learner has finished.", None, [address])
        """,
    ),
    (
        "formatted",
        "The address is a format's own attribute look-up.",
        """
        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                send_mail("News", "A learner has finished.", None, ["{{0.{whose}.email}}".format(row)])
        """,
    ),
    (
        "template",
        "The address is what a template renders.",
        """
        from django.template import Context, Template

        ADDRESS = Template("{{{{ row.{whose}.email }}}}")


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                send_mail("News", "A learner has finished.", None, [ADDRESS.render(Context({{"row": row}}))])
        """,
    ),
    (
        "getter_of_two",
        "One attrgetter reads name and address.",
        """
        from operator import attrgetter

        read = attrgetter("{whose}.email", "pk")


        def after(learner, program):
            for address, key in map(read, UserCreditPathway.objects.filter(user=learner)):
                send_mail(f"News {{key}}", "A learner has finished.", None, [address])
        """,
    ),
    (
        "named_tuple",
        "The query gives named tuples.",
        """
        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner).values_list("{whose}__email", "pk", named=True)
            for found in rows:
                send_mail(f"News {{found.pk}}", "A learner has finished.", None, [found.{whose}__email])
        """,
    ),
    (
        "unpacked_record",
        "The rows are turned into records of a dataclass, which is taken apart again.",
        """
        from dataclasses import astuple, dataclass


        @dataclass(frozen=True)
        class Line:
            address: str
            key: int

            @classmethod
            def of(cls, row):
                return cls(row.{whose}.email, row.pk)


        def after(learner, program):
            for line in map(Line.of, UserCreditPathway.objects.filter(user=learner)):
                address, key = astuple(line)
                send_mail(f"News {{key}}", "A learner has finished.", None, [address])
        """,
    ),
    (
        "header_of_a_message",
        "The address is the header of a message of Python's own, which smtplib sends.",
        """
        import smtplib
        from email.message import EmailMessage


        def after(learner, program):
            with smtplib.SMTP("mail.campus.example") as server:
                for row in UserCreditPathway.objects.filter(user=learner):
                    message = EmailMessage()
                    message["Subject"] = f"{{program}} is finished"
                    message["To"] = row.{whose}.email
                    message.set_content("A learner has finished.")
                    server.send_message(message)
        """,
    ),
    (
        "grouped",
        "The rows are grouped by address, and the keys of the groups are written to.",
        """
        from collections import defaultdict


        def after(learner, program):
            groups = defaultdict(list)
            for row in UserCreditPathway.objects.filter(user=learner):
                groups[row.{whose}.email].append(row.pk)
            for address, keys in groups.items():
                send_mail(f"News {{keys}}", "A learner has finished.", None, [address])
        """,
    ),
    (
        "matched",
        "A match statement takes the address out of a dict of the row.",
        """
        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                match {{"key": row.pk, "address": row.{whose}.email}}:
                    case {{"address": str(address), **rest}} if address:
                        send_mail(f"News {{rest}}", "A learner has finished.", None, [address])
        """,
    ),
)

VARIANTS = (
    *(
        spelled(name, f"{description} It is an institution's.", body.format(whose="pathway"))
        for name, description, body in BOTH
    ),
    *(
        spelled(
            f"{name}_of_the_learner", f"{description} It is the learner's.", body.format(whose="user"), to_learner=True
        )
        for name, description, body in BOTH
    ),
    spelled(
        "row_as_a_dict",
        "The row is made a dict, and the pathway is read again by its key.",
        """
        from django.forms.models import model_to_dict

        from campus.catalog.models import Pathway


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                pathway = Pathway.objects.get(pk=model_to_dict(row)["pathway"])
                send_mail("News", f"{learner.username} has finished.", None, [pathway.email])
        """,
    ),
    spelled(
        "serialized",
        "The rows are serialized, and the pathways of the fields are written to.",
        """
        import json

        from django.core import serializers

        from campus.catalog.models import Pathway


        def after(learner, program):
            rows = serializers.serialize("json", UserCreditPathway.objects.filter(user=learner))
            keys = [row["fields"]["pathway"] for row in json.loads(rows)]
            for pathway in Pathway.objects.in_bulk(keys).values():
                send_mail("News", f"{learner.username} has finished.", None, [pathway.email])
        """,
    ),
    spelled(
        "target_of_a_message",
        "The award leaves notes that point at rows by a generic key, and a command writes to whom they lead.",
        """
        from campus.notes.models import Note


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                Note.objects.create(target=row, text=f"{learner.username} has finished.")
        """,
        install("campus.notes"),
        Add(
            "campus/notes/models.py",
            """
            from django.contrib.contenttypes.fields import GenericForeignKey
            from django.contrib.contenttypes.models import ContentType
            from django.db import models


            class Note(models.Model):
                content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE)
                object_id = models.PositiveIntegerField()
                target = GenericForeignKey()
                text = models.TextField()
            """,
        ),
        Add(
            "campus/notes/management/commands/post_notes.py",
            """
            from django.core.mail import send_mail
            from django.core.management.base import BaseCommand

            from campus.notes.models import Note


            class Command(BaseCommand):
                def handle(self, **options):
                    for note in Note.objects.all():
                        send_mail("News", note.text, None, [note.target.pathway.email])
                        note.delete()
            """,
        ),
        new_tables=True,
    ),
)
