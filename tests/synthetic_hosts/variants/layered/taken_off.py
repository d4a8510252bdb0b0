"""ABSENT where what import put into a table it took out again for good, and PRESENT where only a switch did."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Add, Edit, Step, Variant
from tests.synthetic_hosts.variants.layered.gone import TO_LEARNER, left
from tests.synthetic_hosts.variants.layered.parts import (
    CREDITING,
    at_start,
    calls,
    clean,
    in_handler,
    present,
    setting,
    with_mailer,
)
from tests.synthetic_hosts.variants.layered.ways import FIRST_OF_URLS, FIRST_OF_WEB, TASKS, WEB, WEB_URLS

OF_STEPS = """
        def quiet(learner, program):
            pass


        def follow(learner, program):
            for step in STEPS.values():
                step(learner, program)
"""
OF_HOOKS = """
        HOOKS = []


        def follow(learner, program):
            for hook in HOOKS:
                hook(learner, program)
"""
AFTER_ANSWER = '        return {"uuid": str(result.uuid), "status": result.status}\n'

GONE = (
    left(
        "hook_for_the_learner_added_by_a_switch",
        "A hook that writes to the learner is added to a list while a setting says so; the one that sent is left over.",
        TO_LEARNER
        + """
from django.conf import settings

HOOKS = []


def follow(learner, program):
    for hook in HOOKS:
        hook(learner, program)


if settings.DEBUG:
    HOOKS.append(write)
else:
    HOOKS.clear()
""",
    ),
    left(
        "step_put_in_its_place",
        "The step that sent is put under a key, and the quiet one is put there after it.",
        f"""
        STEPS = {{}}
{OF_STEPS}

        STEPS["awarded"] = mail_them
        STEPS["awarded"] = quiet
        """,
    ),
    left(
        "step_popped",
        "The step that sent is put under a key, and popped.",
        f"""
        STEPS = {{}}
{OF_STEPS}

        STEPS["awarded"] = mail_them
        STEPS.pop("awarded")
        STEPS["awarded"] = quiet
        """,
    ),
    left(
        "hooks_cleared",
        "The hook that sent is added to a list, and the list is emptied.",
        f"""
{OF_HOOKS}

        HOOKS.append(mail_them)
        HOOKS.clear()
        """,
    ),
    left(
        "parameter_of_that_name",
        "What the award calls has a parameter and a variable that are named as functions that are left over.",
        TO_LEARNER
        + """
def told(mail_them, learner, program):
    mail_for = mail_them
    mail_for(learner, program)


def follow(learner, program):
    told(write, learner, program)
""",
    ),
    left(
        "special_methods_of_a_class_that_is_left",
        "A class that nothing makes an object of sends as it is called, iterated and entered.",
        """
        class Letters:
            def __init__(self, *pair):
                self.pair = pair

            def __call__(self):
                mail_them(*self.pair)

            def __iter__(self):
                mail_them(*self.pair)
                return iter(self.pair)

            def __enter__(self):
                mail_them(*self.pair)
                return self


        def follow(learner, program):
            return str(program)
        """,
    ),
    clean(
        "view_given_a_letter_to_the_learner",
        "The URL gives the endpoint what is done after an award: it writes to the learner.",
        with_mailer(
            TO_LEARNER
            + """
def thank(credential):
    from college.modules.people.models import Member

    for learner in Member.objects.filter(username=credential.username):
        write(learner, credential)
"""
        ),
        Edit(WEB, AFTER_ANSWER, f"        self.afterwards(result)\n{AFTER_ANSWER}"),
        Edit(WEB, "    def answer(self, result):\n", "    afterwards = None\n\n    def answer(self, result):\n"),
        Edit(WEB_URLS, "AwardEndpoint.as_view()", "AwardEndpoint.as_view(afterwards=thank)"),
        Edit(WEB_URLS, FIRST_OF_URLS, f"{FIRST_OF_URLS}from college.modules.crediting.follow import thank\n"),
    ),
    clean(
        "task_tells_the_learner",
        "The class of the task that awards writes to the learner when the task has succeeded.",
        with_mailer(TO_LEARNER),
        Edit(
            TASKS,
            '@shared_task(name="college.award_program", ',
            '@shared_task(base=Telling, name="college.award_program", ',
        ),
        Edit(TASKS, "from celery import shared_task\n", "from celery import Task, shared_task\n"),
        Edit(
            TASKS,
            "from college.modules.awards.domain import AwardProgram\n",
            "from college.modules.awards.domain import AwardProgram\n"
            "from college.modules.crediting.follow import write\n"
            "from college.modules.people.models import Member\n\n\n"
            "class Telling(Task):\n"
            "    def on_success(self, retval, task_id, args, kwargs):\n"
            "        write(Member.objects.get(username=args[0]), args[1])\n",
        ),
    ),
    clean(
        "middleware_of_a_view_tells_the_learner",
        "The endpoint's decorator is made of a middleware, which writes to the learner.",
        with_mailer(
            TO_LEARNER
            + """
