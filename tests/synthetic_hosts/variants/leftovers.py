"""ABSENT: parts of the hook are left in the tree, and nothing can call them."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import ISSUERS, Add, Edit, Step, Variant, at_award, at_start
from tests.synthetic_hosts.variants.hook import IMPORTS, body, module

RESEND = "campus/records/resend.py"


def left(name: str, description: str, *steps: Step) -> Variant:
    return Variant(name=name, description=description, verdict="ABSENT", steps=steps)


VARIANTS = (
    left(
        "function_left",
        "The hook's module is left, and no module imports it.",
        module(RESEND, "send_updated_emails_for_program"),
    ),
    left(
        "imported_function_left",
        "The hook's function is left in a module that the running program imports for another function.",
        Add(RESEND, body("send_updated_emails") + "\n\ndef record_title(program):\n    return str(program).title()\n"),
        *at_award("record_title(credential.program)", imports="from campus.records.resend import record_title"),
    ),
    left(
        "import_left",
        "The issuer still imports the function, and calls it nowhere.",
        module(RESEND, "send_again"),
        *at_award("pass", imports="from campus.records.resend import send_again  # noqa: F401"),
    ),
    left(
        "method_left",
        "The issuer's private method is left; its call is gone.",
        Edit(
            ISSUERS,
            "    def _announce(",
            "    def _send_updated_emails(self, learner, program):\n"
            "        from campus.records.messages import CreditRequest\n"
            "        from campus.records.models import UserCreditPathway\n\n"
            "        for row in UserCreditPathway.objects.filter(user=learner):\n"
            "            CreditRequest(learner=learner, pathway=row.pathway, program=program).send()\n\n"
            "    def _announce(",
        ),
    ),
    left(
        "chain_left",
        "Three functions call one another in a row, and nothing calls the first.",
        Add(
            RESEND,
            body("third")
            + "\n\ndef second(learner, program):\n    third(learner, program)\n"
            + "\n\ndef first(learner, program):\n    second(learner, program)\n",
        ),
    ),
    left(
        "recursion_left",
        "The function's only caller is itself.",
        Add(
            RESEND,
            f"{IMPORTS}\n"
            + dedent(
                """
                def send_in_turn(learner, program, rows=None):
                    rows = list(UserCreditPathway.objects.filter(user=learner)) if rows is None else rows
                    if rows:
                        CreditRequest(learner=learner, pathway=rows[0].pathway, program=program).send()
                        send_in_turn(learner, program, rows[1:])
                """
            ),
        ),
    ),
    left(
        "class_left",
        "A class that sends is left, and nothing makes an instance of it.",
        Add(
            RESEND,
            f"{IMPORTS}\n"
            + dedent(
                """
                class Resending:
                    def __init__(self, learner):
                        self.rows = UserCreditPathway.objects.filter(user=learner)

                    def send_all(self, program):
                        for row in self.rows:
                            CreditRequest(learner=row.user, pathway=row.pathway, program=program).send()
                """
            ),
        ),
    ),
    left(
        "mixin_left",
        "The mixin of the issuer is left, and no class inherits it.",
        module(
            RESEND,
            "spread",
            "\n\nclass SharingMixin:\n    def share_award(self, learner, program):\n        spread(learner, program)\n",
        ),
    ),
    left(
        "decorator_left",
        "The decorator that sent is left, and decorates nothing.",
        module(
            RESEND,
            "after",
            dedent(
                """
                import functools


                def followed(method):
                    @functools.wraps(method)
                    def wrapper(learner, program):
                        method(learner, program)
                        after(learner, program)

                    return wrapper
                """
            ),
        ),
    ),
    left(
        "middleware_left",
        "The middleware is left in its module; the settings do not name it.",
        module(
            "campus/records/middleware.py",
            "per_request",
            dedent(
                """

                def share_middleware(get_response):
                    def middleware(request):
                        response = get_response(request)
                        for record in request.user.programcertrecord_set.all():
                            per_request(request.user, record.program)
                        return response

                    return middleware
                """
            ),
        ),
    ),
    left(
        "context_processor_left",
        "The context processor is left in its module; no engine is configured with it.",
        module(
            "campus/records/context.py",
            "for_page",
            "\n\ndef shared(request):\n    for record in request.user.programcertrecord_set.all():\n"
            "        for_page(request.user, record.program)\n    return {}\n",
        ),
    ),
    left(
        "app_left",
        "An app whose ready connects the hook is left in the tree, and is not installed.",
        Add(
            "campus/followup/apps.py",
            """
            from django.apps import AppConfig


            class FollowUpConfig(AppConfig):
                name = "campus.followup"

                def ready(self):
                    from campus.credentials.signals import program_certificate_awarded
                    from campus.followup.sharing import on_award

                    program_certificate_awarded.connect(on_award)
            """,
        ),
        module(
            "campus/followup/sharing.py",
            "follow_up",
            "\n\ndef on_award(sender, user_credential, **kwargs):\n"
            "    from campus.core.models import User\n\n"
            "    follow_up(User.objects.get(username=user_credential.username), user_credential.credential.program)\n",
        ),
    ),
    left(
        "command_module_left",
        "The old command lies in a folder where Django looks for none.",
        Add(
            "campus/records/management/retired/resend.py",
            body("retired_resend")
            + dedent(
                """
                from django.core.management.base import BaseCommand


                class RetiredCommand(BaseCommand):
                    def handle(self, **options):
                        from campus.records.models import ProgramCertRecord

                        for record in ProgramCertRecord.objects.all():
                            retired_resend(record.user, record.program)
                """
            ),
        ),
    ),
    left(
        "template_left",
        "The template of the old mail is left; it walks the rows, and nothing renders it.",
        Add(
            "campus/records/templates/records/updated_request.txt",
            "{% for row in learner.usercreditpathway_set.all %}{{ row.pathway.email }}\n{% endfor %}",
        ),
    ),
    left(
        "tested_function_left",
        "The function is left together with its test, its only caller.",
        module(RESEND, "send_tested"),
        Add(
            "campus/records/tests/test_send.py",
            """
            from django.test import TestCase

            from campus.records.resend import send_tested


            class SendTest(TestCase):
                def test_sends(self):
                    send_tested(self.learner, self.program)
            """,
        ),
    ),
    left(
        "task_function_left",
        "What was a task is a plain function again, in a module that starts with the host, and no schedule has it.",
        module(
            "campus/records/tasks.py",
            "was_a_task",
            "\n\ndef resend_pending(learner_ids):\n    from campus.core.models import User\n\n"
            "    for learner in User.objects.filter(pk__in=learner_ids):\n"
            "        for record in learner.programcertrecord_set.all():\n"
            "            was_a_task(learner, record.program)\n",
        ),
        at_start("from campus.records import tasks  # noqa: F401"),
    ),
    left(
        "manager_method_left",
        "A manager of the requests keeps a method that sends; everybody uses its other methods.",
        Edit(
            "campus/records/models.py",
            "class UserCreditPathway(models.Model):",
            dedent(
                """\
                class Requests(models.Manager):
                    def push_to_institutions(self, learner, program):
                        from campus.records.messages import CreditRequest

                        for row in self.filter(user=learner):
                            CreditRequest(learner=learner, pathway=row.pathway, program=program).send()


                class UserCreditPathway(models.Model):"""
            ),
        ),
        Edit(
            "campus/records/models.py",
            '    class Meta:\n        db_table = "records_usercreditpathway"',
            '    objects = Requests()\n\n    class Meta:\n        db_table = "records_usercreditpathway"',
        ),
    ),
)
