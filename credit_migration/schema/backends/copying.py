"""PostgreSQL's COPY, read as many rows at a time as have arrived: a wait for each row costs more than the row."""

from __future__ import annotations

import csv
from collections.abc import Generator, Sequence
from io import StringIO
from itertools import islice
from typing import Any, TypeAlias

from psycopg import ClientCursor, Connection, Copy
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus

Buffer: TypeAlias = bytes | bytearray | memoryview


def copied_columns(
    connection: Connection[Any], sql: str, params: Sequence[Any], *, rows: int
) -> Generator[list[Sequence[str]], None, None]:
    """
    Yield the rows of a query as columns of text, so many rows at a time; null and the empty text are alike.

    Args:
        sql: one SELECT; a literal ``%`` in it is doubled.
        params: a value for each ``%s``.
        rows: how many values a column has at most.

    """
    copied = f"COPY ({sql}) TO STDOUT (FORMAT csv)"
    with ClientCursor(connection) as cursor, cursor.copy(copied, params) as copy:
        lines = _lines(connection, copy)
        while page := b"".join(islice(lines, rows)):
            yield _columns(page.decode())


def _columns(page: str) -> list[Sequence[str]]:
    """Return the columns of some lines of CSV; those in which the empty text alone is quoted need no reader."""
    plain = page.replace(',"",', ",,")
    if '"' in plain:
        # Only what CSV quotes ends a line here; splitlines() would cut at others, U+2028 among them.
        return list(zip(*csv.reader(StringIO(page, newline="")), strict=True))
    width = plain.count(",", 0, plain.index("\n")) + 1
    cells = plain[:-1].replace("\n", ",").split(",")
    return [cells[column::width] for column in range(width)]


def _lines(connection: Connection[Any], copy: Copy) -> Generator[Buffer, None, None]:
    """Yield each line of a COPY as libpq hands it over; only where none is there yet is it waited for."""
    take = connection.pgconn.get_copy_data
    while True:
        size, line = take(1)
        if size > 0:
            yield line
        elif size < 0:
            _check_end(connection)
            return
        elif waited_for := copy.read():
            yield waited_for
        else:
            return


def _check_end(connection: Connection[Any]) -> None:
    """Read what the server says after the last row. Raises: psycopg.Error where it was not the last one after all."""
    result = connection.pgconn.get_result()
    if result is not None and result.status != ExecStatus.COMMAND_OK:
        raise error_from_result(result)
    while connection.pgconn.get_result() is not None:
        pass
