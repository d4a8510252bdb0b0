"""A small history with one row of each kind, the same on every database and in every schema state."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.sites.models import Site
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model, UUIDField

from credit_migration.reference_host.catalog.models import Pathway, Program
from credit_migration.reference_host.core.models import User
from credit_migration.reference_host.credentials.models import ProgramCertificate

REQUESTS, SHARED, CREDENTIALS = "records_usercreditpathway", "records_programcertrecord", "credentials_usercredential"
LEGACY, EXPANDED, CONTRACTED = "0001_legacy", "0002_expand", "0003_contract"


def uid(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_DNS, name)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def insert(table: str, **values: Any) -> None:
    """Insert one row around the models, so that every value is as given."""
    quote = connection.ops.quote_name
    prepared = [_prepared(value) for value in values.values()]
    columns, places = ", ".join(map(quote, values)), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(table)} ({columns}) VALUES ({places})", prepared)


def _prepared(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return UUIDField().get_db_prep_value(value, connection) if isinstance(value, uuid.UUID) else value


def make(model: type[Model], pk: int, created: str = "2018-01-01", **values: Any) -> Any:
    """Create a row with its own id and moment of creation."""
    row = model._base_manager.create(pk=pk, **values)
    model._base_manager.filter(pk=pk).update(created=at(created), modified=at(created))
    return row


def request(pk: int, user: int, pathway: int, created: str, **values: Any) -> None:
    moment = at(created)
    row = {"status": "sent", "modified": moment, **values}
    insert(REQUESTS, id=pk, user_id=user, pathway_id=pathway, created=moment, **row)


def shared(user: int, program: int, created: str) -> None:
    moment = at(created)
    row = {"uuid": uid(f"{user}-{program}"), "created": moment, "modified": moment}
    insert(SHARED, user_id=user, program_id=program, **row)


def certificate(user: int, configuration: int, created: str) -> None:
    moment = at(created)
    content_type = ContentType.objects.get_for_model(ProgramCertificate).pk
    row = {"uuid": uid(f"award-{user}-{configuration}"), "created": moment, "modified": moment, "status": "awarded"}
    username = User.objects.get(pk=user).username
    insert(CREDENTIALS, username=username, credential_content_type_id=content_type, credential_id=configuration, **row)


def make_catalogue() -> None:
    """Two sites, programs 11 to 15, pathways 21 to 26, learners 31 to 36."""
    Site.objects.bulk_create([Site(pk=101, domain="a.invalid", name="a"), Site(pk=102, domain="b.invalid", name="b")])
    titles = {11: "Algebra", 12: "Biology", 13: "<b>Chemistry</b>", 14: "Drama", 15: "Ethics"}
    for pk, title in titles.items():
        make(
            Program,
            pk,
            "2021-06-01T12:00:00.5" if pk == 13 else "2018-01-01",
            site_id=102 if pk == 15 else 101,
            uuid=uid(f"program {pk}"),
            title=title,
            status="retired" if pk == 14 else "active",
        )
    for pk, organisation, programs in (
        (21, 'Alpha, "U"', [11]),
        (22, "Beta", [11, 12, 13]),
        (23, "Gamma", []),
        (24, 'Alpha, "U"', [13]),
        (25, "Beta", [14]),
        (26, "=HYPERLINK(1)", [15]),
    ):
        pathway = make(
            Pathway,
            pk,
            site_id=101,
            uuid=uid(f"pathway {pk}"),
            name=f"Pathway {pk}",
            org_name=organisation,
            email="registrar@uni.invalid",
            pathway_type="industry" if pk == 25 else "credit",
            status="retired" if pk == 24 else "published",
        )
        pathway.programs.set(programs)
    for pk in range(31, 37):
        User.objects.create(pk=pk, username=f"learner{pk}", email=f"learner{pk}@mail.invalid")
    make(ProgramCertificate, 41, site_id=101, program_id=11, program_uuid=uid("program 11"))
    make(ProgramCertificate, 42, site_id=101, program_uuid=uid("program 13"))


def make_legacy_rows() -> None:
    """Legacy rows 1 to 11, one of each kind, with the shared records and certificates that speak for or against."""
    request(1, 31, 21, "2020-01-10T10:00:00")
    shared(31, 11, "2020-01-01")
    certificate(31, 41, "2020-01-05")
    request(2, 32, 21, "2020-01-31T23:59:59.999999", status="")
    shared(32, 12, "2019-06-01")
    shared(32, 11, "2020-01-31T23:59:49.999999")
    request(3, 33, 21, "2020-02-01")
    shared(33, 11, "2020-01-01")
    shared(33, 12, "2020-01-02")
    request(4, 34, 21, "2020-02-02")
    shared(34, 11, "2020-02-02T00:00:00.000001")
    certificate(34, 41, "2020-05-05")
    shared(34, 12, "2020-01-15")
    request(5, 35, 21, "2020-02-03")
    request(6, 36, 24, "2020-03-01")
    shared(36, 13, "2020-02-28")
    certificate(36, 42, "2020-03-02")
    request(7, 31, 25, "2020-03-05")
    shared(31, 14, "2020-03-05")
    request(8, 32, 26, "2020-03-06")
    shared(32, 15, "2020-03-06")
    request(9, 33, 22, "2020-03-07")
    request(10, 34, 22, "2020-03-08")
    request(11, 35, 23, "2020-03-09")


def make_recorded_rows() -> None:
    """Rows 12 to 18: repeats, another program, a row without one since the cutover, and one filled in later."""
    for pk, day in ((12, "01"), (13, "02"), (14, "08"), (15, "30")):
        request(pk, 31, 21, f"2022-10-{day}", program_id=11)
    request(16, 33, 21, "2022-10-05", program_id=12)
    request(17, 35, 21, "2022-11-01")
    request(18, 36, 21, "2019-12-31T23:59:59", program_id=11, modified=at("2022-12-01"))


@contextmanager
def schema_at(migration: str) -> Iterator[None]:
    """Take the request table to ``migration`` for the block, and back to its newest state after it."""
    _migrate(migration)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {REQUESTS}")
        _migrate(CONTRACTED)


def _migrate(migration: str) -> None:
    MigrationExecutor(connection).migrate([("records", migration)])
