"""Parquet of the row-level table: typed columns, a row group at a time; needs pyarrow, the extra ``parquet``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from itertools import islice
from typing import Any, BinaryIO

from credit_migration.data import Column, Kind, Report, Scalar
from credit_migration.exceptions import UsageError
from credit_migration.reports.json_format import SCHEMA_VERSION
from credit_migration.reports.values import as_json

GROUP_ROWS = 50_000
"""Rows a row group: what is in memory at once, some 20 MB."""
PAGE_ROWS = 5_000
METADATA = "credit_migration"
"""The key of the file's metadata that says, as JSON, what the file is."""


def require() -> None:
    """Raise UsageError, with what to install, where pyarrow is missing."""
    if find_spec("pyarrow") is None:
        raise UsageError(
            "--format parquet needs the library pyarrow, which is not installed.",
            hint="pip install 'credit-migration[parquet]', or use --format csv.",
        )


def write(report: Report, out: BinaryIO) -> None:
    """Write the report's records. Raises: UsageError if it has none, or pyarrow is missing."""
    require()
    if report.records is None:
        raise UsageError(
            f"The report of {report.command} has no rows, so it has no Parquet form.",
            hint="Use --format json or --format csv.",
        )
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = report.records.columns
    schema = pa.schema(
        [(column.name, _type(column)) for column in columns], metadata={METADATA: json.dumps(_about(report))}
    )
    with pq.ParquetWriter(_Counted(out), schema, compression="zstd") as writer:
        for pages in _groups(iter(report.records.rows), columns):
            table = pa.Table.from_batches(pages)
            arrays = [
                column.combine_chunks().cast(field.type)
                for column, field in zip(table.itercolumns(), schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=GROUP_ROWS)


def _about(report: Report) -> dict[str, Any]:
    run = report.run and {name: as_json(getattr(report.run, name)) for name in report.run.__slots__}
    facts = {name: as_json(value) for name, value in report.facts.items()}
    about = {"schema_version": SCHEMA_VERSION, "command": report.command, "title": report.title}
    return {**about, "facts": facts, "run": run}


def _groups(rows: Iterator[tuple[Scalar, ...]], columns: Sequence[Column]) -> Iterator[list[Any]]:
    """Yield the rows as lists of pages, one list a row group."""
    while pages := list(islice(_pages(rows, columns), GROUP_ROWS // PAGE_ROWS)):
        yield pages


def _pages(rows: Iterator[tuple[Scalar, ...]], columns: Sequence[Column]) -> Iterator[Any]:
    import pyarrow as pa

    names = [column.name for column in columns]
    while page := list(islice(rows, PAGE_ROWS)):
        arrays = [_array(column.kind, values) for column, values in zip(columns, zip(*page, strict=True), strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, names=names)


def _array(kind: Kind, values: Sequence[Scalar]) -> Any:
    import pyarrow as pa

    match kind:
        case Kind.INTEGER:
            return pa.array(values, pa.int64())
        case Kind.FLAG:
            return pa.array(values, pa.bool_())
        case _:
            # Moments come as ISO 8601 text, which Arrow reads a page at a time.
            return pa.array(map(as_json, values), pa.string())


def _type(column: Column) -> Any:
    import pyarrow as pa

    return {
        Kind.TEXT: pa.string(),
        Kind.CATEGORY: pa.dictionary(pa.int32(), pa.string()),
        Kind.INTEGER: pa.int64(),
        Kind.FLAG: pa.bool_(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    }[column.kind]


class _Counted:
    """A stream that only takes bytes, with the position that the writer asks for: a pipe has none."""

    closed = False

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._position = 0

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self._position += view.nbytes
        while view:
            view = view[self._out.write(view) :]
        return memoryview(data).nbytes

    def tell(self) -> int:
        return self._position

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        self.flush()
