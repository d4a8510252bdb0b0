"""The file that keeps what no table knows: the program that each request was made for."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TextIO

HEADER = "request_id,program_id"


@contextmanager
def new_truth(path: Path) -> Iterator[TextIO]:
    """
    Yield a stream for lines of ``request_id,program_id``; the file stands at ``path`` once the block has ended.

    A name that ends with ``.gz`` is compressed. An error or an interrupt leaves what was at ``path`` as it was.

    Raises: OSError if the folder is missing or can't be written.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with ExitStack() as stack:
            raw = stack.enter_context(os.fdopen(descriptor, "wb"))
            # No name and no moment in the file, so that the same history gives the same bytes.
            packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) if path.suffix == ".gz" else raw
            stream = stack.enter_context(io.TextIOWrapper(packed, encoding="ascii", newline="\n"))
            stream.write(f"{HEADER}\n")
            yield stream
        Path(name).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def read_truth(path: Path) -> dict[int, int]:
    """
    Return the program id of each request id.

    Raises: ValueError if the file is none of ``new_truth``'s; OSError if it can't be read.
    """
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="ascii") as stream:
        if stream.readline().rstrip("\n") != HEADER:
            raise ValueError(f"{path} does not begin with the line '{HEADER}'.")
        pairs = (line.split(",") for line in stream)
        return {int(request_id): int(program_id) for request_id, program_id in pairs}
