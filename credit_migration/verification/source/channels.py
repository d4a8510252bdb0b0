"""Library functions that carry something out of the host, and the arguments that say to whom."""

from __future__ import annotations

import ast
import inspect
from functools import lru_cache
from typing import Any

from credit_migration.verification.source.values import NO_LABELS, Arguments, Holder, Labels, Value

RECIPIENT_NAMES = frozenset(
    {
        "to", "recipient", "recipients", "recipient_list", "email_address", "to_addrs", "to_addr", "to_email",
        "to_emails", "cc", "bcc", "destination", "destinations", "rcpt", "rcpttos", "mailto", "to_address",
    }
)  # fmt: skip
_RECEIVERS = 3
"""The place of the receivers in a tuple that is given to ``send_mass_mail``."""
_MAIL_FUNCTIONS = frozenset({"send_mail", "send_mass_mail"})
_HTTP_VERBS = frozenset({"get", "post", "put", "patch", "request", "delete", "send", "stream", "urlopen", "open"})
_HTTP_PACKAGES = frozenset(
    {"requests", "httpx", "urllib3", "aiohttp", "http", "urllib", "pycurl", "xmlrpc", "grpc", "zeep"}
)
_FILE_PACKAGES = frozenset({"ftplib", "paramiko", "pysftp", "telnetlib", "asyncssh", "multiprocessing"})
_MAIL_PACKAGES = frozenset(
    {"edx_ace", "smtplib", "aiosmtplib", "sendgrid", "anymail", "mailchimp_transactional", "mailjet_rest", "postmarker",
     "botocore", "boto3", "twilio", "sailthru", "braze"}
)  # fmt: skip
_MAIL_VERBS = frozenset(
    {"send", "sendmail", "send_message", "send_email", "send_raw_email", "send_messages", "deliver", "publish",
     "send_templated_email", "send_bulk_email", "send_message_batch"}
)  # fmt: skip
_BROKER_PACKAGES = frozenset(
    {"kombu", "amqp", "pika", "aio_pika", "kafka", "confluent_kafka", "aiokafka", "nats", "stomp", "proton", "paho",
     "pulsar", "zmq", "websocket", "websockets"}
)  # fmt: skip
PUBLISHES = frozenset({"publish", "basic_publish", "produce"})
_BROKER_VERBS = PUBLISHES | {"send", "send_and_wait", "send_json", "send_string", "send_multipart", "put"}
REMOTE = _BROKER_PACKAGES | _HTTP_PACKAGES | {"Session", "ServerProxy", "Client", "AsyncClient", "PoolManager"}
REMOTE |= {"socket", "SSLSocket", "FTP", "FTP_TLS", "SFTPClient", "Connection", "Telnet"}
OPAQUE = frozenset({"exec_module", "spec_from_file_location", "load_module", "run_path", "run_module", "callproc"})
"""Names of functions that run what no source of the host shows."""
FILE_WRITES = frozenset({"write", "writelines", "writerow", "writerows", "dump"})
FILE_READS = frozenset({"read", "readlines", "readline", "load", "reader", "DictReader"})
FILE_NAMINGS = frozenset({"touch", "mkdir", "makedirs", "symlink_to", "symlink", "hardlink_to", "link", "rename"})
"""What makes a file whose name may tell something."""
FILE_LISTINGS = frozenset({"iterdir", "glob", "rglob", "iglob", "listdir", "scandir", "namelist", "getnames"})
_SERVICES = frozenset(
    {"redis", "django_redis", "valkey", "pymemcache", "memcache", "pylibmc", "pymongo", "rq", "huey", "dramatiq"}
)


IS_READ_OUTSIDE = "is read outside"
"""What a file holds that another program of the machine reads."""


class File:
    """Stands for an open file, or for what keeps things in files: a shelf, an archive, a mailbox, a small database."""


