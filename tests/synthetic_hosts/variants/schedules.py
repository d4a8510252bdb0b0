"""PRESENT: the hook runs by a command, a script, a task or a schedule."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import Add, Append, Edit, Step, Variant, at_award, setting
from tests.synthetic_hosts.variants.hook import body, module

RESEND = "campus/records/resend.py"
TASKS = "campus/records/tasks.py"
COMMANDS = "campus/records/management/commands"
CELERY = Add(
    "campus/celery.py",
    """
    import os

    from celery import Celery

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
    app = Celery("campus")
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.autodiscover_tasks()
    """,
)
CELERY_AT_START = Edit(
    "campus/credentials/apps.py",
    "        from campus.credentials import receivers",
    "        from campus import celery  # noqa: F401\n        from campus.credentials import receivers",
)
EAGER = setting('CELERY_TASK_ALWAYS_EAGER = bool(os.environ.get("CAMPUS_EAGER"))')
WITH_CELERY = (CELERY, CELERY_AT_START, EAGER)
EACH_AWARD = """
from campus.core.models import User
from campus.credentials.models import AWARDED, UserCredential


def each_award():
    for award in UserCredential.objects.filter(status=AWARDED):
        yield User.objects.get(username=award.username), award.credential.program
"""


def by_schedule(
    name: str, description: str, *steps: Step, path: tuple[str, ...], before: str = "", drive: str = ""
) -> Variant:
    return Variant(
        name=name, description=description, verdict="PRESENT", steps=steps, path=path, before=before, drive=drive
    )


def task(hook: str, text: str) -> Add:
    return module(TASKS, hook, dedent(text))


def on_learner(call: str, imports: str) -> tuple[Edit, ...]:
    return at_award(call, imports=imports)


VARIANTS = (
    by_schedule(
        "dashed_command",
        "A command in a file with dashes, which no module can import, mails for every award.",
        Add(
            f"{COMMANDS}/resend-credit-requests.py",
            body("one_more_time")
            + EACH_AWARD
            + dedent(
                """
                from django.core.management.base import BaseCommand


                class Command(BaseCommand):
                    def handle(self, **options):
                        for learner, program in each_award():
                            one_more_time(learner, program)
                """
            ),
        ),
        path=("handle", "one_more_time"),
    ),
    by_schedule(
        "awarding_command",
        "Only the command that awards tells the institutions as well; the issuer does not.",
        module(RESEND, "after_command"),
        Edit(
            "campus/credentials/management/commands/award_program_certificates.py",
            '            self.stdout.write(f"Awarded',
            "            from campus.core.models import User\n"
            "            from campus.records.resend import after_command\n\n"
            "            after_command(User.objects.get(username=username), certificate.program)\n"
            '            self.stdout.write(f"Awarded',
        ),
        path=("handle", "after_command"),
    ),
    by_schedule(
        "inherited_command",
        "The command's class is empty; its handle is inherited from a module beside it.",
        Add(
            "campus/records/jobs.py",
            body("weekly")
            + EACH_AWARD
            + dedent(
                """
                from django.core.management.base import BaseCommand


                class Job(BaseCommand):
                    def handle(self, *args, **options):
                        self.run()


                class Weekly(Job):
                    def run(self):
                        for learner, program in each_award():
                            weekly(learner, program)
                """
            ),
        ),
        Add(f"{COMMANDS}/tidy_up.py", "from campus.records.jobs import Weekly as Command  # noqa: F401\n"),
        path=("run", "weekly"),
    ),
    by_schedule(
        "call_command",
        "The award calls a command by its name.",
        module(
            f"{COMMANDS}/tell-of-award.py",
            "told_by_command",
            dedent(
                """
                from django.core.management.base import BaseCommand

                from campus.catalog.models import Program
                from campus.core.models import User


                class Command(BaseCommand):
                    def add_arguments(self, parser):
                        parser.add_argument("learner", type=int)
                        parser.add_argument("program", type=int)

                    def handle(self, *, learner, program, **options):
                        told_by_command(User.objects.get(pk=learner), Program.objects.get(pk=program))
                """
            ),
        ),
        *on_learner(
            'call_command("tell-of-award", str(learner.pk), str(credential.program.pk))',
            "from django.core.management import call_command\n",
        ),
        path=("handle", "told_by_command"),
    ),
    by_schedule(
        "script",
        "A script for cron, outside the package, sets Django up itself and mails for every award.",
        Add(
            "scripts/nightly.py",
            dedent(
                """
                import os

                import django

                os.environ.setdefault("DJANGO_SETTINGS_MODULE", "campus.settings")
                django.setup()

                """
            )
            + body("nightly")
            + EACH_AWARD
            + dedent(
                """

                def main():
                    for learner, program in each_award():
                        nightly(learner, program)


                if __name__ == "__main__":
                    main()
                """
            ),
        ),
        path=("main", "nightly"),
        drive='import runpy\nrunpy.run_path("scripts/nightly.py", run_name="__main__")',
    ),
    by_schedule(
        "celery_delay",
        "The award delays a shared task.",
        *WITH_CELERY,
        task(
            "from_worker",
            """

            from celery import shared_task

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task(ignore_result=True)
            def award_follow_up(learner_id, program_id):
                from_worker(User.objects.get(pk=learner_id), Program.objects.get(pk=program_id))
            """,
        ),
        *on_learner(
            "award_follow_up.delay(learner.pk, credential.program.pk)",
            "from campus.records.tasks import award_follow_up",
        ),
        path=("award_follow_up", "from_worker"),
    ),
    by_schedule(
        "celery_beat_setting",
        "The beat schedule of the settings names a task of the host.",
        *WITH_CELERY,
        setting(
            'CELERY_BEAT_SCHEDULE = {"housekeeping": {"task": "campus.records.tasks.housekeeping", "schedule": 3600}}'
        ),
        task(
            "by_beat",
            EACH_AWARD
            + dedent(
                """
                from celery import shared_task


                @shared_task
                def housekeeping():
                    for learner, program in each_award():
                        by_beat(learner, program)
                """
            ),
        ),
        path=("housekeeping", "by_beat"),
    ),
    by_schedule(
        "celery_periodic_task",
        "A task with a name of its own is put on the schedule when the Celery app is configured.",
        *WITH_CELERY,
        Append(
            "campus/celery.py",
            """
            @app.on_after_finalize.connect
            def schedule(sender, **kwargs):
                sender.add_periodic_task(86400.0, sender.signature("stats"), name="stats")
            """,
        ),
        task(
            "daily",
            EACH_AWARD
            + dedent(
                """
                from campus.celery import app


                @app.task(name="stats")
                def statistics():
                    for learner, program in each_award():
                        daily(learner, program)
                """
            ),
        ),
        path=("statistics", "daily"),
    ),
    by_schedule(
        "celery_send_task_to_itself",
        "The award sends a task by name, and the name is that of a task of the host's own workers.",
        *WITH_CELERY,
        task(
            "by_name",
            """

            from celery import shared_task

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task(name="records.after_award")
            def run_after_award(learner_id, program_id):
                by_name(User.objects.get(pk=learner_id), Program.objects.get(pk=program_id))
            """,
        ),
        *on_learner(
            'app.send_task("records.after_award", [learner.pk, credential.program.pk])',
            "from campus.celery import app",
        ),
        path=("run_after_award", "by_name"),
        before='app = sys.modules["campus.celery"].app\n'
        "app.send_task = lambda name, args: app.tasks[name].apply(args=args).get()",
    ),
    by_schedule(
        "celery_chain",
        "The task is the second of a chain, an immutable signature.",
        *WITH_CELERY,
        task(
            "last_of_chain",
            """

            from celery import shared_task

            from campus.catalog.models import Program
            from campus.core.models import User


            @shared_task
            def count_award(program_id):
                return program_id


            @shared_task
            def second(learner_id, program_id):
                last_of_chain(User.objects.get(pk=learner_id), Program.objects.get(pk=program_id))
            """,
        ),
        *on_learner(
            "chain(count_award.s(credential.program.pk), second.si(learner.pk, credential.program.pk)).apply_async()",
            "from celery import chain\n\nfrom campus.records.tasks import count_award, second",
        ),
        path=("second", "last_of_chain"),
    ),
    by_schedule(
        "celery_task_class",
        "The task is an instance of a task class that is registered by hand, run by apply_async.",
        *WITH_CELERY,
        task(
            "by_class",
            """

            from celery import Task

            from campus.catalog.models import Program
            from campus.celery import app
            from campus.core.models import User


            class FollowUp(Task):
                name = "records.follow_up"

                def run(self, learner_id, program_id):
                    by_class(User.objects.get(pk=learner_id), Program.objects.get(pk=program_id))


            follow_up = app.register_task(FollowUp())
            """,
        ),
        *on_learner(
            "follow_up.apply_async((learner.pk, credential.program.pk), countdown=60)",
            "from campus.records.tasks import follow_up",
        ),
        path=("run", "by_class"),
    ),
    by_schedule(
        "celery_on_success",
        "The task that the award delays only counts; its base class sends when the task has succeeded.",
        *WITH_CELERY,
        task(
            "on_count",
            """

            from celery import Task, shared_task

            from campus.catalog.models import Program
            from campus.core.models import User


            class Counting(Task):
                def on_success(self, retval, task_id, args, kwargs):
                    on_count(User.objects.get(pk=args[0]), Program.objects.get(pk=args[1]))


            @shared_task(base=Counting)
            def count(learner_id, program_id):
                return 1
            """,
        ),
        *on_learner("count.delay(learner.pk, credential.program.pk)", "from campus.records.tasks import count"),
        path=("on_success", "on_count"),
    ),
)
