"""What one step of a rehearsal hands to the next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from credit_migration import api
from credit_migration.data import Comparison, RehearsalOptions
from credit_migration.data.rollout import CodeFacts
from credit_migration.rehearsal.cast import Cast
from credit_migration.rehearsal.fingerprint import Fingerprint, count_filled, take_fingerprint
from credit_migration.rehearsal.folder import Folder

LEGACY, EXPANDED, CONTRACTED = "0001_legacy", "0002_expand", "0003_contract"


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What a step did, and what it proved, if it ``holds``."""

    done: str
    proved: str
    holds: bool = True


@dataclass(slots=True)
class Scene:
    """The scratch database, the folder of reports, and what is known so far."""

    connection: BaseDatabaseWrapper
    options: RehearsalOptions
    folder: Folder
    legacy: Fingerprint | None = None
    people: Cast | None = None
    classes: dict[str, int] = field(default_factory=dict)
    """Legacy rows by class, as the last audit counted them."""
    code: CodeFacts | None = None
    """What was verified of the host's code."""
    comparison: Comparison | None = None
    asked: int = 0
    """Requests that the page took so far."""

    @property
    def using(self) -> str:
        return self.connection.alias

    @property
    def truth(self) -> Path:
        return self.folder.path / "truth.csv"

    @property
    def before(self) -> Fingerprint:
        """The legacy rows as the history left them."""
        assert self.legacy is not None, "The history is simulated before anything is compared with it."  # noqa: S101
        return self.legacy

    @property
    def cast(self) -> Cast:
        assert self.people is not None, "The history is simulated before anybody asks for anything."  # noqa: S101
        return self.people

    def migrate(self, app_label: str, target: str | None = None) -> None:
        names = [app_label, target] if target else [app_label]
        call_command("migrate", *names, database=self.using, verbosity=0, interactive=False, skip_checks=True)

    def untouched(self) -> bool:
        """Return whether every legacy row is as the history left it, in all its columns."""
        return take_fingerprint(self.using, self.before.last_id) == self.before

    def filled(self) -> int:
        """Return how many legacy rows have a program."""
        return count_filled(self.using, self.before.last_id)

    @contextmanager
    def code_of_before(self) -> Iterator[type[Model]]:
        """Yield the request model as code of before ADR 0005 has it; what is written with it is rolled back."""
        state = MigrationLoader(self.connection).project_state(("records", LEGACY))
        with transaction.atomic(using=self.using):
            yield state.apps.get_model("records", "UserCreditPathway")
            transaction.set_rollback(True, using=self.using)

    @contextmanager
    def snapshot(self) -> Iterator[api.Snapshot]:
        with api.read_only(self.using) as snapshot:
            yield snapshot
