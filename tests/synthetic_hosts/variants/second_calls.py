"""PRESENT: the award comes to the mail by a way of calling that hides who is called."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Add as AddFile
from tests.synthetic_hosts.overlay import Step, Variant, at_start, setting
from tests.synthetic_hosts.variants.second import around_issue, called, variant, with_mailer


def hidden(name: str, description: str, text: str, *steps: Step, path: tuple[str, ...] = ("mail_them",)) -> Variant:
    """Return a variant whose award calls ``after(learner, program)``, which comes to ``mail_them``."""
    return variant("PRESENT", f"second_{name}", description, with_mailer(text), *called(), *steps, path=path)


VARIANTS = (
    hidden(
        "format_spec",
        "An f-string formats an object whose __format__ mails.",
        """
        class Finished:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def __format__(self, spec):
                mail_them(self.learner, self.program)
                return spec


        def after(learner, program):
            return f"{Finished(learner, program):>10}"
        """,
    ),
    hidden(
        "missing_key",
        "A dict subclass mails in __missing__, when a key is looked up that it does not have.",
        """
        class Told(dict):
            def __missing__(self, key):
                mail_them(*key)
                self[key] = True
                return True


        def after(learner, program):
            return Told()[learner, program]
        """,
    ),
    hidden(
        "del_method",
        "The object mails when it is collected.",
        """
        class Token:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def __del__(self):
                mail_them(self.learner, self.program)


        def after(learner, program):
            Token(learner, program)
        """,
    ),
    hidden(
        "iterated_object",
        "Unpacking an object runs its __iter__, which mails.",
        """
        class Followers:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def __iter__(self):
                mail_them(self.learner, self.program)
                yield self.learner


        def after(learner, program):
            first, *rest = Followers(learner, program)
            return first
        """,
    ),
    hidden(
        "sorted_by_a_key",
        "The key function of a sort mails.",
        """
        def rank(pair):
            mail_them(*pair)
            return 0


        def after(learner, program):
            return sorted([(learner, program)], key=rank)
        """,
        path=("rank", "mail_them"),
    ),
    hidden(
        "comparison",
        "max() compares two objects, and __gt__ mails.",
        """
        class Wish:
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def __gt__(self, other):
                mail_them(self.learner, self.program)
                return True


        def after(learner, program):
            return max(Wish(learner, program), Wish(learner, program))
        """,
    ),
    hidden(
        "membership",
        "The test whether something is in an object mails.",
        """
        class Told:
            def __contains__(self, pair):
                mail_them(*pair)
                return True


        def after(learner, program):
            return (learner, program) in Told()
        """,
    ),
    hidden(
        "class_getitem",
        "A class is subscripted by the program, and what comes back mails.",
        """
        class Follow:
            def __init__(self, program):
                self.program = program

            def __class_getitem__(cls, program):
                return cls(program)

            def up(self, learner):
                mail_them(learner, self.program)


        def after(learner, program):
            Follow[program].up(learner)
        """,
        path=("up", "mail_them"),
    ),
    hidden(
        "set_name",
        "A descriptor keeps itself in a list when its class is made; the award runs the list.",
        """
        STEPS = []


        class Step:
            def __init__(self, function):
                self.function = function

            def __set_name__(self, owner, name):
                STEPS.append(self.function)


        class Steps:
            institutions = Step(mail_them)


        def after(learner, program):
            for step in STEPS:
                step(learner, program)
        """,
    ),
    hidden(
        "coroutine_by_send",
        "A primed generator waits for pairs that are sent into it.",
        """
        def mailing():
            while True:
                learner, program = yield
                mail_them(learner, program)


        def after(learner, program):
            line = mailing()
            next(line)
            line.send((learner, program))
        """,
        path=("mailing", "mail_them"),
    ),
    hidden(
        "methodcaller",
        "operator.methodcaller names the method by a text, and map applies it.",
        """
        from operator import methodcaller


        class Finish:
            def __init__(self, learner, program):
                self.pair = learner, program

            def tell(self):
                mail_them(*self.pair)


        def after(learner, program):
            list(map(methodcaller("te" + "ll"), [Finish(learner, program)]))
        """,
        path=("tell", "mail_them"),
    ),
    hidden(
        "starmap",
        "itertools.starmap over zipped values, drunk by a deque.",
        """
        from collections import deque
        from itertools import chain, repeat, starmap


        def after(learner, program):
            pairs = chain.from_iterable([zip(repeat(learner), [program])])
            deque(starmap(mail_them, pairs), maxlen=0)
        """,
    ),
    hidden(
        "filter_predicate",
        "filter()'s predicate mails, and any() pulls.",
        """
        def after(learner, program):
            return any(filter(lambda one: mail_them(learner, one), [program]))
        """,
    ),
    hidden(
        "match_statement",
        "A match over a tuple takes the function out of a pattern.",
        """
        EVENTS = {"kind": "finished", "do": mail_them}


        def after(learner, program):
            match EVENTS:
                case {"kind": "finished" | "done", "do": act}:
                    act(learner, program)
                case _:
                    pass
        """,
    ),
    hidden(
        "class_pattern",
        "A match over a class pattern binds the callable attribute.",
        """
        from dataclasses import dataclass
        from typing import Any


        @dataclass
        class Event:
            learner: Any
            program: Any
            act: Any = mail_them


        def after(learner, program):
            match Event(learner, program):
                case Event(learner=who, program=what, act=act):
                    act(who, what)
        """,
    ),
    hidden(
        "walrus",
        "A comprehension that is made for its side effect binds the letter by a walrus.",
        """
        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            return [
                letter.send()
                for row in rows
                if (letter := CreditRequest(learner=learner, pathway=row.pathway, program=program))
            ]
        """,
        path=("after",),
    ),
    hidden(
        "dataclass_of_callables",
        "A dataclass has a list of callables by a default factory.",
        """
        from collections.abc import Callable
        from dataclasses import dataclass, field


        @dataclass
        class Plan:
            steps: list[Callable] = field(default_factory=lambda: [mail_them])

            def run(self, *pair):
                for step in self.steps:
                    step(*pair)


        def after(learner, program):
            Plan().run(learner, program)
        """,
        path=("run", "mail_them"),
    ),
    hidden(
        "named_tuple",
        "A named tuple keeps the function, and is unpacked.",
        """
        from typing import Any, NamedTuple


        class Step(NamedTuple):
            name: str
            act: Any


        STEPS = (Step("institutions", mail_them),)


        def after(learner, program):
            for _, act in STEPS:
                act(learner, program)
        """,
    ),
    hidden(
        "enum_method",
        "An enum's member is found by its value, and its method mails.",
        """
        from enum import Enum


        class Outcome(Enum):
            FINISHED = "finished"
            LEFT = "left"

            def act(self, learner, program):
                if self is Outcome.FINISHED:
                    mail_them(learner, program)


        def after(learner, program):
            Outcome("finished").act(learner, program)
        """,
        path=("act", "mail_them"),
    ),
    hidden(
        "protocol",
        "A class is chosen from a mapping by status, behind a protocol.",
        """
        from typing import Protocol


        class Reaction(Protocol):
            def react(self, learner, program): ...


        class Silent:
            def react(self, learner, program):
                pass


        class Loud:
            def react(self, learner, program):
                mail_them(learner, program)


        REACTIONS: dict[str, type[Reaction]] = {"revoked": Silent, "awarded": Loud}


        def after(learner, program):
            reaction: Reaction = REACTIONS.get("awarded", Silent)()
            reaction.react(learner, program)
        """,
        path=("react", "mail_them"),
    ),
    hidden(
        "context_variable",
        "The function stands in a context variable.",
        """
        from contextvars import ContextVar, copy_context

        reaction = ContextVar("reaction")


        def after(learner, program):
            reaction.set(mail_them)
            copy_context().run(reaction.get(), learner, program)
        """,
    ),
    hidden(
        "weakref_finalize",
        "A finalizer runs when the token is gone.",
        """
        import weakref


        class Token:
            pass


        def after(learner, program):
            token = Token()
            weakref.finalize(token, mail_them, learner, program)
        """,
    ),
    hidden(
        "closing",
        "contextlib.closing calls close() of an object that mails.",
        """
        from contextlib import closing


        class Session:
            def __init__(self, *pair):
                self.pair = pair

            def close(self):
                mail_them(*self.pair)


        def after(learner, program):
            with closing(Session(learner, program)):
                pass
        """,
        path=("close", "mail_them"),
    ),
    hidden(
        "singledispatchmethod",
        "functools.singledispatchmethod chooses by the event's class.",
        """
        from functools import singledispatchmethod


        class Finished:
            def __init__(self, *pair):
                self.pair = pair


        class Reactions:
            @singledispatchmethod
            def on(self, event):
                raise NotImplementedError

            @on.register
            def _(self, event: Finished):
                mail_them(*event.pair)


        def after(learner, program):
            Reactions().on(Finished(learner, program))
        """,
    ),
    hidden(
        "method_type",
        "types.MethodType binds the function to the learner.",
        """
        from types import MethodType, SimpleNamespace


        def after(learner, program):
            kit = SimpleNamespace(tell=MethodType(mail_them, learner))
            kit.tell(program)
        """,
    ),
    hidden(
        "functions_of_the_module",
        "Every function of the module whose name begins so is called, as inspect lists them.",
        """
        import inspect
        import sys


        def after(learner, program):
            for name, function in inspect.getmembers(sys.modules[__name__], inspect.isfunction):
                if name.startswith("mail_"):
                    function(learner, program)
        """,
    ),
    hidden(
        "chain_map",
        "The function is found in a ChainMap by operator.itemgetter.",
        """
        from collections import ChainMap
        from operator import itemgetter

        OWN, COMMON = {}, {"finished": mail_them}


        def after(learner, program):
            itemgetter("finished")(ChainMap(OWN, COMMON))(learner, program)
        """,
    ),
    hidden(
        "default_dict",
        "A defaultdict's factory gives the list that the function was put into.",
        """
        from collections import defaultdict

        reactions = defaultdict(list)
        reactions["finished"].append(mail_them)


        def after(learner, program):
            for react in reactions["finished"]:
                react(learner, program)
        """,
    ),
    hidden(
        "queue_and_worker",
        "The award puts a job on a queue.Queue, and a worker thread takes it off.",
        """
        import queue
        import threading

        jobs = queue.Queue()


        def work():
            while (job := jobs.get()) is not None:
                mail_them(*job)


        def after(learner, program):
            jobs.put((learner, program))
            jobs.put(None)
            worker = threading.Thread(target=work)
            worker.start()
            worker.join()
        """,
        setting('DATABASES["default"]["OPTIONS"]["timeout"] = 0.2'),
        path=("work", "mail_them"),
    ),
    hidden(
        "sched",
        "The standard library's scheduler is given the function, and is run.",
        """
        import sched


        def after(learner, program):
            clock = sched.scheduler()
            clock.enter(0, 1, mail_them, argument=(learner, program))
            clock.run()
        """,
    ),
    hidden(
        "async_to_sync",
        "The award runs a coroutine that reads the rows asynchronously.",
        """
        from asgiref.sync import async_to_sync, sync_to_async


        async def tell(learner, program):
            async for row in UserCreditPathway.objects.filter(user=learner).select_related("pathway"):
                await sync_to_async(CreditRequest(learner=learner, pathway=row.pathway, program=program).send)()


        def after(learner, program):
            async_to_sync(tell)(learner, program)
        """,
        path=("tell",),
    ),
    hidden(
        "home_made_bus",
        "A home-made bus finds the handlers of an event by the annotation of their argument.",
        """
        import inspect
        from dataclasses import dataclass
        from typing import Any


        class Bus:
            def __init__(self):
                self._handlers = {}

            def subscribe(self, handler):
                (argument,) = inspect.signature(handler).parameters.values()
                self._handlers.setdefault(argument.annotation, set()).add(handler)
                return handler

            def publish(self, event):
                for handler in self._handlers.get(type(event), ()):
                    handler(event)


        bus = Bus()


        @dataclass(frozen=True)
        class ProgramFinished:
            learner: Any
            program: Any


        @bus.subscribe
        def on_finished(event: ProgramFinished):
            mail_them(event.learner, event.program)


        def after(learner, program):
            bus.publish(ProgramFinished(learner, program))
        """,
        path=("on_finished", "mail_them"),
    ),
    hidden(
        "aggregate_root",
        "An aggregate collects domain events; a unit of work hands them out by their class's name when it ends.",
        """
        from contextlib import contextmanager


        class Graduation:
            def __init__(self, learner):
                self.learner, self.events = learner, []

            def finish(self, program):
                self.events.append(("Finished", self.learner, program))


        class Handlers:
            def when_Finished(self, learner, program):
                mail_them(learner, program)


        @contextmanager
        def unit_of_work(root):
            yield root
            for kind, *rest in root.events:
                getattr(Handlers(), "when_%s" % kind)(*rest)


        def after(learner, program):
            with unit_of_work(Graduation(learner)) as graduation:
                graduation.finish(program)
        """,
        path=("mail_them",),
    ),
    hidden(
        "container",
        "A container builds objects by the names of their constructor's arguments.",
        """
        import inspect


        class Requests:
            def of(self, learner):
                return UserCreditPathway.objects.filter(user=learner)


        class Post:
            def deliver(self, letter):
                letter.send()


        class Secretary:
            def __init__(self, requests, post):
                self.requests, self.post = requests, post

            def program_finished(self, learner, program):
                for row in self.requests.of(learner):
                    self.post.deliver(CreditRequest(learner=learner, pathway=row.pathway, program=program))


        class Container:
            parts = {"requests": Requests, "post": Post, "secretary": Secretary}

            def __getitem__(self, name):
                part = self.parts[name]
                wanted = [p for p in inspect.signature(part).parameters if p in self.parts]
                return part(*(self[p] for p in wanted))


        def after(learner, program):
            Container()["secretary"].program_finished(learner, program)
        """,
        path=("program_finished",),
    ),
    hidden(
        "fluent_builder",
        "A builder keeps steps, returns itself from each, and runs them at the end.",
        """
        class Pipeline:
            def __init__(self):
                self._steps = ()

            def then(self, step):
                self._steps += (step,)
                return self

            def __or__(self, step):
                return self.then(step)

            def __call__(self, *pair):
                return [step(*pair) for step in self._steps]


        def nothing(learner, program):
            return None


        after = Pipeline().then(nothing) | mail_them
        """,
    ),
    hidden(
        "settings_nested_dict",
        "A nested dict of the settings has the dotted paths of what follows each event.",
        """
        from django.conf import settings
        from django.utils.module_loading import import_string


        def after(learner, program):
            for listener in settings.CAMPUS["events"]["program"]["finished"]:
                import_string(listener["path"])(learner, program)
        """,
        setting(
            'CAMPUS = {"events": {"program": {"finished": [{"path": "campus.records.after.mail_them", "on": True}]}}}'
        ),
    ),
    hidden(
        "walked_package",
        "The modules of a package are found by pkgutil and imported; each has a run().",
        """
        import importlib
        import pkgutil


        def after(learner, program):
            from campus.records import steps

            for found in pkgutil.iter_modules(steps.__path__, steps.__name__ + "."):
                importlib.import_module(found.name).run(learner, program)
        """,
        AddFile("campus/records/steps/__init__.py", ""),
        AddFile(
            "campus/records/steps/institutions.py",
            """
            from campus.records.after import mail_them


            def run(learner, program):
                mail_them(learner, program)
            """,
        ),
        path=("run", "mail_them"),
    ),
    variant(
        "PRESENT",
        "second_class_decorator_wraps_all",
        "A class decorator wraps each public method of the issuer.",
        with_mailer(
            """
            import functools

            from campus.core.models import User


            def followed(cls):
                for name, method in list(vars(cls).items()):
                    if callable(method) and not name.startswith("_"):
                        setattr(cls, name, follow(method))
                return cls


            def follow(method):
                @functools.wraps(method)
                def wrapper(self, credential, username, *args, **kwargs):
                    answer = method(self, credential, username, *args, **kwargs)
                    for learner in User.objects.filter(username=username):
                        mail_them(learner, credential.program)
                    return answer

                return wrapper
            """
        ),
        *around_issue("@followed", "from campus.records.after import followed"),
        path=("mail_them",),
    ),
    variant(
        "PRESENT",
        "second_patched_manager",
        "At the start, update_or_create of the credentials' manager is replaced on the instance.",
        with_mailer(
            """
            from campus.core.models import User
            from campus.credentials.models import UserCredential


            def patch():
                original = UserCredential.objects.update_or_create

                def update_or_create(*args, **kwargs):
                    answer = original(*args, **kwargs)
                    for learner in User.objects.filter(username=answer[0].username):
                        mail_them(learner, answer[0].credential.program)
                    return answer

                UserCredential.objects.update_or_create = update_or_create
            """
        ),
        at_start("from campus.records.after import patch\n\npatch()"),
        path=("mail_them",),
    ),
)
