"""What the rows say against a change: groups that a unique would forbid, recorded values, orphans. Reads only."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper

from credit_migration.data import NewForeignKey, Unique
from credit_migration.exceptions import OrphansFound, PointOfNoReturn

SHOWN = 3


def refuse_duplicates(connection: BaseDatabaseWrapper, unique: Unique, pk: str) -> None:
    """
    Raise PointOfNoReturn if rows are there that the unique would forbid.

    Args:
        connection: the database.
        unique: the unique that is to come back. Rows with a null in it never violate it.
        pk: the column of the table's primary key.

    """
    quote = connection.ops.quote_name
    table, columns, key = quote(unique.table), [quote(column) for column in unique.columns], quote(pk)
    group, same = ", ".join(columns), " AND ".join(f"{column} = %s" for column in columns)
    filled = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    groups = f"SELECT {group}, MIN({key}) AS first_row FROM {table} WHERE {filled} GROUP BY {group} HAVING COUNT(*) > 1"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ({groups}) doubled")
        (count,) = cursor.fetchone()
        if not count:
            return
        cursor.execute(f"{groups} ORDER BY first_row LIMIT {SHOWN}")
        first = []
        for *values, _ in cursor.fetchall():
            cursor.execute(f"SELECT {key} FROM {table} WHERE {same} ORDER BY {key} LIMIT {SHOWN}", values)
            first.append(", ".join(str(id_) for (id_,) in cursor.fetchall()))
    some = "; ".join(first)
    raise PointOfNoReturn(
        f"'{unique.table}' can't have its unique ({', '.join(unique.columns)}) back: {count} "
        f"{'group of rows violates' if count == 1 else 'groups of rows violate'} it, "
        f"{'its' if count == 1 else 'the first with'} ids {some}. Nothing was changed.",
        hint="This is the point of no return: each of these rows is the record of a request. List them all: "
        f"python manage.py audit_credit_pathways --database {connection.alias}. See runbooks/point-of-no-return.md.",
    )


def refuse_recorded(connection: BaseDatabaseWrapper, key: NewForeignKey, pk: str) -> None:
    """Raise PointOfNoReturn if the column holds anything that dropping it would lose."""
    quote = connection.ops.quote_name
    count, ids = _rows(connection, f"FROM {quote(key.table)} WHERE {quote(key.column)} IS NOT NULL", quote(pk))
    if count:
        raise PointOfNoReturn(
            f"'{key.table}' can't lose its column '{key.column}': {count} {'row has' if count == 1 else 'rows have'} "
            f"a value in it, {_the_first(count, ids)}. Nothing was changed.",
            hint="This is the point of no return: the values are recorded nowhere else. Stay on this schema; code of "
            "before runs on it too. See runbooks/point-of-no-return.md.",
        )


def refuse_orphans(connection: BaseDatabaseWrapper, key: NewForeignKey, pk: str) -> None:
    """Raise OrphansFound if a row names something that is not there. Nothing is to be trusted before this has run."""
    quote = connection.ops.quote_name
    count, ids = _rows(connection, orphans_of(connection, key), f"here.{quote(pk)}")
    if count:
        raise OrphansFound(
            f"{count} {'row' if count == 1 else 'rows'} of '{key.table}' {'names' if count == 1 else 'name'} by "
            f"'{key.column}' what '{key.to_table}' does not have, {_the_first(count, ids)}.",
            hint=f"Correct the '{key.column}' of these rows by hand, then run: python manage.py migrate.",
        )


def orphans_of(connection: BaseDatabaseWrapper, key: NewForeignKey) -> str:
    """Return the FROM and WHERE of the anti-join that finds the orphans, with the table under the name ``here``."""
    quote = connection.ops.quote_name
    return (
        f"FROM {quote(key.table)} here LEFT JOIN {quote(key.to_table)} there"
        f" ON there.{quote(key.to_column)} = here.{quote(key.column)}"
        f" WHERE here.{quote(key.column)} IS NOT NULL AND there.{quote(key.to_column)} IS NULL"
    )


def _rows(connection: BaseDatabaseWrapper, source: str, pk: str) -> tuple[int, Sequence[object]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) {source}")
        (count,) = cursor.fetchone()
        if not count:
            return 0, ()
        cursor.execute(f"SELECT {pk} {source} ORDER BY {pk} LIMIT {SHOWN}")
        return count, [id_ for (id_,) in cursor.fetchall()]


def _the_first(count: int, ids: Sequence[object]) -> str:
    return f"{'its id' if count == 1 else 'the first ids'} {', '.join(map(str, ids))}"
