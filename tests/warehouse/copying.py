"""The host's tables → Parquet files, as a service's tables are copied into a warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import CharField, DateTimeField, Field, IntegerField, TextField, UUIDField

from credit_migration.host import find_host

TYPES: dict[type[Field], pa.DataType] = {
    DateTimeField: pa.timestamp("us", tz="UTC"),
    UUIDField: pa.string(),
    CharField: pa.string(),
    TextField: pa.string(),
    IntegerField: pa.int64(),
}


def copy_tables(folder: Path) -> dict[str, Path]:
    """Write each of the host's tables to a file and return the files by table, with the columns that it has now."""
    return {table: _copy(table, fields, folder / f"{table}.parquet") for table, fields in _tables()}


def _tables() -> Iterator[tuple[str, dict[str, Field]]]:
    host = find_host()
    models = (host.request, host.user, host.pathway, host.program, host.pathway_program)
    for model in (*models, host.shared_record, host.certificate, host.credential, ContentType):
        yield model._meta.db_table, {field.column: field for field in model._meta.concrete_fields}


def _copy(table: str, fields: dict[str, Field], file: Path) -> Path:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        there = {column.name for column in connection.introspection.get_table_description(cursor, table)}
        wanted = {name: _type(field) for name, field in fields.items() if name in there and _type(field)}
        cursor.execute(f"SELECT {', '.join(map(quote, wanted))} FROM {quote(table)}")
        columns = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(wanted)
    arrays = [
        pa.array([_value(value, kind, fields[name]) for value in values], kind)
        for values, (name, kind) in zip(columns, wanted.items(), strict=True)
    ]
    pq.write_table(pa.Table.from_arrays(arrays, names=list(wanted)), file)
    return file


def _type(field: Field) -> pa.DataType | None:
    target = field.target_field if field.is_relation else field
    return next((kind for base, kind in TYPES.items() if isinstance(target, base)), None)


def _value(value: Any, kind: pa.DataType, field: Field) -> Any:
    if value is None:
        return None
    if isinstance(field, UUIDField):
        return str(UUID(str(value)))
    if pa.types.is_timestamp(kind):
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return value
