"""What a command's start made, and the garbage collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OF_PYTHON_ITSELF = 5_000
"""More objects than Python has frozen when it starts: 3.12 some hundred, the others none; a host freezes far more."""


@contextmanager
def start_up_uncollected() -> Iterator[None]:
    """
    Keep what is there already out of garbage collections: each would walk through all of Django's objects again.

    With millions of rows to make, that takes a tenth of an export's time. Meanwhile ``gc.get_objects`` does not list
    them, so nothing that looks for live objects may run. Whoever froze objects before keeps them so.
    """
    if gc.get_freeze_count() > _OF_PYTHON_ITSELF:
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
