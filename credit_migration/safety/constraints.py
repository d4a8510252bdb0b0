"""A model of a migration's state → the constraints that Django would have made for it, as introspection tells them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey, Model, UniqueConstraint

ModelClass: TypeAlias = type[Model]
Constraints: TypeAlias = dict[str, dict[str, Any]]


class ConstraintsOfState:
    """Takes the place of ``introspection.get_constraints``: the schema editor asks it for the names of constraints."""

    def __init__(self) -> None:
        self.answer: Callable[[str], Constraints] = lambda _: {}

    def __call__(self, _: object, table: str) -> Constraints:
        return self.answer(table)


def constraints_of_state(connection: BaseDatabaseWrapper, model: ModelClass | None) -> Constraints:
    """
    Return the constraints of ``model``'s table by name, in the form of ``introspection.get_constraints``.

    The names are those that today's Django would choose. A constraint from an older Django, or from before the table
    was renamed, has another name in a real database; what is done to it is the same.
    """
    if model is None:
        return {}
    return dict(_constraints(connection, model))


def unique_sets(model: ModelClass) -> frozenset[tuple[str, ...]]:
    """Return the sets of columns, each sorted by name, over which ``model`` is unique without a condition."""
    return frozenset(tuple(sorted(columns)) for columns in _unique_columns(model) if columns)


def _unique_columns(model: ModelClass) -> Iterator[tuple[str, ...]]:
    for names in model._meta.unique_together:
        yield _columns(model, names)
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.condition is None:
            yield _columns(model, constraint.fields)


def _constraints(connection: BaseDatabaseWrapper, model: ModelClass) -> Iterator[tuple[str, dict[str, Any]]]:
    meta: Any = model._meta
    editor_class: Any = connection.SchemaEditorClass
    naming = editor_class(connection, collect_sql=True, atomic=False)
    yield "PRIMARY", _info([meta.pk.column], unique=True, primary_key=True, index=True)
    leading = {columns[0] for columns in _unique_columns(model) if columns}
    for field in meta.local_concrete_fields:
        column = field.column
        if isinstance(field, ForeignKey) and getattr(field, "db_constraint", True):
            to = field.related_model._meta.db_table, field.target_field.column
            name = naming._fk_constraint_name(model, field, "_fk_%(to_table)s_%(to_column)s")
            # InnoDB keeps no index of the foreign key's own where another one begins with its column.
            implicit = connection.vendor == "mysql" and column not in leading
            yield str(name), _info([column], foreign_key=to, index=implicit)
        if field.unique and not field.primary_key:
            yield naming._create_index_name(meta.db_table, [column], suffix="_uniq"), _info([column], unique=True)
        elif naming._field_should_be_indexed(model, field):
            yield naming._create_index_name(meta.db_table, [column], suffix=""), _info([column], index=True)
    for names in meta.unique_together:
        columns = _columns(model, names)
        name = naming._create_index_name(meta.db_table, columns, suffix="_uniq")
        yield name, _info(columns, unique=True, index=connection.vendor == "mysql")
    for constraint in meta.constraints:
        fields = getattr(constraint, "fields", ())
        unique = isinstance(constraint, UniqueConstraint)
        yield constraint.name, _info(_columns(model, fields), unique=unique, check=not unique)
    for index in meta.indexes:
        yield index.name, _info(_columns(model, [name for name, _ in index.fields_orders]), index=True)


def _columns(model: ModelClass, names: Sequence[str]) -> tuple[str, ...]:
    meta: Any = model._meta
    return tuple(meta.get_field(name).column for name in names)


def _info(columns: Sequence[str], **facts: Any) -> dict[str, Any]:
    nothing = {"primary_key": False, "unique": False, "foreign_key": None, "check": False, "index": False}
    return {**nothing, "type": "idx", "definition": None, "orders": [], "columns": list(columns), **facts}
