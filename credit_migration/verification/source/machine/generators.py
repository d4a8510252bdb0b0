"""A generator that runs on when it is advanced → what it is sent, and the body that gets it."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from credit_migration.verification.source.code import Function, Scope
from credit_migration.verification.source.machine.objects import Objects
from credit_migration.verification.source.values import NOTHING, UNKNOWN, Arguments, Holder, Value, one

SENT = "what is sent into it"
WAITING = "waiting"
ADVANCES = frozenset({"send", "asend", "throw", "athrow", "__next__", "__anext__", "close", "aclose"})


class Generators(Objects):
    """The part of the machine that knows generators, those that the process has among them."""

    def live_generator(self, obj: Any) -> Value:
        """Return what stands for a generator of the process; ``NOTHING`` if it is done, or not the host's."""
        frames = (getattr(obj, name, None) for name in ("gi_frame", "ag_frame", "cr_frame"))
        frame = next(filter(None, frames), None)
        if frame is None or not self.program.owns(frame.f_code.co_filename):
            return NOTHING
        code = frame.f_code
        module = self.program.file(code.co_filename)
        nodes = [] if module is None else self.program.nodes(module).get((code.co_firstlineno, code.co_name), [])
        if module is None or len(nodes) != 1:
            return NOTHING
        held = {name: self.of_live(value) for name, value in frame.f_locals.items()}
        around = Scope(module, names={name: held[name] for name in code.co_freevars if name in held})
        names = [name for name in inspect.getargs(code).args if name in held]
        holder = Holder(f"{WAITING} {id(obj)}")
        self.kept.append(obj)
        arguments = Arguments((), tuple((name, held[name]) for name in names))
        self.generators.setdefault(holder, (Function(nodes[0], module, obj.__qualname__, around), arguments))
        return one(holder)

    def advance(self, ref: Holder, name: str, arguments: Arguments, node: ast.AST) -> Value:
        """Follow ``send`` and its like to the body of a generator, and return what it yields."""
        if name in {"send", "asend"}:
            self.hold(ref, SENT, arguments.joined())
        return self.resume(ref, node)

    def resume(self, ref: Holder, node: ast.AST) -> Value:
        made, key = self.generators.get(ref), ("resumed", ref)
        if made is not None and not self.active.get(key):
            self.active[key] = 1
            self.run(made[0], made[1], node, into=ref)
            self.active[key] = 0
        return self.all_held(ref)

    def sent_into(self, ref: Any) -> Value:
        """Return what ``yield`` gives in the body of a generator."""
        sent = self.heap.get((ref, SENT), NOTHING)
        return UNKNOWN if sent == NOTHING else sent

    def delegate(self, ref: Any, value: Value, node: ast.AST) -> None:
        """Hand on by ``yield from`` what is sent into a generator."""
        sent = self.heap.get((ref, SENT), NOTHING)
        for inner in value.only(Holder) if sent != NOTHING else ():
            if inner in self.generators:
                self.hold(inner, SENT, sent)
                self.resume(inner, node)
