"""Connections of native libraries, which Python's audit hooks don't see → refused by the kernel, and recorded."""

from __future__ import annotations

import ctypes
import platform
import signal
import sys

from credit_migration.verification.probe.recording import note

_SYSTEM_CALLS = {"x86_64": (0xC000003E, 42, 44), "aarch64": (0xC00000B7, 203, 206)}
"""By machine: its audit number, and those of ``connect`` and ``sendto``. Source: linux/audit.h, asm/unistd.h."""
_INTERNET_ADDRESS_BYTES = (16, 28)
"""The sizes of ``sockaddr_in`` and ``sockaddr_in6``. Others reach no further than this machine."""
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_ALLOW, _TRAP = 0x7FFF0000, 0x00030000
_LOAD, _EQUALS, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _MACHINE, _CONNECT_LENGTH, _SENDTO_LENGTH = 0, 4, 32, 56
"""Where ``struct seccomp_data`` has the call, the machine, and the third and sixth argument: the address's size."""


class _Step(ctypes.Structure):
    _fields_ = [
        ("code", ctypes.c_uint16),
        ("if_so", ctypes.c_uint8),
        ("if_not", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    ]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_uint16), ("steps", ctypes.POINTER(_Step))]


def close_native() -> bool:
    """
    Let the kernel refuse connections to internet addresses in this process, and record each.

    Returns: whether it does. It needs Linux on a usual machine, and no privilege.
    Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
    """
    numbers = _SYSTEM_CALLS.get(platform.machine())
    if sys.platform != "linux" or numbers is None:
        return False
    machine, connect, sendto = numbers
    small, large = _INTERNET_ADDRESS_BYTES
    steps = [
        (_LOAD, 0, 0, _MACHINE),
        (_EQUALS, 0, 8, machine),
        (_LOAD, 0, 0, _NUMBER),
        (_EQUALS, 3, 0, connect),
        (_EQUALS, 0, 5, sendto),
        (_LOAD, 0, 0, _SENDTO_LENGTH),
        (_EQUALS, 4, 2, small),
        (_LOAD, 0, 0, _CONNECT_LENGTH),
        (_EQUALS, 2, 0, small),
        (_EQUALS, 1, 0, large),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _TRAP),
    ]
    library = ctypes.CDLL(None, use_errno=True)
    array = (_Step * len(steps))(*(_Step(*step) for step in steps))
    program = _Program(len(steps), array)
    signal.signal(signal.SIGSYS, lambda *_: note("native code", "an internet address"))
    if library.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) == 0)
