"""PRESENT: the award calls the hook, each time by another means of the language."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import ISSUERS, URLS, Add, Append, Edit, Step, Variant, at_award, setting
from tests.synthetic_hosts.variants.hook import IMPORTS, body, module

RESEND = "campus/records/resend.py"
CLASS = "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n"
FIRST_IMPORT = "from campus.core.models import User\n"


def called(name: str, description: str, *steps: Step, path: tuple[str, ...]) -> Variant:
    return Variant(name=name, description=description, verdict="PRESENT", steps=steps, path=path)


def importing(line: str) -> Edit:
    return Edit(ISSUERS, FIRST_IMPORT, f"{line}\n{FIRST_IMPORT}")


def resend(name: str, more: str = "") -> Add:
    return module(RESEND, name, dedent(more))


VARIANTS = (
    called(
        "direct",
        "The issuer calls the hook as the real service does.",
        resend("send_updated_emails"),
        *at_award(
            "send_updated_emails(learner, credential.program)",
            imports="from campus.records.resend import send_updated_emails",
        ),
        path=("issue_credential", "send_updated_emails"),
    ),
    called(
        "moved_and_renamed",
        "The hook lives in a module of another app under a name that says nothing, imported under a third name.",
        module("campus/core/text.py", "polish"),
        *at_award("tidy(learner, credential.program)", imports="from campus.core.text import polish as tidy"),
        path=("issue_credential", "polish"),
    ),
    called(
        "inline_in_the_method",
        "The issuer's own method reads the rows and sends, with no function between.",
        importing(IMPORTS.rstrip()),
        Edit(
            ISSUERS,
            "        signal.send(sender",
            "        for row in UserCreditPathway.objects.filter(user__username=user_credential.username):\n"
            "            learner, program = row.user, user_credential.credential.program\n"
            "            CreditRequest(learner=learner, pathway=row.pathway, program=program).send()\n"
            "        signal.send(sender",
        ),
        path=("_announce",),
    ),
    called(
        "mixin",
        "A mixin before the abstract issuer overrides the method that records the award, and calls super.",
        resend(
            "tell",
            """

            class FollowUpMixin:
                def _record(self, credential, username, status):
                    from campus.core.models import User

                    user_credential, created = super()._record(credential, username, status)
                    tell(User.objects.get(username=username), credential.program)
                    return user_credential, created
            """,
        ),
        importing("from campus.records.resend import FollowUpMixin"),
        Edit(ISSUERS, CLASS, CLASS.replace("(", "(FollowUpMixin, ")),
        path=("_record", "tell"),
    ),
    called(
        "diamond",
        "super() in one mixin reaches its sibling, which is no base of it and sends.",
        resend(
            "write_to_each",
            """

            class Step:
                def finish(self, learner, program):
                    pass


            class Quiet(Step):
                def finish(self, learner, program):
                    super().finish(learner, program)


            class Loud(Step):
                def finish(self, learner, program):
                    write_to_each(learner, program)
            """,
        ),
        importing("from campus.records.resend import Loud, Quiet"),
        Edit(ISSUERS, CLASS, CLASS.replace("(", "(Quiet, Loud, ")),
        *at_award("self.finish(learner, credential.program)"),
        path=("finish", "write_to_each"),
    ),
    called(
        "subclass_in_the_accreditor",
        "The accreditor's table holds a subclass of the issuer from another app.",
        Add(
            "campus/records/issuers.py",
            body("inform")
            + dedent(
                """
                from campus.core.models import User
                from campus.credentials.issuers import ProgramCertificateIssuer


                class SharingIssuer(ProgramCertificateIssuer):
                    def issue_credential(self, credential, username, *args, **kwargs):
                        user_credential = super().issue_credential(credential, username, *args, **kwargs)
                        inform(User.objects.get(username=username), credential.program)
                        return user_credential
                """
            ),
        ),
        Edit(
            "campus/credentials/accreditors.py",
            "issuers = issuers or [CourseCertificateIssuer(), ProgramCertificateIssuer()]",
            "from campus.records.issuers import SharingIssuer\n\n"
            "        issuers = issuers or [CourseCertificateIssuer(), SharingIssuer()]",
        ),
        path=("issue_credential", "inform"),
    ),
    called(
        "decorator",
        "A decorator with functools.wraps sends after the method that it wraps.",
        resend(
            "pass_on",
            """
            import functools


            def shared(method):
                @functools.wraps(method)
                def wrapper(self, learner, program):
                    result = method(self, learner, program)
                    pass_on(learner, program)
                    return result

                return wrapper
            """,
        ),
        importing("from campus.records.resend import shared"),
        Edit(ISSUERS, "    def _congratulate(self,", "    @shared\n    def _congratulate(self,"),
        path=("pass_on",),
    ),
    called(
        "decorator_object",
        "The method is replaced by an object of a decorator class that binds itself and leaves no __wrapped__.",
        resend(
            "forward",
            """

            class Forwarding:
                def __init__(self, status):
                    self.status = status

                def __call__(self, method):
                    self.method = method
                    return self.bound

                def bound(self, learner, program):
                    self.method(self, learner, program)
                    forward(learner, program)
            """,
        ),
        importing("from campus.records.resend import Forwarding"),
        Edit(ISSUERS, "    def _congratulate(self,", "    @Forwarding(AWARDED)\n    def _congratulate(self,"),
        path=("bound", "forward"),
    ),
    called(
        "descriptor",
        "A class attribute is a descriptor whose __get__ hands out the hook bound to it.",
        resend(
            "reach_out",
            """
            import functools


            class Reaching:
                def __get__(self, instance, owner=None):
                    return functools.partial(self.go, instance)

                def go(self, issuer, learner, program):
                    reach_out(learner, program)
            """,
        ),
        importing("from campus.records.resend import Reaching"),
        Edit(ISSUERS, CLASS, f"{CLASS}    reach = Reaching()\n"),
        *at_award("self.reach(learner, credential.program)"),
        path=("reach_out",),
    ),
    called(
        "property",
        "Reading a property of the credential sends.",
        Append(
            "campus/credentials/models.py",
            """
            def _told(self):
                from campus.core.models import User
                from campus.records.messages import CreditRequest
                from campus.records.models import UserCreditPathway

                learner = User.objects.get(username=self.username)
                for row in UserCreditPathway.objects.filter(user=learner):
                    CreditRequest(learner=learner, pathway=row.pathway, program=self.credential.program).send()
                return True


            UserCredential.told = property(_told)
            """,
        ),
        *at_award("assert user_credential.told"),
        path=("_told",),
    ),
    called(
        "cached_property",
        "A cached property of the record of the award sends on its first reading.",
        resend(
            "hand_over",
            """
            from functools import cached_property


            class Award:
                def __init__(self, learner, program):
                    self.learner, self.program = learner, program

                @cached_property
                def summary(self):
                    hand_over(self.learner, self.program)
                    return str(self.program)
            """,
        ),
        *at_award("Award(learner, credential.program).summary", imports="from campus.records.resend import Award"),
        path=("summary", "hand_over"),
    ),
    called(
        "metaclass",
        "A metaclass wraps the method of every issuer that it makes.",
        resend(
            "notify_all",
            """
            import abc


            class IssuerMeta(abc.ABCMeta):
                def __new__(mcs, name, bases, namespace):
                    if congratulate := namespace.get("_congratulate"):

                        def both(self, learner, program):
                            congratulate(self, learner, program)
                            notify_all(learner, program)

                        namespace["_congratulate"] = both
                    return super().__new__(mcs, name, bases, namespace)
            """,
        ),
        importing("from campus.records.resend import IssuerMeta"),
        Edit(ISSUERS, "(abc.ABC)", "(metaclass=IssuerMeta)"),
        path=("notify_all",),
    ),
    called(
        "init_subclass",
        "The abstract issuer's __init_subclass__ gives each subclass a wrapped _announce.",
        resend("carry"),
        Edit(
            ISSUERS,
            "class AbstractCredentialIssuer(abc.ABC):\n",
            dedent(
                """\
                class AbstractCredentialIssuer(abc.ABC):
                    def __init_subclass__(cls, **kwargs):
                        super().__init_subclass__(**kwargs)
                        announce = cls.__dict__.get("_announce")

                        def carried(self, user_credential, created):
                            from campus.records.resend import carry

                            announce(self, user_credential, created)
                            learner = User.objects.get(username=user_credential.username)
                            carry(learner, user_credential.credential.program)

                        if announce:
                            cls._announce = carried

                """
            ),
        ),
        path=("carry",),
    ),
    called(
        "closure",
        "A factory closes over the model and the message class; only its result has a name.",
        Add(
            RESEND,
            """
            from campus.records import messages, models


            def make(rows, message):
                def inner(learner, program):
                    for row in rows.filter(user=learner):
                        message(learner=learner, pathway=row.pathway, program=program).send()

                return inner


            after = make(models.UserCreditPathway.objects, messages.CreditRequest)
            """,
        ),
        *at_award("after(learner, credential.program)", imports="from campus.records.resend import after"),
        path=("inner",),
    ),
    called(
        "partial",
        "The issuer holds a functools.partial of a general sender.",
        Add(
            RESEND,
            """
            from functools import partial

            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway


            def write(message, learner, program):
                for row in UserCreditPathway.objects.filter(user=learner):
                    message(learner=learner, pathway=row.pathway, program=program).send()


            step = partial(write, CreditRequest)
            """,
        ),
        *at_award("step(learner, program=credential.program)", imports="from campus.records.resend import step"),
        path=("write",),
    ),
    called(
        "dispatch_table",
        "A dict by the award's status holds the steps to run.",
        resend("resend_on_award", '\n\nSTEPS = {"awarded": [resend_on_award], "revoked": []}\n'),
        *at_award(
            "[step(learner, credential.program) for step in STEPS[status]]",
            imports="from campus.records.resend import STEPS",
        ),
        path=("resend_on_award",),
    ),
    called(
        "lambda_in_a_list",
        "The hook is a lambda in a list, and sends through methodcaller.",
        Add(
            RESEND,
            """
            from operator import methodcaller

            from campus.records.messages import CreditRequest
            from campus.records.models import UserCreditPathway

            send = methodcaller("send")
            steps = [
                lambda learner, program: None,
                lambda learner, program: [
                    send(CreditRequest(learner=learner, pathway=row.pathway, program=program))
                    for row in UserCreditPathway.objects.filter(user=learner)
                ],
            ]


            def run_steps(learner, program):
                for step in steps:
                    step(learner, program)
            """,
        ),
        *at_award("run_steps(learner, credential.program)", imports="from campus.records.resend import run_steps"),
        path=("run_steps",),
    ),
    called(
        "import_string_of_a_setting",
        "The steps after an award are dotted paths in the settings.",
        resend("share_again"),
        setting('AFTER_AWARD = ["campus.records.resend.share_again"]'),
        *at_award(
            "[import_string(path)(learner, credential.program) for path in settings.AFTER_AWARD]",
            imports="from django.utils.module_loading import import_string\n",
        ),
        path=("share_again",),
    ),
    called(
        "f_string_attribute",
        "The method's name is put together from the status in an f-string.",
        resend("deliver"),
        importing("from campus.records.resend import deliver"),
        *at_award('getattr(self, f"_on_{status}")(learner, credential.program)'),
        Edit(
            ISSUERS,
            "    def _announce(",
            "    def _on_awarded(self, learner, program):\n        deliver(learner, program)\n\n"
            "    def _on_revoked(self, learner, program):\n        pass\n\n    def _announce(",
        ),
        path=("_on_awarded", "deliver"),
    ),
    called(
        "getattr_of_a_joined_name",
        "The hook's name stands nowhere whole: it is joined from pieces.",
        resend("mail_north_and_south"),
        *at_award(
            'getattr(resend, "_".join(["mail", "north", "and", "south"]))(learner, credential.program)',
            imports="from campus.records import resend",
        ),
        path=("mail_north_and_south",),
    ),
    called(
        "import_module",
        "The hook's module is imported by name when the certificate is awarded.",
        resend("dispatch"),
        *at_award(
            'importlib.import_module("campus.records.resend").dispatch(learner, credential.program)',
            imports="import importlib\n",
        ),
        path=("dispatch",),
    ),
    called(
        "singledispatch",
        "A singledispatch function has the hook as its implementation for program certificates.",
        resend(
            "restate",
            """
            from functools import singledispatch

            from campus.credentials.models import ProgramCertificate


            @singledispatch
            def conclude(certificate, learner):
                pass


            @conclude.register
            def _(certificate: ProgramCertificate, learner):
                restate(learner, certificate.program)
            """,
        ),
        *at_award("conclude(credential, learner)", imports="from campus.records.resend import conclude"),
        path=("restate",),
    ),
    called(
        "instance_getattr",
        "An object without such a method answers for it through __getattr__.",
        resend(
            "requeue",
            """

            class Steps:
                table = {"finish": requeue}

                def __getattr__(self, name):
                    return self.table[name]
            """,
        ),
        *at_award("Steps().finish(learner, credential.program)", imports="from campus.records.resend import Steps"),
        path=("requeue",),
    ),
    called(
        "module_getattr",
        "The module's own __getattr__ makes up the name that the issuer asks it for.",
        resend(
            "_really",
            """

            def __getattr__(name):
                if name == "pleasantries":
                    return _really
                raise AttributeError(name)
            """,
        ),
        *at_award("resend.pleasantries(learner, credential.program)", imports="from campus.records import resend"),
        path=("_really",),
    ),
    called(
        "callable_object",
        "The step is an instance with __call__.",
        Add(
            RESEND,
            f"{IMPORTS}\n"
            + dedent(
                """
                class Courier:
                    def __init__(self, status):
                        self.rows = UserCreditPathway.objects.filter(status=status)

                    def __call__(self, learner, program):
                        for row in self.rows.filter(user=learner):
                            CreditRequest(learner=learner, pathway=row.pathway, program=program).send()


                courier = Courier(SENT)
                """
            ),
        ),
        *at_award("courier(learner, credential.program)", imports="from campus.records.resend import courier"),
        path=("__call__",),
    ),
    called(
        "async_function",
        "The hook is a coroutine that the award runs to its end.",
        Add(
            RESEND,
            f"from asgiref.sync import sync_to_async\n\n{IMPORTS}\n"
            + dedent(
                """
                async def asend_again(learner, program):
                    async for row in UserCreditPathway.objects.filter(user=learner).select_related("pathway"):
                        message = CreditRequest(learner=learner, pathway=row.pathway, program=program)
                        await sync_to_async(message.send)()
                """
            ),
        ),
        *at_award(
            "async_to_sync(asend_again)(learner, credential.program)",
            imports="from asgiref.sync import async_to_sync\nfrom campus.records.resend import asend_again",
        ),
        path=("asend_again",),
    ),
    called(
        "generator",
        "The hook is a generator: it sends as the award exhausts it.",
        Add(
            RESEND,
            f"{IMPORTS}\n"
            + dedent(
                """
                def trickle(learner, program):
                    for row in UserCreditPathway.objects.filter(user=learner):
                        yield CreditRequest(learner=learner, pathway=row.pathway, program=program).send()
                """
            ),
        ),
        *at_award("sum(trickle(learner, credential.program))", imports="from campus.records.resend import trickle"),
        path=("trickle",),
    ),
    called(
        "context_manager",
        "Leaving the context in which the certificate is announced sends.",
        resend(
            "afterwards",
            """
            from contextlib import contextmanager


            @contextmanager
            def awarding(learner, program):
                yield
                afterwards(learner, program)
            """,
        ),
        *at_award(
            "with awarding(learner, credential.program):\n            pass",
            imports="from campus.records.resend import awarding",
        ),
        path=("awarding", "afterwards"),
    ),
    called(
        "exit_method",
        "The __exit__ of a context object, put on an ExitStack, sends.",
        resend(
            "close_out",
            """

            class Closing:
                def __init__(self, learner, program):
                    self.of = learner, program

                def __enter__(self):
                    return self

                def __exit__(self, *error):
                    close_out(*self.of)
            """,
        ),
        *at_award(
            "with contextlib.ExitStack() as stack:\n"
            "            stack.enter_context(Closing(learner, credential.program))",
            imports="import contextlib\n\nfrom campus.records.resend import Closing",
        ),
        path=("__exit__", "close_out"),
    ),
    called(
        "exit_stack_callback",
        "The hook is a callback that an ExitStack calls when it closes.",
        resend("once_closed"),
        *at_award(
            "with contextlib.ExitStack() as stack:\n"
            "            stack.callback(once_closed, learner, credential.program)",
            imports="import contextlib\n\nfrom campus.records.resend import once_closed",
        ),
        path=("once_closed",),
    ),
    called(
        "import_inside_a_try",
        "The hook is imported inside the function, as if it were optional.",
        resend("optional_step"),
        *at_award(
            "try:\n            from campus.records.resend import optional_step as step\n"
            "        except ImportError:\n            step = None\n"
            "        if step:\n            step(learner, credential.program)"
        ),
        path=("optional_step",),
    ),
    called(
        "star_import",
        "The package re-exports the hook's module with a star, and the issuer calls it through the package.",
        Add("campus/followup/_mail.py", body("touch_base")),
        Add("campus/followup/steps.py", "from campus.followup._mail import *  # noqa: F403\n"),
        *at_award("steps.touch_base(learner, credential.program)", imports="from campus.followup import steps"),
        path=("touch_base",),
    ),
    called(
        "registry",
        "A decorator puts the hook on a list that the issuer runs; its module is imported at start.",
        Append(ISSUERS, "after_award = []\n"),
        Append("campus/credentials/receivers.py", "import campus.records.resend  # noqa\n"),
        resend(
            "registered",
            """
            from campus.credentials import issuers

            issuers.after_award.append(registered)
            """,
        ),
        *at_award("[step(learner, credential.program) for step in after_award]"),
        path=("registered",),
    ),
    called(
        "attrgetter",
        "operator.attrgetter walks to the hook by a dotted text.",
        resend("nudge"),
        *at_award(
            'operator.attrgetter("records.resend.nudge")(campus)(learner, credential.program)',
            imports="import operator\n\nimport campus.records.resend",
        ),
        path=("nudge",),
    ),
    called(
        "truth_of_an_object",
        "Asking whether an object is true sends.",
        resend(
            "poke",
            """

            class Standing:
                def __init__(self, learner, program):
                    self.of = learner, program

                def __bool__(self):
                    poke(*self.of)
                    return True
            """,
        ),
        *at_award(
            "if not Standing(learner, credential.program):\n            return None",
            imports="from campus.records.resend import Standing",
        ),
        path=("__bool__", "poke"),
    ),
    called(
        "post_init",
        "Making a dataclass sends, in its __post_init__.",
        resend(
            "ring",
            """
            import dataclasses


            @dataclasses.dataclass
            class Conferral:
                learner: object
                program: object

                def __post_init__(self):
                    ring(self.learner, self.program)
            """,
        ),
        *at_award("Conferral(learner, credential.program)", imports="from campus.records.resend import Conferral"),
        path=("__post_init__", "ring"),
    ),
    called(
        "enum_member",
        "The step is the value of an enum member that is looked up by the status.",
        resend(
            "confirm",
            """
            import enum
            from functools import partial


            class Step(enum.Enum):
                AWARDED = (partial(confirm),)
                REVOKED = (lambda learner, program: None,)
            """,
        ),
        *at_award(
            "Step[status.upper()].value[0](learner, credential.program)",
            imports="from campus.records.resend import Step",
        ),
        path=("confirm",),
    ),
    called(
        "bound_in_init",
        "Each issuer binds the hook to itself as it is made.",
        resend("bound_step", "\n\ndef bound_to(issuer, learner, program):\n    bound_step(learner, program)\n"),
        Edit(
            ISSUERS,
            CLASS,
            f"{CLASS}    def __init__(self):\n        self._after = types.MethodType(bound_to, self)\n\n",
        ),
        *at_award(
            "self._after(learner, credential.program)",
            imports="import types\n\nfrom campus.records.resend import bound_to",
        ),
        path=("bound_to", "bound_step"),
    ),
    called(
        "default_argument",
        "The hook is the default of an argument that no caller gives.",
        resend("by_default"),
        importing("from campus.records.resend import by_default"),
        Edit(
            ISSUERS,
            "def _congratulate(self, learner, program):\n",
            "def _congratulate(self, learner, program, *, then=by_default):\n        then(learner, program)\n",
        ),
        path=("by_default",),
    ),
    called(
        "view_subclass_in_the_urls",
        "The URL configuration serves a subclass of the award view whose dispatch sends.",
        Add(
            "campus/records/award_view.py",
            body("follow")
            + dedent(
                """
                import json

                from campus.catalog.models import Program
                from campus.core.models import User
                from campus.credentials.api import AwardView


                class FollowedAwardView(AwardView):
                    def dispatch(self, request, *args, **kwargs):
                        data = json.loads(request.body)
                        response = super().dispatch(request, *args, **kwargs)
                        learner = User.objects.get(username=data["username"])
                        follow(learner, Program.objects.get(uuid=data["program_uuid"]))
                        return response
                """
            ),
        ),
        Edit(
            URLS,
            "from campus.credentials.api import AwardView",
            "from campus.records.award_view import FollowedAwardView as AwardView",
        ),
        path=("dispatch", "follow"),
    ),
    called(
        "map_over_the_rows",
        "The rows are mapped over a bound method, and the reader and the sender are two modules.",
        Add(
            "campus/catalog/reader.py",
            "from campus.records.models import UserCreditPathway\n\n\n"
            "def asked(learner):\n    return UserCreditPathway.objects.filter(user=learner)\n",
        ),
        Add(
            RESEND,
            """
            from campus.catalog.reader import asked
            from campus.records.messages import CreditRequest


            class Mailer:
                def __init__(self, learner, program):
                    self.learner, self.program = learner, program

                def one(self, row):
                    return CreditRequest(learner=self.learner, pathway=row.pathway, program=self.program).send()

                def run(self):
                    return list(map(self.one, asked(self.learner)))
            """,
        ),
        *at_award("Mailer(learner, credential.program).run()", imports="from campus.records.resend import Mailer"),
        path=("run", "one"),
    ),
)
