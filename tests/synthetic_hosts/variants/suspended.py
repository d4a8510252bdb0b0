"""Generators, coroutines and maps: what they do is done when something advances them, and not before."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import Add, Variant
from tests.synthetic_hosts.variants.sixth import CALL_AFTER, PARTNERS

IMPORTED = """
from campus.records.models import UserCreditPathway
from campus.records.partners import tell_partners
"""
NEVER, LATER = "never", "later"


def suspended(kind: str, name: str, description: str, body: str, *, path: tuple[str, ...] = ()) -> Variant:
    """Return the variant whose award calls ``after`` of this body, which advances something or does not."""
    text = f"{IMPORTED}\n\n{dedent(body).strip()}\n"
    return Variant(
        name=f"suspended_{name}",
        description=description,
        verdict="ABSENT" if kind == NEVER else "PRESENT",
        steps=(PARTNERS, Add("campus/records/after.py", text), *CALL_AFTER),
        path=path,
    )


VARIANTS = (
    suspended(
        NEVER,
        "call_for_nothing",
        "The hook became a generator function, and the award still calls it as a statement.",
        """
        def tell_one_by_one(learner, program):
            tell_partners(learner, program)
            yield learner


        def after(learner, program):
            tell_one_by_one(learner, program)
        """,
    ),
    suspended(
        NEVER,
        "expression",
        "A generator expression is made, kept under a name, and nothing asks it for anything.",
        """
        def after(learner, program):
            told = (tell_partners(row.user, program) for row in UserCreditPathway.objects.filter(user=learner))
            if told is not None:
                return None
        """,
    ),
    suspended(
        NEVER,
        "map_of_no_use",
        "map() as a statement calls nothing.",
        """
        def after(learner, program):
            map(lambda row: tell_partners(row.user, program), UserCreditPathway.objects.filter(user=learner))
        """,
    ),
    suspended(
        NEVER,
        "coroutine_not_awaited",
        "The hook became a coroutine function, and the award calls it without awaiting it.",
        """
        async def tell_later(learner, program):
            tell_partners(learner, program)


        def after(learner, program):
            tell_later(learner, program).close()
        """,
    ),
    suspended(
        NEVER,
        "closed_at_once",
        "The generator is closed before it has begun.",
        """
        def tell_one_by_one(learner, program):
            try:
                yield learner
            finally:
                tell_partners(learner, program)


        def after(learner, program):
            line = tell_one_by_one(learner, program)
            line.close()
        """,
    ),
    suspended(
        NEVER,
        "kept_and_forgotten",
        "Generators are put into a list of the module that nothing reads.",
        """
        lines = []


        def tell_one_by_one(learner, program):
            tell_partners(learner, program)
            yield learner


        def after(learner, program):
            lines.append(tell_one_by_one(learner, program))
        """,
    ),
    suspended(
        LATER,
        "kept_in_a_list",
        "Generators are put into a list of the module, from which the next award takes them.",
        """
        lines = []


        def tell_one_by_one(learner, program):
            tell_partners(learner, program)
            yield learner


        def drain():
            while lines:
                next(lines.pop(), None)


        def after(learner, program):
            drain()
            lines.append(tell_one_by_one(learner, program))
            drain()
        """,
        path=("after", "tell_one_by_one", "tell_partners"),
    ),
    suspended(
        LATER,
        "kept_for_a_command",
        "Generators are put into a list of a class, and another function of the award empties it.",
        """
        class Lines:
            waiting = []

            def __init__(self, learner, program):
                self.waiting.append(self.tell(learner, program))

            def tell(self, learner, program):
                tell_partners(learner, program)
                yield

            @classmethod
            def empty(cls):
                for line in cls.waiting:
                    list(line)
                cls.waiting.clear()


        def after(learner, program):
            Lines(learner, program)
            Lines.empty()
        """,
        path=("tell", "tell_partners"),
    ),
    suspended(
        LATER,
        "delegated",
        "A generator delegates to the one that tells, and the award exhausts the outer one by unpacking it.",
        """
        def tell_one_by_one(learner, program):
            tell_partners(learner, program)
            yield learner


        def all_of_them(learner, program):
            yield from tell_one_by_one(learner, program)


        def after(learner, program):
            first, *rest = all_of_them(learner, program)
        """,
        path=("all_of_them", "tell_one_by_one", "tell_partners"),
    ),
    suspended(
        LATER,
        "asked_whether_it_has",
        "An expression is advanced by the question whether something is in it.",
        """
        def after(learner, program):
            told = (tell_partners(row.user, program) for row in UserCreditPathway.objects.filter(user=learner))
            return "somebody" in told
        """,
        path=("after", "tell_partners"),
    ),
    suspended(
        LATER,
        "map_in_a_set",
        "A map is kept in a dict, and an attribute's setter exhausts it.",
        """
        class Told:
            @property
            def lines(self):
                return ()

            @lines.setter
            def lines(self, given):
                self.count = len({*given["lines"]})


        def after(learner, program):
            rows = UserCreditPathway.objects.filter(user=learner)
            told = Told()
            told.lines = {"lines": map(lambda row: tell_partners(row.user, program), rows)}
        """,
        path=("lines", "tell_partners"),
    ),
    suspended(
        LATER,
        "coroutine_run_later",
        "Coroutines are gathered in a list and run by asyncio at the end.",
        """
        import asyncio


        async def tell_later(learner, program):
            tell_partners(learner, program)


        async def finish(waiting):
            await asyncio.gather(*waiting)


        def after(learner, program):
            import os

            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
            asyncio.run(finish([tell_later(learner, program)]))
        """,
        path=("tell_later", "tell_partners"),
    ),
    suspended(
        LATER,
        "sent_into",
        "The generator was begun elsewhere; what is sent into it says whose institutions are told.",
        """
        def telling(program):
            while True:
                learner = yield
                tell_partners(learner, program)


        def begun(program):
            line = telling(program)
            line.send(None)
            return line


        def after(learner, program):
            begun(program).send(learner)
        """,
        path=("telling", "tell_partners"),
    ),
    suspended(
        LATER,
        "by_library",
        "A generator is given to library code that exhausts it.",
        """
        from collections import Counter


        def tell_one_by_one(learner, program):
            tell_partners(learner, program)
            yield learner.pk


        def after(learner, program):
            return Counter(tell_one_by_one(learner, program))
        """,
        path=("tell_one_by_one", "tell_partners"),
    ),
)
