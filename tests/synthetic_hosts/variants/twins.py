"""Pairs of hosts that differ in one word: whom the award writes to, the institution of a row or its learner."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import MODELS, Add, Edit, Step, Variant
from tests.synthetic_hosts.variants.sixth import CALL_AFTER, CELERY

IMPORTED = """
from django.core.mail import EmailMessage, send_mail

from campus.records.models import UserCreditPathway
"""
WHOSE = {"": "pathway", "_of_the_learner": "user"}


def pair(name: str, description: str, body: str, *steps: Step) -> tuple[Variant, ...]:
    """Return the two variants whose award calls ``after`` of this body, in which WHOSE stands for one of the two."""
    made = []
    for ending, whose in WHOSE.items():
        text = f"{IMPORTED}\n\n{dedent(body).strip()}\n".replace("WHOSE", whose)
        told = tuple(step if not hasattr(step, "text") else type(step)(step.path, step.text.replace("WHOSE", whose))
                     for step in steps)  # fmt: skip
        made.append(
            Variant(
                name=f"twin_{name}{ending}",
                description=f"{description} It is {'the learner' if ending else 'an institution'}'s.",
                verdict="ABSENT" if ending else "PRESENT",
                steps=(*told, Add("campus/records/after.py", text), *CALL_AFTER),
                path=() if ending else ("after",),
            )
        )
    return tuple(made)


VARIANTS = (
    *pair(
        "zipped",
        "Rows and addresses are zipped.",
        """
        def after(learner, program):
            rows = list(UserCreditPathway.objects.filter(user=learner))
            for row, address in zip(rows, [row.WHOSE.email for row in rows], strict=True):
                send_mail(f"News {row.pk}", "A program is finished.", None, [address])
        """,
    ),
    *pair(
        "table",
        "A dict has the address by the row's key, and its values are written to.",
        """
        def after(learner, program):
            table = {row.pk: row.WHOSE.email for row in UserCreditPathway.objects.filter(user=learner)}
            for address in sorted(set(table.values())):
                send_mail("News", "A program is finished.", None, [address])
        """,
    ),
    *pair(
        "generated",
        "A generator yields each address once.",
        """
        def addresses(learner):
            seen = set()
            for row in UserCreditPathway.objects.filter(user=learner):
                if row.WHOSE.email not in seen:
                    seen.add(row.WHOSE.email)
                    yield row.WHOSE.email


        def after(learner, program):
            for address in addresses(learner):
                send_mail("News", "A program is finished.", None, [address])
        """,
    ),
    *pair(
        "objects",
        "Objects have the address as a property, and a message is made of each.",
        """
        class Recipient:
            def __init__(self, row):
                self.row = row

            @property
            def address(self):
                return self.row.WHOSE.email


        class Letter(EmailMessage):
            def __init__(self, recipient):
                super().__init__("News", "A program is finished.", to=[recipient.address])


        def after(learner, program):
            recipients = [Recipient(row) for row in UserCreditPathway.objects.filter(user=learner)]
            for recipient in recipients:
                Letter(recipient).send()
        """,
    ),
    *pair(
        "context_variable",
        "The address is left in a context variable.",
        """
        from contextvars import ContextVar

        whom = ContextVar("whom")


        def write():
            send_mail("News", "A program is finished.", None, [whom.get()])


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                token = whom.set(row.WHOSE.email)
                write()
                whom.reset(token)
        """,
    ),
    *pair(
        "pool",
        "A pool of threads writes to each.",
        """
        from concurrent.futures import ThreadPoolExecutor


        def write(address):
            return send_mail("News", "A program is finished.", None, [address])


        def after(learner, program):
            addresses = [row.WHOSE.email for row in UserCreditPathway.objects.filter(user=learner)]
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(write, addresses))
        """,
    ),
    *pair(
        "queue",
        "A queue of the function's own passes the addresses.",
        """
        from queue import SimpleQueue


        def after(learner, program):
            waiting = SimpleQueue()
            for row in UserCreditPathway.objects.filter(user=learner):
                waiting.put(row.WHOSE.email)
            while not waiting.empty():
                send_mail("News", "A program is finished.", None, [waiting.get()])
        """,
    ),
    *pair(
        "partial",
        "send_mail is prepared with all but the address.",
        """
        from functools import partial

        write = partial(send_mail, "News", "A program is finished.", None)


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                write(recipient_list=[row.WHOSE.email])
        """,
    ),
    *pair(
        "task",
        "A task gets the address and writes.",
        """
        from celery import shared_task


        @shared_task
        def write(address):
            send_mail("News", "A program is finished.", None, [address])


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                write.delay(row.WHOSE.email)
        """,
        *CELERY,
    ),
    *pair(
        "task_by_key",
        "A task gets the row's key, reads it again and writes.",
        """
        from celery import shared_task


        @shared_task
        def write(key):
            row = UserCreditPathway.objects.select_related("user", "pathway").get(pk=key)
            send_mail("News", "A program is finished.", None, [row.WHOSE.email])


        def after(learner, program):
            for key in UserCreditPathway.objects.filter(user=learner).values_list("pk", flat=True):
                write.apply_async(args=[key])
        """,
        *CELERY,
    ),
    *pair(
        "method_of_the_row",
        "The row itself writes.",
        """
        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                row.tell()
        """,
        Edit(
            MODELS,
            "    def clean(self):\n",
            "    def tell(self):\n        from campus.records.letters import write\n\n"
            "        write(self)\n\n    def clean(self):\n",
        ),
        Add(
            "campus/records/letters.py",
            """
            from django.core.mail import send_mail


            def write(row):
                send_mail("News", "A program is finished.", None, [row.WHOSE.email])
            """,
        ),
    ),
    *pair(
        "template_method",
        "A base class writes to whom its subclass says; another subclass says otherwise, for the learner's own page.",
        """
        class Notifier:
            def run(self, learner):
                for row in UserCreditPathway.objects.filter(user=learner):
                    send_mail("News", "A program is finished.", None, [self.address(row)])

            def address(self, row):
                raise NotImplementedError


        class AtTheAward(Notifier):
            def address(self, row):
                return row.WHOSE.email


        class AtTheRequest(Notifier):
            def address(self, row):
                return row.pathway.email


        def after(learner, program):
            AtTheAward().run(learner)
        """,
    ),
    *pair(
        "table_of_functions",
        "A table says which function writes, and a default which entry is taken.",
        """
        def to_institution(row):
            send_mail("News", "A program is finished.", None, [row.pathway.email])


        def to_learner(row):
            send_mail("News", "A program is finished.", None, [row.user.email])


        WRITERS = {"pathway": to_institution, "user": to_learner}


        def write(row, whom="WHOSE"):
            WRITERS[whom](row)


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                write(row)
        """,
    ),
    *pair(
        "read_by_key",
        "The row gives the key of whom to write to, who is read by it.",
        """
        MODELS = {"user": "core.User", "pathway": "catalog.Pathway"}


        def after(learner, program):
            from django.apps import apps

            for row in UserCreditPathway.objects.filter(user=learner):
                found = apps.get_model(MODELS["WHOSE"]).objects.get(pk=row.WHOSE_id)
                send_mail("News", "A program is finished.", None, [found.email])
        """,
    ),
    *pair(
        "method_that_says_to_whom",
        "A message class asks its own method to whom it goes.",
        """
        class Letter(EmailMessage):
            def __init__(self, row):
                self.row = row
                super().__init__("News", "A program is finished.", to=self.get_to())

            def get_to(self):
                return [self.row.WHOSE.email]


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner):
                Letter(row).send(fail_silently=True)
        """,
    ),
    *pair(
        "fields_of_a_query",
        "The query gives dicts of the fields.",
        """
        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner).values("pk", "WHOSE__email", "program__title")
            messages = [
                (f"News {row['pk']}", f"{row['program__title']} is finished.", None, [row["WHOSE__email"]])
                for row in rows
            ]
            from django.core.mail import send_mass_mail

            send_mass_mail(messages)
        """,
    ),
    *pair(
        "annotated",
        "The query gives the address under a name of its own.",
        """
        from django.db.models import F


        def after(learner, program):
            for row in UserCreditPathway.objects.filter(user=learner).annotate(whom=F("WHOSE__email")):
                send_mail("News", "A program is finished.", None, [row.whom])
        """,
    ),
    *pair(
        "nested_function",
        "A function inside collects the addresses.",
        """
        def after(learner, program):
            found = []

            def collect(row):
                found.append(row.WHOSE.email)

            for row in UserCreditPathway.objects.filter(user=learner):
                collect(row)
            EmailMessage("News", "A program is finished.", bcc=found).send()
        """,
    ),
)
