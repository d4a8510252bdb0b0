"""PRESENT: more ways of the language by which the award comes to the hook."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import ISSUERS, Add, Append, Edit, Step, Variant, at_award
from tests.synthetic_hosts.variants.hook import IMPORTS, body

RESEND = "campus/records/resend.py"


def comes_by(
    name: str,
    description: str,
    hook: str,
    more: str,
    call: str,
    *steps: Step,
    imports: str = "from campus.records import resend",
    path: tuple[str, ...] = (),
    shows_hook: bool = True,
) -> Variant:
    """Return a variant with ``hook(learner, program)`` and more code in ``resend``, and a call in the issuer."""
    return Variant(
        name=name,
        description=description,
        verdict="PRESENT",
        steps=(Add(RESEND, body(hook) + dedent(more)), *at_award(call, imports=imports), *steps),
        path=(*path, hook) if shows_hook else path,
    )


VARIANTS = (
    comes_by(
        "subclasses",
        "The award runs every subclass that a base class has by now; the sending one stands in another module.",
        "as_a_step",
        "",
        "[step().run(learner, credential.program) for step in Step.__subclasses__()]",
        Add("campus/core/steps.py", "class Step:\n    def run(self, learner, program):\n        return None\n"),
        Add(
            "campus/records/steps.py",
            """
            from campus.core.steps import Step
            from campus.records import resend


            class Share(Step):
                def run(self, learner, program):
                    resend.as_a_step(learner, program)
            """,
        ),
        Append("campus/credentials/receivers.py", "import campus.records.steps  # noqa\n"),
        imports="from campus.core.steps import Step",
        path=("run",),
    ),
    comes_by(
        "members_by_prefix",
        "The award calls each function of a module whose name begins with a prefix.",
        "after_award_mail",
        "\n\ndef after_award_log(learner, program):\n    return None\n",
        "[function(learner, credential.program) for name, function in inspect.getmembers(resend)"
        ' if name.startswith("after_")]',
        imports="import inspect\n\nfrom campus.records import resend",
    ),
    comes_by(
        "globals",
        "The function is looked up in the module's globals by a name that the caller makes.",
        "mail_for_awarded",
        '\n\ndef run(verb, status, *of):\n    return globals()[f"{verb}_for_{status}"](*of)\n',
        'resend.run("mail", status, learner, credential.program)',
        path=("run",),
    ),
    comes_by(
        "module_of_sys_modules",
        "The module is taken from sys.modules by a name that is formatted.",
        "found_by_name",
        "",
        'vars(sys.modules["campus.{}.resend".format("records")])["found_by_name"](learner, credential.program)',
        imports="import sys\n\nimport campus.records.resend  # noqa: F401",
    ),
    comes_by(
        "finally_clause",
        "The hook stands in the finally of a step that always raises, and whose error is swallowed.",
        "in_the_end",
        """

        def step(learner, program):
            try:
                raise LookupError(program)
            finally:
                in_the_end(learner, program)
        """,
        "with contextlib.suppress(LookupError):\n            resend.step(learner, credential.program)",
        imports="import contextlib\n\nfrom campus.records import resend",
        path=("step",),
    ),
    comes_by(
        "exception_init",
        "Making the exception that the award raises and catches sends.",
        "on_raise",
        """

        class Done(Exception):
            def __init__(self, learner, program):
                super().__init__(str(program))
                on_raise(learner, program)
        """,
        "try:\n            raise resend.Done(learner, credential.program)\n"
        "        except resend.Done:\n            pass",
        path=("__init__",),
    ),
    comes_by(
        "operator",
        "The award is shifted into a pipe, whose operator is overloaded and sends.",
        "shifted",
        """

        class Pipe:
            def __rshift__(self, award):
                shifted(*award)
                return self


        pipe = Pipe()
        """,
        "resend.pipe >> (learner, credential.program)",
        path=("__rshift__",),
    ),
    comes_by(
        "augmented_assignment",
        "A list of its own kind is added to with +=, and sends what it is given.",
        "added",
        """

        class Awards(list):
            def __iadd__(self, award):
                added(*award)
                return self


        awards = Awards()
        """,
        "resend.awards += (learner, credential.program)",
        path=("__iadd__",),
    ),
    comes_by(
        "item_assignment",
        "A mapping of its own kind sends when an item is set.",
        "kept",
        """
        from collections import UserDict


        class Awards(UserDict):
            def __setitem__(self, learner, program):
                super().__setitem__(learner.pk, program)
                kept(learner, program)


        awards = Awards()
        """,
        "resend.awards[learner] = credential.program",
        path=("__setitem__",),
    ),
    comes_by(
        "property_setter",
        "Setting a property of the award's summary sends.",
        "on_setting",
        """

        class Summary:
            def __init__(self, learner):
                self.learner = learner

            @property
            def program(self):
                return None

            @program.setter
            def program(self, program):
                on_setting(self.learner, program)
        """,
        "resend.Summary(learner).program = credential.program",
        path=("program",),
    ),
    comes_by(
        "set_descriptor",
        "A class attribute is a descriptor whose __set__ sends.",
        "on_assignment",
        """

        class Conferred:
            def __set__(self, issuer, award):
                on_assignment(*award)
        """,
        "self.last_award = (learner, credential.program)",
        Edit(
            ISSUERS,
            "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n",
            "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n    last_award = resend.Conferred()\n",
        ),
        path=("__set__",),
    ),
    comes_by(
        "setattr_of_the_issuer",
        "The issuer's __setattr__, which comes from a mixin, sends whatever is set.",
        "on_any_attribute",
        """

        class Watched:
            def __setattr__(self, name, value):
                super().__setattr__(name, value)
                if name == "finished":
                    on_any_attribute(*value)
        """,
        "self.finished = (learner, credential.program)",
        Edit(
            ISSUERS,
            "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n",
            "class ProgramCertificateIssuer(resend.Watched, AbstractCredentialIssuer):\n",
        ),
        path=("__setattr__",),
    ),
    comes_by(
        "partialmethod",
        "The step is a partialmethod over a general method of the class.",
        "partially",
        """
        from functools import partialmethod


        class Steps:
            def run(self, what, learner, program):
                what(learner, program)

            share = partialmethod(run, partially)
        """,
        "resend.Steps().share(learner, credential.program)",
    ),
    comes_by(
        "reduce",
        "functools.reduce folds the award through a list of steps.",
        "folded",
        """
        import functools


        def call(award, step):
            step(*award)
            return award


        def fold(*award):
            return functools.reduce(call, [lambda *of: None, folded], award)
        """,
        "resend.fold(learner, credential.program)",
    ),
    comes_by(
        "lazy_object",
        "The hook hides in a lazy object, and writing it out as text evaluates it.",
        "evaluated",
        """
        from django.utils.functional import SimpleLazyObject


        def summary(learner, program):
            return SimpleLazyObject(lambda: evaluated(learner, program) or program)
        """,
        "str(resend.summary(learner, credential.program))",
    ),
    comes_by(
        "lru_cache",
        "The hook is wrapped in an lru_cache, as something that is computed once.",
        "computed",
        """
        import functools

        once = functools.lru_cache(maxsize=None)(computed)
        """,
        "resend.once(learner, credential.program)",
    ),
    comes_by(
        "copied_function",
        "The step is a new function made of the hook's code, under another name.",
        "original",
        """
        import types

        copy = types.FunctionType(original.__code__, globals(), "harmless")
        """,
        "resend.copy(learner, credential.program)",
        path=("issue_credential",),
        shows_hook=False,
    ),
    Variant(
        name="asyncio_gather",
        description="A loop of its own gathers coroutines, one a row, each of which sends in a thread.",
        verdict="PRESENT",
        steps=(
            Add(
                RESEND,
                f"import asyncio\n\n{IMPORTS}\n"
                + dedent(
                    """
                    async def one(message):
                        await asyncio.to_thread(message.send)


                    async def every(messages):
                        await asyncio.gather(*(one(message) for message in messages))


                    def gathered(learner, program):
                        rows = UserCreditPathway.objects.filter(user=learner, status=SENT)
                        of = {"learner": learner, "program": program}
                        asyncio.run(every([CreditRequest(pathway=row.pathway, **of) for row in rows]))
                    """
                ),
            ),
            *at_award("gathered(learner, credential.program)", imports="from campus.records.resend import gathered"),
        ),
        path=("gathered",),
    ),
    comes_by(
        "coroutine_send",
        "A generator waits with its first line done, and the award sends the award into it.",
        "consumed",
        """

        def consumer():
            while True:
                consumed(*(yield))


        sink = consumer()
        next(sink)
        """,
        "resend.sink.send((learner, credential.program))",
        path=("consumer",),
    ),
    comes_by(
        "observer_list",
        "An object adds its bound method to the observers that the issuer class keeps, as the receivers are imported.",
        "observed",
        """

        class Observer:
            def __init__(self, observers):
                observers.append(self.notice)

            def notice(self, learner, program):
                observed(learner, program)
        """,
        "[notice(learner, credential.program) for notice in self.observers]",
        Edit(
            ISSUERS,
            "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n",
            "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n    observers = []\n",
        ),
        Append(
            "campus/credentials/receivers.py",
            """
            from campus.credentials.issuers import ProgramCertificateIssuer  # noqa
            from campus.records.resend import Observer  # noqa

            Observer(ProgramCertificateIssuer.observers)
            """,
        ),
        imports="",
        path=("notice",),
    ),
    comes_by(
        "class_decorator",
        "A class decorator replaces the issuer by a subclass of it that is made on the spot.",
        "in_subclass",
        """

        def sharing(issuer):
            class Sharing(issuer):
                def _congratulate(self, learner, program):
                    super()._congratulate(learner, program)
                    in_subclass(learner, program)

            Sharing.__name__ = Sharing.__qualname__ = issuer.__name__
            return Sharing
        """,
        "pass",
        Edit(
            ISSUERS,
            "class ProgramCertificateIssuer(AbstractCredentialIssuer):\n",
            "@resend.sharing\nclass ProgramCertificateIssuer(AbstractCredentialIssuer):\n",
        ),
        path=("_congratulate",),
    ),
    comes_by(
        "made_by_type",
        "The step's class is made by type() from a dict of functions.",
        "typed",
        """

        Step = type("Step", (), {"run": lambda self, *award: typed(*award)})
        """,
        "resend.Step().run(learner, credential.program)",
    ),
)