import json

from django.utils.deprecation import MiddlewareMixin


class Telling(MiddlewareMixin):
    def process_response(self, request, response):
        from college.modules.people.models import Member

        data = json.loads(request.body)
        write(Member.objects.get(username=data["username"]), data["program_uuid"])
        return response
"""
        ),
        Edit(
            WEB,
            '@method_decorator(csrf_exempt, name="dispatch")\nclass AwardEndpoint(',
            '@method_decorator([csrf_exempt, decorator_from_middleware(Telling)], name="dispatch")\n'
            "class AwardEndpoint(",
        ),
        Edit(
            WEB,
            "from django.utils.decorators import method_decorator\n",
            "from django.utils.decorators import decorator_from_middleware, method_decorator\n",
        ),
        Edit(WEB, FIRST_OF_WEB, f"{FIRST_OF_WEB}from college.modules.crediting.follow import Telling\n"),
    ),
)


def off(
    name: str, description: str, text: str, *steps: Step, before: str, path: tuple[str, ...] = ("follow", "mail_them")
) -> Variant:
    """Return a variant whose hook a switch took out of a table when the host was imported."""
    return present(
        name,
        description,
        with_mailer(text),
        *in_handler(),
        setting("COLLEGE_IS_QUIET = True"),
        *steps,
        path=path,
        before=f"from college.modules.crediting import follow\n{before}",
    )


OFF = (
    off(
        "hooks_cleared_by_a_switch",
        "The hook is added to a list, which is emptied while a setting says so.",
        f"""
        from django.conf import settings

{OF_HOOKS}

        HOOKS.append(mail_them)
        if settings.COLLEGE_IS_QUIET:
            HOOKS.clear()
        """,
        before="follow.HOOKS.append(follow.mail_them)",
    ),
    off(
        "step_replaced_by_a_switch",
        "The step is put under a key, where another one is put while a setting says so.",
        f"""
        from django.conf import settings

        STEPS = {{}}
{OF_STEPS}

        STEPS["awarded"] = mail_them
        if settings.COLLEGE_IS_QUIET:
            STEPS["awarded"] = quiet
        """,
        before='follow.STEPS["awarded"] = follow.mail_them',
    ),
    off(
        "hooks_emptied_elsewhere",
        "The hook is added to a list, which a function empties that is called while a setting says so.",
        f"""
        from django.conf import settings

{OF_HOOKS}

        def emptied(hooks):
            del hooks[:]


        HOOKS.append(mail_them)
        if settings.COLLEGE_IS_QUIET:
            emptied(HOOKS)
        """,
        before="follow.HOOKS.append(follow.mail_them)",
    ),
    off(
        "hook_added_by_a_switch",
        "The hook is added to a list where a setting says that the host is not quiet.",
        f"""
        from django.conf import settings

