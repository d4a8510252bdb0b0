"""PRESENT: the award comes to the hook through the layers, buses, containers and objects that teams put between."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Add, at_start, setting
from tests.synthetic_hosts.variants.third import calls, reads

VARIANTS = (
    calls(
        "command_bus",
        "A frozen dataclass is a command; the bus finds its handler, an instance made at the subclassing by keyword.",
        """
        from dataclasses import dataclass
        from typing import Any, ClassVar


        @dataclass(frozen=True)
        class FinishProgram:
            learner: Any
            program: Any


        class Handler:
            table: ClassVar[dict] = {}

            def __init_subclass__(cls, *, handles, **kwargs):
                super().__init_subclass__(**kwargs)
                Handler.table[handles] = cls()

            def __call__(self, command):
                return self.handle(command)


        class WhenProgramIsFinished(Handler, handles=FinishProgram):
            def handle(self, command):
                mail_them(command.learner, command.program)


        class Bus:
            def dispatch(self, command):
                return Handler.table[type(command)](command)


        def after(learner, program):
            Bus().dispatch(FinishProgram(learner, program))
        """,
    ),
    reads(
        "repository_and_gateway",
        "Use case, repository and gateway stand behind abstract bases; frozen records with an address go between them.",
        """
        import abc
        from dataclasses import dataclass

        from django.core.mail import EmailMessage

        from campus.records.models import UserCreditPathway


        @dataclass(frozen=True, slots=True)
        class Recipient:
            name: str
            address: str


        class Recipients(abc.ABC):
            @abc.abstractmethod
            def of(self, learner) -> list[Recipient]: ...


        class Gateway(abc.ABC):
            @abc.abstractmethod
            def deliver(self, recipient: Recipient, text: str) -> None: ...


        class OrmRecipients(Recipients):
            def of(self, learner):
                rows = UserCreditPathway.objects.filter(user=learner).select_related("pathway")
                return [Recipient(row.pathway.org_name, row.pathway.email) for row in rows]


        class MailGateway(Gateway):
            def deliver(self, recipient, text):
                EmailMessage(f"To {recipient.name}", text, to=[recipient.address]).send()


        class InformRecipients:
            def __init__(self, recipients: Recipients, gateway: Gateway):
                self._recipients, self._gateway = recipients, gateway

            def execute(self, learner, program):
                for recipient in self._recipients.of(learner):
                    self._gateway.deliver(recipient, f"{learner} has finished {program}.")


        def after(learner, program):
            InformRecipients(OrmRecipients(), MailGateway()).execute(learner, program)
        """,
    ),
    calls(
        "declarative_container",
        "A declarative container has providers as class attributes; one is a factory of a factory, called lazily.",
        """
        class Provider:
            def __init__(self, make, **needs):
                self.make, self.needs = make, needs

            def __call__(self):
                return self.make(**{name: need() for name, need in self.needs.items()})


        class Singleton(Provider):
            def __call__(self):
                if not hasattr(self, "made"):
                    self.made = super().__call__()
                return self.made


        class Letters:
            def write(self, learner, program):
                mail_them(learner, program)


        class Completion:
            def __init__(self, letters):
                self.letters = letters

            def run(self, learner, program):
                self.letters.write(learner, program)


        class Container:
            letters = Singleton(Letters)
            completion = Provider(Completion, letters=letters)


        def after(learner, program):
            Container.completion().run(learner, program)
        """,
    ),
    calls(
        "railway",
        "A result is bound from step to step, and one of the steps mails.",
        """
        class Ok:
            def __init__(self, value):
                self.value = value

            def bind(self, step):
                return step(self.value)


        def found(pair):
            return Ok(pair)


        def mailed(pair):
            mail_them(*pair)
            return Ok(pair)


        def after(learner, program):
            return Ok((learner, program)).bind(found).bind(mailed).value
        """,
    ),
    calls(
        "lifecycle_hooks",
        "Methods carry marks that a decorator left; a mixin finds the marked ones by dir() and runs them.",
        """
        def on(moment):
            def mark(method):
                method.moments = (*getattr(method, "moments", ()), moment)
                return method

            return mark


        class Lifecycle:
            def run(self, moment):
                for name in dir(type(self)):
                    method = getattr(type(self), name)
                    if moment in getattr(method, "moments", ()):
                        method(self)


        class Completion(Lifecycle):
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            @on("finished")
            def inform(self):
                mail_them(self.learner, self.program)


        def after(learner, program):
            Completion(learner, program).run("finished")
        """,
    ),
    calls(
        "validators_of_a_model_class",
        "A class in the manner of pydantic collects validators of its fields, and runs them as it is made.",
        """
        def validator(*names):
            def mark(function):
                function.validates = names
                return function

            return mark


        class ModelMeta(type):
            def __new__(mcs, name, bases, namespace):
                cls = super().__new__(mcs, name, bases, namespace)
                cls.validators = [f for f in namespace.values() if hasattr(f, "validates")]
                return cls


        class BaseModel(metaclass=ModelMeta):
            def __init__(self, **data):
                for name in type(self).__annotations__:
                    setattr(self, name, data[name])
                for check in self.validators:
                    for name in check.validates:
                        check(self, getattr(self, name))


        class Completion(BaseModel):
            learner: object
            program: object

            @validator("program")
            def program_is_known(self, program):
                mail_them(self.learner, program)


        def after(learner, program):
            Completion(learner=learner, program=program)
        """,
    ),
    calls(
        "state_machine",
        "A transition's decorator has the names of the methods that follow, and asks the object for them.",
        """
        import functools


        def transition(source, target, then=()):
            def wrap(method):
                @functools.wraps(method)
                def run(self, *args):
                    if self.state not in source:
                        raise ValueError(self.state)
                    method(self, *args)
                    self.state = target
                    for name in then:
                        getattr(self, name)(*args)

                return run

            return wrap


        class Completion:
            state = "open"

            @transition(source={"open"}, target="finished", then=("inform",))
            def finish(self, learner, program):
                pass

            def inform(self, learner, program):
                mail_them(learner, program)


        def after(learner, program):
            Completion().finish(learner, program)
        """,
    ),
    calls(
        "visitor",
        "A visitor is asked for the method that bears the name of the event's class.",
        """
        class Visitor:
            def visit(self, event):
                return getattr(self, "visit_" + type(event).__name__, self.generic_visit)(event)

            def generic_visit(self, event):
                for child in event.children:
                    self.visit(child)


        class Event:
            children = ()

            def __init__(self, *children, **facts):
                self.children = children
                self.__dict__.update(facts)


        class Awarded(Event):
            pass


        class Letters(Visitor):
            def visit_Awarded(self, event):
                mail_them(event.learner, event.program)


        def after(learner, program):
            Letters().visit(Event(Awarded(learner=learner, program=program)))
        """,
    ),
    calls(
        "policies_combined",
        "Policies are put together with & and ~, and what follows is given to then().",
        """
        class Policy:
            def __init__(self, test):
                self.test = test

            def __and__(self, other):
                return Policy(lambda *args: self.test(*args) and other.test(*args))

            def __invert__(self):
                return Policy(lambda *args: not self.test(*args))

            def then(self, act):
                return lambda *args: act(*args) if self.test(*args) else None


        has_address = Policy(lambda learner, program: bool(learner.email))
        is_staff = Policy(lambda learner, program: learner.is_staff)
        rule = (has_address & ~is_staff).then(mail_them)


        def after(learner, program):
            rule(learner, program)
        """,
    ),
    calls(
        "chain_of_responsibility",
        "Links are set one after the other; each handles and hands on, and the last one mails.",
        """
        class Link:
            following = None

            def set_next(self, link):
                self.following = link
                return link

            def handle(self, learner, program):
                if self.following is not None:
                    self.following.handle(learner, program)


        class Log(Link):
            pass


        class Letter(Link):
            def handle(self, learner, program):
                mail_them(learner, program)
                super().handle(learner, program)


        chain = Log()
        chain.set_next(Link()).set_next(Letter())


        def after(learner, program):
            chain.handle(learner, program)
        """,
    ),
    calls(
        "metaclass_call",
        "Calling the class does not only make the object: its metaclass's __call__ publishes what was made.",
        """
        class Published(type):
            def __call__(cls, *args):
                made = super().__call__(*args)
                made.publish()
                return made


        class Completion(metaclass=Published):
            def __init__(self, learner, program):
                self.learner, self.program = learner, program

            def publish(self):
                mail_them(self.learner, self.program)


        def after(learner, program):
            Completion(learner, program)
        """,
    ),
    calls(
        "new_method",
        "Making the event is enough: its __new__ mails.",
        """
        class Completion(tuple):
            def __new__(cls, learner, program):
                mail_them(learner, program)
                return super().__new__(cls, (learner, program))


        def after(learner, program):
            return Completion(learner, program)
        """,
    ),
    calls(
        "async_iterator",
        "An async for goes over an object whose __anext__ mails.",
        """
        from asgiref.sync import async_to_sync, sync_to_async


        class Letters:
            def __init__(self, *what):
                self.what, self.done = what, False

            def __aiter__(self):
                return self

            async def __anext__(self):
                if self.done:
                    raise StopAsyncIteration
                self.done = True
                await sync_to_async(mail_them)(*self.what)
                return 1


        async def count(learner, program):
            return sum([one async for one in Letters(learner, program)])


        def after(learner, program):
            return async_to_sync(count)(learner, program)
        """,
    ),
    calls(
        "async_exit_stack",
        "A coroutine is pushed onto an AsyncExitStack as a callback.",
        """
        from contextlib import AsyncExitStack

        from asgiref.sync import async_to_sync, sync_to_async


        async def later(learner, program):
            await sync_to_async(mail_them)(learner, program)


        async def finish(learner, program):
            async with AsyncExitStack() as stack:
                stack.push_async_callback(later, learner, program)


        def after(learner, program):
            async_to_sync(finish)(learner, program)
        """,
    ),
    calls(
        "context_decorator",
        "A ContextDecorator is put on the step; leaving it mails.",
        """
        from contextlib import ContextDecorator
        from contextvars import ContextVar

        current = ContextVar("current")


        class informing(ContextDecorator):
            def __enter__(self):
                return self

            def __exit__(self, *error):
                mail_them(*current.get())
                return False


        @informing()
        def close_record(learner, program):
            return f"{learner} {program}"


        def after(learner, program):
            current.set((learner, program))
            close_record(learner, program)
        """,
    ),
    calls(
        "services_namespace",
        "The services are attributes of a SimpleNamespace that the app's start fills.",
        """
        from types import SimpleNamespace

        services = SimpleNamespace(letters=None)


        def after(learner, program):
            services.letters(learner, program)
        """,
        at_start("from campus.records import after\n\nafter.services.letters = after.mail_them"),
    ),
    calls(
        "retry_without_wraps",
        "Two decorators with arguments, neither of which keeps the name of what it wraps, stand over the step.",
        """
        def retry(times=3, on=(OSError,)):
            def decorate(function):
                def attempt(*args, **kwargs):
                    for left in reversed(range(times)):
                        try:
                            return function(*args, **kwargs)
                        except on:
                            if not left:
                                raise

                return attempt

            return decorate


        class logged:
            def __init__(self, level):
                self.level = level

            def __call__(self, function):
                def run(*args, **kwargs):
                    return function(*args, **kwargs)

                return run


        @logged("info")
        @retry(times=2)
        def inform(learner, program):
            mail_them(learner, program)


        def after(learner, program):
            inform(learner=learner, program=program)
        """,
    ),
    calls(
        "made_in_a_loop",
        "Functions are made in a loop and set as the module's globals; the award imports one of them by its name.",
        """
        def step_of(event):
            def step(learner, program):
                if event == "finished":
                    mail_them(learner, program)

            return step


        for _event in ("started", "finished"):
            globals()[f"on_{_event}"] = step_of(_event)


        def after(learner, program):
            from campus.records import after as here

            here.on_finished(learner, program)
        """,
    ),
    calls(
        "heap_of_steps",
        "A heap has the steps by priority, and the award pops them.",
        """
        import heapq
        import itertools

        counter = itertools.count()
        heap = []


        def push(priority, step):
            heapq.heappush(heap, (priority, next(counter), step))


        push(9, print)
        push(1, mail_them)


        def after(learner, program):
            waiting = list(heap)
            while waiting:
                _, _, step = heapq.heappop(waiting)
                if step is not print:
                    step(learner, program)
        """,
    ),
    calls(
        "weak_methods",
        "The listeners are weak references to bound methods.",
        """
        import weakref


        class Office:
            def finished(self, learner, program):
                mail_them(learner, program)


        office = Office()
        listeners = [weakref.WeakMethod(office.finished)]


        def after(learner, program):
            for listener in listeners:
                if (call := listener()) is not None:
                    call(learner, program)
        """,
    ),
    calls(
        "metadata_of_fields",
        "The metadata of a dataclass's fields say what follows when a field is set.",
        """
        import dataclasses


        @dataclasses.dataclass
        class Completion:
            learner: object
            program: object = dataclasses.field(metadata={"then": mail_them})

            def publish(self):
                for one in dataclasses.fields(self):
                    if then := one.metadata.get("then"):
                        then(self.learner, getattr(self, one.name))


        def after(learner, program):
            Completion(learner, program).publish()
        """,
    ),
    calls(
        "annotated_parameters",
        "The parameters are annotated with what is to be done with them, and a runner reads the annotations.",
        """
        from typing import Annotated, get_type_hints


        class Tell:
            def __call__(self, learner, program):
                mail_them(learner, program)


        def close(learner, program: Annotated[object, Tell()]):
            return program


        def run(function, learner, program):
            for hint in get_type_hints(function, include_extras=True).values():
                for extra in getattr(hint, "__metadata__", ()):
                    extra(learner, program)
            return function(learner, program)


        def after(learner, program):
            run(close, learner, program)
        """,
    ),
    calls(
        "settings_object_of_the_app",
        "The app has a settings object of its own, as REST framework has, which imports dotted paths of defaults.",
        """
        from django.conf import settings
        from django.utils.module_loading import import_string

        DEFAULTS = {"AFTER_AWARD": ["campus.records.letters.finished"], "SUBJECT": "Finished"}
        IMPORTED = ("AFTER_AWARD",)


        class AppSettings:
            @property
            def user_settings(self):
                return getattr(settings, "CAMPUS_RECORDS", {})

            def __getattr__(self, name):
                try:
                    value = self.user_settings.get(name, DEFAULTS[name])
                except KeyError:
                    raise AttributeError(name) from None
                if name in IMPORTED:
                    value = [import_string(path) for path in value]
                setattr(self, name, value)
                return value


        app_settings = AppSettings()


        def after(learner, program):
            for step in app_settings.AFTER_AWARD:
                step(learner, program)
        """,
        Add(
            "campus/records/letters.py",
            """
            def finished(learner, program):
                from campus.records.after import mail_them

                mail_them(learner, program)
            """,
        ),
        path=("after", "finished", "mail_them"),
    ),
    calls(
        "flag_class",
        "A class of flags, read from the environment and all off, guards the step by a decorator.",
        """
        import functools
        import os


        class Flags:
            def __getattr__(self, name):
                return os.environ.get(f"CAMPUS_FLAG_{name.upper()}", "") in ("1", "true")


        flags = Flags()


        def requires(name):
            def decorate(function):
                @functools.wraps(function)
                def run(*args):
                    return function(*args) if getattr(flags, name) else None

                return run

            return decorate


        @requires("partner_letters")
        def inform(learner, program):
            mail_them(learner, program)


        def after(learner, program):
            inform(learner, program)
        """,
        before='os.environ["CAMPUS_FLAG_PARTNER_LETTERS"] = "1"',
        path=("after", "inform", "mail_them"),
    ),
    calls(
        "steps_in_a_json_file",
        "The steps that follow an event are dotted paths in a JSON file of the package.",
        """
        import json
        from pathlib import Path

        from django.utils.module_loading import import_string


        def steps(event):
            return json.loads((Path(__file__).parent / "steps.json").read_text())[event]


        def after(learner, program):
            for path in steps("award"):
                import_string(path)(learner, program)
        """,
        Add("campus/records/steps.json", '{"award": ["campus.records.after.mail_them"]}\n'),
    ),
    calls(
        "entry_points_at_the_award",
        "The award loads what a group of entry points names, of a distribution that stands beside the host.",
        """
        from importlib.metadata import entry_points


        def after(learner, program):
            for entry in entry_points(group="campus.after_award"):
                entry.load()(learner, program)
        """,
        Add(
            "campus_letters.py",
            "def finished(learner, program):\n    from campus.records.after import mail_them\n\n"
            "    mail_them(learner, program)\n",
        ),
        Add("campus_letters-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: campus-letters\nVersion: 1.0\n"),
        Add(
            "campus_letters-1.0.dist-info/entry_points.txt", "[campus.after_award]\nletters = campus_letters:finished\n"
        ),
    ),
    calls(
        "event_publishes_itself",
        "Handlers subscribe to an event's class at start by a decorator on the class; publish() walks the event's MRO.",
        """
        class Event:
            handlers = ()

            def __init_subclass__(cls, **kwargs):
                super().__init_subclass__(**kwargs)
                cls.handlers = []

            @classmethod
            def subscribe(cls, handler):
                cls.handlers.append(handler)
                return handler

            def publish(self):
                for cls in type(self).__mro__:
                    for handler in vars(cls).get("handlers", ()):
                        handler(self) if not isinstance(handler, type) else handler()(self)


        class CertificateEvent(Event):
            def __init__(self, learner, program):
                self.learner, self.program = learner, program


        class CertificateAwarded(CertificateEvent):
            pass


        @CertificateEvent.subscribe
        class Letters:
            def __call__(self, event):
                mail_them(event.learner, event.program)


        def after(learner, program):
            CertificateAwarded(learner, program).publish()
        """,
    ),
    calls(
        "threadsafe_loop",
        "A loop that runs in a thread of the process gets the coroutine, and a callback of its future mails.",
        """
        import asyncio
        import threading

        loop = asyncio.new_event_loop()


        async def noted(learner, program):
            return learner, program


        def after(learner, program):
            if not loop.is_running():
                threading.Thread(target=loop.run_forever, daemon=True).start()
            future = asyncio.run_coroutine_threadsafe(noted(learner, program), loop)
            future.result(5)
            future.add_done_callback(lambda done: mail_them(*done.result()))
        """,
    ),
    calls(
        "strategy_of_a_nested_setting",
        "A setting has a BACKEND and OPTIONS, as Django's own have; the backend is made once and kept on a handler.",
        """
        from django.conf import settings
        from django.utils.connection import BaseConnectionHandler
        from django.utils.module_loading import import_string


        class Office:
            def __init__(self, subject=""):
                self.subject = subject

            def finished(self, learner, program):
                mail_them(learner, program)


        class OfficeHandler(BaseConnectionHandler):
            settings_name = "CAMPUS_OFFICES"

            def create_connection(self, alias):
                params = self.settings[alias].copy()
                return import_string(params.pop("BACKEND"))(**params.pop("OPTIONS", {}))


        offices = OfficeHandler()


        def after(learner, program):
            for office in offices.all():
                office.finished(learner, program)
        """,
        setting(
            'CAMPUS_OFFICES = {"default": {"BACKEND": "campus.records.after.Office", "OPTIONS": {"subject": "x"}}}'
        ),
    ),
)
