"""The legacy rows as they stand → one checksum over every column of every one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from credit_migration.reference_host.records.models import UserCreditPathway

LEGACY_COLUMNS = ("pk", "user_id", "pathway_id", "status", "created", "modified")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fingerprint:
    """``sha256`` over ``rows`` rows, up to the id ``last_id``."""

    rows: int
    last_id: int
    sha256: str


def take_fingerprint(using: str, last_id: int | None = None) -> Fingerprint:
    """
    Return the checksum over the request table's rows, in the order of their ids.

    Only the columns of before ADR 0005 are read, so it can be taken in every state of the schema, and is the same on
    every database.

    Args:
        using: database alias.
        last_id: leave out rows with a higher id; ``None`` takes all.

    """
    rows = UserCreditPathway.objects.using(using).order_by("pk").values_list(*LEGACY_COLUMNS)
    if last_id is not None:
        rows = rows.filter(pk__lte=last_id)
    digest, count, last = hashlib.sha256(), 0, 0
    for row in rows.iterator(chunk_size=10_000):
        last = row[0]
        count += 1
        digest.update(f"{row[:4]} {row[4]:%Y-%m-%d %H:%M:%S.%f} {row[5]:%Y-%m-%d %H:%M:%S.%f}\n".encode())
    return Fingerprint(rows=count, last_id=last, sha256=digest.hexdigest())


def count_filled(using: str, last_id: int) -> int:
    """Return how many of the rows up to ``last_id`` have a program: none, if nothing was filled in."""
    return UserCreditPathway.objects.using(using).filter(pk__lte=last_id, program__isnull=False).count()
