"""The probe's own process: the host's settings on a scratch SQLite, each award tried, what it did as JSON."""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import django
from django.conf import settings

SWITCHES = ("WAFFLE_SWITCH_DEFAULT", "WAFFLE_FLAG_DEFAULT", "WAFFLE_SAMPLE_DEFAULT")
RECORDER = "credit_migration.verification.probe.recording.Recorder"


def main(arguments: list[str]) -> None:
    """Try the awards. Arguments: the scratch folder, and the adapter's dotted path or ``-``."""
    folder, dotted = arguments
    told: list[Callable[[], dict[str, Any]]] = []

    def write() -> None:
        for answer in told:
            (Path(folder) / "answer.json").write_text(json.dumps(answer()))

    # The first that is registered runs last: what the host leaves to the end of the process is seen too.
    atexit.register(write)
    from credit_migration.verification.probe.afterwards import is_kept_alive

    with redirect_stdout(sys.stderr):
        told.append(_answer(Path(folder), dotted))
    if any(is_kept_alive(one) for one in threading.enumerate()):
        atexit._run_exitfuncs()
        os._exit(0)


def _answer(folder: Path, dotted: str) -> Callable[[], dict[str, Any]]:
    _scratch(folder)
    django.setup()
    from django.core.management import call_command
    from django.db import DEFAULT_DB_ALIAS, connections
    from django.urls import get_resolver

    from credit_migration.host import find_host
    from credit_migration.verification.probe.adapters import NoAdapter, find_adapter
    from credit_migration.verification.probe.closing import close_all
    from credit_migration.verification.probe.native import close_native
    from credit_migration.verification.probe.recording import watch_sql
    from credit_migration.verification.probe.tasks import run_at_once
    from credit_migration.verification.probe.trying import Trying
    from credit_migration.verification.source.folders import find_program

    for alias in connections:
        connections[alias] = connections[DEFAULT_DB_ALIAS]
    host = find_host()
    try:
        adapter = find_adapter(host, dotted)
    except NoAdapter as exc:
        why_not = {"ran": False, "why_not": f"no adapter for this host ({exc})"}
        return lambda: why_not
    get_resolver().check()  # loads what the URLs name, with its models, as the first request does
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    _make_other_tables()
    run_at_once()
    sees_native = close_native()
    close_all()
    adapter.prepare()
    watch_sql(host.request._meta.db_table)
    trying = Trying(host, adapter, find_program(host), "" if sees_native else "connections of native libraries")
    trying.all()
    return trying.answer


def _scratch(folder: Path) -> None:
    """Point the host's settings to a scratch database, before anything has connected."""
    kept = ("ATOMIC_REQUESTS",)
    settings.DATABASES = {
        alias: {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "scratch.sqlite3"),
                **{name: values[name] for name in kept if name in values}}
        for alias, values in {"default": {}, **settings.DATABASES}.items()
    }  # fmt: skip
    settings.DATABASE_ROUTERS = []
    settings.MIGRATION_MODULES = _NoMigrations()
    if hasattr(settings, "MAILERS"):
        settings.MAILERS = {alias: {"BACKEND": RECORDER} for alias in settings.MAILERS}
    else:
        settings.EMAIL_BACKEND = RECORDER
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    settings.CACHES = dict.fromkeys({"default": {}, **settings.CACHES}, local)
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.ALLOWED_HOSTS = ["*"]
    for name in SWITCHES:
        setattr(settings, name, True)


def _make_other_tables() -> None:
    """Make the tables of models that stand outside their app's ``models`` module, which Django passes over."""
    from django.apps import apps
    from django.db import connection

    there = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.managed and not model._meta.proxy and model._meta.db_table not in there:
                editor.create_model(model)
                there.add(model._meta.db_table)


class _NoMigrations(dict):  # type: ignore[type-arg]
    """Makes each app's tables from its models, which is quicker and needs no data of others."""

    def __contains__(self, label: object) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None


if __name__ == "__main__":
    main(sys.argv[1:])