@lru_cache(maxsize=4096)
def service(cls: Any) -> str:
    """Return the name of the store that all objects of a library's class share; empty for most classes."""
    for base in cls.__mro__:
        if base.__module__.startswith("django.core.cache"):
            return "the cache"
        package = base.__module__.partition(".")[0]
        if package in _SERVICES:
            return str(package)
    return ""


_SHELL = {
    "os": frozenset({"system", "popen", "execv", "execvp", "execve", "spawnl", "spawnv", "posix_spawn"}),
    "posix": frozenset({"system", "execv", "execve", "posix_spawn"}),
    "subprocess": frozenset({"run", "call", "check_call", "check_output", "Popen", "getoutput", "getstatusoutput"}),
    "asyncio": frozenset({"create_subprocess_exec", "create_subprocess_shell"}),
    "socket": frozenset({"send", "sendall", "sendto"}),
}


def channel_of_function(obj: Any) -> str:
    """Return the channel that calling this library function or class uses, empty if it sends nothing."""
    module, name = getattr(obj, "__module__", None) or "", getattr(obj, "__name__", "")
    package = module.partition(".")[0]
    if module.startswith("django.core.mail") and name in _MAIL_FUNCTIONS:
        return f"django.core.mail.{name}"
    if name in _SHELL.get(package, ()):
        return f"{package}.{name}"
    if package in _MAIL_PACKAGES and name in _MAIL_VERBS:
        return "ace.send" if package == "edx_ace" else f"{package}.{name}"
    if package in _HTTP_PACKAGES and name in _HTTP_VERBS:
        return f"{package}.{name}"
    return ""


def channel_of_method(classes: tuple[type, ...], name: str) -> str:
    """Return the channel that this method of an object with these classes uses, empty if it sends nothing."""
    for cls in classes:
        module = cls.__module__
        package = module.partition(".")[0]
        if module.startswith("django.core.mail") and name in {"send", "send_messages"}:
            return f"{cls.__name__}.{name}"
        if name == "email_user" and hasattr(cls, "email_user"):
            return f"{cls.__name__}.email_user"
        if package in _MAIL_PACKAGES and name in _MAIL_VERBS:
            return f"{cls.__name__}.{name}"
        if package in {"xmlrpc", "grpc", "zeep"} and name:
            return f"{cls.__name__}.{name}"
        if package in _HTTP_PACKAGES and name in _HTTP_VERBS and cls.__name__ not in {"HTTPResponse", "Response"}:
            return f"{cls.__name__}.{name}"
        if package in _FILE_PACKAGES and name.startswith(("stor", "put", "write", "send")):
            return f"{cls.__name__}.{name}"
        if package in _BROKER_PACKAGES and name in _BROKER_VERBS:
            return f"{package}.{name}"
        if package in {"socket", "ssl", "_socket"} and name in _SHELL["socket"]:
            return f"{cls.__name__}.{name}"
    return ""


def to(labels: Labels) -> Labels:
    """Return the labels of a value that says to whom something goes."""
    return frozenset(label if label.startswith("to:") else f"to:{label}" for label in labels)


def argument_labels(obj: Any, arguments: Arguments, machine: Any) -> Labels:
    """Return what the arguments of a library call tell of, with ``to:`` before what says to whom it goes."""
    if getattr(obj, "__name__", "") == "send_mass_mail" and obj.__module__.startswith("django.core.mail"):
        return _of_mails(arguments, machine)
    names = _parameters(obj)
    if names[:1] == ("self",):
        names = names[1:]
    labels = NO_LABELS if arguments.rest is None else machine.deep(arguments.rest)
    for position, value in enumerate(arguments.positional):
        labels |= _role(names[position] if position < len(names) else "", value, machine)
    for name, value in arguments.keywords:
        labels |= _role(name, value, machine)
    return labels


