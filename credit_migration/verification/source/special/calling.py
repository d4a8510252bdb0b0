"""Functions that call what they are given or name: partials, tasks, commands, files, mail connections."""

from __future__ import annotations

import ast
import socket
from multiprocessing.connection import Connection
from typing import Any

from django.apps import apps
from django.core.mail.backends.base import BaseEmailBackend

from credit_migration.verification.source.channels import foreign
from credit_migration.verification.source.in_database import is_own_function, own_functions
from credit_migration.verification.source.machine.heap import ANY
from credit_migration.verification.source.special.registry import shown, special
from credit_migration.verification.source.values import (
    NOTHING,
    UNKNOWN,
    Applied,
    Arguments,
    ByName,
    Instance,
    Live,
    Pattern,
    Value,
    joined,
    one,
)


@special(("functools", "partial"), ("functools", "partialmethod"))
def applied(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(Applied(arguments.get(0, ""), arguments.positional[1:], arguments.keywords))


@special(("operator", "methodcaller"), ("_operator", "methodcaller"))
def method_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.rest)
    return one(ByName(arguments.get(0, ""), rest))


@special(("operator", "attrgetter"), ("_operator", "attrgetter"))
def attribute_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(ByName(arguments.joined()))


@special(("operator", "call"), ("_operator", "call"), ("_thread", "start_new_thread"), ("atexit", "register"))
def call_first(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    inner = Arguments(arguments.positional[1:], arguments.keywords, arguments.rest)
    result: Value = m.call(arguments.get(0, ""), inner, node)
    return result


@special(("django.utils.functional", "SimpleLazyObject"))
def lazy_object(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    result: Value = m.call(arguments.get(0, "func"), Arguments(), node)
    return result


@special(("django.utils.functional", "lazy"))
def lazy_function(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return arguments.get(0, "func")


@special(("contextlib", "closing"), ("contextlib", "aclosing"))
def closed_at_the_end(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    thing = arguments.get(0, "thing")
    for name in ("close", "aclose"):
        m.call(m.attribute(thing, name, node), Arguments(), node)
    return thing


@special(("django.core.management", "call_command"))
def command(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    name = arguments.get(0, "command_name")
    for text in name.strings():
        found = m.command(text)
        if found is not None:
            made = m.call(found, Arguments(), node)
            for ref in made.only(Instance):
                m.call_overrides(ref, made.labels, UNKNOWN, node)
    if (name.unknown or name.only(Pattern)) and not name.strings():
        m.wonder(node, f"which command '{shown(node)}' runs")
    return UNKNOWN


@special(("", "signature"), ("", "subtask"))
def signature_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    names = arguments.get(0, "name").strings()
    known = [name for name in names if name in m.wiring.tasks or name in m.program.unloaded_tasks()]
    is_app = any(cls.__module__ == "celery.app.base" for cls in m.classes(receiver or NOTHING))
    return task_by_name(m, receiver, arguments, node) if known or is_app else None


@special(("", "send_task"), ("celery.canvas", "signature"), ("celery.canvas", "subtask"))
def task_by_name(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    if receiver is not None and not (m.classes(receiver) or receiver.unknown):
        return None
    name = arguments.get(0, "name")
    rest = m.elements(arguments.get(1, "args"), node) | m.elements(arguments.get(2, "kwargs"), node)
    for text in name.strings():
        task = m.wiring.tasks.get(text)
        unloaded = m.program.unloaded_tasks().get(text)
        if task is None and unloaded is not None:
            result = m.call(m.global_of(*unloaded) or NOTHING, Arguments(rest=rest | UNKNOWN), node)
            m.tell_listeners(NOTHING, arguments.get(1, "args"), arguments.get(2, "kwargs"), result, node)
        elif task is None:
            m.wonder(node, f"what the task '{text}', sent by name to another part, does")
        else:
            result = m.call(one(Live(task)), Arguments(rest=rest | UNKNOWN), node)
            m.tell_listeners(one(Live(task)), arguments.get(1, "args"), arguments.get(2, "kwargs"), result, node)
    if not name.strings():
        m.wonder(node, f"which task is sent by name: {shown(node)}")
    return UNKNOWN


@special(("django.db.models.expressions", "Func"), ("django.db.models.expressions", "RawSQL"))
def function_of_database(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    named = [name for name in dict(arguments.keywords).get("function", NOTHING).strings() if is_own_function(name)]
    written = [name for text in arguments.get(0, "sql").strings() for name in own_functions(text)]
    for name in (*named, *written):
        m.wonder(node, f"what the database's function '{name}' does")
    return None


@special(("socket", "create_connection"))
def connected_socket(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(Instance(socket.socket, m.site(node)))


@special(("urllib.request", "build_opener"))
def built_opener(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    made = Instance(foreign("urllib.request.OpenerDirector"), m.site(node))
    m.hold(made, ANY, arguments.joined())
    return one(made)


@special(("multiprocessing.connection", "Client"))
def connected_process(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(Instance(Connection, m.site(node)))


@special(("multiprocessing.managers", "BaseManager.connect"))
def connected_manager(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    m.wonder(node, "what the objects of another process do, which this manager stands for")
    return UNKNOWN


@special(("", "get_app_config"))
def app_config(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    labels = arguments.get(0, "app_label").strings()
    known = [config for config in apps.get_app_configs() if config.label in labels or not labels]
    return joined(one(Live(config)) for config in known) | (NOTHING if labels else UNKNOWN)


@special(("django.core.mail", "get_connection"), ("django.core.mail.handler", "MailersHandler.__getitem__"),
         ("django.core.mail.handler", "MailersHandler.get"), ("django.core.mail.handler", "MailersHandler.default"),
         ("django.core.mail.handler", "MailersHandler.create_connection"))  # fmt: skip
def mail_connection(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value:
    return one(Instance(BaseEmailBackend, "connection"))
