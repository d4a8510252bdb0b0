"""
Fills the tables that the audit reads, by the server itself: N requests, 0.8 N shared records, 0.5 N certificates.

The shape: 300 pathways, 111 with one program, 180 with three, 9 with none; a learner has up to three requests, at
random places of a table that is ordered by time, and shared a record for four of five. No two rows are of the same
learner along the same pathway.
"""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime

import django
from django.core.management import call_command
from django.db import connection

PATHWAYS, PROGRAMS, ROUNDS = 300, 303, 3
TABLES = (
    "records_usercreditpathway",
    "records_programcertrecord",
    "core_user",
    "credentials_usercredential",
    "catalog_pathway_programs",
    "catalog_program",
    "catalog_pathway",
)
_STRIDE = 10_000_019
"""A prime: whatever the number of learners, each has one turn in a round."""

_SERIES = {
    "postgresql": "generate_series(1, {n}) AS s(seq)",
    "mysql": "(SELECT seq FROM seq_1_to_{n}) s",
    "sqlite": "(WITH RECURSIVE c(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM c WHERE seq < {n}) "
    "SELECT seq FROM c) s",
}
_MOMENT = {
    "postgresql": "TIMESTAMPTZ '2018-01-01 00:00:00Z' + ({seconds}) * INTERVAL '1 second'",
    "mysql": "TIMESTAMP('2018-01-01 00:00:00') + INTERVAL ({seconds}) SECOND",
    "sqlite": "datetime('2018-01-01', ({seconds}) || ' seconds')",
}
_UUID = {"postgresql": "gen_random_uuid()", "mysql": "UUID()", "sqlite": "lower(hex(randomblob(16)))"}
_DIVIDE = {"postgresql": "/", "mysql": "DIV", "sqlite": "/"}


def fill(rows: int, *, state: str) -> None:
    """Migrate an empty database to ``state``, *legacy* or *target*, and fill it; in the target 2 % have a program."""
    from django.contrib.contenttypes.models import ContentType

    call_command("migrate", verbosity=0)
    if state == "legacy":
        call_command("migrate", "records", "0001_legacy", verbosity=0)
    _catalogue()
    learners = rows // ROUNDS + 1
    user = f"(CAST(s.seq AS {_INTEGER[connection.vendor]}) * {_STRIDE} % {learners} + 1)"
    turn = f"((s.seq - 1) {_DIVIDE[connection.vendor]} {learners})"
    pathway = f"(({user} * 13 + {turn} * 37) % {PATHWAYS} + 1)"
    created = _moment(f"s.seq * {200_000_000 / rows}")
    shared = _moment(f"s.seq * {200_000_000 / rows} - s.seq % 3000")
    series = _SERIES[connection.vendor].format(n=rows)
    program, recorded = "", ""
    if state == "target":
        program, recorded = ", program_id", f", CASE WHEN s.seq > {rows * 49 // 50} THEN {pathway} END"
    certificate = ContentType.objects.get_by_natural_key("credentials", "programcertificate").pk
    false, true = ("0", "1") if connection.vendor == "sqlite" else ("false", "true")
    # Every row points to one that is there: to look each up would take most of the time.
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO core_user (id, password, is_superuser, username, first_name, last_name, email, is_staff, "
            f"is_active, date_joined) SELECT s.seq, '', {false}, {_text('learner', 's.seq')}, '', '', '', {false}, "
            f"{true}, {_moment('0')} FROM {_SERIES[connection.vendor].format(n=learners)}"
        )
        cursor.execute(
            f"INSERT INTO records_usercreditpathway (created, modified, status, user_id, pathway_id{program}) "
            f"SELECT {created}, {created}, CASE WHEN s.seq % 50 = 0 THEN '' ELSE 'sent' END, {user}, {pathway}"
            f"{recorded} FROM {series}"
        )
        cursor.execute(
            f"INSERT INTO records_programcertrecord (created, modified, uuid, user_id, program_id) SELECT {shared}, "
            f"{shared}, {_UUID[connection.vendor]}, {user}, {pathway} FROM {series} WHERE s.seq % 5 < 4"
        )
        cursor.execute(
            "INSERT INTO credentials_usercredential (created, modified, credential_id, username, status, uuid, "
            f"credential_content_type_id) SELECT {shared}, {shared}, {pathway}, {_text('learner', user)}, 'awarded', "
            f"{_UUID[connection.vendor]}, {certificate} FROM {series} WHERE s.seq % 2 = 0"
        )
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")
        for table in TABLES:
            cursor.execute(f"ANALYZE {'TABLE ' if connection.vendor == 'mysql' else ''}{table}")


def _catalogue() -> None:
    from django.contrib.sites.models import Site

    from credit_migration.reference_host.catalog.models import Pathway, Program
    from credit_migration.reference_host.credentials.models import ProgramCertificate

    site, _ = Site.objects.get_or_create(pk=1, defaults={"domain": "credentials.example", "name": "credentials"})
    programs = [Program(pk=pk, site=site, title=f"Program {pk}", uuid=_uuid(pk)) for pk in range(1, PROGRAMS + 1)]
    Program.objects.bulk_create(programs)
    Program.objects.update(created=datetime(2017, 1, 1, tzinfo=UTC))
    Pathway.objects.bulk_create(
        Pathway(pk=pk, site=site, name=f"Pathway {pk}", org_name=f"Institution {pk % 60}", uuid=_uuid(1000 + pk))
        for pk in range(1, PATHWAYS + 1)
    )
    through = Pathway.programs.through
    through.objects.bulk_create(
        through(pathway_id=pk, program_id=program, sort_value=place)
        for pk in range(1, PATHWAYS + 1)
        for place, program in enumerate(_programs(pk))
    )
    ProgramCertificate.objects.bulk_create(
        ProgramCertificate(pk=program.pk, site=site, program=program, program_uuid=program.uuid, is_active=True)
        for program in programs
    )


def _programs(pathway: int) -> range:
    """Return the programs of a pathway: its own, and with most two more."""
    share = pathway % 100
    return range(pathway, pathway + (1 if share < 37 else 3 if share < 97 else 0))


def one_program() -> list[int]:
    """Return the ids of the pathways that have one program."""
    return [pathway for pathway in range(1, PATHWAYS + 1) if len(_programs(pathway)) == 1]


def _uuid(number: int) -> uuid.UUID:
    return uuid.UUID(int=number)


def _moment(seconds: str) -> str:
    return _MOMENT[connection.vendor].format(seconds=f"CAST({seconds} AS {_INTEGER[connection.vendor]})")


_INTEGER = {"postgresql": "BIGINT", "mysql": "SIGNED", "sqlite": "INTEGER"}


def _text(prefix: str, number: str) -> str:
    return f"'{prefix}' || {number}" if connection.vendor == "sqlite" else f"concat('{prefix}', {number})"


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]), state=sys.argv[2])
