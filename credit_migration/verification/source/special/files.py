"""Functions that open files, or what keeps things in files, and those that give a cache."""

from __future__ import annotations

import ast
from typing import Any

from credit_migration.verification.source.channels import IS_READ_OUTSIDE, File, channel_of_method
from credit_migration.verification.source.special.registry import special
from credit_migration.verification.source.values import NOTHING, Arguments, Const, Instance, Value, one

_IN_FILES = (
    ("gzip", "open"), ("gzip", "GzipFile"), ("bz2", "open"), ("bz2", "BZ2File"), ("lzma", "open"), ("lzma", "LZMAFile"),
    ("codecs", "open"), ("os", "fdopen"), ("posix", "open"), ("tempfile", "NamedTemporaryFile"),
    ("tempfile", "TemporaryFile"), ("zipfile", "ZipFile"), ("tarfile", "TarFile"), ("tarfile", "TarFile.open"),
    ("mailbox", "Maildir"), ("mailbox", "mbox"), ("mailbox", "MH"), ("mailbox", "Babyl"), ("mailbox", "MMDF"),
    ("shelve", "open"), ("shelve", "DbfilenameShelf"), ("dbm", "open"), ("dbm.dumb", "open"), ("_sqlite3", "connect"),
    ("sqlite3", "connect"), ("sqlite3", "Connection"), ("fileinput", "input"), ("fileinput", "FileInput"),
)  # fmt: skip
_BETWEEN_PROCESSES = ("/run/", "/var/run/", "/dev/", "/var/spool/")
"""Where programs of one machine meet: what is written there is for another one."""


@special(("_io", "open"), ("io", "open"), ("builtins", "open"), ("", "open"), *_IN_FILES)
def opened(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    classes = m.classes(receiver) if receiver is not None else ()
    if channel_of_method(classes, "open"):
        return None
    ref = Instance(File, m.site(node))
    named = (arguments.get(0, "file"), *(held for path in (receiver or NOTHING).refs for _, held in m.heap.of(path)))
    if any(text.startswith(_BETWEEN_PROCESSES) for value in named for text in value.strings()):
        m.hold(ref, IS_READ_OUTSIDE, one(Const(True)))
    return Value(frozenset({ref}), m.stored("files"))


@special(("django.utils.connection", "BaseConnectionHandler.__getitem__"))
def cache_by_alias(m: Any, receiver: Value | None, arguments: Arguments, node: ast.AST) -> Value | None:
    is_cache = any(cls.__module__ == "django.core.cache" for cls in m.classes(receiver or NOTHING))
    return receiver if is_cache else None