def _of_mails(arguments: Arguments, machine: Any) -> Labels:
    """Return what mails tell of that are given as tuples of subject, text, sender and receivers."""
    labels: Labels = machine.deep(Arguments(arguments.positional[1:], arguments.keywords, arguments.rest).joined())
    mails = machine.elements(arguments.get(0, "datatuple"), ast.Pass())
    labels |= arguments.get(0, "datatuple").labels | mails.labels
    others = frozenset({"to:other"})
    for ref in mails.refs:
        if not isinstance(ref, Holder):
            labels |= machine.deep(Value(frozenset({ref}))) | others
            continue
        parts = machine.heap.of(ref)
        labels |= NO_LABELS if any(place == _RECEIVERS for place, _ in parts) else others
        for place, held in parts:
            labels |= to(machine.recipients(held)) if place == _RECEIVERS else machine.deep(held)
            labels |= NO_LABELS if isinstance(place, int) else others
    return labels | others if mails.unknown else labels


def _role(name: str, value: Value, machine: Any) -> Labels:
    labels: Labels = to(machine.recipients(value)) if name in RECIPIENT_NAMES else machine.deep(value)
    return labels


def _parameters(obj: Any) -> tuple[str, ...]:
    if obj is None:
        return ()
    found = _KNOWN.get(id(obj))
    if found is None:
        _KEPT.append(obj)
        try:
            found = tuple(inspect.signature(obj).parameters)
        except (TypeError, ValueError):
            found = ()
        _KNOWN[id(obj)] = found
    return found


_KNOWN: dict[int, tuple[str, ...]] = {}
_KEPT: list[Any] = []


STAFF = "staff"
"""The label of the settings that say where the service and its staff get mail, ``STAFFS`` are their names."""
STAFFS = frozenset({"ADMINS", "MANAGERS", "DEFAULT_FROM_EMAIL", "SERVER_EMAIL"})
TELLING = frozenset({"request", "address", "pathway", "message"})


def leaves(labels: Labels, guards: Labels) -> Labels:
    """
    Decide what a send tells of a credit request; empty for a mail that is none.

    A mail whose recipients are known to be the learner or staff is none, whatever it tells. Where the recipient is a
    pathway, or a part of the request that is not its learner, it is one. Else what it tells, or what decides that it
    happens, counts.
    """
    recipients = {label.removeprefix("to:") for label in labels if label.startswith("to:")}
    if recipients & {"address", "pathway"}:
        return frozenset((labels | recipients | guards) & TELLING)
    if recipients & {"own", STAFF} and "other" not in recipients:
        return NO_LABELS
    plain = frozenset(labels | recipients)
    return frozenset((plain | guards) & TELLING)


_MISSING = "missing"
_FOREIGN: dict[str, type] = {}


def foreign(path: str) -> type:
    """Return a class that stands for a name of a library that the host has not loaded."""
    if path not in _FOREIGN:
        module, _, name = path.rpartition(".")
        _FOREIGN[path] = type(name, (), {"__module__": module or name, "__qualname__": name, "foreign": path})
    return _FOREIGN[path]


def is_foreign(cls: type) -> bool:
    return _FOREIGN.get(vars(cls).get("foreign", "")) is cls


def missing(name: str) -> type:
    """Return a class that stands for a module that the host tries to import, and that is not there."""
    return foreign(f"{_MISSING} {name}")


def is_missing(obj: Any) -> bool:
    return isinstance(obj, type) and is_foreign(obj) and obj.__module__.startswith(_MISSING)


def foreign_class(obj: Any, classes: tuple[type, ...]) -> type | None:
    """Return a class that stands for what a mail library gives back, ``None`` for other libraries."""
    modules = [getattr(obj, "__module__", None) or "", *(cls.__module__ for cls in classes)]
    for module in modules:
        package = module.partition(".")[0]
        if package in _MAIL_PACKAGES:
            if package not in _FOREIGN:
                _FOREIGN[package] = type(f"{package} object", (), {"__module__": package})
            return _FOREIGN[package]
    return None
