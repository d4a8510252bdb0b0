"""PRESENT: the learner's own request uses a service, and the award comes to the same one by a way around."""

from __future__ import annotations

from textwrap import dedent

from tests.synthetic_hosts.overlay import VIEWS, Add, Edit, Variant
from tests.synthetic_hosts.variants.sixth import CALL_AFTER
from tests.synthetic_hosts.variants.sixth_gone import LETTER

SERVICE = """
from campus.records.messages import CreditRequest
from campus.records.models import UserCreditPathway


class Requests:
    def run(self, learner, program):
        for row in UserCreditPathway.objects.filter(user=learner).select_related("pathway"):
            CreditRequest(learner=learner, pathway=row.pathway, program=program).send()


service = Requests()
"""
_BODIES = {
    "heap": """
        import heapq


        def after(learner, program):
            waiting = []
            heapq.heappush(waiting, (1, service))
            heapq.heappop(waiting)[1].run(learner, program)
        """,
    "null_context": """
        from contextlib import nullcontext


        def after(learner, program):
            with nullcontext(service) as found:
                found.run(learner, program)
        """,
    "pickled_and_back": """
        import pickle


        def after(learner, program):
            pickle.loads(pickle.dumps(service)).run(learner, program)
        """,
    "names_of_a_frame": """
        import inspect


        def caller():
            return inspect.currentframe().f_back.f_locals["mine"]


        def after(learner, program):
            mine = service
            caller().run(learner, program)
        """,
    "priority_queue": """
        from queue import PriorityQueue


        def after(learner, program):
            waiting = PriorityQueue()
            waiting.put((1, service))
            _, found = waiting.get()
            found.run(learner, program)
        """,
    "ordered_dict": """
        from collections import OrderedDict


        def after(learner, program):
            known = OrderedDict(first=None)
            known["second"] = service
            name, found = known.popitem()
            found.run(learner, program)
        """,
    "commonest": """
        import statistics


        def after(learner, program):
            statistics.mode([service, service]).run(learner, program)
        """,
    "chosen": """
        import random


        def after(learner, program):
            random.choice([service]).run(learner, program)
        """,
    "keys_of_a_dict": """
        def after(learner, program):
            for found in dict.fromkeys([service]):
                found.run(learner, program)
        """,
    "best_key": """
        def after(learner, program):
            weights = {service: 2}
            max(weights, key=weights.get).run(learner, program)
        """,
    "future": """
        from concurrent.futures import Future


        def after(learner, program):
            future = Future()
            future.set_result(service)
            future.result().run(learner, program)
        """,
    "memory_of_a_cache": """
        from functools import lru_cache


        @lru_cache
        def found(name):
            return {"requests": service}.get(name)


        def after(learner, program):
            found("requests").run(learner, program)
        """,
    "thread_local": """
        import threading

        here = threading.local()


        def after(learner, program):
            here.service = service
            vars(here)["service"].run(learner, program)
        """,
    "user_dict": """
        from collections import UserDict


        class Services(UserDict):
            def __missing__(self, name):
                self[name] = service
                return self[name]


        services = Services()


        def after(learner, program):
            services["requests"].run(learner, program)
        """,
    "argument_by_default": """
        def after(learner, program, *, by=service):
            by.run(learner, program)
        """,
    "module_by_name": """
        import sys


        def after(learner, program):
            sys.modules["campus.records.requests_of_learners"].service.run(learner, program)
        """,
}

VARIANTS = tuple(
    Variant(
        name=f"handed_{name}",
        description=f"By way of: {name.replace('_', ' ')}.",
        verdict="PRESENT",
        steps=(
            Add("campus/records/requests_of_learners.py", SERVICE),
            Edit(VIEWS, LETTER, "        service.run(request.user, program)\n"),
            Edit(
                VIEWS,
                "from campus.records.messages import CreditRequest\n",
                "from campus.records.requests_of_learners import service\n",
            ),
            Add(
                "campus/records/after.py",
                f"from campus.records.requests_of_learners import service\n\n\n{dedent(body).strip()}\n",
            ),
            *CALL_AFTER,
        ),
        path=("after", "run"),
    )
    for name, body in _BODIES.items()
)
