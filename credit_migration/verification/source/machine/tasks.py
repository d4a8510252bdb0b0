"""A Celery task that is started → its body, and the receivers of Celery's signals that hear of it."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from typing import Any

from credit_migration.verification.source.code import Function, SourceClass
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.machine.keeping import Keeping
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Arguments,
    Holder,
    Instance,
    Live,
    Value,
    joined,
    one,
)
from credit_migration.verification.source.wiring import TASK_SIGNALS

STARTS_TASK = frozenset({"delay", "apply_async", "s", "si", "signature", "apply", "map", "starmap", "chunks"})
_TAKES_ARGUMENTS = frozenset({"delay", "s", "si"})
"""Those that are called as the task itself is, and not with a list and a dict."""


def connections(tree: ast.Module) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Yield the signal and the receiver of each ``connect`` that a module does when it is imported."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                called = decorator.func if isinstance(decorator, ast.Call) else decorator
                if isinstance(called, ast.Attribute) and called.attr == "connect":
                    yield called.value, ast.copy_location(ast.Name(node.name, ast.Load()), node)
        call = node.value if isinstance(node, ast.Expr) else None
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "connect":
            for receiver in (*call.args[:1], *(k.value for k in call.keywords if k.arg == "receiver")):
                yield call.func.value, receiver


class Tasks(Keeping):
    """The part of the machine that knows Celery's tasks."""

    def start_task(self, ref: Any, name: str, receiver: Value, arguments: Arguments, node: ast.AST) -> Value:
        """Follow a task to its body, and to who hears of it."""
        handed = self._handed(name, arguments, node)
        if isinstance(ref, Function):
            result = self.call(one(ref), handed.after(UNKNOWN) if _is_given_itself(ref) else handed, node)
            self._use_base(ref, handed, node)
        else:
            cls = ref.cls if isinstance(ref, Instance) else type(ref.obj)
            result = self.call(self.member(cls, "run", receiver, node) or NOTHING, handed, node)
            if isinstance(cls, type) and self.is_own(cls, "__call__"):
                self.call(self.member(cls, "__call__", receiver, node) or NOTHING, handed, node)
        args, kwargs = self._given_task(name, arguments, node)
        self.tell_listeners(Value(frozenset({ref})), args, kwargs, result, node)
        return result

    def _use_base(self, task: Function, handed: Arguments, node: ast.AST) -> None:
        """Follow what Celery calls of the class that the decorator of a task, which is only read, makes it of."""
        scope = task.scope or self.source_scope(task.module)
        for call in _decorating(task):
            bases = joined(self.evaluate(keyword.value, scope) for keyword in call.keywords if keyword.arg == "base")
            for ref in bases.only(Live, SourceClass):
                made = self.make(getattr(ref, "obj", ref), Arguments(), node)
                for instance in made.only(Instance):
                    self.call_overrides(instance, made.labels, handed.joined(), node)

    def _handed(self, name: str, arguments: Arguments, node: ast.AST) -> Arguments:
        """Return what a task's ``run`` gets from ``delay`` or ``apply_async``."""
        if name in _TAKES_ARGUMENTS:
            return arguments
        args, kwargs = arguments.get(0, "args"), arguments.get(1, "kwargs")
        known = self.in_order(args) if args != NOTHING else []
        named = [(key, held) for ref in kwargs.only(Holder) for key, held in self.heap.of(ref) if isinstance(key, str)]
        rest = self.elements(args, node) | self.elements(kwargs, node) | UNKNOWN
        if known is None or len(named) < len(kwargs.refs) or any(key == ANY for key, _ in named):
            return Arguments(rest=rest)
        return Arguments(tuple(known), tuple(named), UNKNOWN)

    def _given_task(self, name: str, arguments: Arguments, node: ast.AST) -> tuple[Value, Value]:
        """Return the list and the dict of arguments with which Celery calls a task."""
        if name not in _TAKES_ARGUMENTS:
            return arguments.get(0, "args"), arguments.get(1, "kwargs")
        args, kwargs = Holder(f"task's arguments {self.site(node)}"), Holder(f"task's keywords {self.site(node)}")
        for place, value in enumerate(arguments.positional):
            self.hold(args, place, value)
        for key, value in arguments.keywords:
            self.hold(kwargs, key, value)
        for holder in (args, kwargs):
            self.hold(holder, ANY, arguments.rest or NOTHING)
        return one(args), one(kwargs)

    def tell_listeners(self, task: Value, args: Value, kwargs: Value, result: Value, node: ast.AST) -> None:
        """Follow the receivers of Celery's signals about a task."""
        live = [ref.obj for ref in task.only(Live)]
        heard = [self.of_live(one_.receiver) for one_ in self.wiring.listening if one_.hears(live, self.wiring.tasks)]
        heard += [
            self.evaluate(expression, self.source_scope(module)) for module, expression in self.listening_unloaded()
        ]
        if not heard:
            return
        request, body = (
            Instance(types.SimpleNamespace, f"task request {self.site(node)}"),
            Holder(f"body {self.site(node)}"),
        )
        for key, value in (("args", args), ("kwargs", kwargs)):
            self.hold(request, key, value)
        for place, value in enumerate((args, kwargs, UNKNOWN)):
            self.hold(body, place, value)
        told = {"sender": task, "task": task, "args": args, "kwargs": kwargs, "retval": result, "result": result,
                "request": one(request), "body": one(body)}  # fmt: skip
        for receiver in heard:
            self.call(receiver, Arguments((), tuple(told.items()), UNKNOWN), node)

    def listening_unloaded(self) -> list[tuple[Any, ast.expr]]:
        """Return the receivers of Celery's signals about tasks in modules that only a worker loads."""
        known = self.wiring.listening_unloaded
        if known is None:
            known = self.wiring.listening_unloaded = []
            for module in self.program.with_celery():
                scope = self.source_scope(module)
                for signal, expression in connections(module.tree):
                    names = {self.wiring.celery_signal(ref.obj) for ref in self.evaluate(signal, scope).only(Live)}
                    if names & TASK_SIGNALS:
                        known.append((module, expression))
        return known


def _is_given_itself(task: Function) -> bool:
    """Return whether the decorator of a task that is only read says that the task gets itself first."""
    return any(keyword.arg == "bind" for call in _decorating(task) for keyword in call.keywords)


def _decorating(task: Function) -> list[ast.Call]:
    return [call for call in getattr(task.node, "decorator_list", ()) if isinstance(call, ast.Call)]
