"""
The one door for migration files: the two steps of ADR 0005 as migration operations.

Expand adds the nullable foreign key to the program; contract drops the unique that keeps a learner from asking again.
Each looks at the table before it acts, so it can be killed at any point and run again, and starts from whatever state
the table is in. Migration files name this module's path for as long as they exist, so the path never moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddField, AlterUniqueTogether, RemoveConstraint
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, Field, ForeignKey, Model

from credit_migration.data import Unique
from credit_migration.schema.change import telling
from credit_migration.schema.change.foreign_key import add_foreign_key, remove_foreign_key
from credit_migration.schema.change.models import declared, together
from credit_migration.schema.change.unique import add_uniques, drop_uniques

telling.listen()


class AddNullableForeignKey(AddField):
    """
    ``AddField`` for a nullable foreign key to a table that stays in use meanwhile.

    Args:
        model_name, name, field: as for ``AddField``; the field is a ``ForeignKey`` with ``null=True`` and no default,
            since existing rows stay null.
        also_index: names of the model's foreign keys that a later migration takes a unique from. Where only that
            unique serves them (MySQL, MariaDB), their index is built together with the new one, in one pass over the
            table, and the later migration has nothing left to build.

    Raises: ValueError for another field.

    """

    atomic = False
    bounds_locks = True

    def __init__(
        self,
        model_name: str,
        name: str,
        field: Field[Any, Any],
        preserve_default: bool = True,
        also_index: Sequence[str] = (),
    ) -> None:
        if not (isinstance(field, ForeignKey) and field.null and not field.unique):
            raise ValueError(f"AddNullableForeignKey adds a ForeignKey with null=True, and '{name}' is none.")
        if field.has_default() or field.db_default is not NOT_PROVIDED:
            raise ValueError(f"AddNullableForeignKey leaves existing rows null, so '{name}' can't have a default.")
        self.also_index = tuple(also_index)
        super().__init__(model_name, name, field, preserve_default)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        name, args, kwargs = super().deconstruct()
        return name, args, {**kwargs, **({"also_index": self.also_index} if self.also_index else {})}

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        after = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, after):
            before = from_state.apps.get_model(app_label, self.model_name)
            add_foreign_key(schema_editor, before, after, self.name, self.also_index)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        before = from_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, before):
            after = to_state.apps.get_model(app_label, self.model_name)
            remove_foreign_key(schema_editor, before, after, self.name, self.also_index)

    def describe(self) -> str:
        return f"Add nullable foreign key {self.name} to {self.model_name}, step by step, without holding writers back"


class DropUniqueTogether(AlterUniqueTogether):
    """
    ``AlterUniqueTogether`` that takes uniques off a table that stays in use meanwhile.

    It also drops a unique that includes all columns of a dropped one and more, which a half-way state has in its
    place. Backwards, it refuses before anything is changed if rows are there that the unique would forbid.
    """

    atomic = False
    bounds_locks = True

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        before, after = (state.apps.get_model(app_label, self.name) for state in (from_state, to_state))
        if self.allow_migrate_model(schema_editor.connection.alias, after):
            _refuse_more(self.name, before, after)
            drop_uniques(schema_editor, before, after, _gone(schema_editor, before, after))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        before, after = (state.apps.get_model(app_label, self.name) for state in (from_state, to_state))
        if self.allow_migrate_model(schema_editor.connection.alias, after):
            add_uniques(schema_editor, before, after, _gone(schema_editor, after, before))

    def describe(self) -> str:
        return f"Drop unique_together of {self.name}, without holding writers back"


class DropUniqueConstraint(RemoveConstraint):
    """``DropUniqueTogether`` for a ``UniqueConstraint`` over plain columns."""

    atomic = False
    bounds_locks = True

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        before, after = (state.apps.get_model(app_label, self.model_name) for state in (from_state, to_state))
        if self.allow_migrate_model(schema_editor.connection.alias, after):
            drop_uniques(schema_editor, before, after, (self._unique(app_label, before, from_state),))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        before, after = (state.apps.get_model(app_label, self.model_name) for state in (from_state, to_state))
        if self.allow_migrate_model(schema_editor.connection.alias, after):
            add_uniques(schema_editor, before, after, (self._unique(app_label, after, to_state),))

    def _unique(self, app_label: str, model: type[Model], state: ProjectState) -> Unique:
        return declared(model, state.models[app_label, self.model_name_lower].get_constraint_by_name(self.name))

    def describe(self) -> str:
        return f"Drop unique constraint {self.name} from {self.model_name}, without holding writers back"


def _refuse_more(name: str, before: type[Model], after: type[Model]) -> None:
    more = {tuple(fields) for fields in after._meta.unique_together} - set(map(tuple, before._meta.unique_together))
    if more:
        raise ValueError(f"DropUniqueTogether only drops, and would add {sorted(more)} to '{name}'.")


def _gone(editor: BaseDatabaseSchemaEditor, more: type[Model], fewer: type[Model]) -> tuple[Unique, ...]:
    left = {tuple(fields) for fields in fewer._meta.unique_together}
    gone = [tuple(fields) for fields in more._meta.unique_together if tuple(fields) not in left]
    return tuple(together(editor, more, fields) for fields in sorted(gone))
