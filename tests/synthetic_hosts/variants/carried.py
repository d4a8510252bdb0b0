"""The hook is carried through a structure of Python's own on its way from a module to its call."""

from __future__ import annotations

from tests.synthetic_hosts.overlay import Variant
from tests.synthetic_hosts.variants.by_python import calls

_BODIES = {
    "nested_table": """
        TABLE = {"awards": {"program": ({"after": [tell_partners]}, 1)}}


        def after(learner, program):
            TABLE["awards"]["program"][0]["after"][0](learner, program)
        """,
    "keys_of_tuples": """
        TABLE = {("program", "first"): tell_partners, ("course", "first"): print}


        def after(learner, program):
            kind = type(program).__name__.lower()
            TABLE[kind, "first"](learner, program)
        """,
    "merged_tables": """
        BASE = {"log": lambda *what: None}
        MORE = {"tell": tell_partners}


        def after(learner, program):
            for name, step in sorted((BASE | MORE).items()):
                step(learner, program)
        """,
    "chain_map": """
        from collections import ChainMap

        STEPS = ChainMap({}, {"tell": tell_partners})


        def after(learner, program):
            STEPS["tell"](learner, program)
        """,
    "read_only_table": """
        from types import MappingProxyType

        STEPS = MappingProxyType({"tell": tell_partners})


        def after(learner, program):
            STEPS.get("tell")(learner, program)
        """,
    "named_tuple": """
        from typing import Callable, NamedTuple


        class Step(NamedTuple):
            name: str
            run: Callable


        def after(learner, program):
            step = Step("tell", tell_partners)._replace(name="told")
            step.run(learner, program)
        """,
    "slots": """
        class Step:
            __slots__ = ("run",)

            def __init__(self, run):
                self.run = run


        STEPS = (Step(print), Step(tell_partners))


        def after(learner, program):
            STEPS[-1].run(learner, program)
        """,
    "name_space": """
        from types import SimpleNamespace


        def after(learner, program):
            steps = SimpleNamespace(**{"tell": tell_partners})
            vars(steps)["tell"](learner, program)
        """,
    "dict_of_an_object": """
        class Steps:
            pass


        steps = Steps()
        steps.__dict__.update(tell=tell_partners)


        def after(learner, program):
            steps.tell(learner, program)
        """,
    "set_in_a_loop": """
        class Steps:
            pass


        for name, step in {"tell": staticmethod(tell_partners)}.items():
            setattr(Steps, name, step)


        def after(learner, program):
            Steps().tell(learner, program)
        """,
    "copied_table": """
        from copy import deepcopy

        TABLE = {"steps": [print, tell_partners]}


        def after(learner, program):
            table = deepcopy(TABLE)
            table["steps"].pop()(learner, program)
        """,
    "stack": """
        def after(learner, program):
            waiting = [tell_partners]
            waiting.insert(0, lambda *what: None)
            while waiting:
                waiting.pop()(learner, program)
        """,
    "mapped_over_functions": """
        STEPS = [tell_partners]


        def after(learner, program):
            return list(map(lambda step: step(learner, program), reversed(STEPS)))
        """,
    "any_of_them": """
        STEPS = {tell_partners}


        def after(learner, program):
            return any(step(learner, program) for step in STEPS)
        """,
    "longest_name": """
        STEPS = [tell_partners, print]


        def after(learner, program):
            max(STEPS, key=lambda step: len(step.__name__))(learner, program)
        """,
    "first_of_the_rest": """
        STEPS = (print, tell_partners)


        def after(learner, program):
            _, *rest = STEPS
            next(iter(rest))(learner, program)
        """,
    "default_of_a_missing_key": """
        STEPS = {}


        def after(learner, program):
            try:
                step = STEPS["tell"]
            except KeyError:
                step = STEPS["tell"] = tell_partners
            step(learner, program)
        """,
    "chosen_by_or": """
        def chosen():
            return None


        def after(learner, program):
            (chosen() or tell_partners)(learner, program)
        """,
    "walrus": """
        STEPS = {"tell": tell_partners}


        def after(learner, program):
            if (step := STEPS.get("tell")) is not None:
                step(learner, program)
        """,
    "nonlocal_name": """
        def steps():
            step = None

            def choose():
                nonlocal step
                step = tell_partners

            def run(*what):
                step(*what)

            return choose, run


        def after(learner, program):
            choose, run = steps()
            choose()
            run(learner, program)
        """,
    "class_that_decorates": """
        class Counted:
            def __init__(self, function):
                self.function, self.count = function, 0

            def __call__(self, *args, **kwargs):
                self.count += 1
                return self.function(*args, **kwargs)


        @Counted
        def tell(learner, program):
            tell_partners(learner, program)


        def after(learner, program):
            tell(learner, program=program)
        """,
    "registry_of_subclasses": """
        class Step:
            known = {}

            def __init_subclass__(cls, *, name="", **kwargs):
                super().__init_subclass__(**kwargs)
                Step.known[name] = cls


        class Tell(Step, name="tell"):
            def __call__(self, learner, program):
                tell_partners(learner, program)


        def after(learner, program):
            Step.known["tell"]()(learner, program)
        """,
    "registry_of_a_metaclass": """
        class Registry(type):
            known = []

            def __new__(mcs, name, bases, space):
                cls = super().__new__(mcs, name, bases, space)
                mcs.known.append(cls)
                return cls


        class Tell(metaclass=Registry):
            @classmethod
            def run(cls, learner, program):
                tell_partners(learner, program)


        def after(learner, program):
            for cls in Registry.known:
                cls.run(learner, program)
        """,
    "descriptor": """
        from functools import partial


        class Later:
            def __get__(self, obj, owner=None):
                return partial(tell_partners, obj.learner)


        class Finish:
            tell = Later()

            def __init__(self, learner):
                self.learner = learner


        def after(learner, program):
            Finish(learner).tell(program)
        """,
    "partial_method": """
        from functools import partialmethod


        class Steps:
            def run(self, step, learner, program):
                step(learner, program)

            tell = partialmethod(run, tell_partners)


        def after(learner, program):
            Steps().tell(learner, program)
        """,
    "module_attribute": """
        def __getattr__(name):
            if name == "tell_later":
                return tell_partners
            raise AttributeError(name)


        def after(learner, program):
            from campus.records import after as steps

            steps.tell_later(learner, program)
        """,
    "class_item": """
        class Steps:
            def __class_getitem__(cls, name):
                return {"tell": tell_partners}[name]


        def after(learner, program):
            Steps["tell"](learner, program)
        """,
    "enumeration": """
        import enum


        class Step(enum.Enum):
            TELL = enum.member(tell_partners)

            def __call__(self, *what):
                return self.value(*what)


        def after(learner, program):
            Step["TELL"](learner, program)
        """,
    "keywords": """
        def run(*, step, **what):
            return step(**what)


        def after(learner, program):
            given = {"learner": learner, "program": program}
            run(step=tell_partners, **given)
        """,
    "recursion": """
        def run(steps, *what):
            if not steps:
                return
            first, *rest = steps
            first(*what)
            run(rest, *what)


        def after(learner, program):
            run([print, tell_partners], learner, program)
        """,
    "exception_that_carries": """
        class Finished(Exception):
            def __init__(self, then):
                super().__init__("finished")
                self.then = then


        def finish():
            raise Finished(tell_partners)


        def after(learner, program):
            try:
                finish()
            except Finished as finished:
                finished.then(learner, program)
        """,
    "sliced": """
        STEPS = [print, print, tell_partners]


        def after(learner, program):
            for step in STEPS[2:]:
                step(learner, program)
        """,
    "zipped": """
        def after(learner, program):
            for step, what in zip([tell_partners], [(learner, program)]):
                step(*what)
        """,
    "object_that_is_gone_over": """
        class Letters:
            what = ()

            def __iter__(self):
                yield tell_partners(*self.what)


        letters = Letters()


        def after(learner, program):
            letters.what = (learner, program)
            return list(letters)
        """,
    "list_of_its_own": """
        class Letters(list):
            def __iter__(self):
                for what in super().__iter__():
                    yield tell_partners(*what)


        letters = Letters()


        def after(learner, program):
            letters.append((learner, program))
            for letter in letters:
                return letter
        """,
    "table_of_its_own": """
        class Letters(dict):
            def __getitem__(self, what):
                return tell_partners(*what)


        letters = Letters()


        def after(learner, program):
            return letters[learner, program]
        """,
    "name_of_globals": """
        def after(learner, program):
            globals()["tell_" + "partners"](learner, program)
        """,
}

VARIANTS: tuple[Variant, ...] = tuple(
    calls(f"carried_{name}", f"By way of: {name.replace('_', ' ')}.", body) for name, body in _BODIES.items()
)
