"""PRESENT: what Django, REST framework and Celery are told in their own words: of tasks, views, queries, formats."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Add, Edit, Step, Variant
from tests.synthetic_hosts.variants.layered.parts import CREDITING, begins, calls, setting
from tests.synthetic_hosts.variants.layered.ways import FIRST_OF_URLS, FIRST_OF_WEB, TASKS, WEB, WEB_URLS

FIRST_OF_TASKS = "from college.modules.awards.domain import AwardProgram\n"
SHARED = '@shared_task(name="college.award_program", '
AWARDING = "def award_program(username, program_uuid):\n    bus.dispatch(AwardProgram(username, program_uuid))\n"
LATER = '            award_program.delay(award["username"], award["program_uuid"])\n'
FIRST_OF_ALL = "from django.http import JsonResponse\n"
ANSWER = "    def answer(self, result):\n"
TOLD = """\
@shared_task(name="college.told", ignore_result=True)
def told(username, program_uuid):
    mail_for(username, program_uuid)


"""


def of_class(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...]) -> Variant:
    """Return a variant whose awarding task is of this class ``Telling``."""
    return begins(
        name,
        description,
        "",
        Edit(TASKS, SHARED, SHARED.replace("(", "(base=Telling, ", 1)),
        Edit(TASKS, "from celery import shared_task\n", "from celery import Task, shared_task\n"),
        Edit(
            TASKS, FIRST_OF_TASKS, f"{FIRST_OF_TASKS}from college.modules.crediting.follow import mail_for\n\n\n{text}"
        ),
        *steps,
        path=path,
    )


def in_task(told: str, *, later: str) -> tuple[Edit, ...]:
    """Return the edits that add a task to the module of tasks, and start the awarding one in another way."""
    return (
        Edit(TASKS, SHARED, f"{told}{SHARED}"),
        Edit(TASKS, FIRST_OF_TASKS, f"{FIRST_OF_TASKS}from college.modules.crediting.follow import mail_for\n"),
        Edit(WEB, LATER, later),
        Edit(WEB, "import award_program\n", "import award_program, told\n"),
    )


def answering(text: str, *imports: str) -> tuple[Edit, ...]:
    """Return the edits that give the endpoint of awards another method, before ``answer``."""
    return (
        Edit(WEB, ANSWER, f"{text}\n{ANSWER}"),
        Edit(WEB, FIRST_OF_ALL, "".join(f"{line}\n" for line in (*imports, FIRST_OF_ALL.strip()))),
        Edit(
            WEB,
            FIRST_OF_WEB,
            f"from college.kernel.bus import bus\n{FIRST_OF_WEB}from college.modules.crediting import follow\n",
        ),
    )


def at_url(view: str) -> tuple[Edit, ...]:
    """Return the edits that put this in the place of the endpoint's ``as_view()`` in the URLs."""
    return (
        Edit(WEB_URLS, "AwardEndpoint.as_view()", view),
        Edit(WEB_URLS, FIRST_OF_URLS, f"{FIRST_OF_URLS}from college.modules.crediting import follow\n"),
    )


