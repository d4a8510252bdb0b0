"""
The one door for migration files: the two steps of ADR 0005 as migration operations.

Expand adds the nullable foreign key to the program; contract drops the unique that keeps a learner from asking again.
Migration files name this module's path for as long as they exist, so the path never moves.
"""

from __future__ import annotations

from django.db.migrations.operations import AddField, AlterUniqueTogether


class AddNullableForeignKey(AddField):
    """``AddField`` for a nullable foreign key to a table that stays in use meanwhile."""


class DropUniqueTogether(AlterUniqueTogether):
    """``AlterUniqueTogether`` that takes a unique off a table that stays in use meanwhile."""
