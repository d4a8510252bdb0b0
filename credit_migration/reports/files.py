"""A report's file: whole or not there, and readable by its owner alone unless another mode is asked for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from credit_migration.exceptions import OutputRefused


@contextmanager
def whole_file(path: Path, mode: int = 0o600, *, binary: bool = False) -> Iterator[Any]:
    """
    Yield a stream whose content stands at ``path`` once the block has ended, and only then, with this mode.

    It takes text, or bytes where ``binary``.

    A temporary file beside it is written, synced and renamed; an error or an interrupt removes it and leaves what was
    at ``path`` as it was.

    Raises: OutputRefused if the folder is missing or can't be written, the disk is full, or ``path`` is a folder or
        a device, which a rename would replace.
    """
    if path.exists() and not path.is_file():
        raise OutputRefused(
            f"The report can't be written to '{path}': it is no regular file.",
            hint="Give --output the path of a file, or leave --output out to write to standard output.",
        )
    temporary: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        temporary = Path(name)
        form: dict[str, Any] = {"mode": "wb"} if binary else {"mode": "w", "encoding": "utf-8", "newline": ""}
        with open(descriptor, **form) as stream:  # noqa: PTH123 - a descriptor
            os.fchmod(stream.fileno(), mode)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except OSError as exc:
        raise OutputRefused(
            f"The report can't be written to '{path}': {exc.strerror or exc}.",
            hint="Give --output a file in an existing folder that you may write to, with room on its disk; "
            "nothing was left there.",
        ) from exc
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
