"""
A migration that is killed at any moment is run again and ends where an undisturbed one does.

Every boundary and ``KILLS`` random moments, forwards and backwards, while writers write; by SIGKILL of the process and
by KILL of its connection in turns. ``KILLS=100 python -m tests.run --only postgresql mariadb --no-coverage --
tests/operations/test_kills.py`` is the long run, which kills both ways at each boundary.
"""

from __future__ import annotations

import os
import random

import pytest
from django.db import connection
from model_bakery import baker

from tests.operations import schema
from tests.operations.killing import Kill, measure, migrate_and_kill
from tests.operations.writing import writing

KILLS = int(os.environ.get("KILLS", "4"))
BOTH_WAYS = "KILLS" in os.environ
ROWS = int(os.environ.get("KILL_ROWS", "20000"))

pytestmark = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no server that outlives a client.")


def seed(rows: int) -> tuple[list[int], int]:
    """Fill the table; return the writers' learners and pathway, of which it has no row."""
    from django.contrib.auth import get_user_model

    pathways = [baker.make("catalog.Pathway", pathway_type="credit").pk for _ in range(10)]
    users = get_user_model().objects.bulk_create(
        [get_user_model()(username=f"learner{number}") for number in range(rows // 10)]
    )
    del users
    schema.run(
        f"INSERT INTO {schema.TABLE} (created, modified, status, user_id, pathway_id)"
        " SELECT '2026-01-01 00:00:00', '2026-01-01 00:00:00', 'sent', u.id, p.id FROM core_user u, catalog_pathway p"
    )
    return [baker.make("core.User").pk for _ in range(2)], pathways[0]


def checksum() -> list[tuple[object, ...]]:
    return schema.rows_of(
        "SELECT COUNT(*), SUM(id), SUM(id * user_id), SUM(id * pathway_id), MIN(created), MAX(modified)"
        f" FROM {schema.TABLE} WHERE status = 'sent'"
    )


def kills(boundaries: int, duration_s: float, chance: random.Random) -> list[Kill]:
    return [
        *(
            Kill(connection_only=only, boundary=at)
            for at in range(boundaries)
            for only in ((False, True) if BOTH_WAYS else (at // 2 % 2 == 1,))
        ),
        *(
            Kill(connection_only=bool(number % 2), after_s=chance.uniform(0, duration_s * 1.1))
            for number in range(KILLS)
        ),
    ]


def test_killed_migrations_converge_when_run_again(legacy):
    writers_users, pathway = seed(ROWS)
    legacy_definition, before = schema.definition(), checksum()
    forwards, forwards_s = measure(schema.CONTRACT)
    target = schema.definition()
    backwards, backwards_s = measure(schema.LEGACY)
    chance = random.Random(7)
    plan = [(schema.CONTRACT, kill) for kill in kills(forwards, forwards_s, chance)]
    plan += [(schema.LEGACY, kill) for kill in kills(backwards, backwards_s, chance)]
    chance.shuffle(plan)
    died = 0
    with writing(writers_users, pathway) as writers:
        for to, kill in plan:
            start, end, ended = (
                (schema.LEGACY, schema.CONTRACT, target)
                if to == schema.CONTRACT
                else (schema.CONTRACT, schema.LEGACY, legacy_definition)
            )
            schema.migrate(start)
            died += migrate_and_kill(to, kill) != 0
            schema.migrate(end)
            assert schema.definition() == ended, kill
            assert checksum() == before, kill
        written = writers.stop()
    print(f"\n{connection.vendor}: {len(plan)} kills, {died} before the end; {written}")  # noqa: T201
    assert written.errors == ()
    assert written.count > len(plan)
    assert died >= (forwards + backwards) * (2 if BOTH_WAYS else 1)
