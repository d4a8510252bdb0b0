"""What was asked for → the migrations to look at, in the order in which ``migrate`` would run them."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from inspect import getsourcefile
from pathlib import Path
from typing import TypeAlias

from django.db.migrations.exceptions import (
    AmbiguityError,
    BadMigrationError,
    CircularDependencyError,
    NodeNotFoundError,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration

from credit_migration.exceptions import ConfigurationError, UsageError

Key: TypeAlias = tuple[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Selected:
    """The migrations of the project, and which of them to look at."""

    loader: MigrationLoader
    keys: frozenset[Key]
    applied: frozenset[Key] | None
    """``None`` where no database was asked."""

    def ordered(self) -> list[Key]:
        """Return the selected migrations and all that they depend on, each after its dependencies."""
        order: dict[Key, None] = {}
        for key in sorted(self.keys):
            order |= dict.fromkeys(self.loader.graph.forwards_plan(key))
        return list(order)


def load_migrations() -> MigrationLoader:
    """Read the project's migrations from its files. Raises: ConfigurationError if they can't be put in an order."""
    try:
        return MigrationLoader(None)
    except (NodeNotFoundError, CircularDependencyError, BadMigrationError) as exc:
        raise ConfigurationError(
            f"The project's migrations can't be put in an order: {exc}",
            hint="Mend the dependencies of the migration named here; see python manage.py showmigrations.",
        ) from exc


def named(loader: MigrationLoader, names: Iterable[str]) -> Selected:
    """
    Select migrations by name: ``records``, ``records.0002``, ``records.0002_expand`` or the path of a migration's file.

    Raises: UsageError for a name that is none of these.
    """
    keys: set[Key] = set()
    for name in names:
        keys |= _by_path(loader, Path(name)) if name.endswith(".py") else _by_label(loader, name)
    return Selected(loader=loader, keys=frozenset(keys), applied=None)


def unapplied(loader: MigrationLoader, applied: Iterable[Key]) -> Selected:
    """Select what ``migrate`` would run on a database where ``applied`` have run."""
    done = frozenset(applied)
    wanted = {key for leaf in loader.graph.leaf_nodes() for key in loader.graph.forwards_plan(leaf)}
    replaced = {
        key
        for key, migration in loader.graph.nodes.items()
        if migration is not None and migration.replaces and done.issuperset(migration.replaces)
    }
    return Selected(loader=loader, keys=frozenset(wanted - done - replaced), applied=done)


def since(loader: MigrationLoader, reference: str) -> Selected:
    """
    Select the migrations whose files were added or changed since a git reference, the work tree included.

    Raises: UsageError if git does not know the reference, or is not there.
    """
    changed = _git("diff", "--name-only", "--diff-filter=d", reference, "--", "*.py")
    changed += _git("ls-files", "--others", "--exclude-standard", "--full-name", "--", ":/*.py")
    top = Path(_git("rev-parse", "--show-toplevel")[0])
    paths = {(top / name).resolve() for name in changed}
    keys = {key for key, path in migration_paths(loader).items() if path in paths}
    return Selected(loader=loader, keys=frozenset(keys), applied=None)


def migration_paths(loader: MigrationLoader) -> dict[Key, Path]:
    """Return the file of each migration in the graph."""
    return {key: path_of(migration) for key, migration in loader.graph.nodes.items() if migration is not None}


def path_of(migration: Migration) -> Path:
    return Path(getsourcefile(type(migration)) or "").resolve()


def _by_path(loader: MigrationLoader, path: Path) -> set[Key]:
    found = {key for key, known in migration_paths(loader).items() if known == path.resolve()}
    if not found:
        raise UsageError(
            f"The file '{path}' is no migration of an installed app.",
            hint="Name a migration's file, an app, or an app and migration such as records.0002_expand.",
        )
    return found


def _by_label(loader: MigrationLoader, name: str) -> set[Key]:
    app, _, prefix = name.partition(".")
    if app not in loader.migrated_apps:
        raise UsageError(
            f"The project has no app '{app}' with migrations.",
            hint=f"Name one of these, or one of its migrations: {', '.join(sorted(loader.migrated_apps))}.",
        )
    if not prefix:
        return {key for key in loader.graph.nodes if key[0] == app}
    try:
        migration = loader.get_migration_by_prefix(app, prefix)
    except KeyError as exc:
        raise UsageError(
            f"The app '{app}' has no migration that begins with '{prefix}'.",
            hint=f"See its migrations: python manage.py showmigrations {app}",
        ) from exc
    except AmbiguityError as exc:
        raise UsageError(
            f"The app '{app}' has more than one migration that begins with '{prefix}'.",
            hint="Write the migration's whole name.",
        ) from exc
    return {(app, migration.name)}


def _git(*arguments: str) -> list[str]:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)  # noqa: S603, S607
    except FileNotFoundError as exc:
        raise UsageError("git is not installed, which --since asks.", hint="Name the migrations instead.") from exc
    except subprocess.CalledProcessError as exc:
        raise UsageError(
            f"git could not tell what changed: {' '.join(exc.stderr.split())}",
            hint="Give --since a branch, tag or commit that this clone has; a CI clone may need its whole history.",
        ) from exc
    return done.stdout.splitlines()
