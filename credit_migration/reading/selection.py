"""``Filters`` and the catalogue → SQL that selects the requests that a report is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from credit_migration.data import Catalogue, Filters, PathwayFacts
from credit_migration.exceptions import UsageError
from credit_migration.reading.tables import Tables
from credit_migration.schema.reading import Snapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """``FROM`` source, aliased ``r``, and a condition on it, with a value for each ``%s``."""

    source: str
    condition: str
    params: tuple[object, ...]


def select_requests(
    tables: Tables,
    snapshot: Snapshot,
    filters: Filters,
    catalogue: Catalogue,
    *,
    only: str,
    pathways: Iterable[int] | None = None,
    first: int | None = None,
    after: int = 0,
    upto: int | None = None,
) -> Selection:
    """
    Return the requests that ``filters`` and ``only`` select, as SQL.

    Args:
        only: a condition on ``r`` that every request meets, for example ``tables.is_legacy``.
        pathways: leave out the rows of all other pathways, after ``filters.limit`` has cut the rest.
        first: of what is left then, only so many rows by ascending id.
        after, upto: of all that, only the rows of higher ids than the one, and of no higher ones than the other.

    A pathway, site or organisation is turned into pathway ids here, so text is compared alike on every database.
    Raises: UsageError if there is no such pathway, or none of such a site or organisation.

    """
    params: list[object] = []

    def given(value: str | int | datetime) -> str:
        if isinstance(value, datetime):
            params.append(snapshot.connection.ops.adapt_datetimefield_value(value))
        else:
            params.append(value)
        return "%s"

    meant = meant_pathways(filters, catalogue)
    selection = write_selection(
        tables,
        filters,
        only=only,
        given=given,
        meant=None if meant is None else listed_ids(meant),
        pathways=None if pathways is None else listed_ids(pathways),
        first=first,
    )
    bounds = [f"r.{tables.pk} > {int(after)}"] if after else []
    if upto is not None:
        bounds.append(f"r.{tables.pk} <= {int(upto)}")
    return replace(selection, condition=" AND ".join([selection.condition, *bounds]), params=tuple(params))


def write_selection(
    tables: Tables,
    filters: Filters,
    *,
    only: str,
    given: Callable[[str | int | datetime], str],
    meant: str | None = None,
    pathways: str | None = None,
    first: int | None = None,
) -> Selection:
    """
    Return a selection without its values, each of which ``given`` puts into SQL, in order.

    Args:
        meant: SQL of the ids of the pathways that the filters name, a list or a query.
        pathways: the same of those that the report is about.

    """
    conditions = [only]
    if meant is not None:
        conditions.append(f"r.{tables.pathway} IN ({meant})")
    if filters.status is not None:
        conditions.append(f"r.status = {given(filters.status)}")
    for moment, comparison in ((filters.created_from, ">="), (filters.created_to, "<")):
        if moment is not None:
            conditions.append(f"r.created {comparison} {given(moment)}")
    if filters.after_pk:
        conditions.append(f"r.{tables.pk} > {given(filters.after_pk)}")
    selection = Selection(source=f"{tables.request} r", condition=" AND ".join(conditions), params=())
    if filters.limit is not None:
        selection = _cut(tables, selection, filters.limit)
    if pathways is not None:
        selection = replace(selection, condition=f"{selection.condition} AND r.{tables.pathway} IN ({pathways})")
    return selection if first is None else _cut(tables, selection, first)


def _cut(tables: Tables, selection: Selection, rows: int) -> Selection:
    """Return the first ``rows`` of a selection by ascending id; whatever is joined to them is joined to no more."""
    columns = [tables.pk, tables.user, tables.pathway, "status", "created", *filter(None, [tables.program])]
    listed = ", ".join(f"r.{column}" for column in columns)
    cut = (
        f"SELECT {listed} FROM {selection.source} WHERE {selection.condition} ORDER BY r.{tables.pk} LIMIT {int(rows)}"
    )
    return Selection(source=f"({cut}) r", condition="1 = 1", params=selection.params)


def meant_pathways(filters: Filters, catalogue: Catalogue) -> list[int] | None:
    """Return the ids of the pathways that ``filters`` name, or ``None`` where they name none. Raises: UsageError."""
    meant: list[PathwayFacts] = list(catalogue.pathways.values())
    named = False
    for name, wanted, attribute in (
        ("pathway", filters.pathway, "id"),
        ("pathway of site", filters.site, "site"),
        ("pathway of organisation", filters.organisation, "organisation"),
    ):
        if wanted is None:
            continue
        named = True
        meant = [pathway for pathway in meant if getattr(pathway, attribute) == wanted]
        if not meant:
            known = sorted({getattr(pathway, attribute) for pathway in catalogue.pathways.values()})
            raise UsageError(
                f"There is no {name} {wanted!r}{' among those named before it' if _several(filters) else ''}.",
                hint=f"Use one of these: {_listed(known)}.",
            )
    return [pathway.id for pathway in meant] if named else None


def _several(filters: Filters) -> bool:
    return sum(value is not None for value in (filters.pathway, filters.site, filters.organisation)) > 1


def _listed(known: list[object], shown: int = 20) -> str:
    more = f", and {len(known) - shown} more" if len(known) > shown else ""
    return (", ".join(map(repr, known[:shown])) or "none is there") + more


def listed_ids(ids: Iterable[int]) -> str:
    """Return ids as SQL for ``IN``; of none, what nothing equals."""
    # Ids are written out, not passed: a few hundred of them would pass the limit on parameters of some servers.
    return ", ".join(str(int(pk)) for pk in ids) or "NULL"
