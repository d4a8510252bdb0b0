"""
The one catalogue of findings: id and the reader's own names → ``Finding``; standard library only.

Findings and system checks share this form and this id space. The letter of an id says its level: E error, W warning,
I info, U undecided. The first digit says its room: 0 settings and host, 1 audit and inference, 2 reporting,
3 verification, 4 migration safety, 5 live schema, 6 rollout, 7 rehearsal. Each id is a heading in
``docs/findings.md``, which is generated from here.
"""

from __future__ import annotations

from credit_migration.data import Finding, Level, Location
from credit_migration.messages import audit, host, rehearsal, reporting, rollout, safety, schema, verification
from credit_migration.messages.base import Message

CATALOGUE: dict[str, Message] = {
    message.id: message
    for part in (host, audit, reporting, verification, safety, schema, rollout, rehearsal)
    for message in part.MESSAGES
}

_LEVELS = {"E": Level.ERROR, "W": Level.WARNING, "I": Level.INFO, "U": Level.WARNING}


def finding(
    id: str,  # noqa: A002 - the word that django.core.checks uses
    /,
    *,
    obj: str | None = None,
    location: Location | None = None,
    path: tuple[str, ...] = (),
    **names: object,
) -> Finding:
    """
    Return the finding with this id, its texts filled with the reader's own names.

    Args:
        id: the catalogue's id, for example ``"W101"``.
        obj: what it is about: a model label, a table, a migration.
        location: file and line, when it is about code.
        path: the calls that lead there, outermost first.
        names: a value for each placeholder of the message.

    Raises: KeyError if the id is not in the catalogue or a placeholder has no value.

    """
    message = CATALOGUE[id]
    return Finding(
        id=f"credit_migration.{id}",
        level=_LEVELS[id[0]],
        msg=message.msg.format_map(names),
        hint=message.hint.format_map(names),
        obj=obj,
        location=location,
        path=path,
        undecided=id[0] == "U",
    )
