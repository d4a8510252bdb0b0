"""The probe's own process: the host's settings on a scratch SQLite, each award tried, what it did as JSON."""

from __future__ import annotations

import json
import sys
import threading
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import django
from django.conf import settings

LONGEST_THREAD_S = 5
"""How long a thread that an award starts is waited for."""
SWITCHES = ("WAFFLE_SWITCH_DEFAULT", "WAFFLE_FLAG_DEFAULT", "WAFFLE_SAMPLE_DEFAULT")


RECORDER = "credit_migration.verification.probe.recording.Recorder"


def main(arguments: list[str]) -> None:
    """Try the awards. Arguments: the scratch folder, and the adapter's dotted path or ``-``."""
    folder, dotted = arguments
    with redirect_stdout(sys.stderr):
        answer = _answer(Path(folder), dotted)
    (Path(folder) / "answer.json").write_text(json.dumps(answer))


def _answer(folder: Path, dotted: str) -> dict[str, Any]:
    _scratch(folder)
    django.setup()
    from django.core.management import call_command

    from credit_migration.host import find_host
    from credit_migration.verification.probe.adapters import NoAdapter, find_adapter
    from credit_migration.verification.probe.recording import refuse_all

    host = find_host()
    try:
        adapter = find_adapter(host, dotted)
    except NoAdapter as exc:
        return {"ran": False, "why_not": f"no adapter for this host ({exc})"}
    _run_tasks_at_once()
    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    _make_other_tables()
    refuse_all()
    adapter.prepare()
    return {"ran": True, **_tried(adapter, host.request._meta.db_table)}


def _scratch(folder: Path) -> None:
    """Point the host's settings to a scratch database, before anything has connected."""
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "scratch.sqlite3")}}
    settings.DATABASE_ROUTERS = []
    settings.MIGRATION_MODULES = _NoMigrations()
    if hasattr(settings, "MAILERS"):
        settings.MAILERS = {alias: {"BACKEND": RECORDER} for alias in settings.MAILERS}
    else:
        settings.EMAIL_BACKEND = RECORDER
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.ALLOWED_HOSTS = ["*"]
    for name in SWITCHES:
        setattr(settings, name, True)


def _run_tasks_at_once() -> None:
    """Let every Celery app of the process run its tasks here, wherever the host keeps Celery's settings."""
    state: Any = sys.modules.get("celery._state")
    for app in state._get_active_apps() if state is not None else ():
        app.conf.task_always_eager = True


def _make_other_tables() -> None:
    """Make the tables of models that stand outside their app's ``models`` module, which Django passes over."""
    from django.apps import apps
    from django.db import connection

    there = set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy and model._meta.db_table not in there:
                editor.create_model(model)
                there.add(model._meta.db_table)
                there |= {field.m2m_db_table() for field in model._meta.local_many_to_many}


class _NoMigrations(dict):  # type: ignore[type-arg]
    """Makes each app's tables from its models, which is quicker and needs no data of others."""

    def __contains__(self, label: object) -> bool:
        return True

    def __getitem__(self, label: str) -> None:
        return None


def _tried(adapter: Any, table: str) -> dict[str, Any]:
    from credit_migration.verification.probe.recording import watched

    trials, sent, touched, failed = [], [], [], []
    for name, award in adapter.trials():
        trials.append(name)
        with watched(table) as log:
            before = set(threading.enumerate())
            try:
                award()
            except Exception as exc:
                failed.append(f"{name}: {type(exc).__name__}: {exc}")
            for thread in set(threading.enumerate()) - before:
                thread.join(LONGEST_THREAD_S)
        told = [left for left in log.left if _tells(left, adapter)]
        sent += [
            {"trial": name, "channel": left.channel, "recipients": left.recipients, "calls": left.calls}
            for left in told
        ]
        if log.sql and not told:
            touched.append(name)
    return {"trials": trials, "sent": sent, "touched": touched, "failed": failed}


def _tells(left: Any, adapter: Any) -> bool:
    """Return whether something that left is no mail to a learner, and no connection that only others answer."""
    if left.channel == "socket":
        return False
    return not left.recipients or not set(left.recipients) <= set(adapter.learners)


if __name__ == "__main__":
    main(sys.argv[1:])