TASK_VARIANTS = (
    of_class(
        "task_on_success",
        "The class of the task that awards mails when the task has succeeded.",
        "class Telling(Task):\n"
        "    def on_success(self, retval, task_id, args, kwargs):\n"
        "        super().on_success(retval, task_id, args, kwargs)\n"
        "        mail_for(*args)\n",
        path=("on_success", "mail_for"),
    ),
    of_class(
        "task_on_failure",
        "The task raises after it has awarded, and its class mails when a task has failed.",
        "class Telling(Task):\n"
        "    def on_failure(self, exc, task_id, args, kwargs, einfo):\n"
        "        mail_for(args[0], args[1])\n",
        Edit(TASKS, AWARDING, f"{AWARDING}    raise RuntimeError(username)\n"),
        path=("on_failure", "mail_for"),
    ),
    of_class(
        "task_called",
        "The class of the task has a __call__ of its own, which runs the task and then mails.",
        "class Telling(Task):\n"
        "    def __call__(self, *args, **kwargs):\n"
        "        result = self.run(*args, **kwargs)\n"
        "        mail_for(*args)\n"
        "        return result\n",
        path=("__call__", "mail_for"),
    ),
    begins(
        "task_class_of_the_app",
        "The Celery application makes its tasks of a class that mails after any task returns.",
        "",
        Add(
            "college/kernel/tasks.py",
            """
            from celery import Task


            class Telling(Task):
                abstract = True

                def after_return(self, status, retval, task_id, args, kwargs, einfo):
                    from college.modules.crediting.follow import mail_for

                    if self.name == "college.award_program":
                        mail_for(*args)
            """,
        ),
        Edit(
            "college/project/worker.py",
            'Celery("college")',
            'Celery("college", task_cls="college.kernel.tasks:Telling")',
        ),
        path=("after_return", "mail_for"),
    ),
    begins(
        "task_annotated_around",
        "The settings annotate every task with a wrapper around its call.",
        "",
        Add(
            "college/kernel/annotations.py",
            """
            import functools


            def telling(call):
                @functools.wraps(call)
                def told(task, *args, **kwargs):
                    from college.modules.crediting.follow import mail_for

                    result = call(task, *args, **kwargs)
                    if task.name == "college.award_program":
                        mail_for(*args)
                    return result

                return told
            """,
        ),
        setting(
            """
            from college.kernel.annotations import telling  # noqa: E402

            CELERY_TASK_ANNOTATIONS = {"*": {"@__call__": telling}}
            """
        ),
        path=("told", "mail_for"),
    ),
    begins(
        "task_annotated_for_all",
        "The settings annotate every task with what is done after it.",
        "",
        Add(
            "college/kernel/annotations.py",
            """
            class Annotations:
                def annotate(self, task):
                    return {"after_return": after} if task.name.startswith("college.award") else {}

                def annotate_any(self):
                    return {}


            def after(task, status, result, task_id, args, kwargs, error):
                from college.modules.crediting.follow import mail_for

                mail_for(*args)
            """,
        ),
        setting(
            """
            from college.kernel.annotations import Annotations  # noqa: E402

            CELERY_TASK_ANNOTATIONS = (Annotations(),)
            """
        ),
        path=("after", "mail_for"),
    ),
    begins(
        "task_linked",
        "The view starts the task that awards with a link to one that mails.",
        "",
        *in_task(
            TOLD,
            later='            given = (award["username"], award["program_uuid"])\n'
            "            award_program.apply_async(given, link=told.si(*given))\n",
        ),
        path=("told", "mail_for"),
    ),
    begins(
        "task_chained",
        "The view starts a chain of the task that awards and one that mails.",
        "",
        *in_task(
            TOLD,
            later='            given = (award["username"], award["program_uuid"])\n'
            "            (award_program.si(*given) | told.si(*given)).apply_async()\n",
        ),
        path=("told", "mail_for"),
    ),
    begins(
        "task_of_a_class_that_only_a_worker_loads",
        "Only a worker loads the task that awards, and its class, which mails when a task has succeeded.",
        "",
        Add(
            f"{CREDITING}/entry/tasks.py",
            """
            from celery import Task, shared_task

            from college.kernel.bus import bus
            from college.modules.awards.domain import AwardProgram
            from college.modules.crediting.follow import mail_for


            class Telling(Task):
                def on_success(self, retval, task_id, args, kwargs):
                    mail_for(*args)


            @shared_task(base=Telling, bind=True, name="college.award_again")
            def award_again(self, username, program_uuid):
                bus.dispatch(AwardProgram(username, program_uuid))
            """,
        ),
        path=("on_success", "mail_for"),
        drive="from celery import current_app\n"
        'current_app.tasks["college.award_again"].delay(new_learner().username, str(program.uuid))',
    ),
)
VIEW_VARIANTS = (
    begins(
        "view_given_an_object",
        "The URL's as_view() gives the endpoint an object, whose method mails.",
        """
        class Announcer:
            def announce(self, credential):
                mail_for_credential(credential)
        """,
        Edit(
            WEB,
            '        return {"uuid": str(result.uuid), "status": result.status}\n',
            "        self.announcer.announce(result)\n"
            '        return {"uuid": str(result.uuid), "status": result.status}\n',
        ),
        Edit(WEB, ANSWER, f"    announcer = None\n\n{ANSWER}"),
        *at_url("AwardEndpoint.as_view(announcer=follow.Announcer())"),
        path=("answer", "announce", "mail_for_credential"),
    ),
    begins(
        "second_url_of_a_view",
        "Two URLs have the same endpoint; only the second gives it what is to be done after an award.",
        "",
        Edit(
            WEB,
            '        return {"uuid": str(result.uuid), "status": result.status}\n',
            "        if self.afterwards:\n            self.afterwards(result)\n"
            '        return {"uuid": str(result.uuid), "status": result.status}\n',
        ),
        Edit(WEB, ANSWER, f"    afterwards = None\n\n{ANSWER}"),
        Edit(
            WEB_URLS,
            "urlpatterns = [\n",
            'urlpatterns = [\n    path("quietly/", AwardEndpoint.as_view()),\n',
        ),
        Edit(
            WEB_URLS,
            '("", AwardEndpoint.as_view()',
            '("", AwardEndpoint.as_view(afterwards=follow.mail_for_credential)',
        ),
        Edit(WEB_URLS, FIRST_OF_URLS, f"{FIRST_OF_URLS}from college.modules.crediting import follow\n"),
        path=("answer", "mail_for_credential"),
    ),
    begins(
        "view_of_rest_framework_given_a_serializer",
        "The URL gives a generic view of REST framework a serializer, which awards and mails as it is saved.",
        """
        from rest_framework import serializers

        from college.kernel.bus import bus
        from college.modules.awards.domain import AwardProgram


        class AwardSerializer(serializers.Serializer):
            username = serializers.CharField()
            program_uuid = serializers.UUIDField()
            status = serializers.CharField(default="awarded")

            def create(self, given):
                credential = bus.dispatch(AwardProgram(**given))
                mail_for_credential(credential)
                return given
        """,
        Edit(
            WEB_URLS,
            "from django.urls import path\n",
            "from django.urls import path\nfrom rest_framework.generics import CreateAPIView\n",
        ),
        *at_url("CreateAPIView.as_view(serializer_class=follow.AwardSerializer)"),
        path=("create", "mail_for_credential"),
    ),
    begins(
        "decorator_of_middleware_with_arguments",
        "The URL wraps the endpoint in a middleware, by a decorator of Django that takes arguments for it.",
        """
        import json

        from django.utils.decorators import decorator_from_middleware_with_args
        from django.utils.deprecation import MiddlewareMixin


        class Telling(MiddlewareMixin):
            def __init__(self, get_response, name):
                super().__init__(get_response)
                self.name = name

            def process_view(self, request, view, args, kwargs):
                if self.name == "awards":
                    mail_for(json.loads(request.body)["username"], json.loads(request.body)["program_uuid"])


        telling = decorator_from_middleware_with_args(Telling)
        """,
        *at_url('follow.telling("awards")(AwardEndpoint.as_view())'),
        path=("process_view", "mail_for"),
    ),
    begins(
        "decorator_of_a_method",
        "A decorator of the host's own is put on the endpoint's dispatch by Django's method_decorator.",
        """
        import functools
        import json


        def telling(view):
            @functools.wraps(view)
            def told(request, *args, **kwargs):
                response = view(request, *args, **kwargs)
                data = json.loads(request.body)
                mail_for(data["username"], data["program_uuid"])
                return response

            return told
        """,
        Edit(
            WEB,
            '@method_decorator(csrf_exempt, name="dispatch")\nclass AwardEndpoint(',
            '@method_decorator([csrf_exempt, telling], name="dispatch")\nclass AwardEndpoint(',
        ),
        Edit(WEB, FIRST_OF_WEB, f"{FIRST_OF_WEB}from college.modules.crediting.follow import telling\n"),
        path=("told", "mail_for"),
    ),
    begins(
        "tag_of_a_page",
        "The endpoint's decorator asks a function for the tag of the page, and the function mails.",
        """
        import json


        def tag(request, *args, **kwargs):
            data = json.loads(request.body)
            mail_for(data["username"], data["program_uuid"])
        """,
        Edit(
            WEB,
            '@method_decorator(csrf_exempt, name="dispatch")\nclass AwardEndpoint(',
            '@method_decorator([csrf_exempt, condition(etag_func=tag)], name="dispatch")\nclass AwardEndpoint(',
        ),
        Edit(
            WEB,
            "from django.views.decorators.csrf import csrf_exempt\n",
            "from django.views.decorators.csrf import csrf_exempt\n"
            "from django.views.decorators.http import condition\n",
        ),
        Edit(WEB, FIRST_OF_WEB, f"{FIRST_OF_WEB}from college.modules.crediting.follow import tag\n"),
        path=("tag", "mail_for"),
    ),
    begins(
        "streaming_iterator",
        "The answer to an award streams out of an object, which mails when it is at its end.",
        """
        class Lines:
            def __init__(self, credential):
                self.left = [credential]

            def __iter__(self):
                return self

            def __next__(self):
                if not self.left:
                    raise StopIteration
                mail_for_credential(self.left[0])
                return str(self.left.pop().uuid)
        """,
        *answering(
            "    def post(self, request):\n"
            "        credential = bus.dispatch(self.command(request))\n"
            "        return StreamingHttpResponse(follow.Lines(credential), status=201)\n",
            "from django.http import StreamingHttpResponse",
        ),
        path=("__next__", "mail_for_credential"),
        drive='answer = staff.post("/api/awards/", json.dumps({"username": new_learner().username, "program_uuid": '
        'str(program.uuid)}), content_type="application/json")\n'
        "list(answer.streaming_content)",
    ),
    begins(
        "response_closed",
        "The answer to an award is a response of the host's own, which mails when the server closes it.",
        """
        from django.http import JsonResponse


        class Receipt(JsonResponse):
            def __init__(self, credential):
                super().__init__({"uuid": str(credential.uuid)}, status=201)
                self.credential = credential

            def close(self):
                super().close()
                mail_for_credential(self.credential)
        """,
        *answering(
            "    def post(self, request):\n        return follow.Receipt(bus.dispatch(self.command(request)))\n"
        ),
        path=("close", "mail_for_credential"),
        drive='answer = staff.post("/api/awards/", json.dumps({"username": new_learner().username, "program_uuid": '
        'str(program.uuid)}), content_type="application/json")\n'
        "answer.close()",
    ),
    begins(
        "page_rendered",
        "The answer to an award is a page, and what it calls back when it is rendered mails.",
        "",
        *answering(
            "    def post(self, request):\n"
            "        credential = bus.dispatch(self.command(request))\n"
            '        page = TemplateResponse(request, "awards/congratulation.txt", {}, status=201)\n'
            "        page.add_post_render_callback(lambda response: follow.mail_for_credential(credential))\n"
            "        return page\n",
            "from django.template.response import TemplateResponse",
        ),
        path=("post", "mail_for_credential"),
    ),
)
QUERY_VARIANTS = (
    calls(
        "custom_transform",
        "The learners are ordered by a transform of the host's own, whose SQL is made by a method that mails.",
        """
        from django.db.models import CharField, Transform

        from college.modules.people.models import Member

        waiting = []


        class Finished(Transform):
            lookup_name = "finished"

            def as_sql(self, compiler, connection, **extra):
                mail_them(*waiting.pop())
                return compiler.compile(self.lhs)


        CharField.register_lookup(Finished)


        def follow(learner, program):
            waiting.append((learner, program))
            return list(Member.objects.filter(pk=learner.pk).order_by("username__finished"))
        """,
        path=("follow", "as_sql", "mail_them"),
    ),
    calls(
        "lookup_in_a_condition",
        "A condition of two parts has the lookup of the host's own in one of them.",
        """
        from django.db.models import Lookup, Q

        from college.modules.people.models import Member


        class Finished(Lookup):
            lookup_name = "finished"

            def get_prep_lookup(self):
                mail_them(*self.rhs.pair)
                return str(self.rhs)

            def as_sql(self, compiler, connection):
                return "1 = 1", []


        Member._meta.get_field("username").register_lookup(Finished)


        class Pair(str):
            pass


        def follow(learner, program):
            name = Pair(learner.username)
            name.pair = (learner, program)
            return Member.objects.exclude(~(Q(username__finished=name) | Q(pk=learner.pk))).exists()
        """,
        path=("follow", "get_prep_lookup", "mail_them"),
    ),
    calls(
        "query_set_reads_itself",
        "A query set of the host's own mails as it fetches its rows.",
        """
        from django.db.models import QuerySet

        from college.modules.people.models import Member


        class Telling(QuerySet):
            def about(self, program):
                self._hints["instance"] = program
                return self

            def _fetch_all(self):
                super()._fetch_all()
                for learner in self._result_cache:
                    mail_them(learner, self._hints["instance"])


        def follow(learner, program):
            return list(Telling(Member).filter(pk=learner.pk).about(program))
        """,
        path=("follow", "_fetch_all", "mail_them"),
    ),
    calls(
        "iterable_of_a_query_set",
        "A query set of the host's own iterates by a class of its own.",
        """
        from django.db.models import QuerySet
        from django.db.models.query import ModelIterable

        from college.modules.people.models import Member

        waiting = []


        class Telling(ModelIterable):
            def __iter__(self):
                for learner in super().__iter__():
                    mail_them(learner, waiting.pop())
                    yield learner


        class Told(QuerySet):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self._iterable_class = Telling


        def follow(learner, program):
            waiting.append(program)
            for one in Told(Member).filter(pk=learner.pk):
                one.refresh_from_db()
        """,
        path=("follow", "__iter__", "mail_them"),
    ),
    calls(
        "registered_serializer",
        "A format is registered with Django's serializers, and writing a row in it mails.",
        """
        from django.core import serializers

        from college.modules.crediting.models import CreditRequest

        serializers.register_serializer("letters", "college.modules.crediting.letters")


        def follow(learner, program):
            writer = serializers.get_serializer("letters")()
            return writer.serialize(CreditRequest.objects.of(learner))
        """,
        Add(
            f"{CREDITING}/letters.py",
            """
            from django.core.serializers import python

            from college.modules.crediting.adapters.post import RequestLetter


            class Serializer(python.Serializer):
                def start_object(self, obj):
                    RequestLetter(obj.learner, obj.pathway, obj.pathway.programs.first()).send()
                    super().start_object(obj)


            def Deserializer(rows, **options):  # noqa: N802 - the name that Django looks for
                return []
            """,
        ),
        path=("follow", "start_object"),
    ),
    calls(
        "deserializer",
        "The award is read from a text, in a format of the host's own whose reader mails.",
        """
        from django.core import serializers


        def follow(learner, program):
            return list(serializers.deserialize("awards", f"{learner.username} {program.uuid}"))
        """,
        Add(
            f"{CREDITING}/awards.py",
            """
            from college.modules.crediting.follow import mail_for

            Serializer = None


            def Deserializer(text, **options):  # noqa: N802 - the name that Django looks for
                mail_for(*text.split())
                return []
            """,
        ),
        setting('SERIALIZATION_MODULES = {"awards": "college.modules.crediting.awards"}'),
        path=("follow", "Deserializer", "mail_for"),
    ),
    calls(
        "encoder_of_a_response",
        "The award is put into a JSON response with an encoder of the host's own, which mails.",
        """
        from django.core.serializers.json import DjangoJSONEncoder
        from django.http import JsonResponse


        class Encoder(DjangoJSONEncoder):
            def default(self, thing):
                mail_them(*thing.pair)
                return str(thing)


        class Award:
            def __init__(self, *pair):
                self.pair = pair


        def follow(learner, program):
            return JsonResponse({"award": Award(learner, program)}, encoder=Encoder)
        """,
        path=("follow", "default", "mail_them"),
    ),
)
VARIANTS = (*TASK_VARIANTS, *VIEW_VARIANTS, *QUERY_VARIANTS)