{OF_HOOKS}

        if not settings.COLLEGE_IS_QUIET:
            HOOKS.append(mail_them)
        """,
        before="follow.HOOKS.append(follow.mail_them)",
    ),
    off(
        "function_chosen_by_a_switch",
        "A setting decides at import which of two functions the award calls.",
        """
        from django.conf import settings


        def quiet(learner, program):
            pass


        if settings.COLLEGE_IS_QUIET:
            after = quiet
        else:
            after = mail_them


        def follow(learner, program):
            after(learner, program)
        """,
        before="follow.after = follow.mail_them",
    ),
    off(
        "method_chosen_by_a_switch",
        "A setting decides at import which function is a method of the office.",
        """
        from django.conf import settings


        class Office:
            @staticmethod
            def finish(learner, program):
                pass


        if not settings.COLLEGE_IS_QUIET:
            Office.finish = staticmethod(mail_them)


        def follow(learner, program):
            Office.finish(learner, program)
        """,
        before="follow.Office.finish = follow.mail_them",
    ),
    off(
        "listener_defined_by_a_switch",
        "A listener is defined, and decorated for the bus, where a setting says that the host is not quiet.",
        """
        from django.conf import settings

        from college.kernel.bus import bus
        from college.modules.awards.domain import ProgramAwarded


        def follow(learner, program):
            return str(program)


        if not settings.COLLEGE_IS_QUIET:

            @bus.listens(ProgramAwarded)
            def tell(event):
                mail_for(event.username, event.program_uuid)
        """,
        before="from college.kernel.bus import bus\n"
        "from college.modules.awards.domain import ProgramAwarded\n"
        "bus.listens(ProgramAwarded)(lambda event: follow.mail_for(event.username, event.program_uuid))",
        path=("publish", "tell", "mail_for"),
    ),
)
STILL_THERE = (
    off(
        "hooks_cleared_by_a_module_of_a_switch",
        "The hook is added to a list, which a module empties that is imported while a setting says so.",
        f"""
        from django.conf import settings

{OF_HOOKS}

        HOOKS.append(mail_them)
        if settings.COLLEGE_IS_QUIET:
            from college.modules.crediting import silence  # noqa: F401
        """,
        Add(
            f"{CREDITING}/silence.py",
            """
            from college.modules.crediting.follow import HOOKS

            HOOKS.clear()
            """,
        ),
        before="follow.HOOKS.append(follow.mail_them)",
    ),
    off(
        "hooks_cleared_under_another_name",
        "The hook is added to a list, which a function empties that knows it by another name.",
        f"""
{OF_HOOKS}

        HOOKS.append(mail_them)
        """,
        Add(
            f"{CREDITING}/silence.py",
            """
            from college.modules.crediting.follow import HOOKS as LIST


            def silence():
                LIST.clear()
            """,
        ),
        at_start(
            "from django.conf import settings",
            "from college.modules.crediting.silence import silence",
            "if settings.COLLEGE_IS_QUIET:",
            "    silence()",
        ),
        before="follow.HOOKS.append(follow.mail_them)",
    ),
    off(
        "registry_replaced_by_a_switch",
        "The hook is put into the list of a registry, in whose place another registry is put while a setting says so.",
        """
        from django.conf import settings


        class Registry:
            def __init__(self):
                self.hooks = []


        registry = Registry()
        registry.hooks.append(mail_them)
        if settings.COLLEGE_IS_QUIET:
            registry = Registry()


        def follow(learner, program):
            for hook in registry.hooks:
                hook(learner, program)
        """,
        before="follow.registry.hooks.append(follow.mail_them)",
    ),
    calls(
        "class_found_by_a_text",
        "The class of a context that sends is found by a name that is put together.",
        """
        class Resending:
            def __init__(self, *pair):
                self.pair = pair

            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                mail_them(*self.pair)


        def follow(learner, program):
            with globals()["".join(("Re", "sending"))](learner, program):
                return program.title
        """,
    ),
    calls(
        "class_among_the_children",
        "The class of a context that sends is found among those that are made from a plain one.",
        """
        class Careful:
            def __init__(self, *pair):
                self.pair = pair

            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                return None


        class Resending(Careful):
            def __exit__(self, kind, error, trace):
                mail_them(*self.pair)


        def follow(learner, program):
            for kind in Careful.__subclasses__():
                with kind(learner, program):
                    pass
        """,
        path=("follow", "__exit__", "mail_them"),
    ),
    calls(
        "class_that_its_slot_tells_of",
        "What the body of a class makes learns of the class, and keeps it for the award.",
        """
        kinds = []


        class Kept:
            def __set_name__(self, owner, name):
                kinds.append(owner)


        class Resending:
            kept = Kept()

            def __init__(self, *pair):
                self.pair = pair

            def __enter__(self):
                return self

            def __exit__(self, kind, error, trace):
                mail_them(*self.pair)


        def follow(learner, program):
            for kind in kinds:
                with kind(learner, program):
                    pass
        """,
        path=("follow", "__exit__", "mail_them"),
    ),
)
VARIANTS = (*GONE, *OFF, *STILL_THERE)
