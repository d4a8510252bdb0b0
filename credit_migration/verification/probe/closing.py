"""Every way out of the probe's process, refused and recorded. It lasts as long as the process."""

from __future__ import annotations

import inspect
import ipaddress
import logging.handlers
import os
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from credit_migration.verification.probe.recording import Recorder, is_hosts, note, record_messages

_LIBRARY = str(Path(os.__file__).parent)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
_HARMLESS = (str(Path("logging", "__init__.py")), str(Path("logging", "handlers.py")), "tempfile.py")
"""Modules whose files are no message to anybody: logs, and what is gone with the process."""
_BUSY = threading.local()


def close_all() -> None:
    """Refuse and record whatever would leave from now on."""
    _close_mail()
    _close_ace()
    _close_open_sockets()
    # The system's log is no way to an institution, and hosts write to it all the time.
    logging.handlers.SysLogHandler.emit = lambda self, record: None  # type: ignore[method-assign]
    native: Any = sys.modules.get("_posixsubprocess")
    if native is not None:
        native.fork_exec = _refuse_fork_exec
    sys.addaudithook(_hear)


def _close_mail() -> None:
    # From Django 6.1 on, messages have no such method, and are not sent where one is put in.
    if hasattr(EmailMessage, "get_connection"):
        setattr(EmailMessage, "get_connection", lambda self, fail_silently=False: Recorder())  # noqa: B010 - any signature
    # Its code, not its name, here and for ACE: the host may have imported it under another. Django 6 has wrapped it.
    function: Any = inspect.unwrap(mail.get_connection)
    function.__code__ = _get_recorder.__code__
    function.__kwdefaults__ = None
    function.__defaults__ = (None, False)
    for backend in _subclasses(BaseEmailBackend):
        if backend is not Recorder and "send_messages" in vars(backend):
            backend.send_messages = record_messages


def _get_recorder(backend: Any = None, fail_silently: bool = False, **kwargs: Any) -> Any:
    from credit_migration.verification.probe.recording import Recorder as Backend

    return Backend(fail_silently=fail_silently)


def _subclasses(cls: Any) -> list[Any]:
    return [one for sub in cls.__subclasses__() for one in (sub, *_subclasses(sub))]


def _close_ace() -> None:
    ace = sys.modules.get("edx_ace.ace")
    if ace is not None:
        ace.send.__code__ = _ace_send.__code__


def _ace_send(msg: Any, limit_to_channels: Any = None) -> dict[str, Any]:
    from credit_migration.verification.probe.recording import note as record

    record("ace.send", str(getattr(msg.recipient, "email_address", "") or ""), is_message=True)
    return {}


def _close_open_sockets() -> None:
    """Refuse what is sent over a connection that was made before, such as one that a session keeps."""
    for cls, names in ((socket.socket, ("send", "sendall", "sendmsg")), (ssl.SSLSocket, ("send", "sendall", "write"))):
        for name in names:
            if hasattr(cls, name):
                setattr(cls, name, _refusing(getattr(cls, name)))


def _refusing(send: Callable[..., Any]) -> Callable[..., Any]:
    def refuse(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            peer = self.getpeername()
        except OSError:
            peer = ""
        if not peer:  # a pair of sockets of this process, or none that is connected
            return send(self, *args, **kwargs)
        _refuse("connection", _told(peer), ConnectionRefusedError)
        return None

    return refuse


def _hear(event: str, args: tuple[Any, ...]) -> None:
    door = _DOORS.get(event)
    if door is None or getattr(_BUSY, "now", False):
        return
    _BUSY.now = True
    try:
        door(args)
    finally:
        _BUSY.now = False


def _refuse(channel: str, what: str, error: type[OSError]) -> None:
    note(channel, what)
    raise error("The probe lets nothing out.")


def _connect(args: tuple[Any, ...]) -> None:
    if args[1] is not None:  # a connected socket's own message is refused where it is sent
        _refuse("connection", _told(args[1]), ConnectionRefusedError)


def _look_up(args: tuple[Any, ...]) -> None:
    host = args[0].decode("utf-8", "replace") if isinstance(args[0], bytes) else str(args[0] or "")
    if host not in {"", "localhost", socket.gethostname()} and not _is_number(host):
        _refuse("name lookup", host, socket.gaierror)


def _is_number(host: str) -> bool:
    """Return whether nothing need be asked for this host's address, since it is one."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _start(args: tuple[Any, ...]) -> None:
    lists: list[Any] = [arg for arg in args if isinstance(arg, list | tuple)]
    lines = lists or [arg for arg in args if isinstance(arg, str | bytes)]
    _refuse("process", _told(lines[0]) if lines else "a copy of this one", PermissionError)


def _refuse_fork_exec(*args: Any) -> None:
    _start(args[:2])


def _write(args: tuple[Any, ...]) -> None:
    path, mode, flags = args
    is_writing = any(letter in mode for letter in "wxa+") if mode else bool((flags or 0) & _WRITING)
    if is_writing and isinstance(path, str | bytes | os.PathLike) and _is_by_host(sys._getframe(2)):
        note("file", os.fsdecode(path))


def _load(args: tuple[Any, ...]) -> None:
    if _is_by_host(sys._getframe(2)):
        note("native code", str(args[-1]))


def _is_by_host(frame: FrameType | None) -> bool:
    """Return whether the host's own function does this, with nothing but Python's library between."""
    while frame is not None and not is_hosts(frame):
        path = frame.f_code.co_filename
        if not path.startswith(_LIBRARY) or "site-packages" in path or path.endswith(_HARMLESS):
            return False
        frame = frame.f_back
    return frame is not None


def _told(value: Any) -> str:
    if isinstance(value, tuple) and len(value) > 1 and isinstance(value[0], str) and isinstance(value[1], int):
        return f"{value[0]}:{value[1]}"
    if isinstance(value, list | tuple):
        return " ".join(_told(one) for one in value)
    return os.fsdecode(value) if isinstance(value, str | bytes | os.PathLike) else str(value)


_DOORS: dict[str, Callable[[tuple[Any, ...]], None]] = {
    "socket.connect": _connect,
    "socket.sendto": _connect,
    "socket.sendmsg": _connect,
    "socket.getaddrinfo": _look_up,
    "socket.gethostbyname": _look_up,
    "socket.gethostbyaddr": _look_up,
    "subprocess.Popen": _start,
    "os.system": _start,
    "os.exec": _start,
    "os.posix_spawn": _start,
    "os.spawn": _start,
    "os.startfile": _start,
    "os.fork": _start,
    "os.forkpty": _start,
    "pty.spawn": _start,
    "ctypes.dlopen": _load,
    "ctypes.dlsym": _load,
    "open": _write,
}
